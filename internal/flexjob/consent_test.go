package flexjob

import (
	"testing"

	"ab325/internal/problem"
)

func TestRuleR9TwoQuestionsNeverAnsweredBeforehand(t *testing.T) {
	c := played(t, Employee, Join{}, Employee, AskConsent{Wording: map[Purpose]string{CopyToUnion: "Jeg giver hermed"}})
	for _, p := range Purposes() {
		if got := c.Consent(p); got != Requested || c.Answered(p) {
			t.Errorf("%s: %q, answered %v; want requested and not answered", p, got, c.Answered(p))
		}
	}
	if err := c.Do(AnswerConsent{Purpose: CopyToUnion, Given: true, Wording: "Jeg giver hermed"}, by(Employee, 3)); err != nil {
		t.Fatal(err)
	}
	if c.Consent(CopyToUnion) != Given || c.Consent(CopyToJobcenter) != Requested {
		t.Errorf("consents = %s, %s; one answer is to leave the other alone", c.Consent(CopyToUnion), c.Consent(CopyToJobcenter))
	}
	if last := c.Consents[len(c.Consents)-1]; last.Wording != "Jeg giver hermed" || last.By.At != at(3) {
		t.Errorf("ledger line = %+v; it is to hold the wording and the time", last)
	}
}

// No line of the ledger is about anything but the two questions.
func TestAnswerToNoQuestion(t *testing.T) {
	c := played(t, Employee, Join{})
	if err := c.Do(AnswerConsent{Purpose: "consent.everything", Given: true}, by(Employee, 3)); problem.Of(err) != problem.NotFound || c.Consents != nil {
		t.Errorf("%v, ledger %v; want not found and nothing", err, c.Consents)
	}
}

func TestRuleR10NothingDependsOnAConsent(t *testing.T) {
	c := played(t, Employee, Join{}, Employee, AnswerConsent{Purpose: CopyToJobcenter}, Employee, signAct)
	if c.Consent(CopyToJobcenter) != Refused || c.Consent(CopyToUnion) != Requested {
		t.Errorf("consents = %s, %s; want refused, and requested for the one without an answer", c.Consent(CopyToJobcenter), c.Consent(CopyToUnion))
	}
}

func TestRuleR11WithdrawInOneStep(t *testing.T) {
	for status, c := range cases(t) {
		if status.Ended() {
			continue
		}
		if err := c.Do(AnswerConsent{Purpose: CopyToUnion, Given: true}, by(Employee, 20)); err != nil {
			t.Fatal(err)
		}
		lines := len(c.Consents)
		if err := c.Do(WithdrawConsent{Purpose: CopyToUnion}, by(Employee, 21)); err != nil || c.Consent(CopyToUnion) != Taken {
			t.Errorf("withdrawing when %s: %v, state %s", status, err, c.Consent(CopyToUnion))
		}
		if len(c.Consents) != lines+1 {
			t.Errorf("the ledger has %d lines, want %d: lines are only added", len(c.Consents), lines+1)
		}
	}
}

// A no after a yes takes the consent back; it is no refusal from the start.
func TestNoAfterYes(t *testing.T) {
	c := played(t, Employee, Join{}, Employee, AnswerConsent{Purpose: CopyToUnion, Given: true}, Employee, AnswerConsent{Purpose: CopyToUnion})
	if got := c.Consent(CopyToUnion); got != Taken {
		t.Errorf("Consent = %s, want %s", got, Taken)
	}
}

func TestConsentsEndWithTheCase(t *testing.T) {
	c := played(t, Employee, Join{}, Employee, AnswerConsent{Purpose: CopyToUnion, Given: true}, Employee, AnswerConsent{Purpose: CopyToJobcenter}, Employee, Withdraw{})
	if c.Consent(CopyToUnion) != Expired || c.Consent(CopyToJobcenter) != Refused {
		t.Errorf("consents = %s, %s; want expired, and refused as it was", c.Consent(CopyToUnion), c.Consent(CopyToJobcenter))
	}
	if err := c.Do(AnswerConsent{Purpose: CopyToUnion, Given: true}, by(Employee, 9)); problem.Of(err) != problem.NotNow {
		t.Errorf("answering after the end: %v, want not-now", err)
	}
}

// Answers stand when Blad 1 is sent back.
func TestConsentsStandWhenReturned(t *testing.T) {
	c := played(t, Employee, Join{}, Employee, AnswerConsent{Purpose: CopyToUnion, Given: true}, Employee, signAct, System, receiveAct, Jobcenter, ReturnBlad1{Reason: "x"})
	if got := c.Consent(CopyToUnion); got != Given {
		t.Errorf("Consent after a return = %s, want %s", got, Given)
	}
}
