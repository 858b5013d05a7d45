package casework_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"ab325/internal/accounts"
	"ab325/internal/audit"
	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/ident"
	"ab325/internal/problem"
	"ab325/internal/store"
)

func TestAssign(t *testing.T) {
	o := open(t)
	_, _, id := o.sent()
	people := accounts.New(accounts.Options{Store: o.store, Municipalities: o.Municipalities, Now: o.Now, Rand: o.Rand,
		Hasher: auth.NewHasher(o.Rand, auth.Cost{Memory: 64, Time: 1, Threads: 1}, 1)})
	gone, admin := o.hire(people, "gitte", home, auth.Caseworker), o.hire(people, "aksel", home, auth.Administrator)
	o.must(people.DisableStaff(t.Context(), auth.System(), gone.Subject))
	for _, test := range []struct {
		name, staff string
		want        problem.Kind
	}{
		{"a caseworker", o.caseworker.Subject, ""},
		{"nobody", "", ""},
		{"somebody elsewhere", o.another.Subject, problem.Invalid},
		{"a disabled account", gone.Subject, problem.Invalid},
		{"an administrator", admin.Subject, problem.Invalid},
		{"nobody there is", "findes-ikke", problem.Invalid},
	} {
		err := o.Assign(t.Context(), o.issuer, id, casework.Any, test.staff)
		want(t, test.name, err, test.want)
		if is := o.look(o.issuer, id).Case.Assignee; test.want == "" && is != test.staff {
			t.Errorf("%s: assignee %q, want %q", test.name, is, test.staff)
		}
	}
}

func TestBlock(t *testing.T) {
	o := open(t)
	_, _, id := o.sent()
	want(t, "a caseworker blocks another", o.Block(t.Context(), o.caseworker, id, casework.Any, o.issuer.Subject, ""), problem.Forbidden)
	want(t, "a leader blocks one elsewhere", o.Block(t.Context(), o.leader, id, casework.Any, o.another.Subject, ""), problem.Invalid)
	want(t, "a leader blocks", o.Block(t.Context(), o.leader, id, casework.Any, o.issuer.Subject, "Er i familie med en part."), "")
	_, err := o.Look(t.Context(), o.issuer, id)
	want(t, "the blocked one opens the case", err, problem.Forbidden)
	want(t, "one blocks oneself", o.Block(t.Context(), o.caseworker, id, casework.Any, o.caseworker.Subject, ""), "")
}

func TestReason(t *testing.T) {
	got, err := casework.Reason("  Der mangler\r\n\ttimer.  ")
	if got != "Der mangler\n timer." || err != nil {
		t.Errorf("Reason = %q, %v", got, err)
	}
	if _, err := casework.Reason(strings.Repeat("å", casework.MaxReason)); err != nil {
		t.Errorf("the longest reason: %v", err)
	}
	_, err = casework.Reason(strings.Repeat("å", casework.MaxReason+1))
	p, _ := problem.As(err)
	if p == nil || p.Kind != problem.Invalid || len(p.Fields) != 1 || p.Fields[0].ID != "reason" {
		t.Errorf("one too long: %v, want an Invalid problem of reason", err)
	}
}

// The date that staff is told before a decision is the one that it gets.
func TestRuleR21TheDeadlineToldIsTheOneGiven(t *testing.T) {
	o := open(t)
	_, _, id := o.assessed()
	o.now = time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC) // four weeks end on Christmas Eve
	told := o.Deadline(o.look(o.issuer, id))
	o.issue(id)
	given, ok := o.look(o.issuer, id).Case.ComplaintStands()
	if !ok || told != given || told.LastDay != ident.NewDate(2026, 12, 28) {
		t.Errorf("told %+v, given %+v, want the last day 28.12.2026", told, given)
	}
}

func TestWhatIssuingWaitsFor(t *testing.T) {
	o := open(t)
	_, _, id := o.sent()
	if got := o.UnfinishedBlad2(o.look(o.issuer, id)); got != nil {
		t.Errorf("without a Blad 2: %v, want nothing", got)
	}
	o.must(o.StartBlad2(t.Context(), o.caseworker, id, casework.Any, ""))
	o.save(o.caseworker, id, map[string]string{"assessment.specialNeeds": "☃"})
	faults := o.UnfinishedBlad2(o.look(o.caseworker, id))
	found := map[string]string{}
	for _, f := range faults {
		found[f.ID] = f.Text
	}
	for _, id := range []string{"assessment.hoursPerWeek", "assessment.specialNeeds", "confirm-identity", "confirm-grant"} {
		if found[id] == "" {
			t.Errorf("%s is not missed: %v", id, faults)
		}
	}
	if last := faults[len(faults)-1]; last.ID != "confirm-grant" {
		t.Errorf("the confirmations are not last: %v", faults)
	}
}

func TestLog(t *testing.T) {
	o := open(t)
	_, _, id := o.sent()
	number := o.look(o.issuer, id).Case.Number
	auditor := auth.Actor{Provider: auth.StaffAccount, Subject: "revisor", Roles: []auth.Role{auth.Auditor}, Municipality: home}
	elsewhere := auditor
	elsewhere.Municipality = other

	_, err := o.Log(t.Context(), o.leader, casework.LogQuery{})
	want(t, "a leader reads the log", err, problem.Forbidden)
	_, err = o.CheckLog(t.Context(), o.leader)
	want(t, "a leader checks the log", err, problem.Forbidden)

	today := ident.NewDate(2026, 11, 23)
	for _, test := range []struct {
		name string
		who  auth.Actor
		q    casework.LogQuery
		want bool // any entry about the case
	}{
		{"all", auditor, casework.LogQuery{}, true},
		{"of the case", auditor, casework.LogQuery{Number: number}, true},
		{"of another case", auditor, casework.LogQuery{Number: "2026-999999"}, false},
		{"of today", auditor, casework.LogQuery{From: today, To: today}, true},
		{"from tomorrow", auditor, casework.LogQuery{From: today.AddDays(1)}, false},
		{"until yesterday", auditor, casework.LogQuery{To: today.AddDays(-1)}, false},
		{"elsewhere", elsewhere, casework.LogQuery{}, false},
		{"elsewhere, of the case", elsewhere, casework.LogQuery{Number: number}, false},
	} {
		page, err := o.Log(t.Context(), test.who, test.q)
		o.must(err)
		found := false
		for _, l := range page.Lines {
			found = found || l.Case == id && l.Number == number
		}
		if found != test.want {
			t.Errorf("%s: entries of the case: %v, want %v", test.name, found, test.want)
		}
	}
	check, err := o.CheckLog(t.Context(), auditor)
	if err != nil || check.Broken != nil || check.Entries < 10 {
		t.Errorf("CheckLog = %+v, %v, want all in order", check, err)
	}
}

// A meanwhile is a context that does something else when it is first looked at.
type meanwhile struct {
	context.Context
	do func()
}

func (m *meanwhile) Err() error {
	if do := m.do; do != nil {
		m.do = nil
		do()
	}
	return m.Context.Err()
}

// While the log is checked nobody begins another check; afterwards one may.
func TestOneCheckOfTheLogAtATime(t *testing.T) {
	o := open(t)
	auditor := auth.Actor{Provider: auth.StaffAccount, Subject: "revisor", Roles: []auth.Role{auth.Auditor}, Municipality: home}
	asked := false
	first := &meanwhile{t.Context(), func() {
		asked = true
		_, err := o.CheckLog(t.Context(), auditor)
		want(t, "a check beside another", err, problem.NotNow)
		_, err = o.CheckLog(t.Context(), o.leader)
		want(t, "a leader's check beside another", err, problem.Forbidden)
	}}
	for _, ctx := range []context.Context{first, t.Context()} {
		if check, err := o.CheckLog(ctx, auditor); err != nil || check.Broken != nil {
			t.Errorf("CheckLog = %+v, %v, want all in order", check, err)
		}
	}
	if !asked {
		t.Error("nobody asked meanwhile")
	}
}

// The pages of the log follow on each other, latest first.
func TestLogPages(t *testing.T) {
	o := open(t)
	o.sent()
	auditor := auth.Actor{Provider: auth.StaffAccount, Subject: "revisor", Roles: []auth.Role{auth.Auditor}, Municipality: home}
	all, err := o.Log(t.Context(), auditor, casework.LogQuery{Limit: 1000})
	o.must(err)
	var seen []audit.ID
	q := casework.LogQuery{Limit: 3, Before: all.Lines[0].ID.Next()}
	pages := 0
	for {
		page, err := o.Log(t.Context(), auditor, q)
		o.must(err)
		pages++
		for _, l := range page.Lines {
			seen = append(seen, l.ID)
		}
		if page.Next.IsZero() {
			break
		}
		q.Before = page.Next
	}
	after, err := o.Log(t.Context(), auditor, casework.LogQuery{Limit: 1000})
	o.must(err)
	if got := len(after.Lines) - len(all.Lines); got != 1+pages {
		t.Errorf("%d entries more, want one for all and one for each of %d pages", got, pages)
	}
	for _, l := range after.Lines[:1+pages] {
		if l.Action != "read-log" || l.Actor != "revisor" {
			t.Errorf("an entry is %s by %s, want that the auditor read the log", l.Action, l.Actor)
		}
	}
	if len(seen) != len(all.Lines) {
		t.Fatalf("pages of 3 hold %d entries, want %d", len(seen), len(all.Lines))
	}
	for i, l := range all.Lines {
		if seen[i] != l.ID {
			t.Fatalf("entry %d is %s, want %s", i, seen[i], l.ID)
		}
	}
}

// Among very many entries of others, a page ends, and the next looks on.
func TestLogLooksOn(t *testing.T) {
	o := open(t)
	o.sent()
	auditor := auth.Actor{Provider: auth.StaffAccount, Subject: "revisor", Roles: []auth.Role{auth.Auditor}, Municipality: home}
	before, err := o.Log(t.Context(), auditor, casework.LogQuery{Limit: 1000})
	o.must(err)
	o.must(o.store.Update(t.Context(), func(tx *store.Tx) error {
		for range 5001 {
			if err := tx.Log(audit.Entry{At: o.now, Actor: "elsewhere", Unit: other, Action: "search", Result: "ok"}); err != nil {
				return err
			}
		}
		return nil
	}))
	page, err := o.Log(t.Context(), auditor, casework.LogQuery{Limit: 1000})
	o.must(err)
	if len(page.Lines) != 0 || page.Next.IsZero() {
		t.Errorf("the first page has %d lines, next %s; want none, and another page", len(page.Lines), page.Next)
	}
	page, err = o.Log(t.Context(), auditor, casework.LogQuery{Limit: 1000, Before: page.Next})
	o.must(err)
	if got, want := len(page.Lines), len(before.Lines)+1; got != want { // and that it was read
		t.Errorf("the next page has %d lines, want %d", got, want)
	}
}
