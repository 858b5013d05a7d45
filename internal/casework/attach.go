package casework

import (
	"bytes"
	"context"
	"crypto/sha256"

	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/form"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// MaxAttachment is the size that an attachment may have, in bytes.
const MaxAttachment = 10 << 20

// Attach keeps a PDF that describes the job. The file is on disk before the
// case refers to it.
func (s *Service) Attach(ctx context.Context, who auth.Actor, id, name string, data []byte) error {
	if err := checkPDF(data); err != nil {
		return err
	}
	attachment, err := s.newID()
	if err != nil {
		return err
	}
	if err := s.mayAttach(ctx, who, id); err != nil { // before anything is written
		return s.logRefusal(ctx, who, id, string(flexjob.AttachName), err)
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

// checkPDF refuses what is plainly no PDF that can be kept. It is not opened.
func checkPDF(data []byte) error {
	text := ""
	switch {
	case len(data) == 0:
		text = "Den valgte fil er tom"
	case len(data) > MaxAttachment:
		return &problem.Error{Kind: problem.TooLarge, Detail: "Filens størrelse skal være under 10 MB",
			Fields: []problem.Field{{ID: "attachment", Text: "Filens størrelse skal være under 10 MB"}}}
	case !bytes.HasPrefix(data, []byte("%PDF-")):
		text = "Den valgte fil skal være af typen PDF"
	default:
		return nil
	}
	return &problem.Error{Kind: problem.Invalid, Detail: text, Fields: []problem.Field{{ID: "attachment", Text: text}}}
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
