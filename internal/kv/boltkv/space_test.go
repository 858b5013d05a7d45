package boltkv

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"ab325/internal/kv"
)

// Changes stop while there is room left, those that may use the reserve later,
// and what only reads never does.
func TestFull(t *testing.T) {
	const reserve = 8 << 20
	db := newDB(t, Options{Reserve: reserve})
	save(t, db, "k", "v")
	plain, kept := t.Context(), kv.WithReserve(t.Context())
	put := func(size int) func(kv.Tx) error {
		return func(tx kv.Tx) error { return tx.Put([]byte("k"), make([]byte, size)) }
	}
	read := func(tx kv.Tx) error { _, err := tx.Get([]byte("k")); return err }
	ignore := func(tx kv.Tx) error { _ = tx.Delete([]byte("k")); return nil }
	for _, test := range []struct {
		name string
		room int64
		ctx  context.Context
		fn   func(kv.Tx) error
		full bool
	}{
		{"plenty", 2 * reserve, plain, put(1000), false},
		{"plenty, but not for this", 2 * reserve, plain, put(reserve), true},
		{"the reserve", reserve, plain, put(0), true},
		{"the reserve, which this may use", reserve, kept, put(0), false},
		{"a quarter of it", reserve / 4, kept, put(0), true},
		{"nothing", 0, plain, put(0), true},
		{"nothing, and this only reads", 0, plain, read, false},
		{"nothing, and this hides it", 0, plain, ignore, true},
	} {
		db.room = func() (int64, error) { return test.room, nil }
		if err := db.Update(test.ctx, test.fn); errors.Is(err, kv.ErrFull) != test.full || err != nil && !test.full {
			t.Errorf("%s: Update = %v, want ErrFull: %t", test.name, err, test.full)
		}
		if !has(t, db, "k") || db.Err() != nil {
			t.Errorf("%s: the database lost the key or failed: %v", test.name, db.Err())
		}
	}
	for room, full := range map[int64]bool{2 * reserve: false, reserve - 1: true} {
		db.room = func() (int64, error) { return room, nil }
		if err := db.Space(); errors.Is(err, kv.ErrFull) != full {
			t.Errorf("Space with room for %d = %v, want ErrFull: %t", room, err, full)
		}
	}
}

// One whose change is too big does not take the others of its group with it.
func TestFullForOneOfMany(t *testing.T) {
	db := newDB(t, Options{Reserve: 1 << 20})
	db.room = func() (int64, error) { return 4 << 20, nil }
	inside, let := make(chan struct{}, 2), make(chan struct{})
	first := make(chan error, 1)
	go func() {
		first <- db.Update(t.Context(), func(tx kv.Tx) error {
			inside <- struct{}{} // for a second time once it runs without the big one
			<-let
			return tx.Put([]byte("first"), nil)
		})
	}()
	<-inside
	big := queue(t, db, 0, func(tx kv.Tx) error { return tx.Put([]byte("big"), make([]byte, 4<<20)) })
	var all sync.WaitGroup
	for i := range 20 {
		small := queue(t, db, i+1, putter(fmt.Sprint("small", i)))
		all.Go(func() {
			if err := <-small; err != nil {
				t.Errorf("a small change: %v", err)
			}
		})
	}
	close(let)
	if err := <-first; err != nil {
		t.Errorf("the first change: %v", err)
	}
	if err := <-big; !errors.Is(err, kv.ErrFull) {
		t.Errorf("the big change: %v, want ErrFull", err)
	}
	all.Wait()
	if has(t, db, "big") || !has(t, db, "small19") {
		t.Error("the small changes were to be kept, the big one not")
	}
}

// Whoever cannot see how much room is left must not trust the disk.
func TestRoomUnknown(t *testing.T) {
	db := newDB(t, Options{})
	broken := errors.New("input/output error")
	db.room = func() (int64, error) { return 0, broken }
	if err := db.Update(t.Context(), putter("k")); !errors.Is(err, kv.ErrFailed) || !errors.Is(err, broken) {
		t.Errorf("Update = %v, want ErrFailed and the cause", err)
	}
}

func TestRoom(t *testing.T) {
	db := newDB(t, Options{})
	if n, err := room(db.path); n <= 0 || err != nil {
		t.Errorf("room = %d, %v, want what is left", n, err)
	}
	if n, err := room("/nowhere/at/all"); err == nil {
		t.Errorf("room of a missing folder = %d, want an error", n)
	}
}
