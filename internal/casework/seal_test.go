package casework_test

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/pdf/pdftest"
	"ab325/internal/pdf/seal"
	"ab325/internal/pdf/seal/sealtest"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// sealing gives the office a seal of its own, stamped by an authority that the
// test can stop.
func (o *office) sealing() *sealtest.Authority {
	o.t.Helper()
	a := sealtest.New(o.t, func() time.Time { return o.now })
	s, err := seal.New(seal.Options{Identity: a.Identity("Ærø Kommune", "P-256"), Rand: rand.Reader, Stamper: a.Stamper(), Authorities: []*x509.Certificate{a.Root}})
	o.must(err)
	o.Sealer = func() *seal.Sealer { return s }
	return a
}

// unsealed returns how many cases wait for a seal, as the store's keys say.
func (o *office) unsealed() casework.Unsealed {
	o.t.Helper()
	u, err := o.AllUnsealed(o.t.Context())
	o.must(err)
	return u
}

// What is signed and issued is sealed at once: the file that people get is the
// record that they saw, with the seal behind it.
func TestSealedAtOnce(t *testing.T) {
	o := open(t)
	a := o.sealing()
	employee, company, id := o.parties()
	o.save(employee, id, employeePart)
	o.save(company, id, companyPart)
	p, err := o.PreviewBlad1(t.Context(), employee, id, "Åse Kjærgård")
	o.must(err)
	o.must(o.Sign(t.Context(), employee, id, "Åse Kjærgård", p.Hash))
	o.assess(id)
	b, err := o.PreviewBlad2(t.Context(), o.issuer, id)
	o.must(err)
	o.must(o.Issue(t.Context(), o.issuer, id, b.Hash))
	for _, test := range []struct {
		name   string
		who    string
		kind   casework.DocumentKind
		record []byte // where it was seen before
	}{
		{"Blad 1 of the employee", "employee", casework.SignedBlad1, p.Whole()},
		{"Blad 2 of the employee", "employee", casework.IssuedBlad2, b.Whole()},
		{"Blad 2 of the company", "company", casework.IssuedBlad2, b.Company.Whole()},
	} {
		who := employee
		if test.who == "company" {
			who = company
		}
		docs := o.look(who, id).Documents
		d := docs[slices.IndexFunc(docs, func(d casework.Document) bool { return d.Kind == test.kind })]
		f, err := o.Fetch(t.Context(), who, id, d.ID)
		o.must(err)
		kept := keptAs(o.look(o.issuer, id).Case, d.ID)
		if record := f.Bytes[:kept.Size]; sha256.Sum256(record) != kept.Hash || !sawAllOf(t, test.record, record, kept.Code) || len(f.Bytes) != d.Size {
			t.Errorf("%s: %d bytes do not begin with the record, or are not the %d that are listed", test.name, len(f.Bytes), d.Size)
		}
		report, err := seal.Verify(f.Bytes, a.Roots(), o.now)
		o.must(err)
		s, ok := report.Last()
		if !ok || s.State != seal.Intact || s.Trust != seal.Trusted || s.By != "Ærø Kommune" || s.Record != d.Size-d.Sealed.Size {
			t.Errorf("%s: sealed %v: %+v", test.name, ok, s)
		}
		if d.Waits || d.Sealed == nil || d.Sealed.By != "Ærø Kommune" || d.Sealed.Level != "B-T" || !d.Sealed.At.Equal(o.now) {
			t.Errorf("%s is listed as %+v", test.name, d)
		}
		pdftest.Check(t, f.Bytes, pdftest.Options{})
	}
	if u := o.unsealed(); u.Cases != 0 || !u.Since.IsZero() {
		t.Errorf("there wait %+v", u)
	}
	var seals []string
	for _, line := range o.log(id) {
		if strings.HasPrefix(line, casework.SealAction) {
			seals = append(seals, line)
		}
	}
	if want := []string{"seal ok", "seal ok", "seal ok"}; !slices.Equal(seals, want) {
		t.Errorf("the log has %q, want %q", seals, want)
	}
	o.sound()
}

// sound fails the test unless the store is what its cases give.
func (o *office) sound() {
	o.t.Helper()
	o.must(o.store.Check(o.t.Context(), time.Time{}, func(fault string) { o.t.Error(fault) }))
}

// What cannot be sealed is valid all the same, and can be fetched; it is sealed
// when that is possible again, once.
func TestSealedLater(t *testing.T) {
	o := open(t)
	a := o.sealing()
	a.Stop("stamp")
	employee, _, id := o.sent()
	signed := o.now
	d := o.look(employee, id).Documents[0]
	if !d.Waits || d.Sealed != nil {
		t.Errorf("listed as %+v, want one that waits", d)
	}
	if u := o.unsealed(); u.Cases != 1 || !u.Since.Equal(signed) {
		t.Errorf("there wait %+v, want one since %v", u, signed)
	}
	here, err := o.Unsealed(t.Context(), o.caseworker)
	o.must(err)
	there, err := o.Unsealed(t.Context(), o.another)
	o.must(err)
	if here.Cases != 1 || there.Cases != 0 {
		t.Errorf("the case's municipality sees %+v that wait and another %+v, want one and none", here, there)
	}
	for who, want := range map[*auth.Actor]int{&o.caseworker: 1, &o.another: 0} {
		list, err := o.List(t.Context(), *who, casework.ListQuery{Unsealed: true})
		o.must(err)
		if list.Total != want || len(list.Cases) != want || want == 1 && list.Cases[0].ID != id {
			t.Errorf("the list of those that wait is %+v, want %d", list, want)
		}
	}
	record, err := o.Fetch(t.Context(), employee, id, d.ID)
	o.must(err)
	o.sound()

	if err := o.SealWaiting(t.Context()); err == nil {
		t.Error("a run that sealed nothing went well")
	}
	o.now = o.now.Add(24 * time.Hour)
	a.Start("stamp")
	o.must(o.SealWaiting(t.Context()))
	o.must(o.SealWaiting(t.Context())) // nothing is left to do
	if list, err := o.List(t.Context(), o.caseworker, casework.ListQuery{Unsealed: true}); err != nil || list.Total != 0 || len(list.Cases) != 0 {
		t.Errorf("the list of those that wait is %+v, %v, want none", list, err)
	}
	f, err := o.Fetch(t.Context(), employee, id, d.ID)
	o.must(err)
	if !bytes.HasPrefix(f.Bytes, record.Bytes) || len(f.Bytes) == len(record.Bytes) {
		t.Errorf("the sealed file has %d bytes, and the record %d", len(f.Bytes), len(record.Bytes))
	}
	n := 0
	for _, line := range o.log(id) {
		if line == casework.SealAction+" ok" {
			n++
		}
	}
	if u := o.unsealed(); n != 1 || u.Cases != 0 {
		t.Errorf("the log has %d seals, and %+v wait", n, u)
	}
	o.sound()
}

// Who saw the case before it was sealed has seen all that there is to see, and
// who saw it before somebody changed it has not.
func TestSealIsNoChange(t *testing.T) {
	o := open(t)
	_, _, id := o.sent()
	o.must(o.Do(t.Context(), o.caseworker, id, casework.Any, flexjob.ConfirmGrant{}))
	seen := o.look(o.caseworker, id).Case.Revision
	o.sealing()
	o.must(o.SealWaiting(t.Context()))
	if now := o.look(o.caseworker, id).Case.Revision; now == seen {
		t.Fatal("a seal leaves no revision")
	}
	o.must(o.Do(t.Context(), o.caseworker, id, seen, flexjob.ConfirmIdentity{}))
	want(t, "an act by who saw the case before that", o.Do(t.Context(), o.caseworker, id, seen, flexjob.Assign{Staff: o.caseworker.Subject}), problem.Conflict)
}

// The company's Blad 1 is a copy that is made for it, and has no seal; what it
// is told of the document behind it is nothing.
func TestMaskedCopyHasNoSeal(t *testing.T) {
	o := open(t)
	o.sealing()
	_, company, id := o.sent()
	v := o.look(company, id)
	if d := v.Documents[0]; d.Sealed != nil || d.Waits {
		t.Errorf("the company's list has %+v", d)
	}
	f, err := o.Fetch(t.Context(), company, id, v.Documents[0].ID)
	o.must(err)
	if bytes.Contains(f.Bytes, []byte("ETSI.CAdES")) {
		t.Error("the company's copy holds a seal")
	}
}

// A seal is of a file and not of its pages: the case file and the letter have
// the pages, and the case file says that they were sealed.
func TestSealedIsBound(t *testing.T) {
	o := open(t)
	o.sealing()
	_, _, id := o.assessed()
	o.issue(id)
	for _, d := range o.look(o.caseworker, id).Documents {
		if d.Kind != casework.CaseFile && d.Kind != casework.Blad2Letter {
			continue
		}
		f, err := o.Fetch(t.Context(), o.caseworker, id, d.ID)
		o.must(err)
		if _, err := seal.Verify(f.Bytes, seal.Roots{}, o.now); err != nil || bytes.Contains(f.Bytes, []byte("ETSI.CAdES")) {
			t.Errorf("%s holds a seal, which cannot be its own", d.ID)
		}
		if text := pdftest.Transcript(f.Bytes); d.Kind == casework.CaseFile && strings.Count(text, "blev forseglet af Ærø Kommune") != 3 {
			t.Errorf("the case file does not say of three documents that they were sealed:\n%s", text)
		}
	}
}

// An export has the sealed files, under the hash of each.
func TestExportHasSeals(t *testing.T) {
	o := open(t)
	o.sealing()
	employee, _, id := o.sent()
	v := o.look(employee, id)
	f, err := o.Fetch(t.Context(), employee, id, v.Documents[0].ID)
	o.must(err)
	admin := auth.Actor{Provider: auth.StaffAccount, Subject: "chief", Roles: []auth.Role{auth.Administrator}}
	var out bytes.Buffer
	o.must(o.Export(t.Context(), admin, &out, func(int64, int64) {}))
	files := unzipped(t, out.Bytes())
	name := "sager/" + v.Case.Number + "/blad1-1.pdf"
	if !bytes.Equal(files[name], f.Bytes) {
		t.Errorf("%s has %d bytes, and what is fetched %d", name, len(files[name]), len(f.Bytes))
	}
	sum := v.Case.Signatures[0].Document.Seal.Hash
	if got := sha256.Sum256(f.Bytes[v.Case.Signatures[0].Document.Size:]); got != sum || !bytes.Contains(files["sager/"+v.Case.Number+"/sag.json"], []byte(hex.EncodeToString(sum[:]))) {
		t.Errorf("the hash of the seal is %x, and the case has %x", got, sum)
	}
}

// A case that cannot be sealed keeps none of the others from it, however many
// runs there are and whichever comes first.
func TestSealGoesOn(t *testing.T) {
	o := open(t)
	var ids []string
	for range 5 {
		_, _, id := o.sent()
		ids = append(ids, id)
		o.now = o.now.Add(time.Minute)
	}
	for _, id := range ids[:4] { // the record of each is lost
		o.must(o.store.View(t.Context(), func(tx *store.Tx) error {
			c, err := tx.Case(id)
			if err != nil {
				return err
			}
			return o.store.Files.Remove(c.Signatures[0].Document.File)
		}))
	}
	o.sealing()
	for range 2 {
		if err := o.SealWaiting(t.Context()); err == nil {
			t.Error("a run with documents that are lost went well")
		}
	}
	if u := o.unsealed(); u.Cases != 4 {
		t.Errorf("%d cases wait, want the 4 whose documents are lost", u.Cases)
	}
}

// Who signs does not wait for a timestamp service that does not answer, and the
// next who signs does not even ask it.
func TestSignDoesNotWait(t *testing.T) {
	o := open(t)
	a := o.sealing()
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	t.Cleanup(silent.CloseClientConnections)
	stamper := a.Stamper()
	stamper.URL = silent.URL
	s, err := seal.New(seal.Options{Identity: a.Identity("Ærø Kommune", "P-256"), Rand: rand.Reader, Stamper: stamper})
	o.must(err)
	o.Sealer = func() *seal.Sealer { return s }
	for _, most := range []time.Duration{10 * time.Second, 2 * time.Second} {
		employee, company, id := o.parties()
		o.save(employee, id, employeePart)
		o.save(company, id, companyPart)
		began := time.Now()
		o.sign(employee, id)
		if took := time.Since(began); took > most {
			t.Errorf("signing took %v, want less than %v", took, most)
		}
		if d := o.look(employee, id).Documents[0]; !d.Waits {
			t.Errorf("listed as %+v, want one that waits", d)
		}
	}
	if u := o.unsealed(); u.Cases != 2 {
		t.Errorf("%d cases wait, want 2", u.Cases)
	}
}

// Sealed at the same time by many, a document gets one seal.
func TestSealedOnce(t *testing.T) {
	o := open(t)
	employee, _, id := o.sent()
	o.sealing()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { o.must(o.SealWaiting(t.Context())) })
	}
	all.Wait()
	n := 0
	for _, line := range o.log(id) {
		if line == casework.SealAction+" ok" {
			n++
		}
	}
	if d := o.look(employee, id).Documents[0]; n != 1 || d.Sealed == nil {
		t.Errorf("the log has %d seals, and the document is %+v", n, d)
	}
}
