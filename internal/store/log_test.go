package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ab325/internal/audit"
	"ab325/internal/flexjob"
	"ab325/internal/kv"
	"ab325/internal/kv/boltkv"
)

// whyAt returns an audit entry of another moment.
func whyAt(action string, after time.Duration) audit.Entry {
	e := why(action)
	e.At = e.At.Add(after)
	return e
}

func actions(t *testing.T, entries iter.Seq2[Logged, error]) (list []string) {
	t.Helper()
	for e, err := range entries {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, fmt.Sprint(e.Action, " ", e.Case))
	}
	return list
}

// ids returns the ids of all entries, in order.
func ids(t *testing.T, s *Store) (list []audit.ID) {
	t.Helper()
	doView(t, s, func(tx *Tx) error {
		for e, err := range tx.Audit(audit.ID{}) {
			if err != nil {
				return err
			}
			list = append(list, e.ID)
		}
		return nil
	})
	return list
}

// Entries are read in the order of time; those of one moment, in theirs.
func TestAudit(t *testing.T) {
	s := mem(t)
	create(t, s, aCase("c1", "2026-000001"))
	create(t, s, aCase("c10", "2026-000010")) // begins as c1 does
	save(t, s, "c1", func(*flexjob.Case) {})
	doUpdate(t, s, func(tx *Tx) error { return tx.Log(whyAt("search", time.Nanosecond)) })
	doUpdate(t, s, func(tx *Tx) error { return tx.Log(whyAt("late", -time.Hour)) })
	id := ids(t, s)
	doView(t, s, func(tx *Tx) error {
		for _, test := range []struct {
			name    string
			entries iter.Seq2[Logged, error]
			want    []string
		}{
			{"Audit of all", tx.Audit(audit.ID{}), []string{"late ", "start c1", "start c10", "fill c1", "search "}},
			{"Audit from the fourth", tx.Audit(id[3]), []string{"fill c1", "search "}},
			{"Audit behind the last", tx.Audit(id[4].Next()), nil},
			{"AuditBack of all", tx.AuditBack(audit.ID{}), []string{"search ", "fill c1", "start c10", "start c1", "late "}},
			{"AuditBack from the third", tx.AuditBack(id[2]), []string{"start c1", "late "}},
			{"AuditBack from the first", tx.AuditBack(id[0]), nil},
			{"AuditOf(c1)", tx.AuditOf("c1"), []string{"start c1", "fill c1"}},
			{"AuditOf(c2)", tx.AuditOf("c2"), nil},
			{"AuditOfBack(c1)", tx.AuditOfBack("c1", audit.ID{}), []string{"fill c1", "start c1"}},
			{"AuditOfBack(c1) from the fourth", tx.AuditOfBack("c1", id[3]), []string{"start c1"}},
		} {
			if got := actions(t, test.entries); !slices.Equal(got, test.want) {
				t.Errorf("%s = %q, want %q", test.name, got, test.want)
			}
		}
		for range tx.AuditOf("c1") {
			break // AuditOf must stop here
		}
		return nil
	})
}

// A case with more entries than are read at once has each of them once.
func TestAuditOfMany(t *testing.T) {
	s := mem(t)
	var want []string
	for i := range 2*loggedAtOnce + 3 {
		e := whyAt(fmt.Sprint("a", i), time.Duration(i))
		e.Case = "c1"
		doUpdate(t, s, func(tx *Tx) error { return tx.Log(e) })
		want = append(want, e.Action+" c1")
	}
	doView(t, s, func(tx *Tx) error {
		if got := actions(t, tx.AuditOf("c1")); !slices.Equal(got, want) {
			t.Errorf("AuditOf = %q, want %q", got, want)
		}
		slices.Reverse(want)
		if got := actions(t, tx.AuditOfBack("c1", audit.ID{})); !slices.Equal(got, want) {
			t.Errorf("AuditOfBack = %q, want %q", got, want)
		}
		n := 0
		for range tx.AuditOf("c1") {
			if n++; n == 5 {
				break
			}
		}
		return nil
	})
}

// An entry has no number at first, and the next one when the job has run; to
// run it again changes nothing.
func TestNumber(t *testing.T) {
	s := mem(t)
	const n = 600
	for i := range n {
		doUpdate(t, s, func(tx *Tx) error { return tx.Log(whyAt("open", time.Duration(i)*time.Second)) })
	}
	all := ids(t, s)
	numbers := func() (list []uint64) {
		doView(t, s, func(tx *Tx) (err error) {
			list, err = tx.LogNumbers(all)
			return err
		})
		return list
	}
	if got := numbers(); slices.Max(got) != 0 {
		t.Errorf("numbers before there are any: %v", got)
	}
	for _, want := range []int{250, 250, 100, 0, 0} {
		if got, err := s.Number(t.Context(), 250); got != want || err != nil {
			t.Errorf("Number(250) = %d, %v, want %d", got, err, want)
		}
	}
	for i, got := range numbers() {
		if got != uint64(i)+1 {
			t.Fatalf("entry %d has number %d", i+1, got)
		}
	}
	doUpdate(t, s, func(tx *Tx) error { return tx.Log(why("late")) }) // of the first one's time
	if got, err := s.Number(t.Context(), 250); got != 1 || err != nil {
		t.Errorf("Number = %d, %v, want 1", got, err)
	}
	if report, err := s.VerifyLog(t.Context()); err != nil || report.Entries != n+1 {
		t.Errorf("VerifyLog = %+v, %v", report, err)
	}
}

// The log of a case that is erased says that there were entries, when, and who
// erased them; and it is still whole.
func TestEraseLog(t *testing.T) {
	s := mem(t)
	for i, e := range []struct{ action, of string }{{"start", "c1"}, {"start", "c2"}, {"fill", "c1"}, {"search", ""}, {"open", "c1"}} {
		doUpdate(t, s, func(tx *Tx) error {
			entry := whyAt(e.action, time.Duration(i)*time.Hour)
			entry.Case, entry.Object = e.of, "secret-object"
			return tx.Log(entry)
		})
		if i == 2 {
			number(t, s)
		}
	}
	erase := func(after time.Duration) {
		doUpdate(t, s, func(tx *Tx) error { return tx.eraseLog("c1", whyAt("gone", after)) })
	}
	erase(-time.Hour) // by a clock that was set back, so that time alone would put it first
	verifies := func(want audit.Report) {
		t.Helper()
		if got, err := s.VerifyLog(t.Context()); got != want || err != nil {
			t.Errorf("VerifyLog = %+v, %v, want %+v", got, err, want)
		}
	}
	verifies(audit.Report{Entries: 3, Pending: 3, Erased: 3})
	number(t, s)
	verifies(audit.Report{Entries: 6, Erased: 3})
	erase(9 * time.Hour) // again, as after a restore
	number(t, s)
	verifies(audit.Report{Entries: 7, Erased: 3})

	doView(t, s, func(tx *Tx) error {
		var erasing audit.ID
		var left int
		for e, err := range tx.AuditOf("c1") {
			switch {
			case err != nil:
				return err
			case e.ErasedBy.IsZero():
				left++
				if e.Action != audit.Erased {
					t.Errorf("what is left of c1: %+v", e)
				}
				if erasing.IsZero() {
					erasing = e.ID
				}
			case e.Actor+e.Action+e.Object != "" || e.Case != "c1" || e.At.IsZero():
				t.Errorf("an erased entry: %+v", e)
			}
		}
		for e := range tx.AuditOf("c1") {
			if !e.ErasedBy.IsZero() && e.ErasedBy != erasing {
				t.Errorf("entry %s is erased by %s, want %s", e.ID, e.ErasedBy, erasing)
			}
		}
		if left != 2 {
			t.Errorf("%d entries of c1 are left, want the two erasures", left)
		}
		return nil
	})
}

// number gives every entry its number.
func number(t testing.TB, s *Store) {
	t.Helper()
	for {
		n, err := s.Number(t.Context(), 1000)
		if err != nil {
			t.Fatal(err)
		}
		if n < 1000 {
			return
		}
	}
}

// Numbers are given while others save, by several at once, and in the end every
// entry has one of its own.
func TestNumberBesideSaves(t *testing.T) {
	db, err := boltkv.Open(filepath.Join(t.TempDir(), "ab325.db"), boltkv.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s := on(t, db)
	const writers, each = 4, 100
	var saving, numbering sync.WaitGroup
	saved := make(chan struct{})
	for w := range writers {
		saving.Go(func() {
			for i := range each {
				e := whyAt("open", time.Duration(i)*time.Second)
				e.Case = fmt.Sprint("c", w)
				if err := s.Update(t.Context(), func(tx *Tx) error { return tx.Log(e) }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 2 {
		numbering.Go(func() {
			for done := false; !done; {
				select {
				case <-saved:
					done = true
				default:
				}
				if _, err := s.Number(t.Context(), 7); err != nil {
					t.Error(err)
				}
				if _, err := s.Checkpoint(t.Context(), now); err != nil {
					t.Error(err)
				}
			}
		})
	}
	saving.Wait()
	close(saved)
	numbering.Wait()
	number(t, s)
	if report, err := s.VerifyLog(t.Context()); err != nil || report.Entries != writers*each || report.Pending != 0 {
		t.Errorf("VerifyLog = %+v, %v, want %d entries", report, err, writers*each)
	}
}

// failing is a database whose transactions fail at a write, as if the process
// had ended there.
type failing struct {
	kv.DB
	left int // writes that go well
}

var errPower = errors.New("the power went")

func (f *failing) Update(ctx context.Context, fn func(kv.Tx) error) error {
	return f.DB.Update(ctx, func(tx kv.Tx) error { return fn(failingTx{tx, &f.left}) })
}

type failingTx struct {
	kv.Tx
	left *int
}

func (f failingTx) Put(key, value []byte) error {
	if *f.left--; *f.left < 0 {
		return errPower
	}
	return f.Tx.Put(key, value)
}

// Wherever numbering is broken off, it goes on to the same tree.
func TestNumberBrokenOff(t *testing.T) {
	whole, db := logOf(t, 0)
	write(t, whole, 0, 20)
	before := pairsOf(t, db)
	number(t, whole)
	after := pairsOf(t, db)
	for writes := range 21 {
		db := restore(t, before)
		if _, err := again(t, whole, &failing{db, writes}).Number(t.Context(), 1000); !errors.Is(err, errPower) {
			t.Fatalf("Number that fails at write %d = %v, want %v", writes+1, err, errPower)
		}
		s := again(t, whole, db)
		if n, err := s.Number(t.Context(), 1000); n != 20 || err != nil {
			t.Errorf("Number after a failure at write %d = %d, %v, want 20", writes+1, n, err)
		}
		if diff := cmp.Diff(after, pairsOf(t, db)); diff != "" {
			t.Errorf("after a failure at write %d (-want +got):\n%s", writes+1, diff)
		}
	}
}
