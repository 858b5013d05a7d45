package demo

import (
	"context"
	"crypto/rand"
	"io"
	"maps"
	"slices"
	"testing"
	"time"

	"ab325/forms"
	"ab325/internal/accounts"
	"ab325/internal/auth"
	"ab325/internal/caselist"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/form"
	"ab325/internal/pdf"
	"ab325/internal/pdf/read"
	"ab325/internal/sandbox"
	"ab325/internal/store"
	"ab325/internal/store/storetest"
)

func options(t *testing.T) Options {
	t.Helper()
	def, err := form.Load(forms.FS, "ab325/2020-03")
	if err != nil {
		t.Fatal(err)
	}
	engine, err := pdf.Compile(def)
	if err != nil {
		t.Fatal(err)
	}
	municipalities, err := form.Municipalities(forms.FS)
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC) }
	st := storetest.New(t)
	list := caselist.New()
	if err := list.Load(t.Context(), st); err != nil {
		t.Fatal(err)
	}
	return Options{
		Casework: casework.Options{
			Store: st, Directory: list, Editions: map[string]casework.Edition{def.ID: {Form: def, Print: engine}}, Current: def.ID,
			Municipalities: municipalities, BaseURL: "http://127.0.0.1:8325", Demo: true, PDFs: read.New(sandbox.Inline(read.Tasks())), Now: now, Rand: rand.Reader,
		},
		Accounts: accounts.New(accounts.Options{
			Store: st, Hasher: auth.NewHasher(rand.Reader, auth.Cost{Memory: 64, Time: 1, Threads: 1}, 2), Municipalities: municipalities, Now: now, Rand: rand.Reader,
		}),
		Password: "en lang prøve med 7 ord i",
	}
}

func statuses(t *testing.T, s *store.Store) map[flexjob.Status]int {
	t.Helper()
	got := map[flexjob.Status]int{}
	if err := s.View(t.Context(), func(tx *store.Tx) error {
		for row, err := range tx.Rows() {
			if err != nil {
				return err
			}
			got[row.Status]++
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return got
}

// Every example comes as far as it should, by the rules that people meet.
func TestOpen(t *testing.T) {
	o := options(t)
	doors, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	want := map[flexjob.Status]int{}
	for _, s := range stages {
		want[s]++
	}
	if got := statuses(t, o.Casework.Store); !maps.Equal(got, want) {
		t.Errorf("examples = %v, want %v", got, want)
	}
	again, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if got := statuses(t, o.Casework.Store); !maps.Equal(got, want) {
		t.Errorf("examples after a second start = %v, want %v", got, want)
	}
	if doors.Employee.Link == again.Employee.Link || doors.Caseworker.Link == again.Caseworker.Link {
		t.Error("a second start printed the same addresses")
	}
	enter(t, o, doors, again)
}

// enter opens the three doors of the second start, and finds those of the
// first one closed to the parties.
func enter(t *testing.T, o Options, old, doors Doors) {
	t.Helper()
	s, err := casework.New(o.Casework)
	if err != nil {
		t.Fatal(err)
	}
	secret := func(a casework.Access) string { return a.Code }
	if _, err := s.Enter(t.Context(), secret(old.Employee), "old"); err == nil {
		t.Error("the employee's code of the first start still opens the case")
	}
	for who, access := range map[flexjob.Party]casework.Access{flexjob.Employee: doors.Employee, flexjob.Company: doors.Company, flexjob.Jobcenter: doors.Caseworker} {
		entered, err := s.Enter(t.Context(), secret(access), "new")
		if err != nil {
			t.Errorf("%s: %v", who, err)
			continue
		}
		if got := entered.Actor.Side(); got != who {
			t.Errorf("the code of %s lets %s in", who, got)
		}
	}
}

// Where somebody works who is no example, nothing is erased.
func TestOpenErasesNothingReal(t *testing.T) {
	o := options(t)
	if _, err := o.Accounts.AddStaff(t.Context(), auth.System(), accounts.NewStaff{
		Username: "karla", Name: "Karla Nørby", Roles: []auth.Role{auth.Caseworker}, Municipality: Home, Password: o.Password,
	}); err != nil {
		t.Fatal(err)
	}
	s, err := casework.New(o.Casework)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Start(t.Context(), flexjob.Employee, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), o); err == nil {
		t.Error("examples are made where somebody works")
	}
	if got := statuses(t, o.Casework.Store); !maps.Equal(got, map[flexjob.Status]int{flexjob.Draft: 1}) {
		t.Errorf("the cases are now %v, want the draft", got)
	}
}

// Examples that somebody was making when the program ended are made anew, and
// none is left half made.
func TestOpenAgain(t *testing.T) {
	o := options(t)
	want := map[flexjob.Status]int{}
	for _, s := range stages {
		want[s]++
	}
	good := o.Casework.Rand
	for _, n := range []int64{10, 400, 2000} { // bytes of chance that the making fails after
		o.Casework.Rand = io.LimitReader(good, n)
		if _, err := Open(t.Context(), o); err == nil {
			t.Fatalf("%d bytes of chance are enough for all examples", n)
		}
	}
	if n := len(statuses(t, o.Casework.Store)); n < 2 {
		t.Fatalf("the making failed too early: there are cases of %d statuses", n)
	}
	o.Casework.Rand = good
	if _, err := Open(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if got := statuses(t, o.Casework.Store); !maps.Equal(got, want) {
		t.Errorf("examples = %v, want %v", got, want)
	}
}

// The addresses that are printed lead to the draft, whatever people did since,
// and also in January, when most examples have numbers of last year's.
func TestDoorsLeadToTheDraft(t *testing.T) {
	o := options(t)
	now := time.Date(2027, 1, 4, 10, 0, 0, 0, time.UTC)
	o.Casework.Now = func() time.Time { return now }
	o.Accounts = accounts.New(accounts.Options{Store: o.Casework.Store, Municipalities: o.Casework.Municipalities, Now: o.Casework.Now, Rand: rand.Reader,
		Hasher: auth.NewHasher(rand.Reader, auth.Cost{Memory: 64, Time: 1, Threads: 1}, 2)})
	for range 2 {
		doors, err := Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		s, err := casework.New(o.Casework)
		if err != nil {
			t.Fatal(err)
		}
		entered, err := s.Enter(t.Context(), doors.Employee.Code, "x")
		if err != nil {
			t.Fatal(err)
		}
		v, err := s.Look(t.Context(), entered.Actor, entered.Actor.Case)
		if err != nil || v.Status != flexjob.Draft || v.Case.Number != "2027-000001" {
			t.Errorf("the employee's address leads to %s, %v, want the draft 2027-000001", v.Case.Number, err)
		}
		now = now.Add(time.Hour)
		if _, err := s.Start(t.Context(), flexjob.Employee, ""); err != nil { // somebody tries it out
			t.Fatal(err)
		}
		now = now.Add(time.Hour)
	}
}

// A demonstration's address opens nothing where there is no demonstration.
func TestDoorsAreForDemonstrations(t *testing.T) {
	o := options(t)
	doors, err := Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	o.Casework.Demo = false
	s, err := casework.New(o.Casework)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Enter(t.Context(), doors.Caseworker.Code, "x"); err == nil {
		t.Error("the caseworker's address of a demonstration opened a real service")
	}
	if !slices.Contains(Usernames(), Caseworker) {
		t.Errorf("%s is no example member of staff", Caseworker)
	}
}
