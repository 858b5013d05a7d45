package web

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/form"
	"ab325/internal/store"
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
	Sorted   string // how the list is sorted, where there is no choice
	Rows     []listRow
	Total    string
	More     string // what to do where more was found than can be shown
	Loading  bool   // names cannot be searched yet
	Unsealed *Alert // where cases wait for a seal
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
	Unsealed                             bool
}

// A listQuery is what the address of a list says.
type listQuery struct {
	search         string // id of a search
	group          string // of statuses
	mine, free, by string // "1"; "1"; what it is sorted by
	late           string // "1"
	page           store.Cursor
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
	{unsealedGroup, "Mangler segl", nil},
}

// unsealedGroup is the cases with a document that waits for a seal, which is not
// a status. It is offered while there are any.
const unsealedGroup = "uforseglet"

// listOrders are what a list can be sorted by, by the address's word.
var listOrders = []struct {
	word, text string
	order      store.Order
}{
	{byName, "Navn", store.OrderByStart},
	{"", "Over svarfristen og startdato", store.OrderByStart},
	{"svar", "Forventet svar", store.OrderByExpected},
	{"modtaget", "Modtaget", store.OrderByReceived},
	{"nummer", "Sagsnummer", store.OrderByNumber},
}

// byName is the order of what a search found. A list of all cases has no such
// order: names stand in no index.
const byName = "navn"

// path is the address of the list.
func (q listQuery) path() string {
	values := url.Values{}
	for name, value := range map[string]string{"soegning": q.search, "vis": q.group, "mine": q.mine, "ledige": q.free, "over": q.late, "efter": q.by, "side": string(q.page)} {
		if value != "" {
			values.Set(name, value)
		}
	}
	if len(values) == 0 {
		return staffPlace
	}
	return staffPlace + "?" + values.Encode()
}

// to is the address of another page of the list; "" where there is none.
func (q listQuery) to(page store.Cursor) string {
	if page == "" {
		return ""
	}
	q.page = page
	return q.path()
}

// showList shows the cases to those who work on them, and leads others to
// their part.
func (s *Server) showList(c *gin.Context) error {
	who := actor(c)
	if !who.Has(auth.Caseworker, auth.Issuer, auth.TeamLeader) {
		to := passwordPath
		if who.Has(auth.Administrator) {
			to = staffPlace + "/indstillinger"
		} else if who.Has(auth.Auditor) {
			to = staffPlace + "/log"
		}
		leadOn(c, to)
		return nil
	}
	q := listQuery{search: c.Query("soegning"), group: c.Query("vis"), mine: c.Query("mine"), free: c.Query("ledige"), late: c.Query("over"), by: c.Query("efter"), page: store.Cursor(c.Query("side"))}
	q = q.whole()
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
	if err := s.fillList(c, page, q); err != nil {
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

// whole is q without what does not narrow or sort the list that it asks for.
func (q listQuery) whole() listQuery {
	if q.group == unsealedGroup {
		q.mine, q.free, q.late, q.by = "", "", "", ""
	}
	return q
}

// query returns what q asks the list for.
func (q listQuery) query(who auth.Actor, text string) casework.ListQuery {
	out := casework.ListQuery{Text: text, Statuses: q.statuses(), Owner: q.owner(who), Overdue: q.late != "", Unsealed: q.group == unsealedGroup, ByName: q.by == byName, From: q.page}
	for _, o := range listOrders {
		if o.word == q.by {
			out.Order = o.order
		}
	}
	return out
}

// statuses are those of the cases in the list; nil is all.
func (q listQuery) statuses() []flexjob.Status {
	for _, g := range listGroups {
		if g.word == q.group {
			return g.statuses
		}
	}
	return nil
}

// owner is whose cases are in the list.
func (q listQuery) owner(who auth.Actor) store.Owner {
	switch {
	case q.mine != "":
		return store.Owner(who.Subject)
	case q.free != "":
		return store.Nobody
	}
	return store.Anyone
}

func (s *Server) fillList(c *gin.Context, page *listPage, q listQuery) error {
	who := actor(c)
	found, err := s.options.Cases.List(c.Request.Context(), who, q.query(who, page.Searched))
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
	waits, err := s.options.Cases.Unsealed(c.Request.Context(), who)
	if err != nil {
		return err
	}
	if page.Unsealed = unsealedOf(waits, s.options.Now()); page.Unsealed != nil && q.group == unsealedGroup {
		page.Unsealed.Links = nil // they lead here
	}
	page.Total = thousands(found.Total) + map[bool]string{true: " sag", false: " sager"}[found.Total == 1]
	page.Loading = found.Loading
	switch {
	case found.AtLeast:
		page.More = "Der kan være flere sager med nummeret. Søg på den ansattes navn eller personnummer for at finde en bestemt sag."
	case found.Shown < found.Total:
		page.More = "Her er " + thousands(found.Shown) + " af dem. Skriv mere af navnet, eller vælg en anden visning, for at finde de andre."
	}
	page.Pages = Pagination{Previous: q.to(found.Previous), Next: q.to(found.Next), Last: q.to(found.Last)}
	if first := q; found.Previous != "" {
		first.page = ""
		page.Pages.First = first.path()
	}
	page.Clear = listQuery{by: q.by}.path()
	addFilters(who, page, q, found.Counts, waits)
	return nil
}

// rowOf makes the line of a case.
func rowOf(k *casework.ListedCase, n names) listRow {
	r := listRow{
		Href: casePath(k.ID), Number: k.Number, Employee: k.Employee, Company: k.Company, Job: k.JobTitle,
		Start: k.Start.String(), Expected: k.Expected.String(), Status: deskBadge(k.Status), Late: k.Overdue, Unsealed: !k.Unsealed.IsZero(),
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

// listFilters are what narrows a list, each a part of its address, and what it
// takes the place of: nobody's cases are not one's own.
var listFilters = []struct {
	text          string
	part, instead func(*listQuery) *string
}{
	{"Mine", func(q *listQuery) *string { return &q.mine }, func(q *listQuery) *string { return &q.free }},
	{"Uden sagsbehandler", func(q *listQuery) *string { return &q.free }, func(q *listQuery) *string { return &q.mine }},
	{"Over svarfristen", func(q *listQuery) *string { return &q.late }, nil},
}

// addFilters adds the links that narrow and sort the list.
func addFilters(who auth.Actor, page *listPage, q listQuery, counts *store.Counts, waits casework.Unsealed) {
	q.page = "" // another list begins at its first page
	for _, g := range listGroups {
		to := q
		to.group = g.word
		to = to.whole()
		if on := g.word == q.group; on || g.word != unsealedGroup || waits.Cases > 0 {
			page.Groups = append(page.Groups, filterLink{to.path(), g.text, to.count(who, counts, waits), on})
		}
	}
	if q.group == unsealedGroup {
		page.Sorted = "Sorteret efter, hvor længe sagerne har ventet på seglet"
		return
	}
	for _, f := range listFilters {
		to := q
		l := filterLink{Text: f.text, On: *f.part(&q) != ""}
		if *f.part(&to) = ""; !l.On {
			*f.part(&to) = "1"
			if f.instead != nil {
				*f.instead(&to) = ""
			}
			l.Count = to.count(who, counts, waits) // not where it is on: that would be of the list without it
		}
		l.Href = to.path()
		page.Filters = append(page.Filters, l)
	}
	for _, o := range listOrders {
		to := q
		to.by = o.word
		if o.word != byName || q.search != "" {
			page.Orders = append(page.Orders, filterLink{Href: to.path(), Text: o.text, On: o.word == q.by || o.word == "" && q.by == byName && q.search == ""})
		}
	}
	if q.late != "" && q.search == "" { // what is overdue changes from day to day, so it is kept in one order alone
		page.Orders, page.Sorted = nil, "Sorteret efter, hvor længe svarfristen er overskredet"
	}
}

// count tells how many cases the list has, where that costs no search.
func (q listQuery) count(who auth.Actor, counts *store.Counts, waits casework.Unsealed) string {
	switch {
	case counts == nil || q.group == unsealedGroup && waits.More:
		return ""
	case q.group == unsealedGroup:
		return thousands(waits.Cases)
	}
	return thousands(counts.Of(q.statuses(), q.owner(who), q.late != ""))
}
