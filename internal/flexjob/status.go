package flexjob

import (
	"slices"

	"ab325/internal/ident"
)

// A Status says where a case stands. It is computed, never stored.
type Status string

// The statuses, in the order in which a case passes them, then the ends.
const (
	Draft     Status = "draft"     // the parties write Blad 1
	Returned  Status = "returned"  // sent back; Blad 1 is open, a new signature is needed
	Sent      Status = "sent"      // signed and on its way to a jobcenter
	Received  Status = "received"  // the jobcenter has it
	Assessed  Status = "assessed"  // a first Blad 2 is being written
	Issued    Status = "issued"    // a Blad 2 stands
	Replacing Status = "replacing" // a Blad 2 stands while a new one is written
	Closed    Status = "closed"
	Withdrawn Status = "withdrawn"
	Dismissed Status = "dismissed"
	Forwarded Status = "forwarded"
)

// statuses is every status, in the order in which a case passes them.
var statuses = [...]Status{Draft, Returned, Sent, Received, Assessed, Issued, Replacing, Closed, Withdrawn, Dismissed, Forwarded}

// Statuses returns every status, in the order in which a case passes them.
func Statuses() []Status { return slices.Clone(statuses[:]) }

// Status returns where the case stands.
func (c *Case) Status() Status {
	if c.End != nil {
		return map[EndKind]Status{EndClosed: Closed, EndWithdrawn: Withdrawn, EndDismissed: Dismissed, EndForwarded: Forwarded}[c.End.Kind]
	}
	issued, draft := c.Standing() != nil, c.Assessment() != nil
	switch {
	case issued && draft:
		return Replacing
	case issued:
		return Issued
	case c.Signed() == nil && len(c.Returns) > 0:
		return Returned
	case c.Signed() == nil:
		return Draft
	case c.awaitsReceipt():
		return Sent
	case draft:
		return Assessed
	}
	return Received
}

// Open reports whether Blad 1 can be written on.
func (s Status) Open() bool { return s == Draft || s == Returned }

// Ended reports whether the case is over.
func (s Status) Ended() bool {
	return s == Closed || s == Withdrawn || s == Dismissed || s == Forwarded
}

// Signed returns the signature that stands, or nil: a return by the jobcenter
// asks for a new one.
func (c *Case) Signed() *Signature {
	if len(c.Signatures) == 0 || len(c.Signatures) <= len(c.Returns) {
		return nil
	}
	return &c.Signatures[len(c.Signatures)-1]
}

// awaitsReceipt reports whether the jobcenter that should have the signed
// Blad 1 has not received it yet: each signature and each forward inside the
// service asks for a receipt of its own.
func (c *Case) awaitsReceipt() bool {
	due := len(c.Signatures)
	for _, f := range c.Forwards {
		if f.Online {
			due++
		}
	}
	return len(c.Receipts) < due
}

// Received returns the last receipt, or nil.
func (c *Case) Received() *Receipt {
	if len(c.Receipts) == 0 || c.awaitsReceipt() {
		return nil
	}
	return &c.Receipts[len(c.Receipts)-1]
}

// Expected returns the day on which the parties were told to expect an
// answer: «angive en forventet sagsbehandlingstid» (R34). It is zero before
// the jobcenter received the case.
func (c *Case) Expected() ident.Date {
	r := c.Received()
	if r == nil {
		return ident.Date{}
	}
	day := r.Expected
	for _, d := range c.Delays {
		if d.By.At.After(r.By.At) {
			day = d.Until
		}
	}
	return day
}

// Late reports whether the expected day is past without an answer.
func (c *Case) Late(today ident.Date) bool {
	s := c.Status()
	return (s == Received || s == Assessed) && c.Expected().Before(today)
}

// Receiver returns the code of the municipality that Blad 1 goes to: «til
// jobcenteret i den ansattes bopælskommune» (R3). A case that was forwarded
// goes to the jobcenter that it was forwarded to, unless the employee names
// another municipality than when it was last signed. It is "" where none is
// named.
func (c *Case) Receiver() string {
	named := c.Blad1[municipality].Value
	switch n := len(c.Signatures); {
	case c.End != nil && c.End.Kind == EndForwarded:
		return c.Forwards[len(c.Forwards)-1].To
	case c.Reached() && n > 0 && named == c.Signatures[n-1].Values[municipality]:
		return c.Municipality
	}
	return named
}

// municipality is the field that names the one that the employee lives in.
const municipality = "employee.municipality"

// Member returns the party's membership, or nil when it is not in yet.
func (c *Case) Member(p Party) *Member { return c.Members[p] }

// Attached returns the attachments that have not been removed.
func (c *Case) Attached() []Attachment {
	var kept []Attachment
	for _, a := range c.Attachments {
		if a.Removed == nil {
			kept = append(kept, a)
		}
	}
	return kept
}

// IsDisqualified reports whether a member of staff is kept from the case.
func (c *Case) IsDisqualified(staff string) bool {
	for _, d := range c.Disqualified {
		if d.Staff == staff && d.Lifted == nil {
			return true
		}
	}
	return false
}

// Reached reports whether a jobcenter has, or had, the case. What was never
// sent is the parties' own.
func (c *Case) Reached() bool { return len(c.Receipts) > 0 }
