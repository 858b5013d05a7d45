package casework

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/pdf"
	"ab325/internal/pdf/read"
	"ab325/internal/pdf/seal"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// ControlPath is the page where anybody checks a document, below the BaseURL.
// It is printed on documents, so it stays.
const ControlPath = "/kontrol"

// code returns what a document is checked by, to be printed on it.
func (s *Service) code(e Edition, letters string) (*pdf.Code, error) {
	if letters == "" { // from before there were codes
		return nil, nil
	}
	return e.Print.NewCode(s.BaseURL+ControlPath, letters)
}

// checkCodes returns an error if the service's address cannot be printed.
func (s *Service) checkCodes() error {
	for id, e := range s.Editions {
		if _, err := s.code(e, "0000-0000-0000-0000"); err != nil {
			return fmt.Errorf("casework: edition %s: %w", id, err)
		}
	}
	return nil
}

// keep keeps a document that somebody saw and agreed to, with a code of its
// own printed on it, in the place of what was seen. Nothing else differs.
func (s *Service) keep(ctx context.Context, id string, p *Preview) (flexjob.Document, error) {
	letters, err := auth.NewControlCode(s.Rand)
	if err != nil {
		return flexjob.Document{}, err
	}
	record := *p.record
	if record.Code, err = s.code(p.edition, letters); err != nil {
		return flexjob.Document{}, err
	}
	if p.Parts, err = p.edition.Print.Parts(p.Own, &record); err != nil {
		return flexjob.Document{}, err
	}
	file, err := s.Store.WriteDocument(ctx, id, p.Common, p.Own)
	return flexjob.Document{File: file, Hash: p.Hash, Size: len(p.Common) + len(p.Own), Code: letters}, err
}

// A Control is what anybody with a document in their hands may know of it. It
// says nothing about a person, and not which case it is.
type Control struct {
	Kind      DocumentKind
	At        time.Time // when it was signed or issued
	Authority string    // the municipality that issued a Blad 2; "" of a Blad 1
	Replaced  bool      // a later one stands instead
	Returned  bool      // a Blad 1 that was sent back to be mended, and is to be signed anew
	Withdrawn bool      // a Blad 1 that a party has taken back
	Seal      *flexjob.Seal
}

// ControlCode says what the document with a printed code is. An unknown code is
// a NotFound problem; who tries many waits ever longer, as for a link's code.
func (s *Service) ControlCode(ctx context.Context, code, client string) (Control, error) {
	wait, ok := s.controls.Allow(client)
	if !ok {
		return Control{}, auth.TooMany(wait)
	}
	found, err := s.control(ctx, store.ByCode, code)
	if problem.Of(err) == problem.NotFound {
		s.controls.Fail(client)
	} else {
		s.controls.Pass(client)
	}
	return found, err
}

// control finds a kept document and says what it is.
func (s *Service) control(ctx context.Context, by store.Lookup, value string) (Control, error) {
	var out Control
	err := s.Store.View(ctx, func(tx *store.Tx) error {
		c, k, err := findKept(tx, by, value)
		if err == nil {
			out = s.controlOf(c, k)
		}
		return err
	})
	return out, err
}

// CaseOfCode returns the id of the case of the document with a printed code, if
// who may open it. Otherwise it is a problem, which is NotFound where the case
// is not for who to know of.
func (s *Service) CaseOfCode(ctx context.Context, who auth.Actor, code string) (id string, err error) {
	err = s.Store.View(ctx, func(tx *store.Tx) error {
		c, _, err := findKept(tx, store.ByCode, code)
		if err != nil {
			return err
		}
		id = c.ID
		return who.Open(c)
	})
	return id, s.logRefusal(ctx, who, id, "control", err)
}

// findKept returns the kept document that a value leads to.
func findKept(tx *store.Tx, by store.Lookup, value string) (*flexjob.Case, flexjob.Kept, error) {
	ids, err := tx.Find(by, value)
	if err != nil {
		return nil, flexjob.Kept{}, err
	}
	for _, id := range ids {
		c, err := tx.Case(id)
		if err != nil {
			return nil, flexjob.Kept{}, err
		}
		for _, k := range c.Kept() {
			if by == store.ByCode && k.Code != "" && auth.HashCode(k.Code) == auth.HashCode(value) ||
				by == store.ByDocument && hex.EncodeToString(k.Hash[:]) == value {
				return c, k, nil
			}
		}
	}
	return nil, flexjob.Kept{}, problem.New(problem.NotFound, "Der er intet dokument med den kode. Kontrollér, at du har skrevet de 16 tegn rigtigt. Er de rigtige, er dokumentet ikke herfra, eller sagen er slettet.")
}

func (s *Service) controlOf(c *flexjob.Case, k flexjob.Kept) Control {
	out := Control{Kind: SignedBlad1, At: k.Valid, Seal: k.Seal}
	if n := len(c.Signatures); n == 0 || k.Document != &c.Signatures[n-1].Document {
		out.Replaced = true
	} else {
		out.Returned, out.Withdrawn = c.Signed() == nil, c.Status() == flexjob.Withdrawn
	}
	for i := range c.Blad2s {
		b := &c.Blad2s[i]
		for j := 0; b.Issue != nil && j < len(b.Issue.Copies); j++ {
			if &b.Issue.Copies[j].Document == k.Document {
				out = Control{Kind: IssuedBlad2, At: k.Valid, Seal: k.Seal, Authority: s.Authority(c.Municipality), Replaced: b != c.Standing()}
			}
		}
	}
	return out
}

// A ControlledFile is what is known of a file that somebody was sent.
type ControlledFile struct {
	Seals []ControlledSeal // as in the file, oldest first
	Known *Control         // what its content is here; nil: nothing that was kept here
	Whole bool             // nothing but a kept document, with its own seal if it has one
}

// A ControlledSeal is a seal of such a file.
type ControlledSeal struct {
	read.Seal

	// Own says that it is by the organisation that this service seals for, as far
	// as the seal is to be trusted. The authority that certified it certifies
	// others, too.
	Own bool
}

// ControlFile says who sealed a file, whether it was changed, and whether its
// content is a document that is kept here. The file is read in a process of its
// own, and kept nowhere.
func (s *Service) ControlFile(ctx context.Context, file []byte) (ControlledFile, error) {
	seals, err := s.PDFs.Seals(ctx, file, s.roots(), s.Now())
	if err != nil {
		return ControlledFile{}, err
	}
	out := ControlledFile{Seals: s.controlled(seals)}
	lengths := []int{len(file)} // as it was got before it was sealed
	for _, k := range seals {
		if k.Record > 0 && k.Record < len(file) {
			lengths = append(lengths, k.Record)
		}
	}
	for _, n := range lengths {
		sum := sha256.Sum256(file[:n])
		known, err := s.control(ctx, store.ByDocument, hex.EncodeToString(sum[:]))
		if problem.Of(err) == problem.NotFound {
			continue
		} else if err != nil {
			return ControlledFile{}, err
		}
		out.Known = &known
		rest := sha256.Sum256(file[n:])
		out.Whole = n == len(file) || known.Seal != nil && rest == known.Seal.Hash
		break
	}
	return out, nil
}

// controlled says which seals are the service's own, by whatever certificate.
func (s *Service) controlled(seals []read.Seal) (all []ControlledSeal) {
	for _, k := range seals {
		own := false
		if sealer := s.sealer(); sealer != nil && k.Trust == seal.Trusted {
			id := sealer.Identity()
			own = k.By == id.By() && k.ID == id.ID()
		}
		all = append(all, ControlledSeal{k, own})
	}
	return all
}

// roots are who vouches for the service's own seals, and for their timestamps.
func (s *Service) roots() (r read.Roots) {
	if sealer := s.sealer(); sealer != nil {
		r.Seals, r.Stamps = sealer.Roots()
	}
	return r
}
