package flexjob

import "ab325/internal/ident"

// A Channel is the way in which a decision reaches a party.
type Channel string

// The channels.
const (
	Page        Channel = "page"         // the case page of this service
	DigitalPost Channel = "digital-post" // the public mailbox
	Letter      Channel = "letter"       // by ordinary mail
)

// complaintDays is the time to complain, from the day the assessment reached
// the employee, which is not counted itself: «Klagen skal være modtaget i
// jobcenteret senest efter 4 uger fra modtagelsen af vurderingen» (R21; lov om
// retssikkerhed og administration på det sociale område § 67).
const complaintDays = 4 * 7

// letterDays is how many workdays an ordinary letter is presumed to be on its
// way: "6 hverdage" (Ankestyrelsen, Klagefrister, after Justitsministeriets
// vejledning nr. 9533 af 26/6 2018 om beregning af klagefrister).
const letterDays = 6

// ComplaintDeadline returns the day on which a decision counts as received and
// the last day on which a complaint of it is in time, for a decision sent, or
// made available, on the given Danish date.
//
// What is available on a page or in Digital Post is received the same day, on
// weekends and holidays too (lov om Digital Post § 10); an ordinary letter six
// workdays later. A last day on which nothing is received moves to the next
// on which something is; the last day lasts until midnight. Days are counted in
// the calendar, never as hours, so summer time makes no difference.
//
// An employee who got the decision later has as much more time. The result is
// stored with the mode that it was computed by, and never computed again.
func ComplaintDeadline(channel Channel, sent ident.Date, mode CalendarMode) (received, last ident.Date) {
	received = sent
	if channel == Letter {
		received = AddWorkdays(sent, letterDays)
	}
	last = received.AddDays(complaintDays)
	for !last.IsZero() && !mode.endsOn(last) {
		last = last.AddDays(1)
	}
	return received, last
}

// InTime reports whether a complaint that the jobcenter received on a Danish
// date is in time. A late one is recorded and marked, never turned away:
// whether there are special reasons is for Ankestyrelsen to say.
func InTime(last, complaint ident.Date) bool { return !complaint.After(last) }
