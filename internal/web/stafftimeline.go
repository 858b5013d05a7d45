package web

import (
	"slices"
	"strings"
	"time"

	"ab325/internal/casework"
	"ab325/internal/flexjob"
)

// An Event is one line of what happened in a case.
type Event struct {
	At   time.Time
	What string
	Who  string
	Text string // the reason, or what else belongs to it
}

// When is the moment in words.
func (e Event) When() string { return stamp(e.At) }

// A history collects what happened in a case.
type history struct {
	names  names
	events []Event
}

func (h *history) add(by flexjob.By, what, text string) {
	h.events = append(h.events, Event{At: by.At, What: what, Who: upperFirst(h.names.by(by)), Text: text})
}

func (h *history) addIf(by *flexjob.By, what, text string) {
	if by != nil {
		h.add(*by, what, text)
	}
}

// staffTimeline returns what happened in the case, latest first.
func (s *Server) staffTimeline(v *casework.View, n names) []Event {
	h := &history{names: n}
	c := v.Case
	h.add(c.Created, "Blanketten er begyndt", "")
	for _, sig := range c.Signatures {
		h.add(sig.By, "Blad 1 er underskrevet og sendt", "Underskrevet af "+sig.Name)
		h.addIf(sig.Confirmed, "Identiteten er bekræftet", "")
	}
	for _, r := range c.Receipts {
		h.add(r.By, "Modtaget af "+s.options.Cases.Authority(r.Municipality), "Svar forventes senest "+r.Expected.Long())
	}
	for _, r := range c.Returns {
		h.add(r.By, "Sendt tilbage til rettelse", r.Reason)
	}
	for _, f := range c.Forwards {
		h.add(f.By, "Sendt videre til "+s.options.Cases.Authority(f.To)+map[bool]string{true: "", false: " på papir"}[f.Online], f.Reason)
	}
	for _, d := range c.Delays {
		h.add(d.By, "Svaret er udskudt til "+d.Until.Long(), d.Reason)
	}
	h.addIf(c.Grant, "Bevillingen er bekræftet", "")
	h.assessments(c)
	for _, d := range c.Disqualified {
		h.add(d.By, upperFirst(n.of(d.Staff))+" er registreret som inhabil", d.Reason)
		h.addIf(d.Lifted, "Spærringen af "+n.of(d.Staff)+" er ophævet", "")
	}
	if c.Agreement != nil {
		h.add(c.Agreement.By, "Ansættelsesaftale af "+c.Agreement.Dated.Long()+" er noteret", "")
	}
	if c.End != nil {
		h.add(c.End.By, map[flexjob.EndKind]string{
			flexjob.EndClosed: "Sagen er afsluttet", flexjob.EndWithdrawn: "Blanketten er trukket tilbage",
			flexjob.EndDismissed: "Sagen er afsluttet uden vurdering", flexjob.EndForwarded: "Sagen er afsluttet her",
		}[c.End.Kind], c.End.Reason)
	}
	slices.Reverse(h.events) // of the same moment, too, the last comes first
	slices.SortStableFunc(h.events, func(a, b Event) int { return b.At.Compare(a.At) })
	return h.events
}

// assessments adds each Blad 2.
func (h *history) assessments(c *flexjob.Case) {
	for i := range c.Blad2s {
		b := &c.Blad2s[i]
		h.add(b.Started, "Blad 2 er begyndt", b.Reason)
		h.addIf(b.Dropped, "Kladden til blad 2 er opgivet", "")
		if b.Issue == nil {
			continue
		}
		what := "Blad 2 er udstedt"
		if old := c.Replaced(b); old != nil {
			what += " og erstatter vurdering af " + old.Date.Long() + old.Clock(b.Issue.Date)
		}
		h.add(b.Issue.By, what, strings.Join([]string{
			"Underskrevet af " + b.Issue.Name, "sidste dag for at klage: " + b.Issue.Complaint.LastDay.Long(),
		}, ", "))
	}
}
