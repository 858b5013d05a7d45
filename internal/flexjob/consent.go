package flexjob

import "slices"

// A Purpose is what a consent is for. Each is asked apart: «Jeg giver hermed
// mit samtykke til» (R9, twice on Blad 1). Its value is the field's id.
type Purpose string

// The purposes of Blad 1.
const (
	CopyToJobcenter Purpose = "consent.agreementToJobcenter"
	CopyToUnion     Purpose = "consent.agreementToUnion"
)

// Purposes returns the purposes in the form's order.
func Purposes() []Purpose { return []Purpose{CopyToJobcenter, CopyToUnion} }

// ConsentState is where one consent stands. The zero state is: not asked yet.
type ConsentState string

// The states of a consent. Only Given allows anything.
const (
	Requested ConsentState = "requested"
	Given     ConsentState = "given"
	Refused   ConsentState = "refused"
	Taken     ConsentState = "withdrawn" // taken back by the employee
	Expired   ConsentState = "expired"
)

// A ConsentEvent is one line of the ledger: who made a consent pass into a
// state, when, and the wording that was shown. Lines are only ever added.
type ConsentEvent struct {
	Purpose Purpose
	State   ConsentState
	By      By
	Wording string // the whole question as the person saw it
	Edition string // the form edition that it stands in
}

// Consent returns the state of the consent for p.
func (c *Case) Consent(p Purpose) ConsentState {
	for _, e := range slices.Backward(c.Consents) {
		if e.Purpose == p {
			return e.State
		}
	}
	return ""
}

// Answered reports whether the employee gave or refused the consent, also
// where it has been withdrawn or has expired since. No answer is not consent.
func (c *Case) Answered(p Purpose) bool {
	return slices.ContainsFunc(c.Consents, func(e ConsentEvent) bool {
		return e.Purpose == p && (e.State == Given || e.State == Refused)
	})
}

// expireConsents ends every consent that was asked for: «Dit samtykke
// bortfalder automatisk når sagen er færdigbehandlet» (R12).
func (c *Case) expireConsents(by By) {
	for _, p := range Purposes() {
		if s := c.Consent(p); s == Requested || s == Given {
			c.Consents = append(c.Consents, ConsentEvent{Purpose: p, State: Expired, By: By{Party: System, Actor: "system", At: by.At}, Edition: c.Edition})
		}
	}
}
