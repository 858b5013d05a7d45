package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"ab325/internal/flexjob"
	"ab325/internal/kv"
	"ab325/internal/kv/boltkv"
	"ab325/internal/problem"
)

var once = [16]byte{1, 2, 3}

// retitle changes a case's title, with the context of a request.
func retitle(ctx context.Context, s *Store, title string) error {
	return s.Update(ctx, func(tx *Tx) error {
		c, err := tx.Case("c1")
		if err != nil {
			return err
		}
		c.Blad1["job.title"] = flexjob.Entry{Value: title}
		c.Revision++
		return tx.PutCase(c, why("fill"), Message{Kind: "news"})
	})
}

// left is what a case, its log and its messages are like.
func left(t *testing.T, s *Store) string {
	t.Helper()
	var out string
	doView(t, s, func(tx *Tx) error {
		c, err := tx.Case("c1")
		if err != nil {
			return err
		}
		entries, messages := 0, 0
		for range tx.AuditOf("c1") {
			entries++
		}
		for range tx.Messages() {
			messages++
		}
		out = fmt.Sprintf("%s, revision %d, %d entries, %d messages", c.Blad1["job.title"].Value, c.Revision, entries, messages)
		return nil
	})
	return out
}

// A request changes something once, also after a restart; one of its own may
// change several things.
func TestOnce(t *testing.T) {
	db := kv.Mem()
	s := on(t, db)
	create(t, s, aCase("c1", "2026-000001"))
	request := Once(t.Context(), now, once)
	if Claimed(request) {
		t.Error("claimed before anything was changed")
	}
	for _, title := range []string{"Gartner", "Altmuligmand"} {
		if err := retitle(request, s, title); err != nil {
			t.Fatalf("%s: %v", title, err)
		}
	}
	if !Claimed(request) {
		t.Error("not claimed after a change")
	}
	want := left(t, s)
	for _, again := range []*Store{s, again(t, s, db)} {
		if err := retitle(Once(t.Context(), now, once), again, "Pedel"); !errors.Is(err, ErrRepeated) {
			t.Errorf("the same request once more: %v, want ErrRepeated", err)
		}
	}
	if got := left(t, s); got != want {
		t.Errorf("after the repetition %s, want %s", got, want)
	}
	for name, other := range map[string]context.Context{
		"another id": Once(t.Context(), now, [16]byte{9}), "made in another hour": Once(t.Context(), now.Add(time.Hour), once), "without one": t.Context(),
	} {
		if err := retitle(other, s, name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What came to nothing claims nothing, and what is no change may be repeated.
func TestOnceAfterNothing(t *testing.T) {
	s := mem(t)
	create(t, s, aCase("c1", "2026-000001"))
	refused := problem.New(problem.Invalid, "nej")
	for range 2 {
		err := s.Update(Once(t.Context(), now, once), func(tx *Tx) error {
			if err := tx.PutLink(Link{ID: "l1", Case: "c1"}); err != nil {
				return err
			}
			return refused
		})
		if !errors.Is(err, refused) {
			t.Fatalf("refused: %v", err)
		}
		if err := s.Update(Once(t.Context(), now, once), func(tx *Tx) error {
			return errors.Join(tx.Log(why("open")), tx.PutSession(&Session{}), tx.PutParked(&Parked{ID: "p"}))
		}); err != nil {
			t.Fatalf("log, session and parked post: %v", err)
		}
	}
	if err := retitle(Once(t.Context(), now, once), s, "Gartner"); err != nil {
		t.Errorf("the first change: %v", err)
	}
	err := s.Update(Once(t.Context(), now, once), func(*Tx) error { return refused })
	if !errors.Is(err, ErrRepeated) {
		t.Errorf("what fails when repeated: %v, want ErrRepeated", err)
	}
	err = s.Update(Once(t.Context(), now, once), func(tx *Tx) error {
		_ = tx.PutLink(Link{ID: "l2", Case: "c1"}) // its error is lost
		return nil
	})
	doView(t, s, func(tx *Tx) error {
		if _, found := tx.Link("l2"); problem.Of(found) != problem.NotFound {
			t.Errorf("a repeated request that ignores its error kept a link (%v)", err)
		}
		return nil
	})
}

// Of the same request many times at once, one changes something.
func TestOnceAtOnce(t *testing.T) {
	db, err := boltkv.Open(filepath.Join(t.TempDir(), "ab325.db"), boltkv.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s := on(t, db)
	create(t, s, aCase("c1", "2026-000001"))
	want := "Gartner, revision 2, 2 entries, 1 messages"
	var all sync.WaitGroup
	errs := make(chan error, 16)
	for range cap(errs) {
		all.Go(func() { errs <- retitle(Once(t.Context(), now, once), s, "Gartner") })
	}
	all.Wait()
	done := 0
	for range cap(errs) {
		switch err := <-errs; {
		case err == nil:
			done++
		case !errors.Is(err, ErrRepeated):
			t.Errorf("at once: %v, want nil or ErrRepeated", err)
		}
	}
	if got := left(t, s); done != 1 || got != want {
		t.Errorf("%d were carried out, and left %s, want 1 and %s", done, got, want)
	}
}

// Old requests are forgotten by the hour, however many they are.
func TestForgetOnce(t *testing.T) {
	s := mem(t)
	create(t, s, aCase("c1", "2026-000001"))
	doUpdate(t, s, func(tx *Tx) error {
		for i := range 2500 {
			if err := tx.write(onceBefore(now.Add(-time.Hour)).Text(fmt.Sprint(i)), nil); err != nil {
				return err
			}
		}
		return nil
	})
	if err := retitle(Once(t.Context(), now, once), s, "Gartner"); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		before time.Time
		want   int
	}{{now.Add(-time.Hour), 2501}, {now, 1}, {now.Add(time.Hour), 0}} {
		if err := s.ForgetOnce(t.Context(), test.before); err != nil {
			t.Fatal(err)
		}
		got := 0
		doView(t, s, func(tx *Tx) error {
			for range tx.r.Scan(kv.Range(onceKeys.key())) {
				got++
			}
			return nil
		})
		if got != test.want {
			t.Errorf("ForgetOnce(%v) leaves %d, want %d", test.before, got, test.want)
		}
	}
}
