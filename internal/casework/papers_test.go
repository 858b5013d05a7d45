package casework_test

import (
	"bytes"
	"flag"
	"fmt"
	mathrand "math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/pdf/layout"
	"ab325/internal/pdf/pdftest"
	"ab325/internal/pdf/read/readtest"
	"ab325/internal/problem"
)

var _ = flag.Bool("update", false, "write the golden files anew")

var hash = regexp.MustCompile(`[0-9a-f]{64}`)

// transcript returns what a document says, without hashes, which change with
// every version of the engine.
func transcript(file []byte) string { return hash.ReplaceAllString(pdftest.Transcript(file), "HASH") }

func (o *office) fetch(who auth.Actor, id, document string) []byte {
	o.t.Helper()
	f, err := o.Fetch(o.t.Context(), who, id, document)
	o.must(err)
	return f.Bytes
}

// keptOf returns the documents of a case that are not written when they are
// fetched.
func keptOf(v *casework.View) (docs []casework.Document) {
	return slices.DeleteFunc(slices.Clone(v.Documents), func(d casework.Document) bool { return d.Kind.Made() })
}

// of returns the ids of the documents of a kind that who may fetch.
func (o *office) of(who auth.Actor, id string, kind casework.DocumentKind) (ids []string) {
	o.t.Helper()
	for _, d := range o.look(who, id).Documents {
		if d.Kind == kind {
			ids = append(ids, d.ID)
		}
	}
	return ids
}

// eventful returns a case with each kind of document: consents given, refused
// and withdrawn, an attachment, an assessment for both parties.
func (o *office) eventful() (employee, company auth.Actor, id string) {
	o.t.Helper()
	employee, company, id = o.parties()
	o.save(employee, id, employeePart)
	o.save(employee, id, map[string]string{"employee.address": "Vestergade 11\n5970 Ærøskøbing"})
	o.save(company, id, companyPart)
	o.save(company, id, map[string]string{"company.address": "Havnen 3\n5970 Ærøskøbing"})
	o.must(o.Attach(o.t.Context(), company, id, "jobbet 😀.pdf", readtest.Page("job")))
	tick := func() { o.now = o.now.Add(time.Minute) }
	answer := func(p flexjob.Purpose, given bool) {
		tick()
		o.must(o.Do(o.t.Context(), employee, id, casework.Any, flexjob.AnswerConsent{Purpose: p, Given: given, Wording: "Må virksomheden sende en kopi?\n\nDu kan altid trække det tilbage."}))
	}
	answer(flexjob.CopyToJobcenter, true)
	answer(flexjob.CopyToUnion, false)
	tick()
	o.sign(employee, id)
	tick()
	o.must(o.Do(o.t.Context(), employee, id, casework.Any, flexjob.WithdrawConsent{Purpose: flexjob.CopyToJobcenter, Wording: "Må virksomheden sende en kopi?\n\nDu kan altid trække det tilbage."}))
	o.must(o.Do(o.t.Context(), o.caseworker, id, casework.Any, flexjob.ConfirmIdentity{}))
	o.must(o.Do(o.t.Context(), o.caseworker, id, casework.Any, flexjob.ConfirmGrant{}))
	o.must(o.StartBlad2(o.t.Context(), o.caseworker, id, casework.Any, ""))
	o.save(o.caseworker, id, blad2Part)
	tick()
	o.issue(id)
	return employee, company, id
}

// judge holds a file to the conditions of the kit, and where full is true has
// other programs judge it, which takes a second.
func judge(t *testing.T, file []byte, full bool, o pdftest.Options) {
	t.Helper()
	if full {
		pdftest.Check(t, file, o)
		return
	}
	for _, fault := range pdftest.Open(t, file).Faults(o) {
		t.Error(fault)
	}
}

// TestPapers holds what each document says to a golden file for each reader.
func TestPapers(t *testing.T) {
	o := openWith(t, mathrand.NewChaCha8([32]byte{})) // pictures show hashes of documents with codes
	employee, company, id := o.eventful()
	sheet := o.look(employee, id).Case.Standing().ID
	for _, test := range []struct {
		golden, document string
		who              auth.Actor
		full, flat       bool // judged by other programs too; can be signed with MitID
	}{
		{"receipt-employee", "kvittering-1", employee, true, true},
		{"receipt-company", "kvittering-1", company, false, true},
		{"consent-given", "samtykke-1", employee, true, true},
		{"consent-refused", "samtykke-2", employee, false, true},
		{"consent-withdrawn", "samtykke-3", employee, false, true},
		{"letter-employee", "brev-" + sheet + "-employee", o.caseworker, true, false},
		{"letter-company", "brev-" + sheet + "-company", o.caseworker, false, false},
		{"file-caseworker", "akter", o.caseworker, true, false},
		{"file-employee", "akter", employee, false, false},
		{"file-company", "akter", company, false, false},
	} {
		t.Run(test.golden, func(t *testing.T) {
			file := o.fetch(test.who, id, test.document)
			judge(t, file, test.full, pdftest.Options{Flat: test.flat})
			said := transcript(file)
			if strings.HasPrefix(test.golden, "file-") { // of the parts, which are held elsewhere, the first two
				said = strings.Join(strings.SplitAfter(said, "\n  Part")[:3], "")
			} else if before, _, ok := strings.Cut(said, "\n  Part\n    H1 Vurdering af arbejdsevnen"); ok {
				said = before + "\n"
			}
			pdftest.Golden(t, "testdata/papers/"+test.golden+".txt", said)
			pdftest.Cover(t, "testdata/papers/"+test.golden, file)
			if !bytes.Equal(file, o.fetch(test.who, id, test.document)) {
				t.Error("the same case made other bytes")
			}
		})
	}
}

// TestCompanySeesNoCPR looks for the number in all that the company may fetch.
func TestCompanySeesNoCPR(t *testing.T) {
	o := open(t)
	_, company, id := o.eventful()
	docs := o.look(company, id).Documents
	if len(docs) < 5 {
		t.Errorf("the company has %d documents", len(docs))
	}
	for _, d := range docs {
		if d.Kind == casework.JobAttachment {
			continue
		}
		f := pdftest.Open(t, o.fetch(company, id, d.ID))
		for _, page := range f.Pages {
			text := page.Artifacts
			for _, m := range page.Marks {
				text += m.Text
			}
			if strings.Contains(text, "0559") {
				t.Errorf("%s: page %d has the CPR number", d.ID, page.Number)
			}
		}
	}
}

// TestPapersForWhom lists what each reader may fetch.
func TestPapersForWhom(t *testing.T) {
	o := open(t)
	employee, company, id := o.eventful()
	count := func(who auth.Actor) map[casework.DocumentKind]int {
		n := map[casework.DocumentKind]int{}
		for _, d := range o.look(who, id).Documents {
			n[d.Kind]++
		}
		return n
	}
	for _, test := range []struct {
		name string
		who  auth.Actor
		want string
	}{
		{"employee", employee, "akter:1 bilag:1 blad1:1 blad2:1 kvittering:1 samtykke:3"},
		{"company", company, "akter:1 bilag:1 blad1:1 blad2:1 kvittering:1"},
		{"caseworker", o.caseworker, "akter:1 bilag:1 blad1:1 blad2:2 brev:2 kvittering:1 samtykke:3"},
	} {
		var got []string
		for kind, n := range count(test.who) {
			got = append(got, fmt.Sprintf("%s:%d", kind, n))
		}
		slices.Sort(got)
		if strings.Join(got, " ") != test.want {
			t.Errorf("%s may fetch %q, want %q", test.name, got, test.want)
		}
	}
	sheet := o.look(employee, id).Case.Standing().ID
	for document, who := range map[string]auth.Actor{"samtykke-1": company, "brev-" + sheet + "-employee": employee, "afgoerelse": employee, "samtykke-9": employee, "kvittering-0": o.caseworker} {
		_, err := o.Fetch(t.Context(), who, id, document)
		want(t, "fetching "+document, err, problem.NotFound)
	}
	_, err := o.Fetch(t.Context(), o.another, id, "akter")
	want(t, "fetching a case of another municipality", err, problem.NotFound)
	before := len(o.log(id))
	o.fetch(o.caseworker, id, "akter")
	if log := o.log(id); len(log) != before+1 || log[before] != "fetch ok" {
		t.Errorf("the log has %q after fetching", log[before:])
	}
}

// complaintWords are those of the letter, the day and the municipality's
// contact left open.
var complaintWords = []string{
	"Du kan klage. Du kan klage over vurderingen af arbejdsevnen. Vi skal have modtaget din klage senest 4 uger efter, at du har modtaget vurderingen. Vi regner med, at det er den ",
	". Har du fået den senere, har du tilsvarende længere tid. Du kan klage skriftligt eller mundtligt til ",
	". Når vi har fået klagen, vurderer vi sagen igen inden 4 uger. Hvis vi ikke giver dig fuldt medhold, sender vi klagen videre til Ankestyrelsen.",
}

// TestRuleR21LetterSaysTheLastDay holds the letter to the words about
// complaining, and to the day that an ordinary letter's time ends on.
func TestRuleR21LetterSaysTheLastDay(t *testing.T) {
	o := open(t)
	employee, _, id := o.eventful()
	sheet := o.look(employee, id).Case.Standing().ID
	said := strings.Join(pdftest.Open(t, o.fetch(o.caseworker, id, "brev-"+sheet+"-employee")).Texts(), " ")
	said = strings.Join(strings.Fields(said), " ")
	// Issued on 23.11.2026: six workdays, then four weeks, vector 21.
	whole := complaintWords[0] + "29. december 2026" + complaintWords[1] + "Ærø Kommune, Jobcenteret, Statene 2, 5970 Ærøskøbing, telefon 12 34 56 78" + complaintWords[2]
	if !strings.Contains(said, whole) {
		t.Errorf("the letter does not say %q, but %q", whole, said)
	}
	company := strings.Join(pdftest.Open(t, o.fetch(o.caseworker, id, "brev-"+sheet+"-company")).Texts(), " ")
	if strings.Contains(company, "Du kan klage") {
		t.Error("the company's letter says that it can complain")
	}
}

// TestLetterWindow finds the receiver's address, and nothing else, where an
// envelope's window is, on the letter and on the Blad 2 behind it.
func TestLetterWindow(t *testing.T) {
	o := open(t)
	employee, _, id := o.eventful()
	sheet := o.look(employee, id).Case.Standing().ID
	for to, want := range map[string]string{"employee": "Åse Kjærgård Vestergade 11 5970 Ærøskøbing", "company": "Planteriget I/S Att.: Maria Vest Havnen 3 5970 Ærøskøbing"} {
		file := o.fetch(o.caseworker, id, "brev-"+sheet+"-"+to)
		for page := 1; page <= 2; page++ {
			if got := strings.Join(pdftest.Within(t, file, page, points(layout.Window())), " "); got != want {
				t.Errorf("page %d of the letter to the %s has %q in the window, want %q", page, to, got, want)
			}
		}
	}
}

// points returns a rectangle in points.
func points(r layout.Rect) [4]float64 {
	return [4]float64{float64(r.X) / 100, float64(r.Y) / 100, float64(r.X+r.W) / 100, float64(r.Y+r.H) / 100}
}

// TestLetterAddress refuses an address that would show the CPR number or that
// the window would cut.
func TestLetterAddress(t *testing.T) {
	for _, address := range []string{"Åse Kjærgård\n610170-0559\nVestergade 11", "6101700559", strings.Repeat("Etage\n", 20)} {
		o := open(t)
		employee, _, id := o.assessed()
		old := o.look(o.caseworker, id).Case.Assessment().Values["assessment.recipient"].Value
		_, err := o.Save(t.Context(), o.caseworker, id, []flexjob.Change{{Field: "assessment.recipient", Old: old, New: address}})
		o.must(err)
		o.issue(id)
		_, err = o.Fetch(t.Context(), o.caseworker, id, "brev-"+o.look(employee, id).Case.Standing().ID+"-employee")
		want(t, fmt.Sprintf("a letter to %.20q", address), err, problem.Invalid)
		if text := pdftest.Transcript(o.fetch(o.caseworker, id, "akter")); !strings.Contains(text, "Kommunens vurdering af din arbejdsevne") {
			t.Errorf("the case file with a letter to %.20q lacks it", address)
		}
	}
}

// TestDismissedAnywhere gives the employee the decision, and all of the case,
// whatever was typed as the address.
func TestDismissedAnywhere(t *testing.T) {
	for _, address := range []string{"610170-0559\nVestergade 11", strings.Repeat("Etage\n", 20)} {
		o := open(t)
		employee, company, id := o.parties()
		o.save(employee, id, employeePart)
		o.save(employee, id, map[string]string{"employee.address": address})
		o.save(company, id, companyPart)
		o.sign(employee, id)
		o.must(o.Dismiss(t.Context(), o.issuer, id, casework.Any, "Der er ikke bevilget fleksjob."))
		for _, document := range []string{"afgoerelse", "akter"} {
			file := o.fetch(employee, id, document)
			if text := pdftest.Transcript(file); !strings.Contains(text, "Der er ikke bevilget fleksjob.") || !strings.Contains(text, "Du kan klage.") {
				t.Errorf("%s to %.20q says %s", document, address, text)
			}
		}
		if in := strings.Join(pdftest.Within(t, o.fetch(o.issuer, id, "afgoerelse"), 1, points(layout.Window())), " "); strings.Contains(in, "0559") {
			t.Errorf("the decision has %q in the window", in)
		}
	}
}

// TestDismissalIsWritten holds the decision to end a case to a golden file.
func TestDismissalIsWritten(t *testing.T) {
	o := open(t)
	employee, company, id := o.sent()
	o.must(o.Dismiss(t.Context(), o.issuer, id, casework.Any, "Der er ikke bevilget fleksjob."))
	file := o.fetch(employee, id, "afgoerelse")
	judge(t, file, true, pdftest.Options{Flat: true})
	pdftest.Golden(t, "testdata/papers/dismissal.txt", transcript(file))
	pdftest.Cover(t, "testdata/papers/dismissal", file)
	if got := o.of(company, id, casework.Dismissal); got != nil {
		t.Errorf("the company may fetch %q", got)
	}
}

// TestCaseFileHasAll finds every document in the case file, at the page that
// the index names.
func TestCaseFileHasAll(t *testing.T) {
	o := open(t)
	_, _, id := o.eventful()
	file := pdftest.Open(t, o.fetch(o.caseworker, id, "akter"))
	index := map[string]string{} // by title, what the page begins with
	file.Tree.All(func(e *pdftest.Elem) {
		if e.Role != "Link" {
			return
		}
		var page int
		title, at, ok := strings.Cut(strings.TrimSpace(e.Own()), " side ")
		if _, err := fmt.Sscan(at, &page); err != nil || !ok || page > len(file.Pages) {
			t.Fatalf("index line %q", e.Own())
		}
		index[strings.TrimSpace(title)] = file.Pages[page-1].Marks[0].Text
	})
	documents := o.look(o.caseworker, id).Documents
	for _, d := range documents {
		if d.Kind == casework.JobAttachment || d.Kind == casework.CaseFile {
			continue
		}
		begins := map[casework.DocumentKind]string{casework.SignedBlad1: "Vurdering af arbejdsevnen", casework.IssuedBlad2: "Vurdering af arbejdsevnen",
			casework.Blad1Receipt: "Kvittering for blad 1", casework.ConsentReceipt: "Kvittering: du har ", casework.Blad2Letter: "Ærø Kommune"}[d.Kind]
		if got, ok := index[d.Title()]; !ok || !strings.HasPrefix(got, begins) {
			t.Errorf("%s: the page that the index names begins with %q, want %q", d.Title(), got, begins)
		}
	}
	if len(index) != len(documents)-2+1 { // the attachment and the file itself are not in it, the history is
		t.Errorf("%d lines in the index of %d documents", len(index), len(documents))
	}
}
