package casework

import (
	"context"
	"maps"
	"strings"

	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/form"
	"ab325/internal/ident"
	"ab325/internal/pdf"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// StartBlad2 begins a Blad 2 on the current edition. It starts with what the
// jobcenter knows: the receiver, the reference, the caseworker's name and
// contact, and from an earlier assessment of the case all that it said. Where
// one stands, reason says why a new one is made.
func (s *Service) StartBlad2(ctx context.Context, who auth.Actor, id string, revision int, reason string) error {
	sheet, err := s.newID()
	if err != nil {
		return err
	}
	return s.change(ctx, who, id, revision, flexjob.AssessName, func(tx *store.Tx, c *flexjob.Case) error {
		v, err := s.firstBlad2(tx, who, c)
		if err != nil {
			return err
		}
		return c.Do(flexjob.Assess{ID: sheet, Edition: s.Current, Values: v, Reason: strings.TrimSpace(reason)}, s.by(who))
	})
}

// firstBlad2 returns what a new Blad 2 starts with.
func (s *Service) firstBlad2(tx *store.Tx, who auth.Actor, c *flexjob.Case) (form.Values, error) {
	staff, err := tx.Staff(who.Subject)
	if err != nil {
		return nil, err
	}
	settings, err := tx.Municipality(c.Municipality)
	if err != nil {
		return nil, err
	}
	v := form.Values{
		"assessment.recipient":    employeeAddress(c),
		"assessment.reference":    c.Number,
		"jobcenter.contactPerson": staff.Name,
		"jobcenter.phoneOrEmail":  settings.Phone,
	}
	if old := c.Standing(); old != nil {
		maps.Copy(v, old.Values.Values())
	}
	maps.DeleteFunc(v, func(_, value string) bool { return value == "" })
	return v, nil
}

// employeeAddress returns the lines that the employee's copy is addressed to:
// the address given for the assessment, else the employee's own.
func employeeAddress(c *flexjob.Case) string {
	v := c.Blad1.Values()
	if v["assessment.sendTo"] != "" {
		return v["assessment.sendTo"]
	}
	return strings.TrimSpace(v["employee.name"] + "\n" + v["employee.address"])
}

// companyAddress returns the lines that the company's copy is addressed to.
func companyAddress(v form.Values) string {
	lines := []string{v["company.name"]}
	if v["company.contactPerson"] != "" {
		lines = append(lines, "Att.: "+v["company.contactPerson"])
	}
	return strings.TrimSpace(strings.Join(append(lines, v["company.address"]), "\n"))
}

// Blad2Preview is what is issued: the employee's copy, and the company's where
// the parties asked for one («Jobcenterets vurdering af arbejdsevnen sendes
// til»).
type Blad2Preview struct {
	Preview          // the employee's copy, whose hash stands for both
	Company *Preview // the CPR number is masked in it; nil: it gets none
}

// PreviewBlad2 returns exactly the documents that would be issued now. An
// unfinished Blad 2 is an Invalid problem that says what to mend.
func (s *Service) PreviewBlad2(ctx context.Context, who auth.Actor, id string) (Blad2Preview, error) {
	p, err := s.previewBlad2(ctx, who, id)
	return p, s.logRefusal(ctx, who, id, previewAction, err)
}

func (s *Service) previewBlad2(ctx context.Context, who auth.Actor, id string) (Blad2Preview, error) {
	var p Blad2Preview
	err := s.Store.View(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(id)
		if err != nil {
			return err
		}
		if err := who.Allow(flexjob.IssueName, c); err != nil {
			return err
		}
		if !c.May(who.Side(), flexjob.IssueName) {
			return c.Do(flexjob.IssueBlad2{}, s.by(who)) // says why not
		}
		p, err = s.blad2ToIssue(tx, who, c)
		return err
	})
	return p, err
}

// blad2ToIssue makes the documents that who would issue now.
func (s *Service) blad2ToIssue(tx *store.Tx, who auth.Actor, c *flexjob.Case) (p Blad2Preview, err error) {
	b := c.Assessment()
	e, err := s.edition(b.Edition)
	if err != nil {
		return p, err
	}
	if faults := s.unfinishedBlad2(c, e); len(faults) > 0 {
		return p, &problem.Error{Kind: problem.Invalid, Detail: "Blad 2 er ikke færdigt. Ret det, der mangler, før du udsteder.", Fields: faults}
	}
	day := s.today()
	v, err := s.blad2Values(tx, who, c, day)
	if err != nil {
		return p, err
	}
	notes := replaces(c, b, day)
	if p.Preview, err = s.print(nil, e, day, &pdf.Record{Sheet: pdf.Blad2, Values: v, Reference: v["assessment.reference"], Notes: notes}); err != nil {
		return p, err
	}
	p.Revision = c.Revision
	if v["assessment.sendToCompany"] != "ja" {
		return p, nil
	}
	company := maps.Clone(v)
	company["assessment.recipient"] = companyAddress(v)
	copied, err := s.print(nil, e, day, &pdf.Record{Sheet: pdf.Blad2, Values: company, Reference: v["assessment.reference"], Notes: notes, MaskCPR: true})
	p.Company = &copied
	return p, err
}

// replaces returns the line «erstatter vurdering af …» where b, of a day,
// replaces an earlier assessment.
func replaces(c *flexjob.Case, b *flexjob.Blad2, day ident.Date) []string {
	if old := c.Replaced(b); old != nil {
		return []string{"Erstatter vurdering af " + old.Date.String() + old.Clock(day)}
	}
	return nil
}

// unfinishedBlad2 returns what keeps Blad 2 from being issued, letters that
// cannot be printed included.
func (s *Service) unfinishedBlad2(c *flexjob.Case, e Edition) []problem.Field {
	faults := c.UnfinishedBlad2(e.Form, s.today())
	for _, f := range e.Form.Fields {
		if lacks := e.Print.Lacks(c.Assessment().Values[f.ID].Value); len(lacks) > 0 {
			faults = append(faults, problem.Field{ID: f.ID, Text: lacking(lacks)})
		}
	}
	return faults
}

// blad2Values returns all that the Blad 2 being written says if who issues it
// on a day.
func (s *Service) blad2Values(tx *store.Tx, who auth.Actor, c *flexjob.Case, day ident.Date) (form.Values, error) {
	v := c.Blad2Values(c.Assessment())
	staff, err := tx.Staff(who.Subject)
	if err != nil {
		return nil, err
	}
	if v["jobcenter.address"], err = s.jobcenterAddress(tx, c.Municipality); err != nil {
		return nil, err
	}
	v["assessment.date"] = day.String()
	v["assessment.signature.date"] = day.String()
	v["assessment.signature.name"] = staff.Name
	if ref := v["case.externalRef"]; ref != "" {
		v["assessment.reference"] = ref
	} else if v["assessment.reference"] == "" {
		v["assessment.reference"] = c.Number
	}
	if why := v[flexjob.DifferenceField]; why != "" && flexjob.DiffersFromGrant(v) {
		v["assessment.justification"] += "\n\nAfvigelse fra visitationen: " + why
	}
	return v, nil
}

// Issue issues the Blad 2 being written, provided that its documents are
// still those with the given hash; otherwise it is a Conflict, and they are
// shown anew. It is available on the page at once, so available, received and
// issued are one moment, from which the last day to complain is computed.
func (s *Service) Issue(ctx context.Context, who auth.Actor, id string, hash [32]byte) error {
	p, err := s.previewBlad2(ctx, who, id)
	if err != nil {
		return s.logRefusal(ctx, who, id, string(flexjob.IssueName), err)
	}
	if p.Hash != hash {
		return changedMeanwhile()
	}
	var copies []flexjob.Copy
	for _, doc := range []struct {
		to flexjob.Party
		*Preview
	}{{flexjob.Employee, &p.Preview}, {flexjob.Company, p.Company}} {
		if doc.Preview == nil {
			continue
		}
		document, err := s.keep(ctx, id, doc.Preview)
		if err != nil {
			return err
		}
		copies = append(copies, flexjob.Copy{To: doc.to, Document: document})
	}
	return s.change(ctx, who, id, p.Revision, flexjob.IssueName, func(tx *store.Tx, c *flexjob.Case) error {
		by := s.by(who)
		if ident.DateOf(by.At) != p.Day { // it was midnight since the documents were made
			return changedMeanwhile()
		}
		complaint, err := s.complaint(tx, c, p.Day)
		if err != nil {
			return err
		}
		return c.Do(flexjob.IssueBlad2{Issue: flexjob.Issue{
			Name: p.Values["assessment.signature.name"], Date: p.Day, Values: p.Values, Copies: copies, Complaint: complaint,
		}}, by)
	})
}

// complaint returns the employee's time to complain of a decision that
// becomes available on the page on a day.
func (s *Service) complaint(tx *store.Tx, c *flexjob.Case, day ident.Date) (flexjob.Complaint, error) {
	settings, err := tx.Municipality(c.Municipality)
	if err != nil {
		return flexjob.Complaint{}, err
	}
	return complaintOf(settings, day), nil
}

// complaintOf returns the time to complain of a decision that becomes
// available on the page on a day.
func complaintOf(settings store.Municipality, day ident.Date) flexjob.Complaint {
	mode := settings.DeadlineMode
	if mode == "" {
		mode = flexjob.CitizenFriendly
	}
	received, last := flexjob.ComplaintDeadline(flexjob.Page, day, mode)
	return flexjob.Complaint{Channel: flexjob.Page, Available: day, Received: received, LastDay: last, Mode: mode}
}

// Dismiss ends a case without an assessment, with a reason and the employee's
// right to complain.
func (s *Service) Dismiss(ctx context.Context, who auth.Actor, id string, revision int, reason string) error {
	return s.change(ctx, who, id, revision, flexjob.DismissName, func(tx *store.Tx, c *flexjob.Case) error {
		by := s.by(who)
		complaint, err := s.complaint(tx, c, ident.DateOf(by.At))
		if err != nil {
			return err
		}
		return c.Do(flexjob.Dismiss{Reason: strings.TrimSpace(reason), Complaint: complaint}, by)
	})
}

// Forward sends a case to another municipality; the parties are told.
func (s *Service) Forward(ctx context.Context, who auth.Actor, id string, revision int, to, reason string) error {
	return s.change(ctx, who, id, revision, flexjob.ForwardName, func(tx *store.Tx, c *flexjob.Case) error {
		if !s.isMunicipality(to) {
			to = ""
		}
		settings, err := tx.Municipality(to)
		if err != nil {
			return err
		}
		return c.Do(flexjob.ForwardCase{To: to, Online: settings.Enabled, Reason: strings.TrimSpace(reason)}, s.by(who))
	})
}

// Receive records that the jobcenter of who received a case that was
// forwarded to it.
func (s *Service) Receive(ctx context.Context, who auth.Actor, id string, revision int) error {
	return s.change(ctx, who, id, revision, flexjob.ReceiveName, func(tx *store.Tx, c *flexjob.Case) error {
		settings, err := tx.Municipality(c.Municipality)
		if err != nil {
			return err
		}
		by := s.by(who)
		day := ident.DateOf(by.At)
		return c.Do(flexjob.Receive{On: day, Expected: expected(settings, day)}, by)
	})
}
