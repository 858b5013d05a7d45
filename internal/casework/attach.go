package casework

import (
	"context"
	"crypto/sha256"

	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/form"
	"ab325/internal/pdf/read"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// MaxAttachment is the size that an attachment may have, in bytes.
const MaxAttachment = read.MaxSize

// Attach keeps a PDF that describes the job, if it is fit to be handed on to
// those who read the case: what is wrong with it is said at "attachment". The
// file is on disk before the case refers to it.
func (s *Service) Attach(ctx context.Context, who auth.Actor, id, name string, data []byte) error {
	if err := s.mayAttach(ctx, who, id); err != nil { // before the file is opened
		return s.logRefusal(ctx, who, id, string(flexjob.AttachName), err)
	}
	if err := s.PDFs.Inspect(ctx, data); err != nil {
		return atFile(err)
	}
	attachment, err := s.newID()
	if err != nil {
		return err
	}
	file, err := s.Store.WriteFile(ctx, id, data)
	if err != nil {
		return err
	}
	a := flexjob.Attachment{ID: attachment, File: file, Hash: sha256.Sum256(data), Size: len(data), Name: shortName(name)}
	return s.Do(ctx, who, id, Any, flexjob.Attach{Attachment: a})
}

func (s *Service) mayAttach(ctx context.Context, who auth.Actor, id string) error {
	return s.Store.View(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(id)
		if err != nil {
			return err
		}
		if err := who.Allow(flexjob.AttachName, c); err != nil {
			return err
		}
		if err := tx.Fresh(); err != nil {
			return err
		}
		return c.Do(flexjob.Attach{}, s.by(who)) // tried on a copy that is not saved
	})
}

// atFile returns a problem with a file as one at its input.
func atFile(err error) error {
	p, ok := problem.As(err)
	if !ok {
		return err
	}
	at := *p
	at.Fields = []problem.Field{{ID: "attachment", Text: p.Detail}}
	return &at
}

// shortName returns a name of at most 100 characters on one line.
func shortName(name string) string {
	r := []rune(form.Clean(form.Text, name))
	const most = 100
	if len(r) > most {
		r = append(r[:most-1], '…')
	}
	return string(r)
}
