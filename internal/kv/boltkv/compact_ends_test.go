package boltkv

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ab325/internal/kv"
)

// The lock holds while the files are swapped: who waits for it on the old file
// does not get that.
func TestCompactKeepsOthersOut(t *testing.T) {
	db := newDB(t, Options{})
	save(t, db, "k", "v")
	times := compactAlways(t, db)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 2 {
				if two, err := Open(db.path, Options{}); !errors.Is(err, ErrLocked) {
					t.Errorf("Open = %v, %v, want ErrLocked", two, err)
				}
			}
		})
	}
	all.Wait()
	if times.Load() < 3 {
		t.Errorf("%d compactions: too few to show anything", times.Load())
	}
}

func TestOpenRemovesHalfACompaction(t *testing.T) {
	db := newDB(t, Options{})
	save(t, db, "k", "v")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(db.path+compactSuffix, []byte("half of it"), 0o600); err != nil {
		t.Fatal(err)
	}
	again, err := Open(db.path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if _, err := os.Stat(db.path + compactSuffix); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the half is still there: %v", err)
	}
}

// A compaction that cannot be done leaves everything as it is.
func TestCompactGivesUp(t *testing.T) {
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, test := range []struct {
		name string
		ctx  context.Context
		room int64
		want error
	}{
		{"cancelled", cancelled, 1 << 40, context.Canceled},
		{"too little room", t.Context(), defaultReserve, kv.ErrFull},
		{"too little room even with the reserve", kv.WithReserve(t.Context()), defaultReserve / 4, kv.ErrFull},
	} {
		db := newDB(t, Options{})
		save(t, db, "k", "v")
		db.room = func() (int64, error) { return test.room, nil }
		if _, _, err := db.Compact(test.ctx); !errors.Is(err, test.want) {
			t.Errorf("%s: Compact = %v, want %v", test.name, err, test.want)
		}
		if names, _ := os.ReadDir(filepath.Dir(db.path)); len(names) != 3 {
			t.Errorf("%s: the folder holds %v, want the file and its journals alone", test.name, names)
		}
		db.room = func() (int64, error) { return 1 << 40, nil }
		save(t, db, "l", "w")
		if _, _, err := db.Compact(t.Context()); err != nil {
			t.Errorf("%s: and then Compact = %v", test.name, err)
		}
		if diff := cmp.Diff(map[string]string{"k": "v", "l": "w"}, pairs(t, db)); diff != "" {
			t.Errorf("%s: (-want +got):\n%s", test.name, diff)
		}
	}
}

// Where the files could not be swapped nobody knows which of the two a crash
// would leave, so nothing is acknowledged any more.
func TestCompactThatCannotSwap(t *testing.T) {
	db := newDB(t, Options{})
	save(t, db, "k", "v")
	db.room = func() (int64, error) { return 1 << 40, removeAny(db.path + compactSuffix) }
	if _, _, err := db.Compact(t.Context()); !errors.Is(err, kv.ErrFailed) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Compact = %v, want ErrFailed and the cause", err)
	}
	if err := db.Update(t.Context(), putter("k")); !errors.Is(err, kv.ErrFailed) {
		t.Errorf("Update = %v, want ErrFailed", err)
	}
}

func TestCompactClosed(t *testing.T) {
	db := newDB(t, Options{})
	compacting := make(chan error, 1)
	var once sync.Once
	begun := make(chan struct{})
	db.room = func() (int64, error) { once.Do(func() { close(begun) }); return 1 << 40, nil }
	go func() {
		for {
			if _, _, err := db.Compact(t.Context()); err != nil {
				compacting <- err
				return
			}
		}
	}()
	<-begun
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	if err := <-compacting; !errors.Is(err, kv.ErrClosed) {
		t.Errorf("Compact while Close = %v, want ErrClosed", err)
	}
}
