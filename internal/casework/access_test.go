package casework_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/problem"
)

// Once a party is in, the other cannot make a way in for it, whichever way.
func TestNobodyOpensTheOthersPage(t *testing.T) {
	o := open(t)
	_, company, id := o.parties()
	_, err := o.Invite(t.Context(), company, id, "mig@example.dk")
	want(t, "inviting a party that is in", err, problem.NotNow)
	_, err = o.HandOver(t.Context(), company, id)
	want(t, "handing over to a party that is in", err, problem.NotNow)
	_, err = o.GiveAccess(t.Context(), company, id, flexjob.Employee)
	want(t, "giving access as a party", err, problem.Forbidden)
	err = o.Do(t.Context(), company, id, casework.Any, flexjob.RegisterAddress{Party: flexjob.Employee, Address: "mig@example.dk"})
	want(t, "changing the other's address", err, problem.Forbidden)
	err = o.Do(t.Context(), company, id, casework.Any, flexjob.AnswerConsent{Purpose: flexjob.CopyToUnion, Given: true})
	want(t, "answering the other's consent", err, problem.Forbidden)
	err = o.Sign(t.Context(), company, id, "Åse Kjærgård", [32]byte{})
	want(t, "signing for the other", err, problem.Forbidden)
	stranger := auth.Actor{Provider: auth.PartyLink, Subject: "l9", Party: flexjob.Employee, Case: "another"}
	_, err = o.Open(t.Context(), stranger, id)
	want(t, "opening with another case's link", err, problem.NotFound)
}

// An invitation brings one in, once; the way back works again and again.
func TestInvitationIsUsedUp(t *testing.T) {
	o := open(t)
	started, err := o.Start(t.Context(), flexjob.Company, "")
	o.must(err)
	id := started.Actor.Case
	_, err = o.Invite(t.Context(), started.Actor, id, "forkert@example.dk")
	o.must(err)
	wrong := o.mailed()
	_, err = o.Invite(t.Context(), started.Actor, id, "ase@example.dk")
	o.must(err)
	right := o.mailed()
	if got := o.look(started.Actor, id).Invited; !got.Equal(o.now) {
		t.Errorf("the view says that the other was invited at %v, want %v", got, o.now)
	}
	_, err = o.Enter(t.Context(), secret(wrong), "c1")
	want(t, "an invitation that was replaced", err, problem.Expired)
	joined, err := o.Enter(t.Context(), right.Code, "c2")
	o.must(err)
	if joined.Actor.Party != flexjob.Employee || joined.Access == nil {
		t.Fatalf("joined as %s with a way back %v", joined.Actor.Party, joined.Access)
	}
	_, err = o.Enter(t.Context(), secret(right), "c3")
	want(t, "an invitation for the second time", err, problem.Expired)
	for range 2 {
		again, err := o.Enter(t.Context(), joined.Access.Code, "c4")
		o.must(err)
		if again.Actor.Party != flexjob.Employee || again.Access != nil {
			t.Errorf("the way back let in %s with %v", again.Actor.Party, again.Access)
		}
	}
	o.now = o.now.Add(15 * 24 * time.Hour)
	_, err = o.Enter(t.Context(), joined.Access.Code, "c5")
	want(t, "the way back after 15 days", err, problem.Expired)
}

// Who invites by an address gets no link to it, since later links go there;
// who joins by a link that was copied has no address until they give one.
func TestInviterHasNoWayIn(t *testing.T) {
	o := open(t)
	started, err := o.Start(t.Context(), flexjob.Company, "")
	o.must(err)
	id := started.Actor.Case
	sent, err := o.Invite(t.Context(), started.Actor, id, "ase@example.dk")
	o.must(err)
	if sent.Link != "" || sent.Code != "" || sent.Ends.IsZero() {
		t.Errorf("the inviter got %+v of an invitation that was sent", sent)
	}
	copied, err := o.Invite(t.Context(), started.Actor, id, "")
	o.must(err)
	joined, err := o.Enter(t.Context(), copied.Code, "c1")
	o.must(err)
	if got := o.look(joined.Actor, id).Case.Member(flexjob.Employee).Address; got != "" {
		t.Errorf("the employee's address is %q, which somebody else gave", got)
	}
	before := len(o.mail())
	o.must(o.Resend(t.Context(), copied.Code, "c2"))
	if got := o.mail()[before:]; len(got) > 0 {
		t.Errorf("the inviter had a new way in sent to %s", got[0].To)
	}
}

// A new link for whoever asks goes to the registered address and nowhere
// else, and asking tells nobody whether there is such a case.
func TestResendGoesToTheRegisteredAddress(t *testing.T) {
	o := open(t)
	started, err := o.Start(t.Context(), flexjob.Employee, "ase@example.dk")
	o.must(err)
	before := len(o.mail())
	o.must(o.Resend(t.Context(), started.Access.Code, "c1"))
	o.must(o.Resend(t.Context(), "AAAA-BBBB-CCCC", "c2"))
	mail := o.mail()
	if len(mail) != before+1 || mail[len(mail)-1].To != "ase@example.dk" {
		t.Fatalf("%d messages after asking twice, want one more than %d", len(mail), before)
	}
	entered, err := o.Enter(t.Context(), mail[len(mail)-1].Data["code"], "c3")
	o.must(err)
	if entered.Actor.Party != flexjob.Employee || entered.Actor.Case != started.Actor.Case {
		t.Errorf("the new code lets in %+v", entered.Actor)
	}
}

// Who invites writes the address, and may write their own: nothing goes there
// for the other party before that one has said that it is its own.
func TestTheInviterIsSentNothingOfTheOthers(t *testing.T) {
	o := open(t)
	started, err := o.Start(t.Context(), flexjob.Company, "kontor@example.dk")
	o.must(err)
	id := started.Actor.Case
	_, err = o.Invite(t.Context(), started.Actor, id, "kontor2@example.dk")
	o.must(err)
	mail := o.mail()
	code := mail[len(mail)-1].Data["code"]
	joined, err := o.Enter(t.Context(), code, "c1")
	o.must(err)
	if joined.Proposed != "kontor2@example.dk" {
		t.Errorf("the address to ask about = %q", joined.Proposed)
	}
	before := len(o.mail())
	o.must(o.Resend(t.Context(), code, "c2"))
	if got := o.mail()[before:]; len(got) != 0 {
		t.Errorf("%d messages to %s for the one who has the used code", len(got), got[0].To)
	}
	o.must(o.RegisterAddress(t.Context(), joined.Actor, id, flexjob.Employee, "ase@example.dk"))
	o.must(o.Resend(t.Context(), code, "c3"))
	if got := o.mail(); got[len(got)-1].To != "ase@example.dk" {
		t.Errorf("the new code went to %s", got[len(got)-1].To)
	}
}

// Guessing codes is slowed down by client, and only for that client.
func TestGuessingIsSlowedDown(t *testing.T) {
	o := open(t)
	started, err := o.Start(t.Context(), flexjob.Employee, "")
	o.must(err)
	slowed := false
	for range 50 {
		if _, err := o.Enter(t.Context(), "AAAA-BBBB-CCCC", "thief"); problem.Of(err) == problem.Unavailable {
			slowed = true
			break
		}
	}
	if !slowed {
		t.Error("50 wrong codes were answered without a wait")
	}
	_, err = o.Enter(t.Context(), started.Access.Code, "thief")
	want(t, "a right code from the one who guesses", err, problem.Unavailable)
	_, err = o.Enter(t.Context(), started.Access.Code, "someone else")
	o.must(err)
}

// Both can fill in turn on one device; who typed what is kept.
func TestHandOver(t *testing.T) {
	o := open(t)
	started, err := o.Start(t.Context(), flexjob.Company, "")
	o.must(err)
	id := started.Actor.Case
	o.save(started.Actor, id, companyPart)
	next, err := o.HandOver(t.Context(), started.Actor, id)
	o.must(err)
	o.save(next.Actor, id, employeePart)
	sheet := o.look(next.Actor, id).Case.Blad1
	if got := sheet["company.name"].By.Actor; got != started.Actor.Subject {
		t.Errorf("company.name was typed by %s, want %s", got, started.Actor.Subject)
	}
	if got := sheet["employee.name"].By.Actor; got != next.Actor.Subject {
		t.Errorf("employee.name was typed by %s, want %s", got, next.Actor.Subject)
	}
	if _, err := o.Enter(t.Context(), next.Access.Code, "c1"); err != nil {
		t.Errorf("the employee's own way back: %v", err)
	}
}

func TestBadAddress(t *testing.T) {
	o := open(t)
	for _, address := range []string{"ase", "ase@", "@example.dk", "a b@example.dk", "Åse <ase@example.dk>", "ase@localhost", "ase@example.dk\nBcc: x@example.dk"} {
		_, err := o.Start(t.Context(), flexjob.Employee, address)
		want(t, "starting with the address "+address, err, problem.Invalid)
	}
}

// Staff sees the received cases of its own municipality, and one who is
// disqualified does not.
func TestStaffSeesItsOwnCases(t *testing.T) {
	o := open(t)
	_, _, id := o.sent()
	_, _, draft := o.parties()
	for _, test := range []struct {
		what string
		who  auth.Actor
		id   string
		want problem.Kind
	}{
		{"a caseworker", o.caseworker, id, ""},
		{"a leader elsewhere", o.another, id, problem.NotFound},
		{"a caseworker, a draft", o.caseworker, draft, problem.NotFound},
		{"a caseworker, no case", o.caseworker, "none", problem.NotFound},
		{"an administrator", auth.Actor{Provider: auth.StaffAccount, Subject: "a", Roles: []auth.Role{auth.Administrator}, Municipality: home}, id, problem.NotFound},
		{"an auditor", auth.Actor{Provider: auth.StaffAccount, Subject: "r", Roles: []auth.Role{auth.Auditor}, Municipality: home}, id, problem.NotFound},
		{"a stranger", auth.Actor{}, id, problem.NotFound},
	} {
		_, err := o.Open(t.Context(), test.who, test.id)
		want(t, test.what, err, test.want)
	}
	o.must(o.Do(t.Context(), o.issuer, id, casework.Any, flexjob.Disqualify{Staff: o.issuer.Subject, Reason: "svoger"}))
	_, err := o.Open(t.Context(), o.issuer, id)
	want(t, "one who is disqualified", err, problem.Forbidden)
	page, err := o.List(t.Context(), o.issuer, casework.ListQuery{})
	o.must(err)
	if page.Total != 0 {
		t.Errorf("one who is disqualified is shown %d cases in the list", page.Total)
	}
	if got := o.log(id); !slices.Contains(got, "open refused") {
		t.Errorf("log = %q; a refused opening is to be in it", got)
	}
	err = o.Do(t.Context(), o.issuer, id, casework.Any, flexjob.Qualify{Staff: o.issuer.Subject})
	want(t, "lifting one's own disqualification", err, problem.Forbidden)
	o.must(o.Do(t.Context(), o.leader, id, casework.Any, flexjob.Qualify{Staff: o.issuer.Subject}))
	_, err = o.Open(t.Context(), o.issuer, id)
	want(t, "one who is qualified again", err, "")
}

// Only who may work on a case makes a way into it, and a try is in the log.
func TestGiveAccessIsForTheCasesOwnStaff(t *testing.T) {
	o := open(t)
	employee, _, id := o.sent()
	o.must(o.Do(t.Context(), o.issuer, id, casework.Any, flexjob.Disqualify{Staff: o.issuer.Subject, Reason: "svoger"}))
	for _, test := range []struct {
		what string
		who  auth.Actor
		want problem.Kind
	}{
		{"a leader elsewhere", o.another, problem.NotFound},
		{"one who is disqualified", o.issuer, problem.Forbidden},
		{"an administrator", auth.Actor{Provider: auth.StaffAccount, Subject: "a", Roles: []auth.Role{auth.Administrator}, Municipality: home}, problem.NotFound},
		{"the employee", employee, problem.Forbidden},
		{"a caseworker", o.caseworker, ""},
	} {
		access, err := o.GiveAccess(t.Context(), test.who, id, flexjob.Employee)
		want(t, test.what, err, test.want)
		if (access.Code != "") != (err == nil) {
			t.Errorf("%s: got the code %q with %v", test.what, access.Code, err)
		}
	}
	if got := o.log(id); !slices.Contains(got, "give-access refused") {
		t.Errorf("log = %q; a refusal is to be in it", got)
	}
}

// Opening a case is one entry; looking again for the same page is none.
func TestOpeningIsOneEntry(t *testing.T) {
	o := open(t)
	employee, _, id := o.sent()
	before := len(o.log(id))
	_, err := o.Open(t.Context(), employee, id)
	o.must(err)
	o.look(employee, id)
	o.must(o.Previewed(t.Context(), employee, id, "blad1"))
	if got := o.log(id)[before:]; !slices.Equal(got, []string{"open ok", "preview ok"}) {
		t.Errorf("opening, looking and opening a preview wrote %q", got)
	}
}

// A party's new way back ends the old one.
func TestRenew(t *testing.T) {
	o := open(t)
	started, err := o.Start(t.Context(), flexjob.Employee, "")
	o.must(err)
	renewed, err := o.Renew(t.Context(), started.Actor, started.Actor.Case)
	o.must(err)
	_, err = o.Enter(t.Context(), started.Access.Code, "c1")
	want(t, "the old way back", err, problem.Expired)
	entered, err := o.Enter(t.Context(), renewed.Access.Code, "c2")
	o.must(err)
	if entered.Actor.Subject != renewed.Actor.Subject {
		t.Errorf("the new way back is %s, want %s", entered.Actor.Subject, renewed.Actor.Subject)
	}
}

// Who guesses codes waits; who has a link does not wait for them, and learns
// nothing sooner by trying a code as if it were one.
func TestGuessesOfOthers(t *testing.T) {
	o := open(t)
	started, err := o.Start(t.Context(), flexjob.Employee, "")
	o.must(err)
	for range 6 {
		if _, err = o.Enter(t.Context(), "AAAA-BBBB-CCCC", "library"); problem.Of(err) == problem.Unavailable {
			break
		}
	}
	want(t, "one guess too many", err, problem.Unavailable)
	_, err = o.Enter(t.Context(), started.Access.Code, "library")
	want(t, "a right code meanwhile", err, problem.Unavailable)
	_, err = o.Enter(t.Context(), started.Access.Code+strings.Repeat("-", 31), "library")
	want(t, "a code as long as a link", err, problem.Unavailable)
	if _, err = o.Enter(t.Context(), secret(*started.Access), "library"); err != nil {
		t.Errorf("a link meanwhile: %v", err)
	}
	_, err = o.Enter(t.Context(), started.Access.Code, "library")
	want(t, "a code after the link", err, problem.Unavailable)
}
