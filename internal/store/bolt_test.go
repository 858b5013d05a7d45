package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"ab325/internal/flexjob"
	"ab325/internal/form"
	"ab325/internal/kv"
	"ab325/internal/kv/boltkv"
)

// A whole case on bbolt, saved from many sides at once and read after a new
// start.
func TestBolt(t *testing.T) {
	dir := t.TempDir()
	path, o := filepath.Join(dir, "ab325.db"), parts(t, dir)
	db, err := boltkv.Open(path, boltkv.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	o.DB = db
	s := with(t, o)
	const cases, saves = 8, 5
	var wg sync.WaitGroup
	for i := range cases {
		wg.Go(func() {
			id := fmt.Sprintf("c%d", i)
			err := s.Update(context.Background(), func(tx *Tx) error {
				number, err := tx.NextNumber(2026)
				c := aCase(id, number) // anew at each call, as a function of Update must
				c.Revision = 1
				return errors.Join(err, tx.PutCase(c, why("start"), Message{Kind: "welcome"}))
			})
			if err != nil {
				t.Error(err)
			}
			for n := range saves {
				save(t, s, id, func(c *flexjob.Case) { set(c, form.Values{"job.title": fmt.Sprint(n)}) })
			}
		})
	}
	wg.Wait()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}

	db, err = boltkv.Open(path, boltkv.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	o.DB = db
	s = with(t, o)
	if report, err := s.VerifyLog(t.Context()); err != nil || report.Pending != cases*(1+saves) {
		t.Errorf("VerifyLog = %+v, %v, want %d entries", report, err, cases*(1+saves))
	}
	doView(t, s, func(tx *Tx) error {
		numbers := map[string]bool{}
		for row, err := range tx.Rows() {
			if err != nil {
				return err
			}
			numbers[row.Number] = true
			if row.Revision != 1+saves || row.JobTitle != fmt.Sprint(saves-1) {
				t.Errorf("case %s is at revision %d with title %q, want %d, %d", row.ID, row.Revision, row.JobTitle, 1+saves, saves-1)
			}
		}
		if len(numbers) != cases {
			t.Errorf("%d cases have %d numbers", cases, len(numbers))
		}
		ids, err := tx.Outbox(100)
		if len(ids) != cases {
			t.Errorf("the outbox has %d messages, want %d", len(ids), cases)
		}
		found, ferr := tx.Find(ByCPR, "610190-1234")
		if len(found) != cases {
			t.Errorf("Find = %q, want all", found)
		}
		return errors.Join(err, ferr)
	})
}

// bigCase returns a case as they are when somebody has filled them.
func bigCase() *flexjob.Case {
	c := aCase("c1", "2026-000001")
	for i := range 40 {
		set(c, form.Values{fmt.Sprintf("field.%d", i): "some text that somebody typed"})
	}
	return c
}

// BenchmarkSeal is what sealing and opening adds to saving a case once, as
// BenchmarkPutCase does: a case, its row, and the key from the vault.
func BenchmarkSeal(b *testing.B) {
	s := mem(b)
	c := bigCase()
	c.Revision = 1
	err := s.Update(b.Context(), func(tx *Tx) error { return tx.PutCase(c, why("start")) })
	if err != nil {
		b.Fatal(err)
	}
	var bodies [2][]byte
	keys := [2]kv.Key{caseKeys.text("c1"), rowKeys.text("c1")}
	chain := s.keychain()
	for i, k := range []kind{caseKind, rowKind} {
		record := pairOf(b, s.DB, keys[i])
		if _, bodies[i], err = chain.open(k, record, string(keys[i])); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		chain := s.keychain()
		for i, k := range []kind{caseKind, rowKind} {
			record, err := chain.seal(k, 1, 1, bodies[i], string(keys[i]))
			if err != nil {
				b.Fatal(err)
			}
			if _, _, err := chain.open(k, record, string(keys[i])); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// pairOf returns one value of a database.
func pairOf(t testing.TB, db kv.DB, key kv.Key) (value []byte) {
	t.Helper()
	err := db.View(context.Background(), func(r kv.Reader) (err error) {
		value, err = r.Get(key)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// BenchmarkPutCase is what saving a case costs beside the engine.
func BenchmarkPutCase(b *testing.B) {
	s, ctx := mem(b), context.Background()
	c := bigCase()
	for b.Loop() {
		err := s.Update(ctx, func(tx *Tx) error {
			if c.Revision > 0 {
				var err error
				if c, err = tx.Case("c1"); err != nil {
					return err
				}
			}
			c.Revision++
			return tx.PutCase(c, why("fill"))
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
