package casework

import (
	"context"
	"errors"
	"iter"
	"time"

	"ab325/internal/audit"
	"ab325/internal/auth"
	"ab325/internal/ident"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// A LogQuery says which entries of the audit log to list, latest first. What
// is zero asks for nothing.
type LogQuery struct {
	Number   string     // of a case
	From, To ident.Date // Danish days, both included
	Before   audit.ID   // only entries before this one: Next of the page before
	Limit    int        // at most so many; 50 if zero
}

// A LogLine is an entry with what names its case to people.
type LogLine struct {
	store.Logged
	Place  uint64 // in the tree, from 1; 0 in the first second
	Number string // of the case; "" where it is about none, or the case is gone
}

// A LogPage is one page of the log.
type LogPage struct {
	Lines []LogLine
	Next  audit.ID // where the next page begins; zero: nothing older follows
}

// maxLooked is how many entries of others a page is looked for among. Behind
// them it ends, however few it has: the next one looks on.
const maxLooked = 5000

// Log returns entries of the audit log that are of the auditor's municipality:
// made by its staff, or about a case that it has. An auditor of the whole
// installation sees all. Reading a page is an
// entry itself, which stands before the page.
func (s *Service) Log(ctx context.Context, who auth.Actor, q LogQuery) (LogPage, error) {
	if err := mayAudit(who); err != nil {
		return LogPage{}, s.logRefusal(ctx, who, "", "read-log", err)
	}
	r := reader{who: who, q: q, cases: map[string]store.Row{}}
	var page LogPage
	err := s.Store.View(ctx, func(tx *store.Tx) (err error) { // a long log keeps nobody from writing
		r.tx = tx
		if err := r.prepare(); err != nil {
			return err
		}
		page, err = r.read()
		return err
	})
	if err != nil {
		return LogPage{}, err
	}
	err = s.Store.Look(ctx, func(tx *store.Tx) error { return tx.Log(s.entry(who, "read-log", r.only, "")) })
	if err != nil {
		return LogPage{}, err
	}
	return page, nil
}

func mayAudit(who auth.Actor) error {
	if !who.Has(auth.Auditor) {
		return problem.New(problem.Forbidden, "Kun en revisor kan læse loggen. Spørg jeres administrator.")
	}
	return nil
}

// A reader reads a page of the log.
type reader struct {
	tx    *store.Tx
	who   auth.Actor
	q     LogQuery
	only  string               // id of the one case that is asked for; "" all
	none  bool                 // a case is asked for that there is not
	cases map[string]store.Row // that entries were about; empty: gone
	last  audit.ID             // the last entry that was looked at
}

func (r *reader) prepare() error {
	if r.q.Limit <= 0 {
		r.q.Limit = 50
	}
	if r.q.Number == "" {
		return nil
	}
	ids, err := r.tx.Find(store.ByNumber, r.q.Number)
	if err != nil || len(ids) == 0 {
		r.none = true
		return err
	}
	r.only = ids[0]
	return nil
}

func (r *reader) read() (page LogPage, err error) {
	if r.none {
		return page, nil
	}
	looked := 0
	for e, err := range r.entries() {
		if err != nil {
			return LogPage{}, err
		}
		if !r.q.From.IsZero() && ident.DateOf(e.ID.At()).Before(r.q.From) {
			break // entries are in the order of time
		}
		if len(page.Lines) == r.q.Limit || looked == maxLooked {
			page.Next = r.last
			break
		}
		looked++
		r.last = e.ID
		about, err := r.caseOf(e.Case)
		if err != nil {
			return LogPage{}, err
		}
		if mine := r.who.Municipality; mine != "" && e.Unit != mine && about.Municipality != mine {
			continue
		}
		page.Lines = append(page.Lines, LogLine{Logged: e, Number: about.Number})
	}
	return page, r.place(page.Lines)
}

// entries yields what may be on the page, latest first.
func (r *reader) entries() iter.Seq2[store.Logged, error] {
	before := r.q.Before
	if before.IsZero() && !r.q.To.IsZero() {
		d := r.q.To.AddDays(1)
		before = audit.NewID(time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, ident.Copenhagen()), 0)
	}
	if r.only != "" {
		return r.tx.AuditOfBack(r.only, before)
	}
	return r.tx.AuditBack(before)
}

// place fills in the places of the lines.
func (r *reader) place(lines []LogLine) error {
	ids := make([]audit.ID, len(lines))
	for i, l := range lines {
		ids[i] = l.ID
	}
	places, err := r.tx.LogNumbers(ids)
	if err != nil {
		return err
	}
	for i := range lines {
		lines[i].Place = places[i]
	}
	return nil
}

// caseOf returns the row of the case that an entry is about; an empty one
// where it is about none, or the case is gone.
func (r *reader) caseOf(id string) (store.Row, error) {
	if row, ok := r.cases[id]; ok || id == "" {
		return row, nil
	}
	rows, err := r.tx.RowsOf([]string{id})
	if err != nil {
		return store.Row{}, err
	}
	rows = append(rows, store.Row{})
	r.cases[id] = rows[0]
	return rows[0], nil
}

// A LogCheck is what became of checking the whole audit log.
type LogCheck struct {
	At      time.Time
	Entries int
	Broken  *audit.BrokenError // what is not in order; nil: all is
}

// CheckLog checks that no entry of the audit log has been changed, removed,
// moved or put in. It cannot see that entries of the last minute are missing at
// the end, which no checkpoint has yet. One check runs at a time, since each reads
// the whole log: while one does, it is a NotNow problem.
func (s *Service) CheckLog(ctx context.Context, who auth.Actor) (LogCheck, error) {
	if err := mayAudit(who); err != nil {
		return LogCheck{}, s.logRefusal(ctx, who, "", "check-log", err)
	}
	if !s.checking.TryLock() {
		return LogCheck{}, problem.New(problem.NotNow, "Loggen bliver kontrolleret lige nu. Åbn den igen om et øjeblik: så står resultatet der.")
	}
	defer s.checking.Unlock()
	check := LogCheck{At: s.Now()}
	report, err := s.Store.VerifyLog(ctx)
	if broken, ok := errors.AsType[*audit.BrokenError](err); ok {
		check.Broken, err = broken, nil
	}
	if err != nil {
		return LogCheck{}, err
	}
	check.Entries = int(report.Entries + report.Pending)
	return check, s.Store.Look(ctx, func(tx *store.Tx) error { return tx.Log(s.entry(who, "check-log", "", "")) })
}
