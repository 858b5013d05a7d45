package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"ab325/internal/audit"
	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/form"
	"ab325/internal/ident"
	"ab325/internal/kv"
	"ab325/internal/store"
)

// benchHome is the municipality of the invented cases, and benchWorker a member
// of its staff.
const (
	benchHome   = "0492"
	benchWorker = "worker-0"
)

func benchActor() auth.Actor {
	return auth.Actor{Provider: auth.StaffAccount, Subject: benchWorker, Roles: []auth.Role{auth.Caseworker}, Municipality: benchHome}
}

// fillCases makes a data folder with n invented cases, whose entries in the log
// have their numbers. They are put by the store as always, but into a staging,
// whose pairs then go into the file in the order of their keys.
func fillCases(b testing.TB, dir string, n int) {
	b.Helper()
	op, err := openData(dir, world(), true)
	if err != nil {
		b.Fatal(err)
	}
	err = stageCases(b.Context(), op, b.TempDir(), n, op.now(), 500_000)
	if err := errors.Join(err, op.checkpoint(b.Context()), op.close()); err != nil {
		b.Fatal(err)
	}
}

// stageCases puts n invented cases into the operator's data by way of a folder,
// with at most about so many changes in memory.
func stageCases(ctx context.Context, op *operator, dir string, n int, now time.Time, changes int) (err error) {
	if err := op.store.Vault.Grow(uint64(n) + 1); err != nil { // at once, not 256 at a time
		return err
	}
	staged, err := newStaging(ctx, dir, op.db)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, staged.Close()) }()
	options := op.store.Options
	options.DB = staged
	s, err := store.New(options)
	if err != nil {
		return err
	}
	for i := 0; i < n; {
		if i, err = putCases(ctx, s, i, n, now); err != nil {
			return err
		}
		if staged.changes() < changes && i < n {
			continue
		}
		if _, err := s.Number(ctx, n); err != nil {
			return err
		}
		staged.rotate()
	}
	return pour(ctx, staged, op.db)
}

// putCases saves some of n invented cases from one on, in one transaction, and
// returns which is next.
func putCases(ctx context.Context, s *store.Store, from, n int, now time.Time) (next int, err error) {
	next = min(from+100, n)
	return next, s.Update(ctx, func(tx *store.Tx) error {
		for i := from; i < next; i++ {
			if err := putCase(tx, i, n, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// putCase saves the i-th of n invented cases, after those before it.
func putCase(tx *store.Tx, i, n int, now time.Time) error {
	c := inventedCase(i, n, now)
	if number, err := tx.NextNumber(2026); err != nil {
		return err
	} else if number != c.Number {
		return fmt.Errorf("case %s gets number %s", c.Number, number)
	}
	return tx.PutCase(c, audit.Entry{At: c.Created.At, Actor: "bench", Action: "bench", Result: "ok"})
}

// pour puts all that is staged into a database.
func pour(ctx context.Context, from *staging, to kv.DB) error {
	const most = 8 << 20 // bytes in a transaction
	chunks := make(chan []kv.Pair, 1)
	go func() {
		defer close(chunks)
		var chunk []kv.Pair
		size := 0
		for p := range from.all() {
			if chunk, size = append(chunk, p), size+len(p.Key)+len(p.Value); size >= most {
				chunks <- chunk
				chunk, size = nil, 0
			}
		}
		chunks <- chunk
	}()
	var err error
	for chunk := range chunks {
		if err != nil {
			continue
		}
		err = to.Update(ctx, func(tx kv.Tx) error {
			for _, p := range chunk {
				if err := tx.Put(p.Key, p.Value); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return err
}

// inventedCase is the i-th of n cases, spread over statuses, caseworkers and
// dates. Its number and its CPR number are its own; its company's CVR number
// has twenty cases.
func inventedCase(i, n int, now time.Time) *flexjob.Case {
	today := ident.DateOf(now)
	received := today.AddDays(-(i * 7) % 60)
	begun := now.AddDate(0, 0, -90).Truncate(time.Second).Add(time.Duration(i) * (80 * 24 * time.Hour / time.Duration(n))) // one after the other
	by := flexjob.By{Party: flexjob.Employee, Actor: "bench", Assurance: flexjob.ByLink, At: begun}
	sheet := flexjob.Sheet{}
	for field, v := range map[string]string{
		"employee.name": inventedName(i), "employee.cpr": inventedCPR(i), "job.title": "Gartner",
		"job.startDate": today.AddDays(i*7919%900 - 300).String(), "company.name": inventedName(i/20) + " ApS", "company.cvr": inventedCVR(i, n),
		"job.description": strings.Repeat("Luger og vander i væksthuset. ", 5),
	} {
		sheet[field] = flexjob.Entry{Value: v, By: by}
	}
	c := &flexjob.Case{
		ID: fmt.Sprintf("%032x", i+1), Number: fmt.Sprintf("2026-%06d", i+1), Revision: 1, Edition: "ab325/2020-03", Municipality: benchHome, Created: by, Blad1: sheet,
		Signatures: []flexjob.Signature{{By: by, Name: "Åse", Date: received, Values: form.Values{}}},
		Receipts:   []flexjob.Receipt{{Municipality: benchHome, By: by, On: received, Expected: received.AddDays(21)}},
	}
	if owner := i / 20 % 4; owner < 2 {
		c.Assignee = benchWorker
	} else if owner == 2 {
		c.Assignee = fmt.Sprintf("worker-%d", 1+i%50)
	}
	advance(c, i%20, by)
	return c
}

// advance brings a case that was received to where it stands.
func advance(c *flexjob.Case, stage int, by flexjob.By) {
	blad2 := flexjob.Blad2{ID: "b", Edition: c.Edition, Started: by, Values: flexjob.Sheet{"case.externalRef": {Value: "REF-" + c.Number}}}
	switch {
	case stage < 5: // received
	case stage < 9: // being assessed
		c.Blad2s = []flexjob.Blad2{blad2}
	case stage < 11: // sent back
		c.Returns = []flexjob.Return{{By: by}}
	case stage < 15: // issued
		blad2.Issue = &flexjob.Issue{By: by, Date: c.Receipts[0].On}
		c.Blad2s = []flexjob.Blad2{blad2}
	default:
		c.End = &flexjob.End{Kind: flexjob.EndClosed, By: by}
	}
}

func inventedName(i int) string {
	first := []string{"Anne", "Åse", "Bo", "Søren", "Mette", "Jørgen", "Fatima", "Aage", "Christian", "Birgitte", "Karl", "Ulla", "Peter Emil"}
	last := []string{"Jensen", "Sørensen", "Møller", "Bæk", "Ærø", "Kaarsen", "Østergård", "Holm", "Christensen", "Nguyen", "Lund Petersen"}
	return first[i%len(first)] + " " + last[i/len(first)%len(last)]
}

// inventedCPR is a CPR number that is nobody's: its day is sixty too many.
func inventedCPR(i int) string {
	return fmt.Sprintf("%02d%02d%02d-%04d", 61+i%28, 1+i/28%12, i/336%100, 1000+i/33600)
}

// inventedCVR is a CVR number that nobody has: one that twenty of n cases
// share, or one of the rest.
func inventedCVR(i, n int) string {
	if i%(n/20) == 0 {
		return "99990007"
	}
	return "99999993"
}
