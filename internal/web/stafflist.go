package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/gin-gonic/gin"

	"ab325/internal/auth"
	"ab325/internal/caselist"
	"ab325/internal/flexjob"
	"ab325/internal/form"
)

// A listPage is the list of the jobcenter's cases.
type listPage struct {
	Page
	Search   TextInput
	Searched string // what was searched for; "" where nothing was
	Clear    string // the address without the search
	Groups   []filterLink
	Filters  []filterLink
	Orders   []filterLink
	Rows     []listRow
	Total    string
	Pages    Pagination
}

// A filterLink narrows or sorts the list.
type filterLink struct {
	Href, Text string
	Count      string // how many cases it shows; "" where that is not told
	On         bool
}

// A listRow is one case.
type listRow struct {
	Href, Number, Employee, Company, Job string
	Start, Expected, Age, Assignee       string
	Status                               Badge
	Late                                 bool
}

// A listQuery is what the address of a list says.
type listQuery struct {
	search         string // id of a search
	group          string // of statuses
	mine, free, by string // "1"; "1"; what it is sorted by
	late           string // "1"
}

// listGroups are the statuses that are listed together, by the address's word.
var listGroups = []struct {
	word, text string
	statuses   []flexjob.Status
}{
	{"", "I gang", []flexjob.Status{flexjob.Sent, flexjob.Received, flexjob.Assessed, flexjob.Replacing, flexjob.Returned}},
	{"nye", "Nye", []flexjob.Status{flexjob.Sent, flexjob.Received}},
	{"vurderes", "Under vurdering", []flexjob.Status{flexjob.Assessed, flexjob.Replacing}},
	{"retur", "Sendt tilbage", []flexjob.Status{flexjob.Returned}},
	{"udstedt", "Udstedt", []flexjob.Status{flexjob.Issued, flexjob.Replacing}},
	{"afsluttet", "Afsluttet", []flexjob.Status{flexjob.Closed, flexjob.Withdrawn, flexjob.Dismissed, flexjob.Forwarded}},
	{"alle", "Alle", nil},
}

// listOrders are what a list can be sorted by, by the address's word.
var listOrders = []struct {
	word, text string
	order      caselist.Order
}{
	{"", "Over svarfristen og startdato", caselist.ByStart},
	{"modtaget", "Modtaget", caselist.ByReceived},
	{"nummer", "Sagsnummer", caselist.ByNumber},
	{"navn", "Navn", caselist.ByName},
}

// listPath is the address of a list.
func listPath(q listQuery, page int) string {
	values := url.Values{}
	for name, value := range map[string]string{"soegning": q.search, "vis": q.group, "mine": q.mine, "ledige": q.free, "over": q.late, "efter": q.by} {
		if value != "" {
			values.Set(name, value)
		}
	}
	if page > 1 {
		values.Set("side", strconv.Itoa(page))
	}
	if len(values) == 0 {
		return staffPlace
	}
	return staffPlace + "?" + values.Encode()
}

// showList shows the cases to those who work on them, and leads others to
// their part.
func (s *Server) showList(c *gin.Context) error {
	who := actor(c)
	if !who.Has(auth.Caseworker, auth.Issuer, auth.TeamLeader) {
		to := staffPlace + "/adgangskode"
		if who.Has(auth.Administrator) {
			to = staffPlace + "/indstillinger"
		} else if who.Has(auth.Auditor) {
			to = staffPlace + "/log"
		}
		c.Redirect(http.StatusSeeOther, to)
		return nil
	}
	q := listQuery{search: c.Query("soegning"), group: c.Query("vis"), mine: c.Query("mine"), free: c.Query("ledige"), late: c.Query("over"), by: c.Query("efter")}
	page := &listPage{Page: s.staffPage(c, "Sager", partCases)}
	page.Wide = true
	if q.search != "" {
		text, ok := s.searches.text(q.search, who.Subject, s.options.Now())
		if !ok {
			goTo(c, staffPlace, "soegning-forbi")
			return nil
		}
		page.Searched = text
	}
	page.Search = TextInput{Control: Control{ID: "soeg", Label: "Søg i sagerne", Hint: "Dele af navne, personnummer, CVR-nummer, sagsnummer eller kommunens eget sagsnummer"},
		Value: page.Searched, Type: "search", Autocomplete: "off"}
	number, _ := strconv.Atoi(c.Query("side"))
	if err := s.fillList(c, page, q, number); err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "staff-list", page)
}

// cleanSearch is what was typed, on one line and bounded.
func cleanSearch(typed string) string {
	text := []rune(form.Clean(form.Text, typed))
	const most = 200
	return string(text[:min(len(text), most)])
}

// query returns what q asks the list for.
func (q listQuery) query(who auth.Actor, text string) caselist.Query {
	out := caselist.Query{Text: text, Unowned: q.free != "", Overdue: q.late != ""}
	if q.mine != "" {
		out.Assignee = who.Subject
	}
	for _, g := range listGroups {
		if g.word == q.group {
			out.Statuses = g.statuses
		}
	}
	for _, o := range listOrders {
		if o.word == q.by {
			out.Order = o.order
		}
	}
	return out
}

func (s *Server) fillList(c *gin.Context, page *listPage, q listQuery, number int) error {
	who, ctx := actor(c), c.Request.Context()
	query := q.query(who, page.Searched)
	query.Page = number
	found, err := s.options.Cases.List(ctx, who, query)
	if err != nil {
		return err
	}
	_, named, err := s.colleagues(c)
	if err != nil {
		return err
	}
	for i := range found.Cases {
		page.Rows = append(page.Rows, rowOf(&found.Cases[i], named))
	}
	page.Total = thousands(found.Total) + map[bool]string{true: " sag", false: " sager"}[found.Total == 1]
	prefix := listPath(q, 0)
	if prefix == staffPlace {
		prefix += "?side="
	} else {
		prefix += "&side="
	}
	page.Pages = Pagination{Page: found.Page, Pages: found.Pages, Prefix: prefix}
	page.Clear = listPath(listQuery{by: q.by}, 1)
	return s.addFilters(ctx, who, page, q)
}

// rowOf makes the line of a case.
func rowOf(k *caselist.Case, n names) listRow {
	r := listRow{
		Href: casePath(k.ID), Number: k.Number, Employee: k.Employee, Company: k.Company, Job: k.JobTitle,
		Start: k.Start.String(), Expected: k.Expected.String(), Status: deskBadge(k.Status), Late: k.Overdue,
	}
	if !k.Received.IsZero() {
		r.Age = "I dag"
		if k.Age > 0 {
			r.Age = days(k.Age) + " siden"
		}
	}
	if k.Status != flexjob.Received && k.Status != flexjob.Assessed {
		r.Expected = ""
	}
	if k.Assignee != "" {
		r.Assignee = n.of(k.Assignee)
	}
	return r
}

// listFilters are what narrows a list, each a part of its address.
var listFilters = []struct {
	text string
	part func(*listQuery) *string
}{
	{"Mine", func(q *listQuery) *string { return &q.mine }},
	{"Uden sagsbehandler", func(q *listQuery) *string { return &q.free }},
	{"Over svarfristen", func(q *listQuery) *string { return &q.late }},
}

// addFilters adds the links that narrow and sort the list.
func (s *Server) addFilters(ctx context.Context, who auth.Actor, page *listPage, q listQuery) error {
	for _, g := range listGroups {
		to := q
		to.group = g.word
		l, err := s.filterLink(ctx, who, page, to, g.text)
		if err != nil {
			return err
		}
		l.On = g.word == q.group
		page.Groups = append(page.Groups, l)
	}
	for _, f := range listFilters {
		to := q
		on := *f.part(&q) != ""
		*f.part(&to) = map[bool]string{true: "", false: "1"}[on]
		l, err := s.filterLink(ctx, who, page, to, f.text)
		if err != nil {
			return err
		}
		if l.On = on; on {
			l.Count = "" // it would be that of the list without the filter
		}
		page.Filters = append(page.Filters, l)
	}
	for _, o := range listOrders {
		to := q
		to.by = o.word
		page.Orders = append(page.Orders, filterLink{Href: listPath(to, 1), Text: o.text, On: o.word == q.by})
	}
	return nil
}

// filterLink makes a link to a list. How many cases it shows is told where
// that costs no search.
func (s *Server) filterLink(ctx context.Context, who auth.Actor, page *listPage, to listQuery, text string) (filterLink, error) {
	l := filterLink{Href: listPath(to, 1), Text: text}
	if page.Searched != "" {
		return l, nil
	}
	query := to.query(who, "")
	query.PerPage = 1
	found, err := s.options.Cases.List(ctx, who, query)
	l.Count = thousands(found.Total)
	return l, err
}
