package casework

import (
	"context"
	"time"

	"ab325/internal/audit"
	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// An ExtractLine is an entry of the log as the person reads it whose case it
// is about. Which unit it was stands there, and never which member of staff.
type ExtractLine struct {
	At      time.Time
	Side    flexjob.Party
	Unit    string // the authority's name; "" of others than staff
	Action  string // the log's word for what was done
	Purpose string // the log's word for why
	Result  string // the log's word for how it went
}

// An Extract is what the log has on one case, latest first.
type Extract struct {
	Number string // of the case
	At     time.Time
	Lines  []ExtractLine
	Next   audit.ID // where the next page begins; zero: nothing older follows
}

// Extract returns the entries of the log about the employee's own case that
// stand before a place, at most so many; the zero place is behind the last, and
// a limit of 0 is none. Reading them is an entry itself.
//
// R27: «Du har ret til at vide, hvilke oplysninger kommunen har om dig»
func (s *Service) Extract(ctx context.Context, who auth.Actor, id string, before audit.ID, limit int) (Extract, error) {
	look := func(tx *store.Tx) (*flexjob.Case, error) {
		c, err := tx.Case(id)
		if err != nil {
			return nil, err
		}
		if err := who.Open(c); err != nil {
			return nil, err
		}
		if !who.Sees(auth.FactLog) {
			return nil, problem.New(problem.Forbidden, "Kun den ansatte kan se, hvem der har set oplysningerne i sagen.")
		}
		return c, nil
	}
	err := s.Store.Look(ctx, func(tx *store.Tx) error {
		if _, err := look(tx); err != nil {
			return err
		}
		return tx.Log(s.entry(who, "read-own-log", id, ""))
	})
	if err != nil {
		return Extract{}, s.logRefusal(ctx, who, id, "read-own-log", err)
	}
	var x Extract
	err = s.Store.View(ctx, func(tx *store.Tx) error { // a long log keeps nobody from writing
		c, err := look(tx)
		if err != nil {
			return err
		}
		x, err = s.extract(tx, c, before, limit)
		return err
	})
	return x, err
}

func (s *Service) extract(tx *store.Tx, c *flexjob.Case, before audit.ID, limit int) (Extract, error) {
	x := Extract{Number: c.Number, At: s.Now()}
	var last audit.ID
	for e, err := range tx.AuditOfBack(c.ID, before) {
		if err != nil {
			return Extract{}, err
		}
		if limit > 0 && len(x.Lines) == limit {
			x.Next = last
			break
		}
		last = e.ID
		line := ExtractLine{At: e.At, Side: flexjob.Party(e.Role), Action: e.Action, Purpose: e.Purpose, Result: e.Result}
		if line.Side == flexjob.Jobcenter {
			line.Unit = s.Authority(e.Unit)
		}
		x.Lines = append(x.Lines, line)
	}
	return x, nil
}
