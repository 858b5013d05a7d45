package backup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"ab325/internal/durable"
)

// A Place is where backups are made: a folder, or one file in it.
type Place struct {
	dir   string
	name  string // of the one file; "" where each has a name of its own
	write func(*os.File, []byte) (int, error)
}

// ErrNoFolder reports a target that is no folder, or that nothing can be
// written in.
var ErrNoFolder = errors.New("the target is no folder that can be written in")

const (
	suffix     = ".age"
	keysSuffix = ".keys.age"
	timeLayout = "20060102T150405Z"
)

// At returns the place that path names: a folder, which must exist, or a file
// in one, whose name must end in .age. A good backup replaces that file.
func At(path string) (*Place, error) {
	p := &Place{dir: path, write: (*os.File).Write}
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
	case strings.HasSuffix(path, suffix) && !strings.HasSuffix(path, keysSuffix) && (errors.Is(err, fs.ErrNotExist) || err == nil && info.Mode().IsRegular()):
		p.dir, p.name = filepath.Split(path)
		p.dir = filepath.Clean(cmp.Or(p.dir, "."))
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%w: %w", ErrNoFolder, err)
	default:
		return nil, fmt.Errorf("%w: %s", ErrNoFolder, path)
	}
	f, err := os.CreateTemp(p.dir, ".ab325-*.part") // the only way to know
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoFolder, err)
	}
	if err := errors.Join(f.Close(), os.Remove(f.Name())); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoFolder, err)
	}
	return p, nil
}

// A Copy is a good backup in a place.
type Copy struct {
	Path     string
	KeysPath string // of the keys that were copied with it
	At       time.Time
	Size     int64
}

// next returns the names of the next backup. Two never share one.
func (p *Place) next(instance string, at time.Time) (Copy, error) {
	if p.name != "" {
		path := filepath.Join(p.dir, p.name)
		return Copy{Path: path, KeysPath: strings.TrimSuffix(path, suffix) + keysSuffix, At: at}, nil
	}
	for ; ; at = at.Add(time.Second) {
		base := filepath.Join(p.dir, "ab325-"+instance+"-"+at.Format(timeLayout))
		free := true
		for _, path := range []string{base + suffix, base + keysSuffix} {
			if _, err := os.Lstat(path); err == nil {
				free = false
			} else if !errors.Is(err, fs.ErrNotExist) {
				return Copy{}, err
			}
		}
		if free {
			return Copy{Path: base + suffix, KeysPath: base + keysSuffix, At: at}, nil
		}
	}
}

var copyName = regexp.MustCompile(`^ab325-([0-9a-f]+)-(\d{8}T\d{6}Z)(\.keys)?\.age$`)

// Copies returns the backups of an instance in a folder, newest first. Each is
// good: it had its name from nobody but Make. A Place that is one file knows of
// no others.
func (p *Place) Copies(instance string) ([]Copy, error) {
	all, err := p.list(instance, "")
	if err != nil {
		return nil, fmt.Errorf("list the backups: %w", err)
	}
	for i := range all {
		all[i].KeysPath = strings.TrimSuffix(all[i].Path, suffix) + keysSuffix
	}
	return all, nil
}

// NewerKeys returns the newest copy of the keys in the folder of the one at
// path, or "" if that is it, or if its name does not say when it was made.
func NewerKeys(path string) (string, error) {
	m := copyName.FindStringSubmatch(filepath.Base(path))
	if m == nil {
		return "", nil
	}
	all, err := (&Place{dir: filepath.Dir(path)}).list(m[1], ".keys")
	if err != nil || len(all) == 0 || filepath.Base(all[0].Path) == filepath.Base(path) {
		return "", err
	}
	return all[0].Path, nil
}

// list returns the files of an instance with the given kind, newest first.
func (p *Place) list(instance, kind string) (all []Copy, err error) {
	entries, err := os.ReadDir(p.dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		m := copyName.FindStringSubmatch(e.Name())
		if m == nil || m[1] != instance || m[3] != kind || !e.Type().IsRegular() {
			continue
		}
		at, err := time.Parse(timeLayout, m[2])
		if err != nil {
			continue // not a time, so not ours
		}
		info, err := e.Info()
		if err != nil {
			return nil, err
		}
		all = append(all, Copy{Path: filepath.Join(p.dir, e.Name()), At: at, Size: info.Size()})
	}
	slices.SortFunc(all, func(a, b Copy) int { return b.At.Compare(a.At) })
	return all, nil
}

// How long copies of the keys live: a key that was destroyed is in none of them
// after this. The newest is kept however old it is.
const (
	keptKeys    = 3
	keptKeysFor = 7 * 24 * time.Hour
)

// Prune removes all but the newest backups of an instance, and does what
// PruneKeys does. To be called after a good backup, and only then.
func (p *Place) Prune(instance string, keep int, now time.Time) error {
	if p.name != "" {
		return nil
	}
	backups, err := p.list(instance, "")
	if err != nil {
		return fmt.Errorf("remove old backups: %w", err)
	}
	for _, c := range backups[min(max(keep, 1), len(backups)):] {
		if err := os.Remove(c.Path); err != nil {
			return fmt.Errorf("remove an old backup: %w", err)
		}
	}
	return p.PruneKeys(instance, now)
}

// PruneKeys removes the copies of an instance's keys that are older than their
// short life. To be called after a good copy of them.
func (p *Place) PruneKeys(instance string, now time.Time) error {
	if p.name != "" {
		return nil
	}
	keys, err := p.list(instance, ".keys")
	if err != nil {
		return fmt.Errorf("remove old copies of the keys: %w", err)
	}
	for i, k := range keys {
		if i == 0 || i < keptKeys && now.Sub(k.At) <= keptKeysFor {
			continue
		}
		if err := os.Remove(k.Path); err != nil {
			return fmt.Errorf("remove an old copy of the keys: %w", err)
		}
	}
	return nil
}

// sweep removes what an earlier process has not finished.
func (p *Place) sweep(instance string) error {
	names, err := filepath.Glob(filepath.Join(p.dir, partPrefix(instance)+"*"))
	if err != nil {
		return err // unreachable: the pattern is right
	}
	for _, name := range names {
		if err := os.Remove(name); err != nil {
			return fmt.Errorf("remove what was not finished: %w", err)
		}
	}
	return nil
}

// partPrefix begins the name of a file that is not finished: nothing takes it
// for a backup.
func partPrefix(instance string) string { return ".ab325-" + instance + "-part-" }

// A part is a file that is not finished.
type part struct {
	file *os.File
	pace pacer
	size int64
	kept bool
}

// create begins a file in the place.
func (p *Place) create(ctx context.Context, instance string, now func() time.Time) (*part, error) {
	f, err := os.CreateTemp(p.dir, partPrefix(instance)+"*")
	if err != nil {
		return nil, fmt.Errorf("write to the target: %w", err)
	}
	return &part{file: f, pace: newPacer(ctx, now, p.write)}, nil
}

// Write adds to the file, at the target's speed.
func (p *part) Write(b []byte) (int, error) {
	n, err := p.pace.writeTo(p.file, b)
	p.size += int64(n)
	if err != nil {
		return n, fmt.Errorf("write to the target: %w", err)
	}
	return n, nil
}

// readBack returns what is on the target's disk.
func (p *part) readBack(show func(done int64)) (*back, error) {
	if err := errors.Join(p.file.Sync(), forget(p.file)); err != nil {
		return nil, fmt.Errorf("write to the target: %w", err)
	}
	f, err := os.Open(p.file.Name())
	if err != nil {
		return nil, fmt.Errorf("read back from the target: %w", err)
	}
	return &back{f, p.pace, 0, show}, nil
}

// keep gives the file its name, durably, and returns its size.
func (p *part) keep(path string) (int64, error) {
	if err := os.Rename(p.file.Name(), path); err != nil {
		return 0, fmt.Errorf("name the backup: %w", err)
	}
	p.kept = true
	return p.size, errors.Join(p.file.Close(), durable.NamesAnywhere(filepath.Dir(path)))
}

// discard removes the file, unless it was kept.
func (p *part) discard() {
	if !p.kept {
		// What cannot be removed now is swept before the next backup.
		p.kept = errors.Join(p.file.Close(), os.Remove(p.file.Name())) == nil
	}
}

// A back is a file that is read back.
type back struct {
	file *os.File
	pace pacer
	done int64
	show func(done int64)
}

func (r *back) Read(b []byte) (int, error) {
	n, err := r.pace.readFrom(r.file, b)
	r.done += int64(n)
	r.show(r.done)
	return n, err
}

// ReadAt reads what was read already.
func (r *back) ReadAt(b []byte, at int64) (n int, err error) {
	err = r.pace.step(func() error {
		if n, err = r.file.ReadAt(b, at); err != nil {
			return err
		}
		return forget(r.file)
	})
	return n, err
}

func (r *back) close() {
	r.file.Close() // it was only read
}
