package flexjob

import (
	"strings"

	"ab325/internal/form"
	"ab325/internal/ident"
	"ab325/internal/problem"
)

// Receive records that the jobcenter received the signed Blad 1, and the day
// by which an answer is to be expected. Online it is done together with the
// signing, on the Danish local date.
type Receive struct {
	On       ident.Date
	Expected ident.Date // «angive en forventet sagsbehandlingstid» (R34)
}

// Name implements [Act].
func (Receive) Name() ActName { return ReceiveName }

func (a Receive) do(c *Case, by By) error {
	c.Receipts = append(c.Receipts, Receipt{Municipality: c.Municipality, By: by, On: a.On, Expected: a.Expected})
	return nil
}

// ReturnBlad1 sends Blad 1 back to the parties for correction. It opens Blad 1
// and asks for a new signature; every receipt is kept and consent answers
// stand. A Blad 2 being written is kept and goes on when the case comes back.
type ReturnBlad1 struct{ Reason string }

// Name implements [Act].
func (ReturnBlad1) Name() ActName { return ReturnName }

func (a ReturnBlad1) do(c *Case, by By) error {
	if err := needReason(a.Reason, "Skriv, hvad der skal rettes, så begge parter kan forstå det"); err != nil {
		return err
	}
	c.Returns = append(c.Returns, Return{By: by, Reason: a.Reason})
	return nil
}

// Withdraw ends the case at a party's wish.
type Withdraw struct{ Reason string }

// Name implements [Act].
func (Withdraw) Name() ActName { return WithdrawName }

func (a Withdraw) do(c *Case, by By) error {
	c.end(End{Kind: EndWithdrawn, By: by, Reason: a.Reason})
	return nil
}

// Dismiss ends the case without an assessment: no grant («fleksjobbevilling
// fra jobcentret, før du kan blive ansat», R47), or the job came to nothing.
// It is a decision: it has a reason, and the employee can complain of it.
type Dismiss struct {
	Reason    string
	Complaint Complaint
}

// Name implements [Act].
func (Dismiss) Name() ActName { return DismissName }

func (a Dismiss) do(c *Case, by By) error {
	if err := needReason(a.Reason, "Skriv begrundelsen for at afslutte sagen uden vurdering"); err != nil {
		return err
	}
	c.end(End{Kind: EndDismissed, By: by, Reason: a.Reason, Complaint: &a.Complaint})
	return nil
}

// ForwardCase sends the case to the municipality To: «til jobcenteret i den
// ansattes bopælskommune» (R3). Where that one is served here, its jobcenter
// has the case from now on and receives it, and writes a Blad 2 of its own:
// one being written is given up. Else the case ends here and is sent on paper.
type ForwardCase struct {
	To     string
	Online bool
	Reason string
}

// Name implements [Act].
func (ForwardCase) Name() ActName { return ForwardName }

func (a ForwardCase) do(c *Case, by By) error {
	if a.To == c.Municipality || a.To == "" {
		return invalid(problem.Field{ID: "to", Text: "Vælg den kommune, som sagen skal sendes til"})
	}
	if err := needReason(a.Reason, "Skriv, hvorfor sagen sendes videre"); err != nil {
		return err
	}
	c.Forwards = append(c.Forwards, Forward{By: by, From: c.Municipality, To: a.To, Online: a.Online, Reason: a.Reason})
	if a.Online {
		c.Municipality, c.Assignee = a.To, ""
		c.Grant = nil // the other municipality makes sure of it itself (R47)
		if b := c.Assessment(); b != nil {
			b.Dropped = &by
		}
		return nil
	}
	c.end(End{Kind: EndForwarded, By: by, Reason: a.Reason})
	return nil
}

// PostponeAnswer tells the parties a new day to expect the answer on, in
// writing (R34).
type PostponeAnswer struct {
	Until  ident.Date
	Reason string
}

// Name implements [Act].
func (PostponeAnswer) Name() ActName { return DelayName }

func (a PostponeAnswer) do(c *Case, by By) error {
	if !a.Until.After(ident.DateOf(by.At)) {
		return invalid(problem.Field{ID: "until", Text: "Den nye dato skal ligge efter i dag"})
	}
	if err := needReason(a.Reason, "Skriv, hvorfor svaret trækker ud"); err != nil {
		return err
	}
	c.Delays = append(c.Delays, Delay{By: by, Until: a.Until, Reason: a.Reason})
	return nil
}

// Assign gives the case to a caseworker, or to nobody where Staff is "".
type Assign struct{ Staff string }

// Name implements [Act].
func (Assign) Name() ActName { return AssignName }

func (a Assign) do(c *Case, by By) error {
	if c.IsDisqualified(a.Staff) {
		return invalid(problem.Field{ID: "staff", Text: "Vælg en anden: denne sagsbehandler er inhabil i sagen"})
	}
	c.Assignee = a.Staff
	return nil
}

// ConfirmIdentity records that a caseworker made sure who signed.
type ConfirmIdentity struct{}

// Name implements [Act].
func (ConfirmIdentity) Name() ActName { return ConfirmIdentityName }

func (ConfirmIdentity) do(c *Case, by By) error {
	if s := c.Signed(); s.Confirmed == nil {
		s.Confirmed = &by
	}
	return nil
}

// Identified reports whether the signature that stands is the employee's
// beyond the link: proven when signing, or confirmed by a caseworker.
func (c *Case) Identified() bool {
	s := c.Signed()
	return s != nil && (s.By.Assurance == Confirmed || s.Confirmed != nil)
}

// ConfirmGrant records that a caseworker made sure of the grant: there is to
// be a «fleksjobbevilling fra jobcentret, før du kan blive ansat» (R47).
type ConfirmGrant struct{}

// Name implements [Act].
func (ConfirmGrant) Name() ActName { return ConfirmGrantName }

func (ConfirmGrant) do(c *Case, by By) error {
	if c.Grant == nil {
		c.Grant = &by
	}
	return nil
}

// Assess begins a Blad 2. Where one stands, the new one replaces it
// («erstatter vurdering af …») and needs a reason.
type Assess struct {
	ID      string
	Edition string
	Values  form.Values // what the sheet starts with
	Reason  string
}

// Name implements [Act].
func (Assess) Name() ActName { return AssessName }

func (a Assess) do(c *Case, by By) error {
	b := Blad2{ID: a.ID, Edition: a.Edition, Started: by, Values: Sheet{}, Reason: a.Reason}
	if old := c.Standing(); old != nil {
		if err := needReason(a.Reason, "Skriv, hvorfor der laves en ny vurdering"); err != nil {
			return err
		}
		b.Replaces = old.ID
	}
	for id, v := range a.Values {
		b.Values[id] = Entry{v, by}
	}
	c.Blad2s = append(c.Blad2s, b)
	return nil
}

// Drop gives up the Blad 2 being written. It is kept, as dropped.
type Drop struct{}

// Name implements [Act].
func (Drop) Name() ActName { return DropName }

func (Drop) do(c *Case, by By) error {
	c.Assessment().Dropped = &by
	return nil
}

// IssueBlad2 issues the Blad 2 being written. Unfinished is what
// [Case.UnfinishedBlad2] returned.
type IssueBlad2 struct {
	Issue
	Unfinished []problem.Field
}

// Name implements [Act].
func (IssueBlad2) Name() ActName { return IssueName }

// Without its complaint guidance it is no decision: «begrundet afgørelse med
// klagevejledning» (R26).
func (a IssueBlad2) do(c *Case, by By) error {
	if faults := append(a.Unfinished, c.Unconfirmed()...); len(faults) > 0 {
		return invalid(faults...)
	}
	if a.Issue.Name == "" || a.Date.IsZero() || a.Complaint.LastDay.IsZero() {
		return problem.New(problem.NotNow, "Blad 2 kan ikke udstedes uden underskrift, dato og klagevejledning. Åbn sagen igen, og prøv en gang til.")
	}
	a.By = by
	c.Assessment().Issue = &a.Issue
	return nil
}

// Unconfirmed returns the confirmations that issuing waits for: who signed, and
// that there is a grant.
func (c *Case) Unconfirmed() (faults []problem.Field) {
	if !c.Identified() {
		faults = append(faults, problem.Field{ID: "confirm-identity", Text: "Bekræft, hvem der har underskrevet blad 1"})
	}
	if c.Grant == nil {
		faults = append(faults, problem.Field{ID: "confirm-grant", Text: "Bekræft, at den ansatte har en bevilling til fleksjob"})
	}
	return faults
}

// RecordAgreement records the date on the parties' agreement. One dated
// before the assessment is flagged (R41).
type RecordAgreement struct{ Dated ident.Date }

// Name implements [Act].
func (RecordAgreement) Name() ActName { return RecordAgreementName }

func (a RecordAgreement) do(c *Case, by By) error {
	if a.Dated.IsZero() {
		return invalid(problem.Field{ID: "dated", Text: "Angiv datoen på ansættelsesaftalen"})
	}
	c.Agreement = &Agreement{By: by, Dated: a.Dated}
	return nil
}

// Disqualify keeps a member of staff from the case: the person's own «jeg er
// inhabil», or a leader's block.
type Disqualify struct{ Staff, Reason string }

// Name implements [Act].
func (Disqualify) Name() ActName { return DisqualifyName }

func (a Disqualify) do(c *Case, by By) error {
	if !c.IsDisqualified(a.Staff) {
		c.Disqualified = append(c.Disqualified, Disqualification{Staff: a.Staff, By: by, Reason: a.Reason})
	}
	if c.Assignee == a.Staff {
		c.Assignee = ""
	}
	return nil
}

// Qualify lifts a disqualification.
type Qualify struct{ Staff string }

// Name implements [Act].
func (Qualify) Name() ActName { return QualifyName }

func (a Qualify) do(c *Case, by By) error {
	for i := range c.Disqualified {
		if d := &c.Disqualified[i]; d.Staff == a.Staff && d.Lifted == nil {
			d.Lifted = &by
		}
	}
	return nil
}

// CloseCase ends a case after its assessment. A person does it, with a
// reason; time alone never does.
type CloseCase struct{ Reason string }

// Name implements [Act].
func (CloseCase) Name() ActName { return CloseName }

func (a CloseCase) do(c *Case, by By) error {
	if c.Assessment() != nil {
		return problem.New(problem.NotNow, "Der er et blad 2 under udarbejdelse. Udsted det, eller opgiv det, før du afslutter sagen.")
	}
	if err := needReason(a.Reason, "Skriv, hvorfor sagen afsluttes"); err != nil {
		return err
	}
	c.end(End{Kind: EndClosed, By: by, Reason: a.Reason})
	return nil
}

// end ends the case, and with it every consent (R12).
func (c *Case) end(e End) {
	c.End = &e
	c.expireConsents(e.By)
}

// needReason refuses an empty reason with the text for its field.
func needReason(reason, text string) error {
	if strings.TrimSpace(reason) == "" {
		return invalid(problem.Field{ID: "reason", Text: text})
	}
	return nil
}

// invalid returns a problem with what to mend.
func invalid(fields ...problem.Field) *problem.Error {
	return &problem.Error{Kind: problem.Invalid, Detail: "Noget skal rettes, før du kan gå videre.", Fields: fields}
}
