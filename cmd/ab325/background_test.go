package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ab325/internal/backup"
	"ab325/internal/ident"
	"ab325/internal/jobs"
	"ab325/internal/kv"
	"ab325/internal/store"
)

// What health says of what is kept: a backup or a checkpoint is late when two of
// its intervals have gone, but not right after a start; a job that fails is told
// of, and is no fault by itself.
func TestReportKept(t *testing.T) {
	y := newYard(t)
	at := y.env.now()
	y.op.now = func() time.Time { return at }
	failing := jobs.New(y.op.now, func(string, error) {}, jobs.Job{Name: "sweep", Every: time.Hour, Run: func(context.Context) error { return errors.New("no luck") }})
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan struct{})
	go func() { failing.Run(ctx, time.Second); close(stopped) }()
	for !failing.States()[0].Failing() {
		time.Sleep(time.Millisecond)
	}
	stop()
	<-stopped
	const day = 24 * time.Hour
	for _, test := range []struct {
		name            string
		every           time.Duration
		backup, started time.Duration // how long ago; 0: no backup
		jobs            *jobs.Runner
		want, wantErr   string
	}{
		{"all well", day, 3 * time.Hour, 9 * day, nil, "ok\nlast good backup: 3 hours old\nlast checkpoint of the log: 0 seconds old\n", ""},
		{"example data", 0, 0, 9 * day, nil, "ok\nlast checkpoint of the log: 0 seconds old\n", ""},
		{"one was missed", day, 47 * time.Hour, 9 * day, nil, "ok\nlast good backup: 47 hours old\nlast checkpoint of the log: 0 seconds old\n", ""},
		{"two were missed", day, 49 * time.Hour, 9 * day, nil, "", "the last good backup: 2 days old, and one is due every 24h0m0s"},
		{"it was off for long", day, 49 * time.Hour, time.Minute, nil, "ok\nlast good backup: 2 days old\nlast checkpoint of the log: 0 seconds old\n", ""},
		{"none yet", day, 0, day, nil, "ok\nlast good backup: none yet\nlast checkpoint of the log: 0 seconds old\n", ""},
		{"never any", day, 0, 3 * day, nil, "", "the last good backup: none yet, and one is due"},
		{"a job fails", 0, 0, day, failing, "ok\nlast checkpoint of the log: 0 seconds old\nthe job sweep fails: no luck\n", ""},
	} {
		y.op.backups.config.every = test.every
		y.op.backups.last = backup.Copy{}
		if test.backup > 0 {
			y.op.backups.last.At = at.Add(-test.backup)
		}
		if test.jobs == nil {
			test.jobs = jobs.New(y.op.now, nil)
		}
		y.op.duty = &duty{since: at.Add(-test.started), jobs: test.jobs}
		var out strings.Builder
		err := y.op.reportKept(t.Context(), &console{Writer: &out})
		if out.String() != test.want || (err == nil) != (test.wantErr == "") || err != nil && !strings.Contains(err.Error(), test.wantErr) {
			t.Errorf("%s: reportKept = %v and printed %q, want %q and %q", test.name, err, &out, test.wantErr, test.want)
		}
	}
	at = at.Add(3 * time.Minute)
	y.op.backups.config.every = 0
	if err := y.op.reportKept(t.Context(), &console{Writer: new(strings.Builder)}); err == nil || !strings.Contains(err.Error(), "checkpoint of the log: 3 minutes old") {
		t.Errorf("reportKept three minutes after a checkpoint = %v", err)
	}
}

// A disk that is so full that changes are refused is not ok.
func TestHealthOfAFullDisk(t *testing.T) {
	y := newYard(t)
	y.op.store.Space = func() error { return kv.ErrFull }
	err := y.op.reportKept(t.Context(), &console{Writer: new(strings.Builder)})
	if f, ok := errors.AsType[*failure](err); !ok || !errors.Is(err, kv.ErrFull) || !strings.Contains(f.hint, "make room") {
		t.Errorf("reportKept on a full disk = %v, want %v and a hint to make room", err, kv.ErrFull)
	}
}

// A fullDisk refuses every change.
type fullDisk struct{ kv.DB }

func (fullDisk) Update(context.Context, func(kv.Tx) error) error { return kv.ErrFull }

// A disk that is full is when a backup is wanted most: the service makes one,
// and it is a good one, with the keys as they are after an erasure too.
func TestBackupOnAFullDisk(t *testing.T) {
	y, dir := following(t)
	id := caseIDs(t, y.op.store)[0]
	y.must(y.op.store.Update(t.Context(), func(tx *store.Tx) error { return tx.Erase(id, y.op.entry("erase")) }))
	y.must(y.op.finishErasures(t.Context()))
	y.must(y.op.checkpoint(t.Context()))
	y.op.store.DB = fullDisk{y.op.store.DB}
	if err := y.op.backups.regular(t.Context()); err != nil {
		t.Errorf("a backup on a full disk: %v", err)
	}
	if y.op.backups.keysLack() || keyCopies(t, dir) != 1 {
		t.Errorf("the copy of the keys is still to follow, and there are %d", keyCopies(t, dir))
	}
}

// The page of administrators knows how much of the disk is kept back, which is
// how it tells that the disk is full.
func TestDiskReserve(t *testing.T) {
	y := newYard(t)
	d, err := y.op.disk()
	if want := int64(64 << 20); err != nil || d.Reserve != want {
		t.Errorf("disk = %+v, %v, want %d bytes in reserve", d, err, want)
	}
}

// A backup that a person asks for counts as the service's own where it lies in
// the service's place, and nowhere else.
func TestBackUpCounts(t *testing.T) {
	y := newYard(t)
	dir := filepath.Join(filepath.Dir(y.at.data), "backups")
	y.must(y.op.backups.serve(backupConfig{to: dir, key: publicKey, every: time.Hour, keep: 3}))
	y.op.duty = &duty{stopping: make(chan struct{})}
	for _, test := range []struct {
		name, to string
		want     int
		failed   bool
	}{
		{"elsewhere", t.TempDir(), 0, true},
		{"where the service was told", "", 1, false},
		{"there, in other words", dir + "/../backups", 2, false},
	} {
		y.op.backups.failed = y.op.now()
		input, err := json.Marshal(wantedBackup{To: test.to, Key: publicKey})
		y.must(err)
		y.must(y.op.backUp(t.Context(), input, &console{Writer: new(strings.Builder)}))
		last, kept, failed := y.op.backups.state()
		if kept != test.want || last.At.IsZero() != (test.want == 0) || failed.IsZero() == test.failed {
			t.Errorf("%s: state = %v, %d, %v, want %d good ones", test.name, last, kept, failed, test.want)
		}
	}
}

// A case that is erased leaves a new copy of the keys and, in the next night, a
// database without what it was; what has not changed leaves nothing.
func TestAfterAnErasure(t *testing.T) {
	y := newYard(t)
	y.fill()
	dir := filepath.Join(filepath.Dir(y.at.data), "backups")
	y.must(y.op.backups.serve(backupConfig{to: dir, key: publicKey, every: time.Hour, keep: 3}))
	sunday := time.Date(2026, 11, 22, 3, 0, 0, 0, ident.Copenhagen())
	y.op.now = func() time.Time { return sunday.AddDate(0, 0, 1) }
	for n, want := range []int{0, 1, 1} {
		if n == 1 {
			id := caseIDs(t, y.op.store)[0]
			y.must(y.op.store.Update(t.Context(), func(tx *store.Tx) error { return tx.Erase(id, y.op.entry("erase")) }))
			y.must(y.op.finishErasures(t.Context()))
		}
		y.must(y.op.backups.keysIfErased(t.Context()))
		if copies, err := filepath.Glob(filepath.Join(dir, "*.keys.age")); len(copies) != want || err != nil {
			t.Errorf("after %d rounds there are %d copies of the keys, %v, want %d", n+1, len(copies), err, want)
		}
		before := inode(t, y.at)
		y.must(y.op.compact(t.Context()))
		if compacted := !os.SameFile(before, inode(t, y.at)); compacted != (n == 1) {
			t.Errorf("round %d: compacted = %v", n+1, compacted)
		}
	}
	y.op.now = func() time.Time { return sunday }
	before := inode(t, y.at)
	y.must(y.op.compact(t.Context()))
	if os.SameFile(before, inode(t, y.at)) {
		t.Error("nothing was compacted on a Sunday")
	}
}

// After an erasure and the next night's compaction not even what was sealed of
// the case is left in the data: no record, and no document.
func TestNothingSealedIsLeftOfAnErasedCase(t *testing.T) {
	y := newYard(t)
	y.fill()
	for _, id := range caseIDs(t, y.op.store)[:6] {
		sealed := y.sealedOf(id)
		if n := y.found(sealed); n != len(sealed) {
			t.Fatalf("%d of %d pieces of case %s are found", n, len(sealed), id)
		}
		y.must(y.op.store.Update(t.Context(), func(tx *store.Tx) error { return tx.Erase(id, y.op.entry("erase")) }))
		y.must(y.op.finishErasures(t.Context()))
		before := y.found(sealed)
		y.must(y.op.compact(t.Context()))
		if n := y.found(sealed); n != 0 || before == 0 {
			t.Errorf("of %d pieces of case %s %d are left by erasing it, and %d by compacting", len(sealed), id, before, n)
		}
	}
}

// sealedOf returns a piece of each thing that is sealed with a case's key.
func (y *yard) sealedOf(id string) (sealed [][]byte) {
	y.t.Helper()
	piece := func(record []byte) (line, piece []byte) {
		line, body, _ := bytes.Cut(record, []byte("\n"))
		return line, body[:min(64, len(body))]
	}
	pairs := dumped(y.t, y.op.store)
	record := pairs[slices.IndexFunc(pairs, func(p kv.Pair) bool { return bytes.HasPrefix(p.Key, []byte("case/"+id)) })].Value
	line, _ := piece(record)
	key := line[bytes.LastIndex(line, []byte(`,"key":`)):]
	for _, p := range pairs {
		if line, part := piece(p.Value); bytes.HasSuffix(line, key) {
			sealed = append(sealed, part)
		}
		if bytes.HasPrefix(p.Key, []byte("file/")) && string(p.Value) == id {
			file, _, _ := bytes.Cut(p.Key[len("file/"):], []byte{0})
			data, err := y.op.store.Files.Read(string(file))
			y.must(err)
			_, part := piece(data)
			sealed = append(sealed, part)
		}
	}
	return sealed
}

// found returns how many of the pieces are in the files of the data.
func (y *yard) found(pieces [][]byte) (n int) {
	y.t.Helper()
	var all []byte
	y.must(filepath.WalkDir(y.at.data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		all = append(all, content...)
		return err
	}))
	for _, piece := range pieces {
		if bytes.Contains(all, piece) {
			n++
		}
	}
	return n
}

func inode(t *testing.T, at place) os.FileInfo {
	t.Helper()
	info, err := os.Stat(filepath.Join(at.data, databaseName))
	if err != nil {
		t.Fatal(err)
	}
	return info
}

// A backup goes on when who asked for it is gone, but not when the service is
// told to stop.
func TestBackUpGoesOn(t *testing.T) {
	y := newYard(t)
	dir := filepath.Join(filepath.Dir(y.at.data), "backups")
	input, err := json.Marshal(wantedBackup{To: dir, Key: publicKey})
	y.must(err)
	gone, leave := context.WithCancel(t.Context())
	leave()
	stopping := make(chan struct{})
	y.op.duty = &duty{stopping: stopping}
	if err := y.op.backUp(gone, input, &console{Writer: new(strings.Builder)}); err != nil {
		t.Errorf("a backup whose asker is gone: %v", err)
	}
	close(stopping)
	if err := y.op.backUp(t.Context(), input, &console{Writer: new(strings.Builder)}); !errors.Is(err, context.Canceled) {
		t.Errorf("a backup while the service stops = %v, want context.Canceled", err)
	}
	if copies, err := y.to.place.Copies(y.op.store.Keyring.Instance()); len(copies) != 1 || err != nil {
		t.Errorf("there are %d backups, %v, want one", len(copies), err)
	}
}

// Two backups are never made at once, and who waits may stop waiting.
func TestOneBackupAtATime(t *testing.T) {
	y := newYard(t)
	y.must(y.op.backups.begin(t.Context(), new(console)))
	ctx, leave := context.WithCancel(t.Context())
	var waits bool
	_, err := y.op.backups.make(ctx, y.to, &console{step: func(p progress) {
		waits = waits || strings.Contains(p.Step, "another backup")
		leave()
	}})
	if !errors.Is(err, context.Canceled) || !waits {
		t.Errorf("make while another backup is made = %v, and said so: %v", err, waits)
	}
	y.op.backups.end()
	y.backUp()
}

// A service that was off makes up for it soon; one that was not, in its time.
func TestBackupDue(t *testing.T) {
	y := newYard(t)
	now := y.env.now()
	y.op.now = func() time.Time { return now }
	y.op.backups.config.every = 24 * time.Hour
	for _, test := range []struct{ ago, want time.Duration }{
		{0, soonAfterStart}, {72 * time.Hour, soonAfterStart}, {23 * time.Hour, time.Hour}, {time.Minute, 24*time.Hour - time.Minute},
	} {
		y.op.backups.last = backup.Copy{}
		if test.ago > 0 {
			y.op.backups.last.At = now.Add(-test.ago)
		}
		if got := y.op.backups.due(); got != test.want {
			t.Errorf("due %v after the last = %v, want %v", test.ago, got, test.want)
		}
	}
}

func TestUntilHour(t *testing.T) {
	for _, test := range []struct {
		now  string
		want time.Duration
	}{
		{"2026-11-22T02:59:00+01:00", time.Minute},
		{"2026-11-22T03:00:00+01:00", 24 * time.Hour},
		{"2026-11-22T03:00:01+01:00", 24*time.Hour - time.Second},
		{"2026-10-24T12:00:00+02:00", 16 * time.Hour}, // the clocks are set back in between
		{"2027-03-27T12:00:00+01:00", 14 * time.Hour}, // and forward
	} {
		now, err := time.Parse(time.RFC3339, test.now)
		if err != nil {
			t.Fatal(err)
		}
		if got := untilHour(now, 3); got != test.want {
			t.Errorf("untilHour(%s, 3) = %v, want %v", test.now, got, test.want)
		}
	}
}

// Every job has a name for pages, which says more than its own.
func TestJobTitles(t *testing.T) {
	y := newYard(t)
	y.op.backups.config = backupConfig{every: time.Hour}
	for _, s := range newJobs(y.op, nil, false).States() {
		if jobTitles[s.Name] == "" {
			t.Errorf("the job %s has no title", s.Name)
		}
	}
}
