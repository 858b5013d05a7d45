package accounts

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ab325/internal/audit"
	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/form"
	"ab325/internal/problem"
	"ab325/internal/store"
	"ab325/internal/store/storetest"
)

const (
	roskilde   = "0265"
	koebenhavn = "0101"
	password   = "kaktus vognmand tromme 7"
	another    = "lampe fiskeri himmel 42"
)

var ctx = context.Background()

// A bench is a service with a clock that stands still until it is moved.
type bench struct {
	*Service
	clock time.Time
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{clock: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)}
	b.Service = New(Options{
		Store:          storetest.New(t),
		Hasher:         auth.NewHasher(rand.Reader, auth.Cost{Memory: 8, Time: 1, Threads: 1}, 4),
		Municipalities: []form.Municipality{{Code: koebenhavn}, {Code: roskilde}},
		Now:            func() time.Time { return b.clock },
		Rand:           rand.Reader,
	})
	return b
}

func (b *bench) wait(d time.Duration) { b.clock = b.clock.Add(d) }

// add makes an account with the common password and returns its actor.
func (b *bench) add(t *testing.T, username, municipality string, roles ...auth.Role) auth.Actor {
	t.Helper()
	id, err := b.AddStaff(ctx, auth.System(), NewStaff{username, "Mette " + username, roles, municipality, password})
	if err != nil {
		t.Fatal(err)
	}
	return auth.Actor{Provider: auth.StaffAccount, Subject: id, Roles: roles, Municipality: municipality}
}

func (b *bench) signIn(t *testing.T, username string) SignedIn {
	t.Helper()
	in, err := b.SignIn(ctx, username, password, "client")
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// log returns the audit log as lines.
func (b *bench) log(t *testing.T) (lines []string) {
	t.Helper()
	err := b.Store.View(ctx, func(tx *store.Tx) error {
		for e, err := range tx.Audit(audit.ID{}) {
			if err != nil {
				return err
			}
			lines = append(lines, strings.TrimSpace(fmt.Sprint(e.Actor, " ", e.Action, " ", e.Result, " ", e.Object)))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// fields returns the ids of what a problem wants mended.
func fields(err error) (ids []string) {
	if p, ok := problem.As(err); ok {
		for _, f := range p.Fields {
			ids = append(ids, f.ID)
		}
	}
	return ids
}

func TestAddStaff(t *testing.T) {
	b := newBench(t)
	b.add(t, "bo", roskilde, auth.Caseworker)
	good := NewStaff{"mette", "Mette Møller", []auth.Role{auth.Issuer, auth.Caseworker, auth.Issuer}, roskilde, password}
	for _, test := range []struct {
		name   string
		change func(*NewStaff)
		kind   problem.Kind
		fields []string
	}{
		{"a short user name", func(a *NewStaff) { a.Username = " m " }, problem.Invalid, []string{"username"}},
		{"a user name with a space", func(a *NewStaff) { a.Username = "mette m" }, problem.Invalid, []string{"username"}},
		{"a taken user name", func(a *NewStaff) { a.Username = "BO" }, problem.Conflict, []string{"username"}},
		{"no name", func(a *NewStaff) { a.Name = " " }, problem.Invalid, []string{"name"}},
		{"no role", func(a *NewStaff) { a.Roles = nil }, problem.Invalid, []string{"roles"}},
		{"an unknown role", func(a *NewStaff) { a.Roles = []auth.Role{"king"} }, problem.Invalid, []string{"roles"}},
		{"an unknown municipality", func(a *NewStaff) { a.Municipality = "9999" }, problem.Invalid, []string{"municipality"}},
		{"a caseworker of no municipality", func(a *NewStaff) { a.Municipality = "" }, problem.Invalid, []string{"roles"}},
		{"no password", func(a *NewStaff) { a.Password = "" }, problem.Invalid, []string{"password"}},
		{"a breached password", func(a *NewStaff) { a.Password = "password1234" }, problem.Invalid, []string{"password"}},
		{"everything", func(a *NewStaff) { *a = NewStaff{Municipality: "1"} }, problem.Invalid, []string{"username", "name", "roles", "municipality", "password"}},
	} {
		a := good
		test.change(&a)
		_, err := b.AddStaff(ctx, auth.System(), a)
		if got := fields(err); problem.Of(err) != test.kind || !slices.Equal(got, test.fields) {
			t.Errorf("%s: %v naming %q, want %s naming %q", test.name, err, got, test.kind, test.fields)
		}
	}
	id, err := b.AddStaff(ctx, auth.System(), good)
	if err != nil {
		t.Fatal(err)
	}
	got, err := b.Staff(ctx, id)
	if err != nil || got.Name != "Mette Møller" || !slices.Equal(got.Roles, []auth.Role{auth.Caseworker, auth.Issuer}) || got.Disabled {
		t.Errorf("Staff = %+v, %v", got, err)
	}
	if got, err := b.StaffNamed(ctx, " METTE "); err != nil || got.ID != id {
		t.Errorf("StaffNamed = %+v, %v, want %s", got, err, id)
	}
	if log := b.log(t); log[len(log)-1] != "system staff-add ok "+id {
		t.Errorf("the log ends with %q", log[len(log)-1])
	}
}

// Who may manage whom, by every method that changes an account or settings.
func TestManage(t *testing.T) {
	b := newBench(t)
	target := b.add(t, "target", roskilde, auth.Caseworker)
	whole := b.add(t, "whole", "", auth.Administrator)
	for _, test := range []struct {
		name string
		who  auth.Actor
		ok   bool
	}{
		{"the program", auth.System(), true},
		{"the installation's administrator", whole, true},
		{"the municipality's administrator", b.add(t, "own", roskilde, auth.Administrator), true},
		{"another municipality's administrator", b.add(t, "other", koebenhavn, auth.Administrator), false},
		{"a team leader", b.add(t, "leader", roskilde, auth.TeamLeader, auth.Issuer), false},
		{"the installation's auditor", b.add(t, "auditor", "", auth.Auditor), false},
		{"a party", auth.Actor{Provider: auth.PartyLink, Subject: "l1", Party: flexjob.Employee, Case: "c1"}, false},
		{"a stranger", auth.Actor{}, false},
	} {
		for method, err := range map[string]error{
			"AddStaff":     second(b.AddStaff(ctx, test.who, NewStaff{fmt.Sprint("n", b.clock.Unix()), "N", []auth.Role{auth.Issuer}, roskilde, password})),
			"SetRoles":     b.SetRoles(ctx, test.who, target.Subject, []auth.Role{auth.Issuer}),
			"DisableStaff": b.DisableStaff(ctx, test.who, target.Subject),
			"EnableStaff":  b.EnableStaff(ctx, test.who, target.Subject),
			"SetPassword":  b.SetPassword(ctx, test.who, target.Subject, password),
			"PutSettings":  b.PutSettings(ctx, test.who, store.Municipality{Code: roskilde}),
		} {
			if (err == nil) != test.ok || !test.ok && problem.Of(err) != problem.Forbidden {
				t.Errorf("%s by %s: %v, want ok %v", method, test.name, err, test.ok)
			}
		}
		b.wait(time.Second) // another user name
	}
	for name, err := range map[string]error{
		"DisableStaff": b.DisableStaff(ctx, whole, whole.Subject),
		"SetRoles":     b.SetRoles(ctx, whole, whole.Subject, []auth.Role{auth.Auditor}),
	} {
		if problem.Of(err) != problem.Forbidden {
			t.Errorf("%s of oneself: %v, want forbidden", name, err)
		}
	}
	if err := b.SetRoles(ctx, whole, target.Subject, nil); problem.Of(err) != problem.Invalid {
		t.Errorf("SetRoles to none: %v, want invalid", err)
	}
	if err := b.SetPassword(ctx, whole, target.Subject, "short"); problem.Of(err) != problem.Invalid {
		t.Errorf("SetPassword to a bad one: %v, want invalid", err)
	}
}

func second[T any](_ T, err error) error { return err }

func TestListStaff(t *testing.T) {
	b := newBench(t)
	whole := b.add(t, "whole", "", auth.Administrator)
	own := b.add(t, "anne", roskilde, auth.Caseworker)
	b.add(t, "Bo", roskilde, auth.Issuer)
	b.add(t, "carl", koebenhavn, auth.Issuer)
	if err := b.DisableStaff(ctx, whole, own.Subject); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name string
		who  auth.Actor
		want []string
	}{
		{"the program", auth.System(), []string{"anne-", "Bo", "carl", "whole"}},
		{"the installation's administrator", whole, []string{"anne-", "Bo", "carl", "whole"}},
		{"a caseworker", own, []string{"anne-", "Bo"}},
		{"the installation's auditor", b.add(t, "rev", "", auth.Auditor), nil},
		{"a party", auth.Actor{Provider: auth.PartyLink, Subject: "l1"}, nil},
		{"a stranger", auth.Actor{}, nil},
	} {
		list, err := b.ListStaff(ctx, test.who)
		var got []string
		for _, s := range list {
			if name := s.Username; s.Disabled {
				got = append(got, name+"-")
			} else if name != "rev" {
				got = append(got, name)
			}
		}
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%s lists %q, %v, want %q", test.name, got, err, test.want)
		}
	}
}

func TestSettings(t *testing.T) {
	b := newBench(t)
	good := store.Municipality{Code: roskilde, Enabled: true, Address: " Jobcenter Roskilde\r\nSkomagergade 1\r\n4000 Roskilde ",
		Contact: "Fleksjobteamet", Phone: "12345678", Email: "fleks@roskilde.example.dk", Hours: "man.–fre. 9–15",
		ServiceGoalDays: 28, DPOName: "Dorte Dahl", DPOContact: "dpo@roskilde.example.dk"}
	for _, test := range []struct {
		name   string
		change func(*store.Municipality)
		want   []string
	}{
		{"nothing but on", func(m *store.Municipality) { *m = store.Municipality{Code: roskilde, Enabled: true} },
			[]string{"address", "contact", "hours", "dpoName", "dpoContact", "phone", "serviceGoalDays"}},
		{"nothing and off", func(m *store.Municipality) { *m = store.Municipality{Code: roskilde} }, nil},
		{"no such municipality", func(m *store.Municipality) { m.Code = "0000" }, []string{"code"}},
		{"phone alone", func(m *store.Municipality) { m.Email = "" }, nil},
		{"e-mail alone", func(m *store.Municipality) { m.Phone = "" }, nil},
		{"a wrong phone", func(m *store.Municipality) { m.Phone = "1234" }, []string{"phone"}},
		{"a wrong e-mail", func(m *store.Municipality) { m.Email = "Fleks <a@b.dk>" }, []string{"email"}},
		{"an e-mail without a domain", func(m *store.Municipality) { m.Email = "a@b" }, []string{"email"}},
		{"no days", func(m *store.Municipality) { m.ServiceGoalDays = 0 }, []string{"serviceGoalDays"}},
		{"one day", func(m *store.Municipality) { m.ServiceGoalDays = 1 }, nil},
		{"a year", func(m *store.Municipality) { m.ServiceGoalDays = 365 }, nil},
		{"more than a year", func(m *store.Municipality) { m.ServiceGoalDays = 366 }, []string{"serviceGoalDays"}},
		{"days below zero, off", func(m *store.Municipality) { m.ServiceGoalDays, m.Enabled = -1, false }, []string{"serviceGoalDays"}},
		{"another way to reckon", func(m *store.Municipality) { m.DeadlineMode = "lenient" }, []string{"deadlineMode"}},
		{"a long address", func(m *store.Municipality) { m.Address = strings.Repeat("x", 1001) }, []string{"address"}},
	} {
		m := good
		test.change(&m)
		err := b.PutSettings(ctx, auth.System(), m)
		if got := fields(err); (err == nil) != (test.want == nil) || !slices.Equal(got, test.want) {
			t.Errorf("%s: %v naming %q, want %q", test.name, err, got, test.want)
		}
	}
	if err := b.PutSettings(ctx, auth.System(), good); err != nil {
		t.Fatal(err)
	}
	want := good
	want.Address, want.Phone, want.DeadlineMode = "Jobcenter Roskilde\nSkomagergade 1\n4000 Roskilde", "12 34 56 78", flexjob.CitizenFriendly
	if got, err := b.Settings(ctx, roskilde); got != want || err != nil {
		t.Errorf("Settings = %+v, %v, want %+v", got, err, want)
	}
	for code, want := range map[string]bool{roskilde: true, koebenhavn: false, "": false} {
		if got, err := b.Served(ctx, code); got != want || err != nil {
			t.Errorf("Served(%q) = %v, %v, want %v", code, got, err, want)
		}
	}
	if err := b.PutSettings(ctx, auth.System(), store.Municipality{Code: koebenhavn}); err != nil {
		t.Fatal(err)
	}
	if list, err := b.Enabled(ctx); len(list) != 1 || list[0].Code != roskilde || err != nil {
		t.Errorf("Enabled = %+v, %v, want Roskilde alone", list, err)
	}
	if log := b.log(t); !slices.Contains(log, "system settings ok "+roskilde) {
		t.Errorf("the log has no settings: %q", log)
	}
}

// The log of everything here is in order and holds nobody's name.
func TestLogHoldsNoNames(t *testing.T) {
	b := newBench(t)
	who := b.add(t, "mette", roskilde, auth.Administrator)
	in := b.signIn(t, "mette")
	b.SignIn(ctx, "mette", "wrong", "client")
	b.SignIn(ctx, "nobody", "wrong", "client")
	b.wait(time.Minute)
	if _, err := b.ChangePassword(ctx, in.Actor, password, another, "client"); err != nil {
		t.Fatal(err)
	}
	id := who.Subject
	want := []string{"system staff-add ok " + id, id + " sign-in ok", id + " sign-in refused", "stranger sign-in refused", id + " password ok"}
	if got := b.log(t); !slices.Equal(got, want) {
		t.Errorf("log = %q, want %q", got, want)
	}
	err := b.Store.View(ctx, func(tx *store.Tx) error {
		for e, err := range tx.Audit(audit.ID{}) {
			if err != nil {
				return err
			}
			if line := []byte(fmt.Sprint(e)); bytes.Contains(bytes.ToLower(line), []byte("mette")) {
				t.Errorf("entry %s has a name in it", line)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
