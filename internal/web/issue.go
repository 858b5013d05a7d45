package web

import (
	"encoding/hex"
	"net/http"

	"github.com/gin-gonic/gin"

	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/problem"
)

// An issuePage shows what will be issued, exactly, before it is.
type issuePage struct {
	staffCase
	Missing   *Alert   // what keeps it from being issued; nil: nothing
	Issuers   []string // who can, where the reader cannot
	MayIssue  bool
	Hash      string
	Documents []Document
	Effective string
	Replaces  string // the day of the assessment that it replaces, or ""
	LastDay   string // to complain
	FewHours  string
}

// Two reports whether the company gets a copy too.
func (p *issuePage) Two() bool { return len(p.Documents) > 1 }

func (s *Server) showIssue(c *gin.Context) error {
	v, err := s.options.Cases.Open(c.Request.Context(), actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	return s.issuePage(c, v, http.StatusOK, nil)
}

// issuePage renders the page; notice says why it is shown again, or is nil.
func (s *Server) issuePage(c *gin.Context, v *casework.View, status int, notice *Alert) error {
	b := v.Case.Assessment()
	if b == nil {
		return noDraft()
	}
	who := actor(c)
	page := &issuePage{staffCase: s.staffCase(c, "Udsted blad 2", v), MayIssue: who.Allow(flexjob.IssueName, v.Case) == nil}
	page.Notice = notice
	page.Wide = true
	page.Back = &Link{page.Place + "/blad2", "Til blad 2"}
	if links := missingLinks(s.options.Cases.UnfinishedBlad2(v), page.Place); len(links) > 0 {
		page.Missing = &Alert{Variant: "warning", Heading: "Blad 2 kan ikke udstedes endnu", Text: "Ret eller bekræft først:", Links: links}
	}
	if old := v.Case.Replaced(b); old != nil {
		page.Replaces = old.Date.Long() + old.Clock(v.Today)
	}
	page.Effective = effectiveText(b.Values.Values())
	page.LastDay = s.options.Cases.Deadline(v).LastDay.Long()
	if flexjob.FewHours(b.Values.Values()) {
		page.FewHours = fewHoursText
	}
	if !page.MayIssue {
		var err error
		if page.Issuers, err = s.issuers(c, v); err != nil {
			return err
		}
		return s.render(c, status, "staff-issue", page)
	}
	if page.Missing == nil {
		preview, err := s.options.Cases.PreviewBlad2(c.Request.Context(), who, v.Case.ID)
		if err != nil {
			return err
		}
		page.Hash = hex.EncodeToString(preview.Hash[:])
		place := page.Place + "/udsted/" + page.Hash + "/"
		page.Documents = []Document{{place + employeeSide, "Den ansattes eksemplar"}}
		if preview.Company != nil {
			page.Documents = append(page.Documents, Document{place + companySide, "Virksomhedens eksemplar"})
		}
	}
	return s.render(c, status, "staff-issue", page)
}

// missingLinks lead to where each fault is mended.
func missingLinks(faults []problem.Field, place string) (links []Link) {
	for _, f := range faults {
		switch f.ID {
		case "confirm-identity":
			links = append(links, Link{place + "/bekraeft-identitet", f.Text})
		case "confirm-grant":
			links = append(links, Link{place + "/bekraeft-bevilling", f.Text})
		default:
			links = append(links, Link{place + "/blad2#" + f.ID, f.Text})
		}
	}
	return links
}

// issuers names who can issue in the case.
func (s *Server) issuers(c *gin.Context, v *casework.View) (names []string, err error) {
	list, _, err := s.colleagues(c)
	for _, a := range caseworkers(list) {
		who := auth.Actor{Provider: auth.StaffAccount, Subject: a.ID, Roles: a.Roles}
		if who.Has(auth.Issuer, auth.TeamLeader) && !v.Case.IsDisqualified(a.ID) {
			names = append(names, a.Name)
		}
	}
	return names, err
}

// issue issues what was shown, by its hash. If anything changed meanwhile it is
// shown anew.
func (s *Server) issue(c *gin.Context) error {
	values, err := formOf(c)
	if err != nil {
		return err
	}
	id := c.Param("id")
	err = s.options.Cases.Issue(c.Request.Context(), actor(c), id, hashIn(values.Get("hash")))
	p, known := problem.As(err)
	switch {
	case err == nil:
		goTo(c, casePath(id)+"/udstedt", "")
		return nil
	case known && (p.Kind == problem.Conflict || p.Kind == problem.Invalid):
		v, err := s.look(c)
		if err != nil {
			return err
		}
		return s.issuePage(c, v, failures[p.Kind].Status, &Alert{Variant: "warning", Heading: "Blad 2 er ikke udstedt", Text: p.Detail})
	}
	return err
}

// showUnissued shows one copy of what would be issued, while it is still what
// the page showed.
func (s *Server) showUnissued(c *gin.Context) error {
	preview, err := s.options.Cases.PreviewBlad2(c.Request.Context(), actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	if preview.Hash != hashIn(c.Param("hash")) {
		return problem.New(problem.Conflict, "Blad 2 er ændret, siden siden blev vist. Åbn siden «Udsted blad 2» igen.")
	}
	body := &preview.Preview
	if err := s.options.Cases.Previewed(c.Request.Context(), actor(c), c.Param("id"), "blad2"); err != nil {
		return err
	}
	switch side := c.Param("copy"); {
	case side == employeeSide:
	case side == companySide && preview.Company != nil:
		body = preview.Company
	default:
		return errNoPage
	}
	showPDF(c, "blad-2-udkast.pdf", body.Whole())
	return nil
}

// An issuedPage is the receipt for an issued Blad 2.
type issuedPage struct {
	staffCase
	Rows  []Row
	Files []fileLine
}

func (s *Server) showIssued(c *gin.Context) error {
	v, err := s.options.Cases.Open(c.Request.Context(), actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	b := v.Case.Standing()
	if b == nil {
		return problem.New(problem.NotNow, "Der er ikke udstedt et blad 2 i sagen.")
	}
	page := &issuedPage{staffCase: s.staffCase(c, "Kvittering", v)}
	page.Rows = []Row{
		{Label: "Udstedt", Value: stamp(b.Issue.By.At)},
		{Label: "Underskrevet af", Value: b.Issue.Name},
		{Label: "Effektiv arbejdstid", Value: effectiveText(b.Issue.Values)},
		{Label: "Oplyses ved henvendelse", Value: b.Issue.Values["assessment.reference"]},
		{Label: "Sidste dag for at klage", Value: b.Issue.Complaint.LastDay.Long()},
	}
	for _, f := range fileLines(v, page.Place) {
		if f.Badge == nil {
			page.Files = append(page.Files, f)
		}
	}
	return s.render(c, http.StatusOK, "staff-issued", page)
}
