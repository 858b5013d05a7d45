package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ab325/internal/audit"
	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/ident"
	"ab325/internal/store"
)

// BenchmarkSubmit measures complete submits of an employee through the whole
// service: of a page that they have filled in, and of Blad 1 that they sign. Both
// are the connection, the session, the cross-site check, the key of the post,
// every field's rules, and the case with its row, its lists and its entry in the
// log, sealed and durable; beside the jobs that number and sign the log. To sign
// is also that everything is filled in and still what was shown, the document,
// made twice, sealed and durable, and a message.
//
// There are 1, 8 and 64 clients, on the same processors as the service; each
// submits one case after the other, which were prepared, and whose page was read,
// before. It is compared with appending 4 KiB to a file and fdatasync, on the same
// disk in the same run: the ratio is submits a second to appends a second. What of
// it is encryption and what is the audit log: see costing.
func BenchmarkSubmit(b *testing.B) {
	// Until all have been measured nothing is removed: ext4 is slow to make files
	// where others were removed in the last minutes.
	dir := b.TempDir()
	for _, what := range []submitting{{name: "page", path: "/den-ansatte", leadsTo: "/virksomheden"}, {name: "signature", path: "/underskrift", leadsTo: "/kvittering"}} {
		var cost costing
		for _, clients := range []int{1, 8, 64} {
			b.Run(what.name+"/"+strconv.Itoa(clients), func(b *testing.B) {
				s := newSubmits(b, filepath.Join(dir, fmt.Sprintf("%s-%d-%d", what.name, clients, b.N)), what, clients, b.N)
				cost.start(b, &s.keys)
				b.StopTimer()
				b.ResetTimer()
				rate, ratio := s.measure(b)
				cost.report(b, &s.keys)
				b.ReportMetric(rate, "submits/s")
				b.ReportMetric(ratio, "submits/append")
			})
		}
	}
}

// A submitting is what is submitted: a page below the case's place, and where
// that leads.
type submitting struct{ name, path, leadsTo string }

// signs reports whether Blad 1 is signed, which must be filled in before.
func (w submitting) signs() bool { return w.name == "signature" }

// measure submits all in some rounds, with appends before and after each,
// since what else the machine does changes by the second. It returns the medians
// of the submits a second and of their ratio to the appends.
func (s *submits) measure(b *testing.B) (rate, ratio float64) {
	const rounds = 8
	var rates, ratios []float64
	appends := appendsASecond(b, s.dir, time.Second/2)
	for i := range rounds {
		part := s.posts[i*len(s.posts)/rounds : (i+1)*len(s.posts)/rounds]
		b.StartTimer()
		began := time.Now()
		s.submitAll(b, part)
		took := time.Since(began)
		b.StopTimer()
		before := appends
		appends = appendsASecond(b, s.dir, time.Second/2)
		r := float64(len(part)) / took.Seconds()
		rates, ratios = append(rates, r), append(ratios, 2*r/(before+appends))
	}
	slices.Sort(rates)
	slices.Sort(ratios)
	return rates[rounds/2], ratios[rounds/2]
}

// Submits are a service with employees who are about to submit.
type submits struct {
	*served
	cases   *casework.Service
	what    submitting
	clients int
	posts   []submit
	keys    keyCounts
}

// A submit is the post of one employee.
type submit struct{ url, cookie, body, leadsTo string }

// newSubmits serves the whole service, with its jobs, and makes n cases ready.
func newSubmits(b *testing.B, dir string, what submitting, clients, n int) *submits {
	b.Helper()
	s := &submits{served: newServed(b, dir, clients), what: what, clients: clients, posts: make([]submit, n)}
	s.op.store.DB = countedDB{s.op.store.DB, &s.keys}
	var err error
	if s.cases, err = casework.New(s.options); err != nil {
		b.Fatal(err)
	}
	s.op.cases = s.cases
	settings := store.Municipality{Code: benchHome, Enabled: true, Address: "Jobcenter Ærø\nStatene 2\n5970 Ærøskøbing", Contact: "Fleksjobteamet", Phone: "12 34 56 78",
		Hours: "kl. 9-14", ServiceGoalDays: 21, DPOName: "Databeskyttelsesrådgiveren", DPOContact: "dpo@eksempel.example"}
	if err := s.op.accounts.PutSettings(b.Context(), auth.System(), settings); err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(b.Context())
	var running sync.WaitGroup
	running.Go(func() { newJobs(s.op, slog.New(slog.DiscardHandler), true).Run(ctx, time.Minute) })
	b.Cleanup(func() { stop(); running.Wait() })
	each(b, n, 64, func(i int) error { return s.prepare(b.Context(), i) })
	return s
}

// each calls do with the numbers below n, so many at a time.
func each(b *testing.B, n, atOnce int, do func(i int) error) {
	var taken atomic.Int64
	var all sync.WaitGroup
	for range atOnce {
		all.Go(func() {
			for i := int(taken.Add(1)) - 1; i < n; i = int(taken.Add(1)) - 1 {
				if err := do(i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	if b.Failed() {
		b.FailNow()
	}
}

// prepare begins the i-th case, fills it in where it is to be signed, and reads
// the page that is submitted.
func (s *submits) prepare(ctx context.Context, i int) error {
	entered, err := s.cases.Start(ctx, flexjob.Employee, "")
	if err != nil {
		return err
	}
	who := entered.Actor
	values := filledIn(i, ident.DateOf(s.op.now()))
	if s.what.signs() {
		if err := s.fill(ctx, who.Case, values); err != nil {
			return err
		}
	}
	session, err := s.op.accounts.StartSession(ctx, who)
	if err != nil {
		return err
	}
	s.posts[i] = submit{url: s.server.URL + "/ansat/" + who.Case + s.what.path, cookie: "ab325=" + session.Token, leadsTo: s.what.leadsTo}
	return s.posts[i].read(s.server.Client(), values)
}

// fill fills a case in until it may be signed.
func (s *submits) fill(ctx context.Context, id string, values map[string]string) error {
	return s.op.store.Update(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(id)
		if err != nil {
			return err
		}
		by := c.Created
		for id, value := range values {
			c.Blad1[id] = flexjob.Entry{Value: value, By: by}
		}
		for _, p := range flexjob.Purposes() {
			c.Consents = append(c.Consents, flexjob.ConsentEvent{Purpose: p, State: flexjob.Given, By: by, Edition: c.Edition})
		}
		c.Revision++
		return tx.PutCase(c, audit.Entry{At: by.At, Actor: "bench", Action: "fill", Result: audit.Done})
	})
}

// filledIn is what stands in a Blad 1 that may be signed.
func filledIn(i int, today ident.Date) map[string]string {
	values := maps.Clone(personMarks)
	maps.DeleteFunc(values, func(id, _ string) bool {
		part, _, _ := strings.Cut(id, ".")
		return !slices.Contains([]string{"employee", "company", "union", "job"}, part)
	})
	values["employee.municipality"], values["employee.cpr"], values["employee.name"] = benchHome, inventedCPR(i), inventedName(i)
	values["job.description"] = strings.Repeat("Luger og vander i væksthuset. ", 20)
	values["job.startDate"] = today.AddDays(40).String()
	return values
}

var (
	formInputs = regexp.MustCompile(`<input[^>]* name="([a-zA-Z.]+)"[^>]* value="([^"]*)"`)
	formNames  = regexp.MustCompile(` name="([a-zA-Z.]+)"`)
)

// read reads the page with the form, what is in it, and what the employee types
// there.
func (s *submit) read(client *http.Client, typed map[string]string) error {
	page, err := s.answer(client, http.MethodGet, http.StatusOK)
	if err != nil {
		return err
	}
	values := url.Values{"then": {"next"}}
	for _, m := range formInputs.FindAllStringSubmatch(page, -1) {
		values.Set(m[1], m[2])
	}
	for _, m := range formNames.FindAllStringSubmatch(page, -1) {
		if value, ok := typed[m[1]]; ok {
			values.Set(m[1], value)
		}
	}
	if values.Get("once") == "" {
		return fmt.Errorf("the page %s has no key for the post", s.url)
	}
	s.body = values.Encode()
	return nil
}

// send submits.
func (s *submit) send(client *http.Client) error {
	_, err := s.answer(client, http.MethodPost, http.StatusSeeOther)
	return err
}

// answer sends a request as the page's form does, and follows nowhere.
func (s *submit) answer(client *http.Client, method string, want int) (string, error) {
	r, err := http.NewRequest(method, s.url, strings.NewReader(s.body))
	if err != nil {
		return "", err
	}
	for name, value := range map[string]string{"Cookie": s.cookie, "Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"} {
		r.Header.Set(name, value)
	}
	resp, err := client.Transport.RoundTrip(r)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != want {
		err = fmt.Errorf("%s: %s, want %d: %s", method, resp.Status, want, body)
	}
	if to := resp.Header.Get("Location"); err == nil && want == http.StatusSeeOther && !strings.HasSuffix(to, s.leadsTo) {
		err = fmt.Errorf("it leads to %s, want %s", to, s.leadsTo)
	}
	return string(body), err
}

// submitAll has the clients submit some.
func (s *submits) submitAll(b *testing.B, some []submit) {
	client := s.server.Client()
	each(b, len(some), s.clients, func(i int) error { return some[i].send(client) })
}
