package flexjob

import (
	"maps"

	"ab325/internal/form"
	"ab325/internal/ident"
)

// A Blad2 is one assessment by the jobcenter: first a draft, then issued. An
// issued one is never changed; it is corrected by a new one that replaces it.
type Blad2 struct {
	ID       string
	Edition  string // its own form edition, for ever
	Started  By
	Replaces string // id of the Blad2 that it replaces, or ""
	Reason   string // why a new one is made, where it replaces one
	Values   Sheet  // as typed so far
	Issue    *Issue // nil in a draft
	Dropped  *By    // a draft that was given up
}

// An Issue is the decision: «begrundet afgørelse med klagevejledning» (R26).
type Issue struct {
	By        By
	Name      string      // who signed for the jobcenter
	Date      ident.Date  // the day in Denmark
	Values    form.Values // all that the sheet says
	Copies    []Copy
	Complaint Complaint
}

// A Copy is the sheet as one party got it.
type Copy struct {
	To       Party
	Document Document
}

// A Complaint is the employee's time to complain, fixed when the decision
// became available, with the rule that it was computed by.
type Complaint struct {
	Channel   Channel
	Available ident.Date
	Received  ident.Date
	LastDay   ident.Date
	Mode      CalendarMode
}

// Standing returns the issued Blad 2 that stands (the last one), or nil.
func (c *Case) Standing() *Blad2 {
	for i := len(c.Blad2s) - 1; i >= 0; i-- {
		if c.Blad2s[i].Issue != nil {
			return &c.Blad2s[i]
		}
	}
	return nil
}

// Assessment returns the Blad 2 being written, or nil.
func (c *Case) Assessment() *Blad2 {
	if n := len(c.Blad2s); n > 0 && c.Blad2s[n-1].Issue == nil && c.Blad2s[n-1].Dropped == nil {
		return &c.Blad2s[n-1]
	}
	return nil
}

// Blad2 returns the sheet with the given id, or nil.
func (c *Case) Blad2(id string) *Blad2 {
	for i := range c.Blad2s {
		if c.Blad2s[i].ID == id {
			return &c.Blad2s[i]
		}
	}
	return nil
}

// Replaced returns the assessment that b replaces, as it was issued, or nil.
func (c *Case) Replaced(b *Blad2) *Issue {
	if old := c.Blad2(b.Replaces); old != nil {
		return old.Issue
	}
	return nil
}

// Clock returns what must follow the date of an assessment where one of that
// day is named beside it, so that a reader can tell them apart: « kl. 14.05». It
// is "" where that one is of another day.
func (i *Issue) Clock(day ident.Date) string {
	if i.Date != day {
		return ""
	}
	return " kl. " + i.By.At.In(ident.Copenhagen()).Format("15.04")
}

// ComplaintStands returns the decision that the employee can complain of and
// whether there is one: the assessment that stands, or a dismissal.
func (c *Case) ComplaintStands() (Complaint, bool) {
	if c.End != nil && c.End.Complaint != nil {
		return *c.End.Complaint, true
	}
	if b := c.Standing(); b != nil {
		return b.Issue.Complaint, true
	}
	return Complaint{}, false
}

// Blad2Values returns what a Blad 2 says: the signed Blad 1 with the sheet's
// own values over it.
func (c *Case) Blad2Values(b *Blad2) form.Values {
	if b.Issue != nil {
		return maps.Clone(b.Issue.Values)
	}
	v := form.Values{}
	if s := c.Signed(); s != nil {
		maps.Copy(v, s.Values)
	}
	maps.Copy(v, b.Values.Values())
	return v
}

// MinutesPerWeek and IntensityPercent name the two values that an assessment
// must have: «hvor mange timer om ugen og med hvilken intensitet» (R7).
const (
	HoursField     = "assessment.hoursPerWeek"
	IntensityField = "assessment.intensityPercent"
)

// The assessment is made «på baggrund af en gennemsnitsbetragtning for en
// længere periode» (R8), which the pages say beside the two fields.

// Effective returns the effective time in minutes a week that v says, and
// whether it says one.
func Effective(v form.Values) (minutes int, ok bool) {
	h, err := ident.ParseHours(v[HoursField])
	if err != nil {
		return 0, false
	}
	p, err := ident.ParsePercent(v[IntensityField])
	if err != nil {
		return 0, false
	}
	return ident.Effective(h, p), true
}

// funktionaerMinutes is the limit of «funktionærlignende vilkår»: «også
// selvom personen skal arbejde 8 timer eller derunder om ugen» (R32).
const funktionaerMinutes = 8 * 60

// FewHours reports whether the hours of v are 8 a week or fewer, so that both
// parties must be told about terms like a funktionær's (R32).
func FewHours(v form.Values) bool {
	h, err := ident.ParseHours(v[HoursField])
	return err == nil && h.Minutes() <= funktionaerMinutes
}

// DiffersFromGrant reports whether v's hours or intensity differ from those
// of the visitation, which asks for a reason: the assessment rests on «de
// foreliggende oplysninger i sagen, som har dannet grundlag for visitationen
// til fleksjob» (R6).
func DiffersFromGrant(v form.Values) bool {
	return v["visitation.hours"] != "" && v["visitation.hours"] != v[HoursField] ||
		v["visitation.intensity"] != "" && v["visitation.intensity"] != v[IntensityField]
}

// EarlyAgreement reports whether the parties' agreement is dated before the
// assessment that it should rest on: «Denne vurdering skal danne grundlag for
// den ansættelsesaftale, som efterfølgende indgås» (R41).
func (c *Case) EarlyAgreement() bool {
	b := c.Standing()
	return c.Agreement != nil && b != nil && c.Agreement.Dated.Before(c.first().Issue.Date)
}

// first returns the first Blad 2 that was issued.
func (c *Case) first() *Blad2 {
	for i := range c.Blad2s {
		if c.Blad2s[i].Issue != nil {
			return &c.Blad2s[i]
		}
	}
	return nil
}
