package flexjob

import (
	"strings"

	"ab325/internal/form"
	"ab325/internal/ident"
	"ab325/internal/problem"
)

// Join brings a party into the case. Address is its e-mail address, or "".
type Join struct{ Address string }

// Name implements [Act].
func (Join) Name() ActName { return JoinName }

func (a Join) do(c *Case, by By) error {
	if c.Member(by.Party) != nil {
		return problem.New(problem.Conflict, "Der er allerede en, der har åbnet sagen med dette link. Få et nyt link sendt til din egen e-mailadresse, eller ring til jobcenteret.")
	}
	if c.Members == nil {
		c.Members = map[Party]*Member{}
	}
	c.Members[by.Party] = &Member{Joined: by, Address: a.Address}
	return nil
}

// RegisterAddress sets the address that new links for Party go to. A party
// sets its own; staff sets either.
type RegisterAddress struct {
	Party   Party
	Address string
}

// Name implements [Act].
func (RegisterAddress) Name() ActName { return RegisterAddressName }

func (a RegisterAddress) do(c *Case, by By) error {
	if by.Party != Jobcenter && by.Party != a.Party {
		return problem.New(problem.Forbidden, "Du kan kun ændre din egen e-mailadresse.")
	}
	m := c.Member(a.Party)
	if m == nil {
		return problem.New(problem.NotNow, "Parten er ikke inde i sagen endnu. Send en ny invitation til den rigtige adresse i stedet.")
	}
	m.Address = a.Address
	return nil
}

// AskCorrection asks the other party to look at one field again («bede om en
// rettelse»). Nobody's text is changed by it.
type AskCorrection struct{ ID, Field, Comment string }

// Name implements [Act].
func (AskCorrection) Name() ActName { return AskCorrectionName }

func (a AskCorrection) do(c *Case, by By) error {
	const most = 200 // in all, so that nobody fills the case with them
	switch {
	case strings.TrimSpace(a.Comment) == "":
		return invalid(problem.Field{ID: "comment", Text: "Skriv, hvad der skal rettes"})
	case len(c.Corrections) >= most:
		return problem.New(problem.NotNow, "Der er bedt om rettelser så mange gange, at det er bedre at tale sammen. Ring til den anden part, eller spørg kommunen.")
	}
	c.Corrections = append(c.Corrections, Correction{ID: a.ID, Field: a.Field, Comment: a.Comment, Asked: by})
	return nil
}

// CloseCorrection takes a wish back, or answers that nothing is to change.
type CloseCorrection struct{ ID string }

// Name implements [Act].
func (CloseCorrection) Name() ActName { return CloseCorrectionName }

func (a CloseCorrection) do(c *Case, by By) error {
	for i := range c.Corrections {
		if k := &c.Corrections[i]; k.ID == a.ID && k.Closed == nil {
			k.Closed = &by
			return nil
		}
	}
	return problem.New(problem.NotFound, "Ønsket om en rettelse findes ikke mere. Åbn sagen igen.")
}

// OpenCorrections returns what the other side has asked p to look at again.
func (c *Case) OpenCorrections(p Party) (asked []Correction) {
	for _, k := range c.Corrections {
		if k.Closed == nil && k.Asked.Party != p {
			asked = append(asked, k)
		}
	}
	return asked
}

// Attach adds a PDF that describes the job, and ticks «Jobindhold i bilag».
type Attach struct{ Attachment }

// Name implements [Act].
func (Attach) Name() ActName { return AttachName }

func (a Attach) do(c *Case, by By) error {
	const most, mostEver = 5, 25 // files that were removed are kept
	switch {
	case len(c.Attached()) >= most:
		return invalid(problem.Field{ID: jobInAttachment, Text: "Du kan højst vedhæfte 5 filer. Fjern en, før du vedhæfter en ny"})
	case len(c.Attachments) >= mostEver:
		return invalid(problem.Field{ID: jobInAttachment, Text: "Der er vedhæftet og fjernet for mange filer i sagen. Skriv jobindholdet på siden i stedet"})
	}
	a.Added = by
	c.Attachments = append(c.Attachments, a.Attachment)
	if c.Blad1 == nil {
		c.Blad1 = Sheet{}
	}
	c.Blad1[jobInAttachment] = Entry{"ja", by}
	return nil
}

// Detach removes an attachment that by's side added.
type Detach struct{ ID string }

// Name implements [Act].
func (Detach) Name() ActName { return DetachName }

func (a Detach) do(c *Case, by By) error {
	for i := range c.Attachments {
		if k := &c.Attachments[i]; k.ID == a.ID && k.Removed == nil {
			if k.Added.Party != by.Party {
				return problem.New(problem.Forbidden, "Filen er vedhæftet af den anden part. Bed om en rettelse i stedet.")
			}
			k.Removed = &by
			return nil
		}
	}
	return problem.New(problem.NotFound, "Filen er allerede fjernet.")
}

// AskConsent records that the employee was shown the consent questions.
type AskConsent struct{ Wording map[Purpose]string }

// Name implements [Act].
func (AskConsent) Name() ActName { return AskConsentName }

func (a AskConsent) do(c *Case, by By) error {
	for _, p := range Purposes() {
		if c.Consent(p) == "" {
			c.addConsent(p, Requested, by, a.Wording[p])
		}
	}
	return nil
}

// AnswerConsent gives or refuses one consent. It can be answered again: later
// answers do not undo the record of earlier ones. It is never a condition for
// anything: «Det er ikke en betingelse» (R10).
type AnswerConsent struct {
	Purpose Purpose
	Given   bool
	Wording string
}

// Name implements [Act].
func (AnswerConsent) Name() ActName { return AnswerConsentName }

func (a AnswerConsent) do(c *Case, by By) error {
	if !isConsent(string(a.Purpose)) {
		return problem.New(problem.NotFound, "Spørgsmålet om samtykke findes ikke. Åbn sagen igen.")
	}
	state := Refused
	if a.Given {
		state = Given
	}
	switch is := c.Consent(a.Purpose); {
	case is == state:
		return nil
	case is == Given: // a no after a yes is a withdrawal
		state = Taken
	case is == Expired:
		return problem.New(problem.NotNow, "Samtykket er bortfaldet, fordi sagen er færdigbehandlet.")
	}
	c.addConsent(a.Purpose, state, by, a.Wording)
	return nil
}

// WithdrawConsent takes a consent back: «Du kan altid tilbagekalde et
// samtykke» (R11). Withdrawing what does not stand changes nothing.
type WithdrawConsent struct {
	Purpose Purpose
	Wording string
}

// Name implements [Act].
func (WithdrawConsent) Name() ActName { return WithdrawConsentName }

func (a WithdrawConsent) do(c *Case, by By) error {
	if c.Consent(a.Purpose) == Given {
		c.addConsent(a.Purpose, Taken, by, a.Wording)
	}
	return nil
}

func (c *Case) addConsent(p Purpose, s ConsentState, by By, wording string) {
	c.Consents = append(c.Consents, ConsentEvent{Purpose: p, State: s, By: by, Wording: wording, Edition: c.Edition})
}

// Sign signs and sends Blad 1 to the employee's municipality, whose jobcenter
// receives it: «til jobcenteret i den ansattes bopælskommune» (R3). Values is
// all that the document says; what was signed is frozen, and any later change
// of it asks for a new signature (R2). Unfinished is what [Case.Unfinished]
// returned.
type Sign struct {
	Signer       string
	Date         ident.Date
	Municipality string
	Values       form.Values
	Document     Document
	Unfinished   []problem.Field
}

// Name implements [Act].
func (Sign) Name() ActName { return SignName }

func (a Sign) do(c *Case, by By) error {
	switch {
	case len(a.Unfinished) > 0:
		return invalid(a.Unfinished...)
	case a.Municipality == "":
		return invalid(problem.Field{ID: municipality, Text: "Vælg den kommune, du bor i"})
	case c.Reached() && a.Municipality != c.Municipality:
		return invalid(problem.Field{ID: municipality, Text: "Kommunen kan ikke ændres, når jobcenteret har modtaget sagen. Sæt den tilbage, og send blad 1: er du flyttet, sender jobcenteret sagen videre"})
	case strings.TrimSpace(a.Signer) == "":
		return invalid(problem.Field{ID: "signature.name", Text: "Skriv dit navn for at underskrive"})
	}
	for _, p := range Purposes() { // no answer is recorded as not given
		if c.Consent(p) == "" {
			c.addConsent(p, Requested, by, "")
		}
	}
	c.Municipality, c.Read = a.Municipality, nil // what was signed was read by a person
	c.Signatures = append(c.Signatures, Signature{By: by, Name: a.Signer, Date: a.Date, Values: a.Values, Document: a.Document})
	return nil
}
