package form

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"

	"github.com/pelletier/go-toml/v2"
)

const file = "form.toml"

var idPattern = regexp.MustCompile(`^[a-z0-9]+(/[a-z0-9]+(-[a-z0-9]+)*)+$`)

// Editions returns the ids of the editions in fsys, sorted.
func Editions(fsys fs.FS) ([]string, error) {
	var ids []string
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && d.Name() == file {
			ids = append(ids, path.Dir(name))
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list editions: %w", err)
	}
	slices.Sort(ids)
	return ids, nil
}

// Load reads the edition with the given id from fsys. It is strict: a key that
// it does not know or that is spelt otherwise, a number that is none, and
// anything that would make a page or the PDF go wrong is an error. The error
// wraps fs.ErrNotExist if there is no such edition.
//
// An edition that extends another holds only what differs. A field with an id
// that the other has replaces that field, any other field is added. Likewise
// an item for a field replaces the item that the page has for it; any other
// item is put behind the item of the field named by its "after", or last.
// A flow's file is the extending edition's where it has one of that name.
func Load(fsys fs.FS, id string) (*Definition, error) {
	d, err := load(fsys, id, 0)
	if err != nil {
		return nil, fmt.Errorf("edition %s: %w", id, err)
	}
	return d, nil
}

func load(fsys fs.FS, id string, depth int) (*Definition, error) {
	const deepest = 8
	if !idPattern.MatchString(id) {
		return nil, fmt.Errorf("not an id: %w", fs.ErrNotExist)
	}
	if depth > deepest {
		return nil, errors.New("extends without end")
	}
	text, err := fs.ReadFile(fsys, path.Join(id, file))
	if err != nil {
		return nil, err
	}
	d, err := decode(text)
	if err != nil {
		return nil, err
	}
	hash := sha256.New()
	if d.Extends != "" {
		base, err := load(fsys, d.Extends, depth+1)
		if err != nil {
			return nil, fmt.Errorf("extends %s: %w", d.Extends, err)
		}
		hash.Write(base.Hash[:])
		if d, err = merge(base, d); err != nil {
			return nil, err
		}
	}
	hash.Write(frame(file, text))
	d.complete()
	if err := d.readFlows(fsys, id, hash); err != nil {
		return nil, err
	}
	if err := d.fillOptions(fsys); err != nil {
		return nil, err
	}
	if d.ID != id {
		return nil, fmt.Errorf("calls itself %q", d.ID)
	}
	hash.Sum(d.Hash[:0])
	return d, errors.Join(d.faults()...)
}

// readFlows reads the files of running text of the edition with that id, which
// hash takes in. One that it does not have is its base's.
func (d *Definition) readFlows(fsys fs.FS, id string, hash io.Writer) error {
	for _, name := range d.files() {
		text, err := fs.ReadFile(fsys, path.Join(id, name))
		if errors.Is(err, fs.ErrNotExist) && d.Flows[name] != nil {
			continue
		}
		if err != nil {
			return err
		}
		if d.Flows[name], err = parseBlocks(string(text)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		hash.Write(frame(name, text))
	}
	return nil
}

// frame returns the name and text of a file so that no two lists of files
// have the same bytes.
func frame(name string, text []byte) []byte {
	b := binary.AppendUvarint(nil, uint64(len(name)))
	b = append(b, name...)
	b = binary.AppendUvarint(b, uint64(len(text)))
	return append(b, text...)
}

func decode(text []byte) (*Definition, error) {
	var d Definition
	if err := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(&d); err != nil {
		var strict *toml.StrictMissingError
		if errors.As(err, &strict) {
			return nil, fmt.Errorf("%s: unknown key:\n%s", file, strict.String())
		}
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if err := checkSpelling(text); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return &d, nil
}

// complete fills in what an edition need not say.
func (d *Definition) complete() {
	for i := range d.Fields {
		f := &d.Fields[i]
		if f.Ask == "" {
			f.Ask = f.Label
		}
	}
	for i := range d.Footer {
		d.completeItem(&d.Footer[i])
	}
	for p := range d.Pages {
		for i := range d.Pages[p].Items {
			d.completeItem(&d.Pages[p].Items[i])
		}
	}
	if d.Flows == nil {
		d.Flows = map[string][]Block{}
	}
}

func (d *Definition) completeItem(it *Item) {
	tick := false
	if f, ok := d.Field(it.Field); ok {
		tick = f.Kind == Tick
	}
	if it.Kind == Entry && it.LabelAt == "" {
		it.LabelAt = Above
		if tick {
			it.LabelAt = Right
		}
	}
	if it.Size == 0 {
		it.Size = map[ItemKind]float64{Heading: 12, Paragraph: 8.5, Bullet: 8.5, Bar: 9, Label: LabelSize, Entry: 10, Flow: 9, Notes: 8.5}[it.Kind]
		if tick {
			it.Size = 8.5
		}
	}
	if it.Kind == Flow && it.Columns == 0 {
		it.Columns = 1
	}
}

// files returns the names of the files that the flows need, each once.
func (d *Definition) files() []string {
	var names []string
	for _, p := range d.Pages {
		for _, it := range p.Items {
			if it.Kind == Flow && !slices.Contains(names, it.File) {
				names = append(names, it.File)
			}
		}
	}
	return names
}

// fillOptions gives each field with a source its list.
func (d *Definition) fillOptions(fsys fs.FS) error {
	for i := range d.Fields {
		f := &d.Fields[i]
		if f.Source != "municipalities" {
			continue // any other source is one of d.faults
		}
		list, err := Municipalities(fsys)
		if err != nil {
			return err
		}
		f.Options = nil
		for _, m := range list {
			f.Options = append(f.Options, Option{Value: m.Code, Label: m.Authority})
		}
	}
	return nil
}
