package casework_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ab325/internal/audit"
	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/ident"
	"ab325/internal/pdf/read/readtest"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// mail returns what is to be sent, oldest first.
func (o *office) mail() (out []store.Message) {
	o.t.Helper()
	o.must(o.store.View(o.t.Context(), func(tx *store.Tx) error {
		for m, err := range tx.Messages() {
			if err != nil {
				return err
			}
			out = append(out, *m)
		}
		return nil
	}))
	slices.Reverse(out)
	return out
}

// The employee signs what was seen, word for word; it is kept, with a code.
func TestRuleR2WhatIsSignedIsWhatWasSeen(t *testing.T) {
	o := open(t)
	employee, company, id := o.parties()
	o.save(employee, id, employeePart)
	o.save(company, id, companyPart)
	p, err := o.PreviewBlad1(t.Context(), employee, id, "Åse Kjærgård")
	o.must(err)
	saved, err := o.Save(t.Context(), company, id, []flexjob.Change{{Field: "job.title", Old: "Gartner", New: "Gartnermedhjælper"}})
	o.must(err)
	if len(saved.Conflicts) > 0 {
		t.Fatalf("conflicts: %v", saved.Conflicts)
	}
	err = o.Sign(t.Context(), employee, id, "Åse Kjærgård", p.Hash)
	want(t, "signing what has changed meanwhile", err, problem.Conflict)
	p, err = o.PreviewBlad1(t.Context(), employee, id, "Åse Kjærgård")
	o.must(err)
	o.must(o.Sign(t.Context(), employee, id, "Åse Kjærgård", p.Hash))
	f, err := o.Fetch(t.Context(), employee, id, "blad1-1")
	o.must(err)
	v := o.look(employee, id)
	s := v.Case.Signed()
	if !sawAllOf(t, p.Whole(), f.Bytes, s.Document.Code) || sha256.Sum256(f.Bytes) != s.Document.Hash {
		t.Error("the kept document is not the one that was signed, with a code")
	}
	if v.Status != flexjob.Received || s.Date.String() != "23.11.2026" || s.By.Assurance != flexjob.ByLink || v.Case.Identified() {
		t.Errorf("status %s, signed %s by %s, identified %v", v.Status, s.Date, s.By.Assurance, v.Case.Identified())
	}
	if got, want := v.Case.Expected().String(), "07.12.2026"; got != want {
		t.Errorf("expected answer = %s, want %s: the service goal of 14 days (R34)", got, want)
	}
}

// Nobody signs with another name than stands in Blad 1, even in a document that
// has it.
func TestSigningWithAnotherName(t *testing.T) {
	o := open(t)
	employee, company, id := o.parties()
	o.save(employee, id, employeePart)
	o.save(company, id, companyPart)
	p, err := o.PreviewBlad1(t.Context(), employee, id, "Bo Holm")
	o.must(err)
	err = o.Sign(t.Context(), employee, id, "Bo Holm", p.Hash)
	want(t, "signing with another name", err, problem.Conflict)
	if v := o.look(employee, id); v.Case.Signed() != nil {
		t.Errorf("signed by %s", v.Case.Signed().Name)
	}
}

// A document shown yesterday has yesterday's date in it.
func TestSigningAfterMidnight(t *testing.T) {
	o := open(t)
	employee, company, id := o.parties()
	o.save(employee, id, employeePart)
	o.save(company, id, companyPart)
	p, err := o.PreviewBlad1(t.Context(), employee, id, "Åse Kjærgård")
	o.must(err)
	o.now = o.now.AddDate(0, 0, 1)
	err = o.Sign(t.Context(), employee, id, "Åse Kjærgård", p.Hash)
	want(t, "signing yesterday's document", err, problem.Conflict)
}

// The clock passes midnight between the document and the storing of it.
func TestSigningAtMidnight(t *testing.T) {
	o := open(t)
	employee, company, id := o.parties()
	o.save(employee, id, employeePart)
	o.save(company, id, companyPart)
	p, err := o.PreviewBlad1(t.Context(), employee, id, "Åse Kjærgård")
	o.must(err)
	for reads := 1; reads < 50; reads++ { // whenever it happens, the days agree
		o.now = time.Date(2026, 11, 23, 22, 59, 59, 0, time.UTC)
		o.midnight = reads
		if err = o.Sign(t.Context(), employee, id, "Åse Kjærgård", p.Hash); err == nil {
			break
		}
		want(t, "signing at midnight", err, problem.Conflict)
	}
	s := o.look(employee, id).Case.Signed()
	if s == nil || s.Values["signature.date"] != s.Date.String() || s.Date != ident.DateOf(s.By.At) {
		t.Errorf("signed %+v; the document, the date and the moment are to be of one day", s)
	}
}

// What a name may hold is asked when it is signed with, not when it is printed.
func TestSigner(t *testing.T) {
	o := open(t)
	employee, company, id := o.parties()
	o.save(employee, id, employeePart)
	o.save(company, id, companyPart)
	for _, name := range []string{"", " ", "שלום", strings.Repeat("x", 141), "Åse\x00"} {
		_, err := o.PreviewBlad1(t.Context(), employee, id, name)
		if p, ok := problem.As(err); !ok || p.Kind != problem.Invalid || len(p.Fields) != 1 || p.Fields[0].ID != "signature.name" {
			t.Errorf("signing as %q: %v, want signature.name to be wrong", name, err)
		}
	}
}

// A letter in the jobcenter's own address is no fault of the program.
func TestAddressThatCannotBePrinted(t *testing.T) {
	o := open(t)
	employee, company, id := o.parties()
	o.save(employee, id, employeePart)
	o.save(company, id, companyPart)
	o.must(o.store.Update(t.Context(), func(tx *store.Tx) error {
		m, err := tx.Municipality(home)
		if err != nil {
			return err
		}
		m.Address = "Jobcenteret שלום"
		return tx.PutMunicipality(m, audit.Entry{At: o.now, Actor: "a", Role: "system", Action: "settings", Purpose: "AB325", Result: "ok"})
	}))
	_, err := o.PreviewBlad1(t.Context(), employee, id, "Åse Kjærgård")
	if p, ok := problem.As(err); !ok || p.Kind != problem.Invalid || len(p.Fields) != 1 || p.Fields[0].ID != "jobcenter.address" {
		t.Errorf("preview: %v, want jobcenter.address to be wrong", err)
	}
}

// What is signed names the files that belong to it: another one in a file's
// place is a change.
func TestRuleR2AttachmentsAreSigned(t *testing.T) {
	o := open(t)
	employee, company, id := o.parties()
	o.save(employee, id, employeePart)
	o.save(company, id, companyPart)
	o.must(o.Attach(t.Context(), company, id, "job.pdf", readtest.Page("seen")))
	p, err := o.PreviewBlad1(t.Context(), employee, id, "Åse Kjærgård")
	o.must(err)
	o.now = o.now.Add(time.Minute)
	o.must(o.Do(t.Context(), company, id, casework.Any, flexjob.Detach{ID: strings.TrimPrefix(o.look(company, id).Documents[0].ID, "bilag-")}))
	o.must(o.Attach(t.Context(), company, id, "job.pdf", readtest.Page("other")))
	err = o.Sign(t.Context(), employee, id, "Åse Kjærgård", p.Hash)
	want(t, "signing with another file than the one that was seen", err, problem.Conflict)
	o.sign(employee, id)
	hash := utf16(fmt.Sprintf("%x", sha256.Sum256(readtest.Page("other")))[:16])
	for _, who := range []auth.Actor{employee, company} {
		f, err := o.Fetch(t.Context(), who, id, "blad1-1")
		o.must(err)
		if !bytes.Contains(f.Bytes, []byte(hash)) || !bytes.Contains(f.Bytes, []byte(utf16("ikke bekræftet identitet"))) {
			t.Errorf("the %s's copy does not name the file, or who signed", who.Party)
		}
	}
	err = o.Attach(t.Context(), company, id, "job.pdf", readtest.Page("late"))
	want(t, "attaching to what was sent", err, problem.NotNow)
}

func TestUnfinishedIsNotSigned(t *testing.T) {
	o := open(t)
	employee, company, id := o.parties()
	o.save(employee, id, employeePart)
	_, err := o.PreviewBlad1(t.Context(), employee, id, "Åse Kjærgård")
	p, ok := problem.As(err)
	if !ok || p.Kind != problem.Invalid || len(p.Fields) != len(companyPart) {
		t.Fatalf("preview without the company's part: %v, want its %d fields", err, len(companyPart))
	}
	o.save(company, id, companyPart)
	saved := o.save(employee, id, map[string]string{"employee.address": "Østergade 7 שלום"})
	if len(saved.Warnings) != 1 || !strings.Contains(saved.Warnings[0].Text, "ש") {
		t.Errorf("warnings = %v; the letter that cannot be printed is to be named", saved.Warnings)
	}
	_, err = o.Save(t.Context(), employee, id, []flexjob.Change{{Field: "job.description", Old: employeePart["job.description"], New: "שלום"}})
	o.must(err)
	if got := o.look(employee, id).Case.Blad1["job.description"].Value; got != "שלום" {
		t.Errorf("the draft holds %q; it is to be kept as typed", got)
	}
	_, err = o.PreviewBlad1(t.Context(), employee, id, "Åse Kjærgård")
	want(t, "preview of a letter that cannot be printed", err, problem.Invalid)
	_, err = o.PreviewBlad1(t.Context(), company, id, "Maria Vest")
	want(t, "preview for the company's signature (R4)", err, problem.Forbidden)
}

// The jobcenter sends back; Blad 1 is open, a new signature is asked for, both
// receipts are kept, the answers to the consents stand.
func TestReturnAndSignAgain(t *testing.T) {
	o := open(t)
	employee, _, id := o.sent()
	o.must(o.Do(t.Context(), employee, id, casework.Any, flexjob.AnswerConsent{Purpose: flexjob.CopyToUnion, Given: true}))
	o.must(o.Do(t.Context(), o.caseworker, id, casework.Any, flexjob.ReturnBlad1{Reason: "Beskriv arbejdstiden"}))
	v := o.look(employee, id)
	if v.Status != flexjob.Returned || v.Case.Returns[0].Reason != "Beskriv arbejdstiden" || v.Case.Consent(flexjob.CopyToUnion) != flexjob.Given {
		t.Fatalf("status %s, returns %v, consent %s", v.Status, v.Case.Returns, v.Case.Consent(flexjob.CopyToUnion))
	}
	o.now = o.now.AddDate(0, 0, 3)
	_, err := o.Save(t.Context(), employee, id, []flexjob.Change{{Field: "job.description", Old: employeePart["job.description"], New: "Kl. 9-12 tre dage om ugen."}})
	o.must(err)
	o.sign(employee, id)
	v = o.look(employee, id)
	if v.Status != flexjob.Received || len(v.Case.Receipts) != 2 || len(keptOf(v)) != 2 || !v.Documents[0].Replaced || v.Documents[1].Replaced {
		t.Errorf("status %s, %d receipts, documents %+v", v.Status, len(v.Case.Receipts), v.Documents)
	}
}

// For a municipality that does not use the service, Blad 1 is printed.
func TestRuleR3OtherMunicipality(t *testing.T) {
	o := open(t)
	employee, company, id := o.parties()
	o.save(employee, id, employeePart)
	o.save(company, id, companyPart)
	_, err := o.Save(t.Context(), employee, id, []flexjob.Change{{Field: "employee.municipality", Old: home, New: "0101"}})
	o.must(err)
	p, err := o.PreviewBlad1(t.Context(), employee, id, "Åse Kjærgård")
	o.must(err)
	err = o.Sign(t.Context(), employee, id, "Åse Kjærgård", p.Hash)
	want(t, "sending to a municipality that is not served", err, problem.NotNow)
	b, err := o.PrintBlad1(t.Context(), employee, id)
	o.must(err)
	if !bytes.HasPrefix(b, []byte("%PDF-")) {
		t.Errorf("printed %q", b[:min(len(b), 20)])
	}
}

// A case that was forwarded goes back to the jobcenter that has it, though the
// employee's own answer still names the first; only another answer is refused.
func TestRuleR3SignAgainAfterForward(t *testing.T) {
	o := open(t)
	employee, _, id := o.sent()
	o.must(o.Forward(t.Context(), o.caseworker, id, casework.Any, other, "Flyttet"))
	_, err := o.Open(t.Context(), o.caseworker, id)
	want(t, "the first municipality opening what it sent on", err, problem.NotFound)
	o.must(o.Receive(t.Context(), o.another, id, casework.Any))
	o.must(o.Do(t.Context(), o.another, id, casework.Any, flexjob.ReturnBlad1{Reason: "Beskriv arbejdstiden"}))
	o.sign(employee, id)
	v := o.look(employee, id)
	if v.Status != flexjob.Received || v.Case.Received().Municipality != other {
		t.Fatalf("status %s, received by %s; want %s", v.Status, v.Case.Received().Municipality, other)
	}
	o.must(o.Do(t.Context(), o.another, id, casework.Any, flexjob.ReturnBlad1{Reason: "Igen"}))
	_, err = o.Save(t.Context(), employee, id, []flexjob.Change{{Field: "employee.municipality", Old: home, New: "0101"}})
	o.must(err)
	p, err := o.PreviewBlad1(t.Context(), employee, id, "Åse Kjærgård")
	o.must(err)
	err = o.Sign(t.Context(), employee, id, "Åse Kjærgård", p.Hash)
	if problem.Of(err) != problem.NotNow && problem.Of(err) != problem.Invalid {
		t.Errorf("signing for a third municipality: %v, want it refused", err)
	}
	_, err = o.Save(t.Context(), employee, id, []flexjob.Change{{Field: "employee.municipality", Old: "0101", New: other}})
	o.must(err)
	o.sign(employee, id)
}

// A no after a yes is told to the company as a withdrawal is; answers in a
// draft are not.
func TestRuleR11TheCompanyIsToldOfANo(t *testing.T) {
	o := open(t)
	employee, company, id := o.parties()
	o.save(employee, id, employeePart)
	o.save(company, id, companyPart)
	answer := func(given bool) (told int) {
		before := len(o.mail())
		o.must(o.Do(t.Context(), employee, id, casework.Any, flexjob.AnswerConsent{Purpose: flexjob.CopyToJobcenter, Given: given}))
		for _, m := range o.mail()[before:] {
			if m.Party == flexjob.Company {
				told++
			}
		}
		return told
	}
	if got := answer(true); got != 0 {
		t.Errorf("an answer in a draft was told %d times", got)
	}
	o.sign(employee, id)
	if got := answer(false); got != 1 || o.look(company, id).Case.Consent(flexjob.CopyToJobcenter) != flexjob.Taken {
		t.Errorf("a no after a yes was told %d times, want once", got)
	}
}

func TestAttachment(t *testing.T) {
	o := open(t)
	employee, company, id := o.parties()
	for name, data := range map[string][]byte{"empty": nil, "text": []byte("hej"), "large": append([]byte("%PDF-1.7"), make([]byte, casework.MaxAttachment)...)} {
		if err := o.Attach(t.Context(), company, id, "job.pdf", data); problem.Of(err) != problem.Invalid && problem.Of(err) != problem.TooLarge {
			t.Errorf("attaching %s: %v, want it refused", name, err)
		}
	}
	o.must(o.Attach(t.Context(), company, id, "Jobbet.pdf", readtest.Page("job")))
	docs := o.look(employee, id).Documents
	if len(docs) != 1 || docs[0].Name != "Jobbet.pdf" {
		t.Fatalf("documents = %+v", docs)
	}
	f, err := o.Fetch(t.Context(), employee, id, docs[0].ID)
	o.must(err)
	if string(f.Bytes) != string(readtest.Page("job")) {
		t.Errorf("fetched %q", f.Bytes)
	}
	err = o.Do(t.Context(), employee, id, casework.Any, flexjob.Detach{ID: strings.TrimPrefix(docs[0].ID, "bilag-")})
	want(t, "removing the other's attachment", err, problem.Forbidden)
}
