package flexjob

import "ab325/internal/ident"

// A LooseEnd is something of a case that is not settled yet.
type LooseEnd string

// The loose ends.
const (
	LooseCase      LooseEnd = "case"      // it has not ended
	LooseComplaint LooseEnd = "complaint" // the employee can still complain in time
	LooseReceipt   LooseEnd = "receipt"   // it was sent to a jobcenter, which has not received it
	LooseSheet     LooseEnd = "blad2"     // a Blad 2 is being written
	LooseConsent   LooseEnd = "consent"   // a question of consent waits for its answer
	LooseWish      LooseEnd = "wish"      // one party waits for the other to look at a field
)

// LooseEnds returns what of the case is not settled on a Danish day, the
// weightiest first. A case is not erased before there is nothing, unless
// somebody decides that it will never be settled.
//
// R30: «Kommunen sletter oplysningerne når opbevaringspligten udløber og et
// eventuelt arkiveringskrav er opfyldt»
func (c *Case) LooseEnds(today ident.Date) (ends []LooseEnd) {
	add := func(loose bool, end LooseEnd) {
		if loose {
			ends = append(ends, end)
		}
	}
	status := c.Status()
	add(!status.Ended(), LooseCase)
	complaint, ok := c.ComplaintStands()
	add(ok && InTime(complaint.LastDay, today), LooseComplaint)
	add(status == Sent, LooseReceipt)
	add(!status.Ended() && c.Assessment() != nil, LooseSheet)
	asked, wished := false, false
	for _, p := range Purposes() {
		asked = asked || c.Consent(p) == Requested
	}
	for _, k := range c.Corrections {
		wished = wished || k.Closed == nil
	}
	add(!status.Ended() && asked, LooseConsent)
	add(status.Open() && wished, LooseWish)
	return ends
}

// Danish says what is not settled, for people.
func (l LooseEnd) Danish() string {
	return map[LooseEnd]string{
		LooseCase:      "Sagen er ikke afsluttet",
		LooseComplaint: "Den ansatte kan stadig nå at klage",
		LooseReceipt:   "Sagen er sendt og endnu ikke modtaget",
		LooseSheet:     "Der er en kladde til blad 2",
		LooseConsent:   "Et spørgsmål om samtykke er ikke besvaret",
		LooseWish:      "En part har bedt den anden om en rettelse",
	}[l]
}
