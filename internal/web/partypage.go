package web

import (
	"strings"

	"github.com/gin-gonic/gin"

	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/form"
	"ab325/internal/problem"
)

// A partyPage is a page of a party's case.
type partyPage struct {
	Page
	Place string        // the addresses of the case's pages begin with it
	Side  flexjob.Party // who reads
}

// Employee reports whether the employee reads.
func (p partyPage) Employee() bool { return p.Side == flexjob.Employee }

// Other is the other party in running text.
func (p partyPage) Other() string { return partyName(p.Side.Other()) }

// partyPage returns the base of a page of the case in v.
func (s *Server) partyPage(c *gin.Context, title string, v *casework.View) partyPage {
	who := actor(c)
	p := partyPage{Page: s.page(c, title), Place: placeOf(who), Side: who.Party}
	if v.Jobcenter.Enabled {
		p.Municipality = s.caseMunicipality(v)
	}
	p.Nav = []NavLink{{Link{p.Place, "Sagen"}, false, true}}
	if v.Status.Open() {
		p.Nav[0].Active = false
		p.Nav = append(p.Nav, NavLink{Link: Link{p.Place + "/" + steps[0].path, "Blad 1"}})
	}
	p.Nav = append(p.Nav, NavLink{Link: Link{"/hjaelp", "Hjælp"}})
	return p
}

// mark marks the nth link of the menu as the part of the site that this page
// belongs to.
func (p *Page) mark(n int, current bool) {
	for i := range p.Nav {
		p.Nav[i].Active, p.Nav[i].Current = i == n, i == n && current
	}
}

// placeOf returns the address of the case that who is a party of.
func placeOf(who auth.Actor) string {
	if who.Party == flexjob.Company {
		return partyPlace(companySide, who.Case)
	}
	return partyPlace(employeeSide, who.Case)
}

// partyName names a side in running text.
func partyName(p flexjob.Party) string {
	return map[flexjob.Party]string{
		flexjob.Employee: "den ansatte", flexjob.Company: "virksomheden", flexjob.Jobcenter: "kommunen", flexjob.System: "tjenesten",
	}[p]
}

// upperFirst returns s with a capital letter in front.
func upperFirst(s string) string {
	r := []rune(s)
	if len(r) == 0 {
		return s
	}
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}

// caseMunicipality is whom to ask about the case.
func (s *Server) caseMunicipality(v *casework.View) Municipality {
	j := v.Jobcenter
	m := Municipality{Name: s.options.Cases.Authority(j.Code), Unit: j.Contact, Phone: j.Phone, Email: j.Email, Hours: j.Hours}
	if j.Address != "" {
		m.Address = strings.Split(j.Address, "\n")
	}
	m.Protection = Officer{Name: j.DPOName, Address: j.DPOContact}
	return m
}

// fields makes the views of Blad 1 for who.
func (s *Server) fields(who auth.Actor, v *casework.View) FieldSet {
	return FieldSet{
		Values: v.Case.Blad1.Values(), Reader: who.Party.Filler(), Frozen: !v.Status.Open(),
		Lacks: s.options.Cases.Editions[v.Form.ID].Print.Lacks,
		Read:  v.Case.Read,
		Wrong: wrongIn(v),
	}
}

// askedOf returns the fields that a step shows to who: those that are who's
// own, and those of the other party that who sees.
func askedOf(who auth.Actor, v *casework.View, step string) (all []*form.Field) {
	for _, f := range v.Form.Asked(step) {
		fact := auth.FieldFact(f.ID)
		if f.FilledBy(who.Party.Filler()) || who.Sees(fact) || fact == auth.FactCPR {
			all = append(all, f)
		}
	}
	return all
}

// faultsAt returns those of the faults that are at one of the fields, and, with
// own, at one that the filler may fill.
func faultsAt(faults []problem.Field, fields []*form.Field, own form.Filler) (at []problem.Field) {
	for _, fault := range faults {
		for _, f := range fields {
			if f.ID == fault.ID && (own == "" || f.FilledBy(own)) {
				at = append(at, fault)
			}
		}
	}
	return at
}
