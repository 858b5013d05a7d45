package pdf

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"ab325/forms"
	"ab325/internal/form"
	"ab325/internal/pdf/pdftest"
)

// The kit writes the golden files anew where it is set.
var _ = flag.Bool("update", false, "write the golden files anew")

var compiled = sync.OnceValues(func() (*Engine, error) {
	def, err := form.Load(forms.FS, "ab325/2020-03")
	if err != nil {
		return nil, err
	}
	return Compile(def)
})

func engine(t testing.TB) *Engine {
	t.Helper()
	e, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func render(t testing.TB, r *Record) []byte {
	t.Helper()
	b, err := engine(t).Append(nil, r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// example returns a whole case of invented people. Its description does not
// fit Blad 2.
func example() form.Values {
	return form.Values{
		"employee.name": "Åse Bjørnsdóttir Kjærgård-Sørensen", "employee.cpr": "610170-0559",
		"job.title": "Køkken- og rengøringsmedhjælper", "job.startDate": "01.12.2026",
		"company.name": "Bølgemarken Øko-Gård & Mejeri ApS", "company.cvr": "99990007",
		"company.contactPerson": "Søren Ørsted Ågård", "company.phone": "12 34 56 78",
		"assessment.sendToEmployee": "ja", "assessment.sendToCompany": "nej",
		"assessment.sendTo": "c/o Lone Gråbøl\nHavnegade 8, 2. th.\n5970 Ærøskøbing",
		"job.description": "Den ansatte skal forberede grøntsager, tilberede kolde anretninger, vaske op og gøre rent i køkkenet. " +
			"Arbejdet udføres tre formiddage om ugen med mulighed for pauser efter behov. Tunge løft over 5 kg indgår ikke. " +
			"Opgaverne løses i fællesskab med en kollega, der også har ansvaret for oplæring i løbet af de første tre måneder.\n" +
			"Øvrige opgaver: modtagelse af varer, fyldning af køleskabe, enkel skiltning og kontakt til kunder i gårdbutikken. " +
			"Arbejdspladsen indrettes med hæve-sænkebord og støttestol.",
		"job.inAttachment": "nej", "consent.agreementToJobcenter": "ja",
		"signature.date": "18.11.2026", "signature.name": "Åse Bjørnsdóttir Kjærgård-Sørensen",
		"jobcenter.address": "Jobcenter Ærø\nStatene 2\n5970 Ærøskøbing", "received.date": "19.11.2026",
		"assessment.date": "27.11.2026", "assessment.reference": "2026-000123",
		"assessment.recipient":    "Åse Bjørnsdóttir Kjærgård-Sørensen\nVestergade 11\n5970 Ærøskøbing",
		"assessment.specialNeeds": "Faste mødetider om formiddagen. Pause på et roligt sted efter behov. Skriftlig instruktion ved nye opgaver.",
		"assessment.hoursPerWeek": "12,5", "assessment.intensityPercent": "60",
		"assessment.justification": "Vurderingen bygger på rehabiliteringsplanens forberedende del, praktikken i foråret 2026 og samtalen om det konkrete job. " +
			"I praktikken var arbejdstempoet lidt over halvdelen af det sædvanlige, når der var pauser og faste rutiner.",
		"jobcenter.contactPerson": "Mette Håkansson", "jobcenter.phoneOrEmail": "62 12 34 56",
		"assessment.signature.date": "27.11.2026", "assessment.signature.name": "Mette Håkansson",
	}
}

const exampleReference = "2026-000123"

func open(t testing.TB, b []byte) *pdftest.File {
	t.Helper()
	return pdftest.Open(t, b)
}

func flat(value string) string { return strings.TrimSuffix(strings.ReplaceAll(value, "\n", " "), " ") }

func TestSheets(t *testing.T) {
	for _, test := range []struct {
		sheet Sheet
		title string
		feet  []string // of each page
	}{
		{Blad1, "Blad 1", []string{"Side 1 af 5", "Side 2 af 5", "Side 3 af 5", "Side 4 af 5"}},
		{Blad2, "Blad 2", []string{"Side 5 af 6", "Side 6 af 6"}},
		{Whole, "", []string{"Side 1 af 6", "Side 2 af 6", "Side 3 af 6", "Side 4 af 6", "Side 5 af 6", "Side 6 af 6"}},
	} {
		b := render(t, &Record{Sheet: test.sheet, Values: example(), Reference: exampleReference})
		o := open(t, b)
		var feet []string
		for _, p := range o.Pages {
			if !strings.Contains(p.Artifacts, "Udarbejdet af KL") || !strings.Contains(p.Artifacts, "AB 325 (03/2020)") {
				t.Errorf("sheet %d: footer %q", test.sheet, p.Artifacts)
			}
			at := strings.Index(p.Artifacts, "Side ")
			feet = append(feet, p.Artifacts[at:at+len("Side 1 af 5")])
		}
		if !slices.Equal(feet, test.feet) {
			t.Errorf("sheet %d: pages %q, want %q", test.sheet, feet, test.feet)
		}
		title := "AB 325 (03/2020) Vurdering af arbejdsevnen • fleksjob"
		if test.title != "" {
			title += " – " + test.title
		}
		if !bytes.Contains(b, []byte(">"+title+"</rdf:li>")) {
			t.Errorf("sheet %d: no title %q", test.sheet, title)
		}
	}
	if b, err := engine(t).Append([]byte("x"), &Record{Sheet: 3}); err == nil || string(b) != "x" {
		t.Errorf("Append of sheet 3 = %q, %v", b, err)
	}
}

// TestOtherSheetStaysOut holds Blad 1 free of what the jobcenter writes.
func TestOtherSheetStaysOut(t *testing.T) {
	values := example()
	values["assessment.justification"] = "Hemmelig ж 日"
	o := open(t, render(t, &Record{Sheet: Blad1, Values: values}))
	if s := o.Tree.Whole(); strings.Contains(s, "Hemmelig") || !strings.Contains(s, "12 34 56 78") {
		t.Errorf("Blad 1 says %s", s)
	}
}

func TestMaskCPR(t *testing.T) {
	for _, test := range []struct{ value, want string }{
		{"610170-0559", "610170-XXXX"},
		{"", ""},
		{"6101700559", "XXXXXXXXXX"}, // as a draft may hold it
		{"610170-055", "XXXXXXXXXX"},
		{"61017x-0559", "XXXXXXXXXXX"},
	} {
		o := open(t, render(t, &Record{Values: form.Values{"employee.cpr": test.value}, MaskCPR: true}))
		n := 0
		for _, s := range o.Texts() {
			if s == test.want && s != "" {
				n++
			}
		}
		if test.want != "" && (n != 2 || strings.Contains(o.Tree.Whole(), test.value)) {
			t.Errorf("masked %q: %q printed %d times, want 2", test.value, test.want, n)
		}
	}
	if s := open(t, render(t, &Record{Values: example()})).Tree.Whole(); strings.Count(s, "610170-0559") != 2 {
		t.Error("the number is not printed twice when it is not masked")
	}
}

func TestNotes(t *testing.T) {
	notes := []string{"Erstatter vurdering af 18.11.2026", "Underskrevet via link – ikke bekræftet identitet", "Kladde"}
	o := open(t, render(t, &Record{Sheet: Blad2, Notes: notes}))
	if !slices.Contains(o.Texts(), strings.Join(notes, " ")) {
		t.Errorf("notes are missing: %q", o.Texts())
	}
	long := strings.Repeat("En meget lang bemærkning. ", 60) + "Slut."
	o = open(t, render(t, &Record{Sheet: Blad2, Notes: []string{long}}))
	if !slices.Contains(o.Texts(), long) || !slices.Contains(o.Texts(), "Bemærkninger") {
		t.Errorf("a long note is not whole: %q", o.Texts())
	}
}

func TestTicks(t *testing.T) {
	for value, want := range map[string]string{"ja": "Afkrydset: ja", "nej": "Afkrydset: nej", "": "Afkrydset: nej"} {
		o := open(t, render(t, &Record{Sheet: Blad2, Values: form.Values{"job.inAttachment": value}}))
		var got string
		o.Tree.All(func(e *pdftest.Elem) {
			if e.Role == "LI" && e.Elems()[0].Own() == "Jobindhold i bilag" {
				got = e.Elems()[1].Whole()
			}
		})
		if got != want {
			t.Errorf("tick %q says %q, want %q", value, got, want)
		}
	}
}

// TestSameBytes makes a document again, after others and in another place.
func TestSameBytes(t *testing.T) {
	r := &Record{Values: example(), Reference: exampleReference}
	first := render(t, r)
	render(t, &Record{Sheet: Blad1, Values: form.Values{"job.description": strings.Repeat("Ж ord ", 5000)}})
	again, err := engine(t).Append([]byte("before"), r)
	if err != nil || !bytes.Equal(again, append([]byte("before"), first...)) {
		t.Errorf("the same record made other bytes (%v)", err)
	}
	other, err := Compile(engine(t).def)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := other.Append(nil, r); err != nil || !bytes.Equal(b, first) {
		t.Errorf("another engine made other bytes (%v)", err)
	}
	changed := maps.Clone(r.Values)
	changed["company.phone"] = "12 34 56 79"
	a, b := open(t, first), open(t, render(t, &Record{Values: changed, Reference: exampleReference}))
	if id := a.Trailer["ID"].(pdftest.Array); id[0] != id[1] || id[0] == b.Trailer["ID"].(pdftest.Array)[0] {
		t.Errorf("identifiers %v and %v", id, b.Trailer["ID"])
	}
}

// TestAtOnce makes documents in many goroutines, behind something else, and in
// parts.
func TestAtOnce(t *testing.T) {
	var records [6]*Record
	var want, kin [6][]byte // kin is of the same sheet, with the same font
	for i := range records {
		records[i] = &Record{Sheet: Sheet(i % 3), Values: form.Values{"employee.name": strings.Repeat("Å", 1+i*60), "company.name": "Ωж"[:2*(i%2)]}}
		want[i] = render(t, records[i])
		kin[i] = render(t, &Record{Sheet: records[i].Sheet, Values: form.Values{"company.name": "XЖ"[:1+2*(i%2)]}})
	}
	var wait sync.WaitGroup
	for g := range 4 {
		wait.Go(func() {
			b, p := []byte("before"), Parts{}
			for k := range 60 {
				i := (g + k) % len(records)
				var err error
				if b, err = engine(t).Append(b[:6], records[i]); err != nil || !bytes.Equal(b[6:], want[i]) {
					t.Errorf("record %d at once with others is another (%v)", i, err)
				}
				if p, err = engine(t).Parts(p.Own, records[i]); err != nil || !bytes.Equal(p.Whole(), want[i]) {
					t.Errorf("record %d in parts, at once with others, is another (%v)", i, err)
				}
				if p.Hash != sha256.Sum256(want[i]) {
					t.Errorf("record %d has the hash %x, want %x", i, p.Hash, sha256.Sum256(want[i]))
				}
				if len(p.Common) < 80<<10 || !bytes.HasPrefix(kin[i], p.Common) {
					t.Errorf("record %d has %d bytes in common with its kin", i, len(p.Common))
				}
			}
		})
	}
	wait.Wait()
}
