package flexjob

import (
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"ab325/internal/form"
	"ab325/internal/ident"
	"ab325/internal/problem"
)

// at returns nine o'clock UTC on a day of November 2026.
func at(day int) time.Time { return time.Date(2026, 11, day, 9, 0, 0, 0, time.UTC) }

func by(p Party, day int) By {
	return By{Party: p, Actor: "actor-" + string(p), Assurance: ByLink, At: at(day)}
}

var (
	signAct     = Sign{Signer: "Åse Kjær", Date: ident.NewDate(2026, 11, 2), Municipality: "0265", Values: form.Values{"job.title": "Gartner"}}
	receiveAct  = Receive{On: ident.NewDate(2026, 11, 2), Expected: ident.NewDate(2026, 11, 16)}
	dayAfter    = ident.NewDate(2026, 12, 24)
	attachment  = Attachment{ID: "a1", File: "f1"}
	lastDay     = Complaint{Channel: Page, LastDay: dayAfter}
	issueAct    = IssueBlad2{Issue: Issue{Name: "Mille Nørgaard", Date: ident.NewDate(2026, 11, 9), Complaint: lastDay}}
	forwardAway = ForwardCase{To: "0101", Reason: "Flyttet"}
)

// played returns a case on which the acts were done, each by its party.
func played(t *testing.T, acts ...any) *Case {
	t.Helper()
	c := &Case{ID: "c1", Number: "2026-000001", Edition: "ab325/2020-03", Created: by(Employee, 1), Blad1: Sheet{}}
	for i := 0; i < len(acts); i += 2 {
		if err := c.Do(acts[i+1].(Act), by(acts[i].(Party), 2+i/2)); err != nil {
			t.Fatalf("%s by %s: %v", acts[i+1].(Act).Name(), acts[i], err)
		}
	}
	return c
}

// cases returns one case in each status.
func cases(t *testing.T) map[Status]*Case {
	joined := []any{Employee, Join{}, Company, Join{}, Employee, Attach{attachment}, Employee, AskCorrection{ID: "k1", Field: "job.title", Comment: "Er titlen rigtig?"}}
	with := func(more ...any) *Case { return played(t, append(slices.Clone(joined), more...)...) }
	received := []any{Employee, signAct, System, receiveAct}
	assessed := append(slices.Clone(received), Jobcenter, ConfirmIdentity{}, Jobcenter, ConfirmGrant{}, Jobcenter, Assess{ID: "b1"})
	issued := append(slices.Clone(assessed), Jobcenter, issueAct)
	plus := func(base []any, more ...any) *Case { return with(append(slices.Clone(base), more...)...) }
	return map[Status]*Case{
		Draft:     with(),
		Returned:  plus(received, Jobcenter, ReturnBlad1{Reason: "Startdatoen mangler"}),
		Sent:      with(Employee, signAct),
		Received:  plus(received),
		Assessed:  plus(assessed),
		Issued:    plus(issued),
		Replacing: plus(issued, Jobcenter, Assess{ID: "b2", Reason: "Timetallet var forkert"}),
		Closed:    plus(issued, Jobcenter, CloseCase{Reason: "Ansættelsen er indgået"}),
		Withdrawn: with(Employee, Withdraw{}),
		Dismissed: plus(received, Jobcenter, Dismiss{Reason: "Ingen bevilling", Complaint: lastDay}),
		Forwarded: plus(received, Jobcenter, forwardAway),
	}
}

func TestStatus(t *testing.T) {
	made := cases(t)
	for _, want := range Statuses() {
		c, ok := made[want]
		if !ok {
			t.Errorf("no case is %s", want)
			continue
		}
		if got := c.Status(); got != want {
			t.Errorf("Status() = %s, want %s", got, want)
		}
	}
}

// Every act is tried by every side in every status; only what is listed here
// may succeed. The list is written out apart from the rules, so that a change
// of the rules is a change of two places.
func TestActions(t *testing.T) {
	const (
		E, C, J, S = Employee, Company, Jobcenter, System
	)
	draft := []Status{Draft, Returned}
	held := []Status{Received, Assessed, Issued, Replacing}
	live := []Status{Draft, Returned, Sent, Received, Assessed, Issued, Replacing}
	want := map[ActName]struct {
		act Act
		may map[Party][]Status
	}{
		JoinName:            {Join{}, nil}, // both are in already: see TestJoinTwice
		RegisterAddressName: {nil, map[Party][]Status{E: Statuses(), C: Statuses(), J: Statuses()}},
		AskCorrectionName:   {AskCorrection{ID: "k2", Field: "job.title", Comment: "?"}, map[Party][]Status{E: draft, C: draft}},
		CloseCorrectionName: {CloseCorrection{ID: "k1"}, map[Party][]Status{E: draft, C: draft}},
		AttachName:          {Attach{Attachment{ID: "a2"}}, map[Party][]Status{E: draft, C: draft}},
		DetachName:          {Detach{ID: "a1"}, map[Party][]Status{E: draft}},
		AskConsentName:      {AskConsent{}, map[Party][]Status{E: live}},
		AnswerConsentName:   {AnswerConsent{Purpose: CopyToUnion, Given: true}, map[Party][]Status{E: live}},
		WithdrawConsentName: {WithdrawConsent{Purpose: CopyToUnion}, map[Party][]Status{E: live}},
		SignName:            {signAct, map[Party][]Status{E: draft}},
		ReceiveName:         {receiveAct, map[Party][]Status{J: {Sent}, S: {Sent}}},
		ReturnName:          {ReturnBlad1{Reason: "x"}, map[Party][]Status{J: {Received, Assessed}}},
		WithdrawName:        {Withdraw{}, map[Party][]Status{E: {Draft, Returned, Sent, Received, Assessed}, C: {Draft}}},
		DismissName:         {Dismiss{Reason: "x"}, map[Party][]Status{J: {Received, Assessed}}},
		ForwardName:         {forwardAway, map[Party][]Status{J: {Received, Assessed}}},
		DelayName:           {PostponeAnswer{Until: dayAfter, Reason: "x"}, map[Party][]Status{J: {Received, Assessed}}},
		AssignName:          {Assign{"s1"}, map[Party][]Status{J: held}},
		ConfirmIdentityName: {ConfirmIdentity{}, map[Party][]Status{J: held}},
		ConfirmGrantName:    {ConfirmGrant{}, map[Party][]Status{J: held}},
		AssessName:          {Assess{ID: "b3", Reason: "x"}, map[Party][]Status{J: {Received, Issued}}},
		DropName:            {Drop{}, map[Party][]Status{J: {Assessed, Replacing}}},
		IssueName:           {issueAct, map[Party][]Status{J: {Assessed, Replacing}}},
		RecordAgreementName: {RecordAgreement{dayAfter}, map[Party][]Status{E: held, C: held, J: held}},
		DisqualifyName:      {Disqualify{"s1", "bror"}, map[Party][]Status{J: held}},
		QualifyName:         {Qualify{"s1"}, map[Party][]Status{J: held}},
		CloseName:           {CloseCase{Reason: "x"}, map[Party][]Status{J: {Issued}}},
	}
	if got, want := ActNames(), slices.Sorted(maps.Keys(want)); !slices.Equal(got, want) {
		t.Fatalf("acts = %q, want %q", got, want)
	}
	for name, w := range want {
		for _, side := range []Party{E, C, J, S} {
			for _, status := range Statuses() {
				c, act := cases(t)[status], w.act
				if name == RegisterAddressName {
					act = RegisterAddress{Party: side, Address: "navn@example.dk"}
					if side == J {
						act = RegisterAddress{Party: E, Address: "navn@example.dk"}
					}
				}
				before := c.Status()
				err := c.Do(act, by(side, 28))
				if got, may := err == nil, slices.Contains(w.may[side], status); got != may {
					t.Errorf("%s by %s when %s: done %v, want %v (%v)", name, side, status, got, may, err)
				}
				if err != nil && problem.Of(err) == "" {
					t.Errorf("%s by %s when %s: %v is no problem", name, side, status, err)
				}
				if err != nil && c.Status() != before {
					t.Errorf("%s by %s when %s was refused and changed the status to %s", name, side, status, c.Status())
				}
			}
		}
	}
}

// A second person with the invitation cannot take a party's place.
func TestJoinTwice(t *testing.T) {
	c := played(t, Employee, Join{Address: "ase@example.dk"})
	if err := c.Do(Join{Address: "other@example.dk"}, by(Employee, 3)); problem.Of(err) != problem.Conflict {
		t.Errorf("second Join: %v, want a conflict", err)
	}
	if got := c.Member(Employee).Address; got != "ase@example.dk" {
		t.Errorf("address = %q after a second Join", got)
	}
}

// The other party can never set where a party's links go.
func TestAddressIsOnesOwn(t *testing.T) {
	c := played(t, Employee, Join{Address: "ase@example.dk"}, Company, Join{})
	if err := c.Do(RegisterAddress{Party: Employee, Address: "mig@example.dk"}, by(Company, 4)); problem.Of(err) != problem.Forbidden {
		t.Errorf("RegisterAddress of the employee by the company: %v, want forbidden", err)
	}
}

func TestRuleR2AnyLaterChangeAsksForANewSignature(t *testing.T) {
	c := cases(t)[Received]
	if err := c.Do(ReturnBlad1{Reason: "Startdatoen er passeret"}, by(Jobcenter, 8)); err != nil {
		t.Fatal(err)
	}
	if c.Signed() != nil {
		t.Error("a returned Blad 1 still counts as signed")
	}
	if len(c.Signatures) != 1 || len(c.Receipts) != 1 {
		t.Errorf("signatures, receipts = %d, %d; both are to be kept", len(c.Signatures), len(c.Receipts))
	}
	if err := c.Do(signAct, by(Employee, 9)); err != nil {
		t.Fatal(err)
	}
	if got := c.Status(); got != Sent {
		t.Errorf("Status after the new signature = %s, want %s: it has not been received yet", got, Sent)
	}
}

func TestRuleR3ForwardedCaseIsReceivedByTheOther(t *testing.T) {
	c := cases(t)[Assessed]
	if err := c.Do(ForwardCase{To: "0101", Online: true, Reason: "Flyttet"}, by(Jobcenter, 9)); err != nil {
		t.Fatal(err)
	}
	if c.Municipality != "0101" || c.Status() != Sent {
		t.Errorf("municipality, status = %s, %s; want 0101, %s", c.Municipality, c.Status(), Sent)
	}
	if c.Grant != nil {
		t.Error("the other municipality is to make sure of the grant itself")
	}
	if err := c.Do(receiveAct, by(Jobcenter, 10)); err != nil {
		t.Fatal(err)
	}
	if got := c.Received().Municipality; got != "0101" {
		t.Errorf("received by %s, want 0101", got)
	}
	if c.Status() != Received || c.Blad2s[0].Dropped == nil {
		t.Errorf("status %s, the first jobcenter's Blad 2 %+v; want %s and it given up", c.Status(), c.Blad2s[0], Received)
	}
}

func TestRuleR4TheCompanyNeverSigns(t *testing.T) {
	for status, c := range cases(t) {
		if c.May(Company, SignName) {
			t.Errorf("the company may sign when %s", status)
		}
	}
}

func TestRuleR26R47WhatIssuingWaitsFor(t *testing.T) {
	c := played(t, Employee, Join{}, Employee, signAct, System, receiveAct, Jobcenter, Assess{ID: "b1"})
	missing := func() (ids []string) {
		p, _ := problem.As(c.Do(issueAct, by(Jobcenter, 9)))
		if p != nil {
			for _, f := range p.Fields {
				ids = append(ids, f.ID)
			}
		}
		return ids
	}
	if got, want := missing(), []string{"confirm-identity", "confirm-grant"}; !slices.Equal(got, want) {
		t.Errorf("issuing waits for %q, want %q", got, want)
	}
	for _, act := range []Act{ConfirmIdentity{}, ConfirmGrant{}} {
		if err := c.Do(act, by(Jobcenter, 8)); err != nil {
			t.Fatal(err)
		}
	}
	if got := missing(); got != nil {
		t.Errorf("issuing still waits for %q", got)
	}
}

// A new Blad 2 replaces the one that stands, names it and needs a reason.
func TestReplace(t *testing.T) {
	c := cases(t)[Issued]
	if err := c.Do(Assess{ID: "b2"}, by(Jobcenter, 12)); problem.Of(err) != problem.Invalid {
		t.Errorf("Assess without a reason: %v, want invalid", err)
	}
	if err := c.Do(Assess{ID: "b2", Reason: "Timetallet var forkert"}, by(Jobcenter, 12)); err != nil {
		t.Fatal(err)
	}
	if got := c.Assessment().Replaces; got != "b1" {
		t.Errorf("the new Blad 2 replaces %q, want b1", got)
	}
	again := issueAct
	again.Complaint.LastDay = ident.NewDate(2027, 1, 4)
	if err := c.Do(again, by(Jobcenter, 13)); err != nil {
		t.Fatal(err)
	}
	if k, _ := c.ComplaintStands(); k.LastDay != again.Complaint.LastDay {
		t.Errorf("last day to complain = %s, want the new one's %s", k.LastDay, again.Complaint.LastDay)
	}
	if c.Blad2("b1").Issue == nil || c.Standing().ID != "b2" {
		t.Error("the first Blad 2 is to be kept, and the second to stand")
	}
}

func TestRuleR34ExpectedAnswer(t *testing.T) {
	c := cases(t)[Received]
	if got := c.Expected(); got != receiveAct.Expected {
		t.Errorf("Expected() = %s, want %s", got, receiveAct.Expected)
	}
	if c.Late(receiveAct.Expected) || !c.Late(receiveAct.Expected.AddDays(1)) {
		t.Error("Late is to begin on the day after the expected one")
	}
	if err := c.Do(PostponeAnswer{Until: dayAfter, Reason: "Vi venter på oplysninger"}, by(Jobcenter, 20)); err != nil {
		t.Fatal(err)
	}
	if got := c.Expected(); got != dayAfter {
		t.Errorf("Expected() after a delay = %s, want %s", got, dayAfter)
	}
}

func TestDisqualified(t *testing.T) {
	c := cases(t)[Received]
	for _, act := range []Act{Assign{"s1"}, Disqualify{"s1", "svoger"}} {
		if err := c.Do(act, by(Jobcenter, 9)); err != nil {
			t.Fatal(err)
		}
	}
	if !c.IsDisqualified("s1") || c.Assignee != "" {
		t.Errorf("disqualified %v, assignee %q; want true and nobody", c.IsDisqualified("s1"), c.Assignee)
	}
	if err := c.Do(Assign{"s1"}, by(Jobcenter, 9)); problem.Of(err) != problem.Invalid {
		t.Errorf("Assign to a disqualified caseworker: %v, want invalid", err)
	}
	if err := c.Do(Qualify{"s1"}, by(Jobcenter, 9)); err != nil || c.IsDisqualified("s1") {
		t.Errorf("Qualify: %v, disqualified still %v", err, c.IsDisqualified("s1"))
	}
}

func TestDoLeavesARefusedCaseUnchanged(t *testing.T) {
	for _, status := range Statuses() {
		c, same := cases(t)[status], cases(t)[status]
		for _, act := range []Act{Sign{}, IssueBlad2{}, ForwardCase{}, CloseCase{}, Dismiss{}, ReturnBlad1{}, PostponeAnswer{}} {
			for _, side := range []Party{Employee, Company, Jobcenter} {
				if err := c.Do(act, by(side, 9)); err == nil {
					t.Errorf("%s without what it needs, by %s when %s, was done", act.Name(), side, status)
				}
			}
		}
		if !reflect.DeepEqual(c, same) {
			t.Errorf("refused acts changed a case that is %s", status)
		}
	}
}

func TestRuleR3Receiver(t *testing.T) {
	lives := func(code string) Sheet { return Sheet{municipality: {Value: code}} }
	sign := signAct
	sign.Values = form.Values{municipality: sign.Municipality}
	sent := []any{Employee, Join{}, Employee, sign, System, receiveAct}
	online := ForwardCase{To: "0101", Online: true, Reason: "Flyttet"}
	for _, test := range []struct {
		what  string
		acts  []any
		named string
		want  string
	}{
		{"a draft without a municipality", []any{Employee, Join{}}, "", ""},
		{"a draft", []any{Employee, Join{}}, "0265", "0265"},
		{"one that was received", sent, "0265", "0265"},
		{"one that was forwarded", append(slices.Clone(sent), Jobcenter, online), "0265", "0101"},
		{"one whose employee names the new one", append(slices.Clone(sent), Jobcenter, online), "0101", "0101"},
		{"one whose employee names a third", append(slices.Clone(sent), Jobcenter, online), "0147", "0147"},
		{"one that was forwarded on paper", append(slices.Clone(sent), Jobcenter, forwardAway), "0265", "0101"},
	} {
		c := played(t, test.acts...)
		c.Blad1 = lives(test.named)
		if got := c.Receiver(); got != test.want {
			t.Errorf("%s: Receiver() = %q, want %q", test.what, got, test.want)
		}
	}
}
