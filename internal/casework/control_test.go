package casework_test

import (
	"bytes"
	"crypto/sha256"
	"regexp"
	"strings"
	"testing"

	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/pdf/pdftest"
	"ab325/internal/pdf/seal"
	"ab325/internal/problem"
)

var codeOnPaper = regexp.MustCompile(`(?m)^\s*P Kontrolkode: (\S+) Kontrollér dokumentet på fleksjob\.example\.dk/kontrol\n`)

// sawAllOf reports whether file says what preview does, in the same words, and
// a code of its own besides.
func sawAllOf(t *testing.T, preview, file []byte, code string) bool {
	t.Helper()
	has := pdftest.Transcript(file)
	m := codeOnPaper.FindStringSubmatch(has)
	return m != nil && m[1] == code && codeOnPaper.ReplaceAllString(has, "") == pdftest.Transcript(preview) && !strings.Contains(pdftest.Transcript(preview), "Kontrolkode")
}

// TestControlCode: whoever has the paper learns what it is and whether it
// stands, and nothing about anybody.
func TestControlCode(t *testing.T) {
	o := open(t)
	o.sealing()
	_, _, id := o.assessed()
	o.issue(id)
	codes := map[string]casework.DocumentKind{}
	for _, k := range o.look(o.issuer, id).Case.Kept() {
		got, err := o.ControlCode(t.Context(), strings.ToLower(strings.ReplaceAll(k.Code, "-", " ")), "a reader")
		o.must(err)
		if got.Replaced || got.Seal == nil || !got.At.Equal(k.Valid) || got.Authority != map[bool]string{true: o.Authority(home)}[got.Kind == casework.IssuedBlad2] {
			t.Errorf("%s: %+v", k.ID, got)
		}
		codes[k.Code] = got.Kind
		if at, err := o.CaseOfCode(t.Context(), o.issuer, k.Code); at != id || err != nil {
			t.Errorf("the issuer is led to %q, %v", at, err)
		}
	}
	if len(codes) < 2 {
		t.Fatalf("%d codes, want one on each document", len(codes))
	}
	o.must(o.StartBlad2(t.Context(), o.issuer, id, casework.Any, "Timetallet var forkert"))
	o.issue(id)
	for code, kind := range codes {
		got, err := o.ControlCode(t.Context(), code, "a reader")
		o.must(err)
		if got.Kind != kind || got.Replaced != (kind == casework.IssuedBlad2) {
			t.Errorf("after a new assessment a %s is %+v", kind, got)
		}
	}
}

// TestControlCodeIsNotGuessed: unknown codes are clear answers, and whoever
// tries on and on waits, a right one included; others do not.
func TestControlCodeIsNotGuessed(t *testing.T) {
	o := open(t)
	employee, _, id := o.sent()
	code := o.look(employee, id).Case.Signed().Document.Code
	for _, unknown := range []string{"", "0", "0000-0000-0000-0000", strings.Repeat("x", 1<<16), o.look(employee, id).Case.Number} {
		_, err := o.ControlCode(t.Context(), unknown, "a guesser")
		want(t, "an unknown code", err, problem.NotFound)
	}
	_, err := o.ControlCode(t.Context(), "0000-0000-0000-0001", "a guesser")
	if problem.Of(err) == problem.NotFound {
		_, err = o.ControlCode(t.Context(), code, "a guesser")
	}
	want(t, "one guess too many", err, problem.Unavailable)
	if _, err := o.ControlCode(t.Context(), code, "a reader"); err != nil {
		t.Errorf("somebody else meanwhile: %v", err)
	}
	_, err = o.CaseOfCode(t.Context(), o.another, code)
	if err == nil {
		t.Error("staff of another municipality are led to the case")
	}
}

// TestControlFile: a file is known by its content, whole, extended or changed.
func TestControlFile(t *testing.T) {
	o := open(t)
	employee, _, id := o.sent() // before there is a seal
	unsealed := o.fetch(employee, id, "blad1-1")
	got, err := o.ControlFile(t.Context(), unsealed)
	o.must(err)
	if got.Known == nil || !got.Whole || len(got.Seals) != 0 || got.Known.Kind != casework.SignedBlad1 {
		t.Errorf("not sealed yet: %+v", got)
	}
	o.sealing()
	o.must(o.SealWaiting(t.Context()))
	sealed := o.fetch(employee, id, "blad1-1")
	got, err = o.ControlFile(t.Context(), sealed)
	o.must(err)
	if got.Known == nil || !got.Whole || len(got.Seals) != 1 || got.Seals[0].State != seal.Intact || got.Seals[0].Trust != seal.Trusted || got.Seals[0].By != "Ærø Kommune" || !got.Seals[0].At.Equal(o.now) {
		t.Errorf("sealed: %+v", got)
	}
	got, err = o.ControlFile(t.Context(), append(bytes.Clone(sealed), "\n% mere\n%%EOF\n"...))
	o.must(err)
	if got.Known == nil || got.Whole || got.Seals[0].State != seal.Extended {
		t.Errorf("extended: %+v", got)
	}
	changed := bytes.Clone(sealed)
	changed[len(unsealed)/2] ^= 1
	got, err = o.ControlFile(t.Context(), changed)
	o.must(err)
	if got.Known != nil || got.Seals[0].State != seal.Changed {
		t.Errorf("changed: %+v", got)
	}
	_, err = o.ControlFile(t.Context(), []byte("hej"))
	want(t, "a text", err, problem.Invalid)
	if sha256.Sum256(unsealed) != sha256.Sum256(sealed[:len(unsealed)]) {
		t.Error("the record is not the beginning of the sealed file")
	}
}

// keptAs returns the kept document with an id.
func keptAs(c *flexjob.Case, id string) *flexjob.Document {
	for _, k := range c.Kept() {
		if k.ID == id {
			return k.Document
		}
	}
	return nil
}
