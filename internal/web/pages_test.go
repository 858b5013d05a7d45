package web

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jba/templatecheck"
	"golang.org/x/net/html"

	"ab325/internal/problem"
)

// samples are the pages that each template is tried with: the first is full,
// the second is empty. A new template needs a line here.
func samples() map[string][]pager {
	all := map[string][]pager{}
	for _, table := range []map[string][]pager{publicSamples(), partySamples(), staffSamples()} {
		for name, pages := range table {
			all[name] = pages
		}
	}
	return all
}

func publicSamples() map[string][]pager {
	all := map[string][]pager{
		"problem": {
			&problemPage{Page: fullPage(), failure: failures[problem.Expired], Detail: "Linket er brugt.", SignIn: "/adgang", Reference: "abc"},
			&problemPage{},
		},
		"help-hours": {&helpHoursPage{fullPage(), []hoursExample{{"15", "50", "7 timer"}}}, &helpHoursPage{}},
		"access": {
			&accessPage{fullPage(), fullText("code"), fullText("old"), true, true}, &accessPage{},
		},
		"control": {
			&controlPage{fullPage(), FileInput{Control: Control{ID: controlFile, Label: "Fil", Error: "En fejl"}}, fullText(controlCode),
				&Alert{"success", "Blad 1", "Det gælder.", nil}, []Row{{Label: "Dokument", Value: "Blad 1"}}, "/jobcenter/kontrol"}, &controlPage{},
		},
		"employee-start": {&startPage{Page: fullPage(), Mails: true, Address: fullText("address")}, &startPage{}},
		"company-start":  {&startPage{Page: fullPage(), Mails: true, Address: fullText("address")}, &startPage{}},
	}
	for _, name := range []string{
		"front", "help", "help-consent", "help-pay",
		"help-complaint", "help-rules", "contact", "privacy", "accessibility",
	} {
		all[name] = []pager{&infoPage{fullPage()}, &infoPage{}}
	}
	return all
}

// fullPage has every part that a page may have.
func fullPage() Page {
	return Page{
		Title: "En side", Site: Site{Styled: true, Demo: true, Path: "/x"},
		Who:          &Who{Name: "Ida Ødegård", Role: "Den ansatte", SignOut: "/ud", Ends: time.Hour},
		Nav:          []NavLink{{Link{"/a", "Sager"}, false, true}, {Link{"/b", "Opgaver"}, true, false}},
		Municipality: exampleMunicipality,
		Back:         &Link{"/", "Tilbage"},
		Steps: []Step{
			{"Den ansatte", "", "/1", StepDone}, {"Virksomheden", "Mangler", "/2", StepError},
			{"Jobindhold", "", "/3", StepCurrent}, {"Samtykke", "", "", StepAhead},
		},
		Notice: &Alert{"success", "Gemt", "Det er gemt.", []Link{{"/x", "Se det"}}},
		Errors: []problem.Field{{ID: "main-content", Text: "Ret siden"}, {Text: "Noget andet"}},
		Wide:   true,
	}
}

func fullText(id string) TextInput {
	return TextInput{
		Control: Control{ID: id, Label: "Et felt", Hint: "Et råd", Error: "En fejl", Warning: "En advarsel", Optional: true, Marks: []string{"Fælles"}},
		Value:   `<b>"værdi"`, Type: "text", InputMode: "numeric", Autocomplete: "off", Width: "char-8", Suffix: "timer", Data: "hours",
	}
}

// TestTemplates: every template fits the type of its page, and makes sound
// HTML of a full page and of an empty one.
func TestTemplates(t *testing.T) {
	s, _ := newServer(t, nil)
	all := samples()
	for name, tmpl := range s.pages.byName {
		pages := all[name]
		if len(pages) < 2 {
			t.Errorf("templates/%s.html has no samples of a full and an empty page", name)
			continue
		}
		if err := templatecheck.CheckHTML(tmpl.Lookup("layout"), pages[0]); err != nil {
			t.Errorf("templates/%s.html: %v", name, err)
		}
		for i, page := range pages {
			body, err := s.pages.execute(name, page)
			if err != nil {
				t.Errorf("templates/%s.html, sample %d: %v", name, i, err)
				continue
			}
			if f := faults(string(body)); f != nil && page.base().Title != "" {
				t.Errorf("templates/%s.html, sample %d: %q", name, i, f)
			} else if u := unbalanced(string(body)); u != nil {
				t.Errorf("templates/%s.html, sample %d: %q", name, i, u)
			}
		}
		delete(all, name)
	}
	for name := range all {
		t.Errorf("samples for %s, which has no template", name)
	}
}

// TestPublicPages: every public page answers, is sound, and says whom to ask.
func TestPublicPages(t *testing.T) {
	for _, known := range []bool{true, false} {
		s, _ := newServer(t, func(o *Options) {
			if !known {
				o.Municipality = nil
			}
			o.Demo = true
		})
		for _, r := range publicRoutes {
			if r.method != "GET" || strings.Contains(r.path, ":") || r.path == "/health" || r.path == blankPath {
				continue
			}
			got := do(s.Handler(), request("GET", r.path, ""))
			if got.Code != 200 {
				t.Errorf("%s: %d", r.path, got.Code)
			}
			if f := faults(got.Body.String()); f != nil {
				t.Errorf("%s: %q", r.path, f)
			}
			words := text(parse(t, got))
			if want := map[bool]string{true: "Jobcenter Eksempel", false: "din kommune"}[known]; !strings.Contains(strings.ToLower(words), strings.ToLower(want)) {
				t.Errorf("%s does not name %q", r.path, want)
			}
		}
	}
}

// TestLinksLead: links from public pages to this site lead somewhere. Those to
// pages behind a sign-in are tried by the tests of the route table.
func TestLinksLead(t *testing.T) {
	s, _ := newServer(t, nil)
	paths := map[string]bool{}
	for _, r := range allRoutes() {
		paths[r.path] = true
	}
	for _, r := range publicRoutes {
		if r.method != "GET" || strings.Contains(r.path, ":") || r.path == blankPath {
			continue
		}
		got := do(s.Handler(), request("GET", r.path, ""))
		for n := range parse(t, got).Descendants() {
			href, ok := attr(n, "href")
			if !ok || n.Data != "a" || !strings.HasPrefix(href, "/") || strings.HasPrefix(href, staffPlace) {
				continue
			}
			if path, _, _ := strings.Cut(href, "#"); !paths[path] {
				t.Errorf("%s links to %s, which is no route", r.path, href)
			}
		}
	}
}

// TestRuleR54MembershipIsNeverAsked: no input of a public page has to do with it.
func TestRuleR54MembershipIsNeverAsked(t *testing.T) {
	input := regexp.MustCompile(`<(input|textarea|select)[^>]*(union|fagforening|medlem)`)
	for name, body := range templateTexts(t) {
		if input.MatchString(body) {
			t.Errorf("%s asks for membership of a union", name)
		}
	}
}

// TestWithoutDesignSystem: the pages stand without the built assets.
func TestWithoutDesignSystem(t *testing.T) {
	s, _ := newServer(t, nil)
	s.static.built = false
	got := do(s.Handler(), request("GET", "/virksomhed", ""))
	if got.Code != 200 || strings.Contains(got.Body.String(), "dkfds") || strings.Contains(got.Body.String(), "<use") {
		t.Errorf("%d: the page asks for what is not there", got.Code)
	}
	if f := faults(got.Body.String()); f != nil {
		t.Errorf("%q", f)
	}
}

func parse(t *testing.T, w *httptest.ResponseRecorder) *html.Node {
	t.Helper()
	root, err := html.Parse(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	body, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// templateTexts returns every template by its file.
func templateTexts(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, pattern := range []string{"templates/*.html", "templates/*/*.html"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			out[file] = readFile(t, file)
		}
	}
	return out
}
