package boltkv

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ab325/internal/kv"
	"ab325/internal/kv/kvtest"
)

// compactAlways compacts db again and again until the test ends, and returns
// how often it has.
func compactAlways(t testing.TB, db *DB) *atomic.Int32 {
	ctx, stop := context.WithCancel(context.Background())
	times, ended := new(atomic.Int32), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			_, _, err := db.Compact(ctx)
			if errors.Is(err, context.Canceled) || errors.Is(err, kv.ErrClosed) {
				return
			} else if err != nil {
				t.Errorf("Compact, the %d. time: %v", times.Load()+1, err)
				return
			}
			times.Add(1)
		}
	}()
	t.Cleanup(func() { stop(); <-ended })
	return times
}

func TestBoltWhileCompacting(t *testing.T) {
	kvtest.Run(t, func(t *testing.T) kv.DB { return &compacted{DB: newDB(t, Options{})} })
}

// A compacted DB is compacted while it is changed, every fourth time, and not
// while Views alone run: the suite counts what some of those allocate.
type compacted struct {
	*DB
	busy    sync.Mutex
	updates atomic.Int32
}

func (d *compacted) Update(ctx context.Context, fn func(kv.Tx) error) error {
	if d.updates.Add(1)%4 == 0 && d.busy.TryLock() {
		compacting := make(chan error, 1)
		go func() {
			_, _, err := d.Compact(context.Background())
			compacting <- err
		}()
		defer func() {
			defer d.busy.Unlock()
			if err := <-compacting; err != nil && !errors.Is(err, kv.ErrClosed) {
				panic(err)
			}
		}()
	}
	return d.DB.Update(ctx, fn)
}

// pairs returns everything in db.
func pairs(t *testing.T, db *DB) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := db.View(t.Context(), func(r kv.Reader) error {
		for p, err := range r.Scan(nil, nil) {
			if err != nil {
				return err
			}
			all[string(p.Key)] = string(p.Value)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Before it is compacted the file has nearly everything that was deleted, and
// afterwards nothing of it, and all the rest.
func TestCompactLeavesNothingOfTheDeleted(t *testing.T) {
	db := newDB(t, Options{})
	const n = 2000
	kept := fillMarked(t, db, n)
	for range journalSuffixes { // so little that each time is in one journal
		inFile(t, db)
		fillMarked(t, db, n/20)
	}
	if left := marks(t, db); left < n*100*9/10 {
		t.Errorf("before Compact %d of %d deleted marks are in the file: too few for this to show anything", left, n*100)
	}
	before, after, err := db.Compact(t.Context())
	if err != nil || after >= before {
		t.Errorf("Compact = %d, %d, %v, want a smaller file", before, after, err)
	}
	if left := marks(t, db); left > 0 {
		t.Errorf("after Compact %d deleted marks are in the file", left)
	}
	if diff := cmp.Diff(kept, pairs(t, db)); diff != "" {
		t.Errorf("what was kept (-want +got):\n%s", diff)
	}
	if err := db.Check(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(db.path + compactSuffix); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the new file's first name is still there: %v", err)
	}
}

// fillMarked stores n values to keep, which it returns, between n marked ones,
// which it deletes again.
func fillMarked(t *testing.T, db *DB, n int) (kept map[string]string) {
	t.Helper()
	kept = map[string]string{}
	err := db.Update(t.Context(), func(tx kv.Tx) error {
		for i := range n {
			id := fmt.Sprintf("%04d", i)
			kept["kept/"+id] = strings.Repeat("k", i%100*40)
			err := errors.Join(
				tx.Put([]byte("gone/"+id), []byte(strings.Repeat("[erased "+id+"]", 100))),
				tx.Put([]byte("kept/"+id), []byte(kept["kept/"+id])))
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(t.Context(), func(tx kv.Tx) error {
		for i := range n {
			if err := tx.Delete(fmt.Appendf(nil, "gone/%04d", i)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

// marks counts the marks in the file and in its journals.
func marks(t *testing.T, db *DB) (n int) {
	t.Helper()
	for _, suffix := range append([]string{""}, journalSuffixes[:]...) {
		data, err := os.ReadFile(db.path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		n += bytes.Count(data, []byte("[erased "))
	}
	return n
}

// What is changed while the file is compacted, before or behind the place that
// is being copied, is in the new file as it was acknowledged.
func TestCompactUnderLoad(t *testing.T) {
	db := newDB(t, Options{})
	path := db.path
	models := make([]map[string]string, 4)
	ctx, stop := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for w := range models {
		models[w] = map[string]string{}
		all.Go(func() { keepChanging(t, ctx, db, w, models[w]) })
	}
	times := 0
	for began := time.Now(); time.Since(began) < 2*time.Second || times < 3; times++ {
		if _, _, err := db.Compact(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	all.Wait()
	want := map[string]string{}
	for _, m := range models {
		maps.Copy(want, m)
	}
	if diff := cmp.Diff(want, pairs(t, db)); diff != "" {
		t.Errorf("after %d compactions (-want +got):\n%s", times, diff)
	}
	if err := errors.Join(db.Check(), db.Close()); err != nil {
		t.Error(err)
	}
	again, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if diff := cmp.Diff(want, pairs(t, again)); diff != "" {
		t.Errorf("opened again (-want +got):\n%s", diff)
	}
}

// keepChanging sets and deletes keys of its own until ctx ends, and notes in model
// what must be there.
func keepChanging(t *testing.T, ctx context.Context, db *DB, worker int, model map[string]string) {
	rnd := rand.New(rand.NewPCG(325, uint64(worker)))
	for i := 0; ctx.Err() == nil; i++ {
		key, value := fmt.Sprintf("%04d/%d", rnd.IntN(4000), worker), strings.Repeat("v", rnd.IntN(3000))
		deletes := rnd.IntN(3) == 0
		err := db.Update(t.Context(), func(tx kv.Tx) error {
			if deletes {
				return tx.Delete([]byte(key))
			}
			return tx.Put([]byte(key), []byte(value))
		})
		if err != nil {
			t.Error(err)
			return
		}
		delete(model, key)
		if !deletes {
			model[key] = value
		}
	}
}

// A View that began before goes on to see what it saw, and nobody waits for it:
// neither who changes something nor another such View.
func TestCompactBesideViews(t *testing.T) {
	db := newDB(t, Options{})
	save(t, db, "k", "old")
	first, second := hold(t, db, "k"), hold(t, db, "k")
	if _, _, err := db.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	save(t, db, "k", "new")
	time.Sleep(20 * time.Millisecond) // so that whatever waits for both Views does
	one := make(chan string, 1)
	go func() { one <- first() }()
	select {
	case got := <-one:
		if got != "old" {
			t.Errorf("a View under way saw %q, want old", got)
		}
	case <-time.After(5 * time.Second):
		t.Error("a View waits for another to end")
	}
	if got := second(); got != "old" {
		t.Errorf("a View under way saw %q, want old", got)
	}
	if got := pairs(t, db)["k"]; got != "new" {
		t.Errorf("a later View saw %q, want new", got)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

// hold begins a View of db that lasts until end is called, which returns the
// value that the View then saw, once it has ended.
func hold(t *testing.T, db *DB, key string) (end func() string) {
	inside, let, saw := make(chan bool), make(chan bool), make(chan string, 1)
	go func() {
		var v []byte
		err := db.View(t.Context(), func(r kv.Reader) (err error) {
			close(inside)
			<-let
			v, err = r.Get([]byte(key))
			return err
		})
		if err != nil {
			t.Error(err)
		}
		saw <- string(v)
	}()
	<-inside
	return func() string { close(let); return <-saw }
}
