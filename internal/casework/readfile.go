package casework

import (
	"context"
	"maps"
	"slices"

	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/form"
	"ab325/internal/pdf/read"
	"ab325/internal/store"
)

// FileRead says what became of a form that was filled in elsewhere. Each field
// that was read is in one of the three.
type FileRead struct {
	Filled int // the reader's own, which stand on Blad 1 now
	Differ int // the reader's own, which say something else already
	Others int // the other party's, who is shown what the file says
}

// ReadFile takes into Blad 1 what was filled in on our form on a computer. The
// file is not kept. What is wrong with it is said at "attachment"; what is
// wrong with a value is said at its field, as if it had been typed.
func (s *Service) ReadFile(ctx context.Context, who auth.Actor, id string, file []byte) (FileRead, error) {
	edition, err := s.mayRead(ctx, who, id)
	if err != nil { // before the file is opened
		return FileRead{}, s.logRefusal(ctx, who, id, "read-file", err)
	}
	fields, err := s.PDFs.Form(ctx, file)
	if err != nil {
		return FileRead{}, atFile(err)
	}
	_, values, err := read.Ours([]*form.Definition{edition.Form}, fields)
	if err != nil {
		return FileRead{}, atFile(err)
	}
	changes := readChanges(edition, values)
	if err := endless(edition, changes); err != nil {
		return FileRead{}, atFile(err)
	}
	changes, _ = s.normal(edition, changes)
	return s.takeFile(ctx, who, id, changes)
}

// mayRead returns the edition of Blad 1, if who may write on it now.
func (s *Service) mayRead(ctx context.Context, who auth.Actor, id string) (e Edition, err error) {
	err = s.Store.View(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(id)
		if err != nil {
			return err
		}
		if err := who.AllowFill(c); err != nil {
			return err
		}
		if err := tx.Fresh(); err != nil {
			return err
		}
		if e, err = s.edition(c.Edition); err != nil {
			return err
		}
		_, err = c.Take(e.Form, nil, s.by(who)) // tried on a copy that is not saved
		return err
	})
	return e, err
}

// readChanges returns what a file says of fields that are taken from one.
func readChanges(e Edition, values form.Values) (changes []flexjob.Change) {
	for _, id := range slices.Sorted(maps.Keys(values)) {
		if f, ok := e.Form.Field(id); ok && flexjob.Readable(f) {
			changes = append(changes, flexjob.Change{Field: id, New: values[id]})
		}
	}
	return changes
}

// takeFile saves what was read.
func (s *Service) takeFile(ctx context.Context, who auth.Actor, id string, changes []flexjob.Change) (became FileRead, err error) {
	var changed *flexjob.Case
	err = s.Store.Update(ctx, func(tx *store.Tx) error {
		became = FileRead{}
		c, err := tx.Case(id)
		if err != nil {
			return err
		}
		if err := who.AllowFill(c); err != nil {
			return err
		}
		e, err := s.edition(c.Edition)
		if err != nil {
			return err
		}
		values := form.Values{}
		for _, ch := range changes {
			values[ch.Field] = ch.New
		}
		if _, err = c.Take(e.Form, values, s.by(who)); err != nil {
			return err
		}
		became.count(who, c, e.Form)
		changed = c
		return s.put(tx, c, s.entry(who, "read-file", id, "blad1"))
	})
	if err == nil {
		s.listed(changed)
	}
	return became, s.logRefusal(ctx, who, id, "read-file", err)
}

// count counts the fields of c that were read.
func (r *FileRead) count(who auth.Actor, c *flexjob.Case, def *form.Definition) {
	for id, reading := range c.Read {
		f, ok := def.Field(id)
		switch {
		case !ok || !f.FilledBy(who.Party.Filler()):
			r.Others++
		case c.Blad1[id].Value == reading.Value:
			r.Filled++
		default:
			r.Differ++
		}
	}
}
