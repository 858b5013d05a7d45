package casework

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"time"

	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/ident"
	"ab325/internal/pdf"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// A DocumentKind says what a document of a case is.
type DocumentKind string

// The documents of a case.
const (
	SignedBlad1   DocumentKind = "blad1"
	IssuedBlad2   DocumentKind = "blad2"
	JobAttachment DocumentKind = "bilag"
)

// A Document is one that an actor may fetch from a case.
type Document struct {
	ID       string // names it within the case, in addresses
	Kind     DocumentKind
	To       flexjob.Party // whose copy it is; "" for all
	At       time.Time
	Size     int
	Name     string          // as the person called an attachment; "" for the others
	Purpose  flexjob.Purpose // of the consent that a receipt is about
	About    string          // that consent and its answer, in words
	Replaced bool            // a later one stands instead
	Sealed   *flexjob.Seal   // nil where there is none
	Waits    bool            // it is valid, and its seal is yet to come
}

// keptAs returns d with what is known of the document that it is.
func (d Document) keptAs(k flexjob.Document) Document {
	d.Size, d.Sealed, d.Waits = k.Length(), k.Seal, k.Waits()
	return d
}

// documents lists what is kept of a case and who may fetch, oldest first of
// each kind. The company's copy of a
// signed Blad 1 is made with the CPR number masked when it is fetched.
func documents(who auth.Actor, c *flexjob.Case) (docs []Document) {
	for i, s := range c.Signatures {
		if who.Sees(auth.FactBlad1) {
			d := Document{ID: "blad1-" + strconv.Itoa(i+1), Kind: SignedBlad1, At: s.By.At, Size: s.Document.Size, Replaced: c.Signed() != &c.Signatures[i]}
			if who.Sees(auth.FactCPR) { // else it is a copy made for the reader
				d = d.keptAs(s.Document)
			}
			docs = append(docs, d)
		}
	}
	if who.Sees(auth.FactAttachments) {
		for _, a := range c.Attached() {
			docs = append(docs, Document{ID: "bilag-" + a.ID, Kind: JobAttachment, At: a.Added.At, Size: a.Size, Name: a.Name})
		}
	}
	for i := range c.Blad2s {
		b := &c.Blad2s[i]
		if b.Issue == nil {
			continue
		}
		for _, k := range b.Issue.Copies {
			if ownCopy(who, k) {
				docs = append(docs, Document{ID: "blad2-" + b.ID + "-" + string(k.To), Kind: IssuedBlad2, To: k.To, At: b.Issue.By.At,
					Replaced: c.Standing() != b}.keptAs(k.Document))
			}
		}
	}
	return docs
}

// A File is a document that was fetched.
type File struct {
	Document
	Bytes    []byte
	Filename string // without anything about the people
}

// Fetch returns a document of a case. It is written to the audit log once.
func (s *Service) Fetch(ctx context.Context, who auth.Actor, id, document string) (File, error) {
	w := scribe{Service: s, who: who}
	var doc Document
	err := s.Store.Look(ctx, func(tx *store.Tx) (err error) {
		if w.c, err = tx.Case(id); err != nil {
			return err
		}
		if err := who.Open(w.c); err != nil {
			return err
		}
		var ok bool
		if doc, ok = find(offered(who, w.c), document); !ok {
			return problem.New(problem.NotFound, "Dokumentet findes ikke i sagen. Gå tilbage til sagen, og vælg det på listen.")
		}
		if w.set, err = tx.Municipality(cmp.Or(w.c.Municipality, w.c.Receiver())); err != nil {
			return err
		}
		if w.shown, err = tx.Case(id); err != nil {
			return err
		}
		redact(who, w.shown)
		return tx.Log(s.entry(who, "fetch", id, document))
	})
	if err != nil {
		return File{}, s.logRefusal(ctx, who, id, "fetch", err)
	}
	var b []byte
	if doc.Kind.Made() {
		b, err = w.write(ctx, doc)
	} else {
		b, err = s.bytes(ctx, who, w.c, doc)
	}
	return File{Document: doc, Bytes: b, Filename: filename(w.c, doc)}, err
}

// offered lists all that who may fetch: what is kept, what is written now, and
// all of it in one.
func offered(who auth.Actor, c *flexjob.Case) []Document {
	docs := append(documents(who, c), made(who, c)...)
	if len(c.Signatures) == 0 || len(docs) == 0 { // it is only being filled in
		return docs
	}
	last := slices.MaxFunc(docs, func(a, b Document) int { return a.At.Compare(b.At) })
	return append(docs, Document{ID: string(CaseFile), Kind: CaseFile, At: last.At})
}

func find(docs []Document, id string) (Document, bool) {
	for _, d := range docs {
		if d.ID == id {
			return d, true
		}
	}
	return Document{}, false
}

// bytes returns the kept bytes of doc; for the company's Blad 1, a masked copy
// made now.
func (s *Service) bytes(ctx context.Context, who auth.Actor, c *flexjob.Case, doc Document) ([]byte, error) {
	if doc.Kind == SignedBlad1 && !who.Sees(auth.FactCPR) {
		return s.maskedBlad1(c, doc.ID)
	}
	return s.keptBytes(ctx, c, doc.ID)
}

// keptBytes returns the kept bytes of the document with the given id, with its
// seal behind them, after checking that they are the ones that were kept.
func (s *Service) keptBytes(ctx context.Context, c *flexjob.Case, id string) ([]byte, error) {
	d := kept(c, id)
	b, err := s.keptFile(ctx, c.ID, d.File, d.Hash)
	if err != nil || d.Seal == nil {
		return b, err
	}
	sealed, err := s.keptFile(ctx, c.ID, d.Seal.File, d.Seal.Hash)
	return append(b, sealed...), err
}

// keptFile returns a file of a case, which must have a hash.
func (s *Service) keptFile(ctx context.Context, id, file string, hash [32]byte) ([]byte, error) {
	b, err := s.Store.ReadFile(ctx, id, file)
	if err != nil {
		return nil, err
	}
	if sha256.Sum256(b) != hash {
		return nil, fmt.Errorf("case %s: document %s is not the one that was kept", id, file)
	}
	return b, nil
}

// maskedBlad1 makes the company's copy of a signed Blad 1.
func (s *Service) maskedBlad1(c *flexjob.Case, id string) ([]byte, error) {
	for i, sig := range c.Signatures {
		if id != "blad1-"+strconv.Itoa(i+1) {
			continue
		}
		e, err := s.edition(c.Edition)
		if err != nil {
			return nil, err
		}
		code, err := s.code(e, sig.Document.Code)
		if err != nil {
			return nil, err
		}
		return e.Print.Append(nil, &pdf.Record{Sheet: pdf.Blad1, Values: sig.Values, Reference: c.Number, MaskCPR: true,
			Notes: signedNotes(c, sig.By, sig.Date), Code: code})
	}
	return nil, fmt.Errorf("case %s: no %s", c.ID, id)
}

// kept returns the document with the given id.
func kept(c *flexjob.Case, id string) flexjob.Document {
	for _, k := range c.Kept() {
		if k.ID == id {
			return *k.Document
		}
	}
	for _, a := range c.Attachments {
		if id == "bilag-"+a.ID {
			return flexjob.Document{File: a.File, Hash: a.Hash, Size: a.Size}
		}
	}
	return flexjob.Document{}
}

// filename returns a name for the download that says nothing about anybody.
func filename(c *flexjob.Case, d Document) string {
	return fmt.Sprintf("AB325-%s-%s-%s.pdf", d.Kind, c.Number, ident.DateOf(d.At).ISO())
}
