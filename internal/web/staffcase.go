package web

import (
	"maps"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/form"
	"ab325/internal/ident"
)

// A casePage is a case as the jobcenter sees it.
type casePage struct {
	staffCase
	Status   Badge
	Late     *Badge
	Next     nextTask
	Alerts   []Alert
	Facts    []Row
	Blad1    []Row
	Outdated bool // Blad 1 was sent back: what was signed may be changed
	Signed   []Row
	Assessed []Row
	Issued   string // the heading of Assessed
	Files    []fileLine
	Consents []consentView
	Parties  []partyView
	Events   []Event
	Kept     []Row // who is kept from the case
	Assignee string
	MayTake  bool // the reader can take the case with one press
	Me       string
	Block    string
	Acts     []Link
}

func (s *Server) showStaffCase(c *gin.Context) error {
	v, err := s.options.Cases.Open(c.Request.Context(), actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	page, err := s.casePage(c, v)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "staff-case", page)
}

func (s *Server) casePage(c *gin.Context, v *casework.View) (*casePage, error) {
	_, named, err := s.colleagues(c)
	if err != nil {
		return nil, err
	}
	who := actor(c)
	p := &casePage{staffCase: s.staffCase(c, "Sag "+v.Case.Number, v), Status: deskBadge(v.Status)}
	p.Back, p.Wide = &Link{staffPlace, "Til listen over sager"}, true
	if v.Case.Late(v.Today) {
		p.Late = &Badge{"error", "Over svarfristen"}
	}
	p.Next = staffNext(who, v, p.Place)
	p.Alerts = s.caseAlerts(v)
	p.Facts = nearRows(caseFacts(v))
	p.Blad1, p.Outdated = factRows(v.Form, blad1(v), "employee", "company", "job"), v.Case.Signed() == nil
	p.Signed = signatureRows(v, named)
	p.Assessed, p.Issued = standingRows(v)
	p.Files = fileLines(v, p.Place)
	p.Consents = consentViews(v, named)
	p.Parties = partyViews(v, p.Place)
	p.Events = s.staffTimeline(v, named)
	p.Kept = keptRows(v, named)
	p.Me = who.Subject
	p.MayTake = v.Case.Assignee != who.Subject && mayAct(who, v, flexjob.AssignName) == nil
	if v.Case.Assignee != "" {
		p.Assignee = named.of(v.Case.Assignee)
	}
	p.Block = caseBlock(v, p.Assignee)
	p.Acts = actLinks(who, v, p.Place)
	return p, nil
}

// deskBadge shows a status as staff see it.
func deskBadge(st flexjob.Status) Badge {
	variants := map[flexjob.Status]string{
		flexjob.Sent: "info", flexjob.Received: "info", flexjob.Assessed: "warning", flexjob.Replacing: "warning", flexjob.Issued: "success",
	}
	texts := map[flexjob.Status]string{
		flexjob.Draft: "Kladde", flexjob.Sent: "Skal modtages", flexjob.Received: "Ny", flexjob.Assessed: "Under vurdering", flexjob.Returned: "Sendt tilbage",
		flexjob.Issued: "Udstedt", flexjob.Replacing: "Ny vurdering", flexjob.Closed: "Afsluttet", flexjob.Withdrawn: "Trukket tilbage",
		flexjob.Dismissed: "Uden vurdering", flexjob.Forwarded: "Sendt til anden kommune",
	}
	return Badge{variants[st], texts[st]}
}

// blad1 returns the values of the Blad 1 that was signed last.
func blad1(v *casework.View) form.Values {
	if n := len(v.Case.Signatures); n > 0 {
		return v.Case.Signatures[n-1].Values
	}
	return form.Values{}
}

// factRows lists the fields of some steps with their values in words. Optional
// ones that nobody filled in are left out.
func factRows(def *form.Definition, values form.Values, steps ...string) (rows []Row) {
	set := FieldSet{Values: values, Plain: true}
	for _, step := range steps {
		for _, f := range def.Asked(step) {
			if values[f.ID] == "" && !f.Required {
				continue
			}
			rows = append(rows, Row{Label: answerLabel(def, f), Value: set.View(f).Shown()})
		}
	}
	return rows
}

// caseAlerts are what stands out in a case.
func (s *Server) caseAlerts(v *casework.View) (all []Alert) {
	values := blad1(v)
	if values["employee.addressProtected"] == "ja" {
		all = append(all, Alert{Variant: "warning", Heading: "Navne- og adressebeskyttelse", Text: "Den ansatte har navne- og adressebeskyttelse. Vis ikke adressen til virksomheden."})
	}
	all = append(all, unsealedAlert(v)...)
	// R41: «Denne vurdering skal danne grundlag for den ansættelsesaftale, som
	// efterfølgende indgås»
	if v.Case.EarlyAgreement() {
		all = append(all, Alert{Variant: "warning", Heading: "Ansættelsesaftalen er fra før vurderingen",
			Text: "Aftalen er dateret " + v.Case.Agreement.Dated.Long() + ". Vurderingen skal danne grundlag for aftalen. Tal med parterne om, hvorvidt aftalen skal ændres."})
	}
	if v.Status == flexjob.Forwarded {
		to := v.Case.Forwards[len(v.Case.Forwards)-1].To
		all = append(all, Alert{Variant: "info", Heading: "Skal sendes med post",
			Text: "Print det underskrevne blad 1 under Dokumenter, og send det til: Jobcenteret, " + s.options.Cases.Authority(to) + ". Find adressen på kommunens egne sider."})
	}
	// R32: «funktionærlignende vilkår»
	if b := v.Case.Standing(); b != nil && flexjob.FewHours(b.Issue.Values) {
		all = append(all, Alert{Variant: "info", Heading: "8 timer eller derunder", Text: fewHoursText})
	}
	return all
}

// fewHoursText is R32's word to the parties.
const fewHoursText = "Er arbejdet funktionærarbejde, skal den ansatte have funktionærlignende vilkår, også selv om der kun arbejdes 8 timer eller derunder om ugen. Det får parterne at vide i sagen. Det står ikke på blad 2."

// A fact is one line about a case; near says how far it is from today.
type fact struct{ label, value, near string }

// caseFacts are the case's dates and references.
func caseFacts(v *casework.View) []fact {
	facts := []fact{{"Forventet startdato", blad1(v)["job.startDate"], ""}}
	if r := v.Case.Received(); r != nil {
		facts = append(facts, fact{"Modtaget", r.On.String(), daysAway(v.Today, r.On)})
	}
	// R34: «angive en forventet sagsbehandlingstid»
	if day := v.Case.Expected(); !day.IsZero() && (v.Status == flexjob.Received || v.Status == flexjob.Assessed) {
		facts = append(facts, fact{"Forventet svar", day.String(), daysAway(v.Today, day)})
	}
	// R21: «senest efter 4 uger fra modtagelsen af vurderingen»
	if k, ok := v.Case.ComplaintStands(); ok {
		facts = append(facts, fact{"Sidste dag for at klage", k.LastDay.String(), daysAway(v.Today, k.LastDay)})
	}
	if v.Case.Agreement != nil {
		facts = append(facts, fact{"Ansættelsesaftale", v.Case.Agreement.Dated.String(), ""})
	}
	for _, b := range []*flexjob.Blad2{v.Case.Assessment(), v.Case.Standing()} {
		if b != nil && b.Values["case.externalRef"].Value != "" {
			return append(facts, fact{"Kommunens sagsnummer", b.Values["case.externalRef"].Value, ""})
		}
	}
	return facts
}

// nearRows shows facts with how far they are from today.
func nearRows(facts []fact) (rows []Row) {
	for _, f := range facts {
		r := Row{Label: f.label, Value: f.value}
		if f.near != "" {
			r.Value += " (" + f.near + ")"
		}
		rows = append(rows, r)
	}
	return rows
}

// days counts days in words.
func days(n int) string {
	if n == 1 || n == -1 {
		return "1 dag"
	}
	return strconv.Itoa(n) + " dage"
}

// daysAway says how far a day is from today.
func daysAway(today, day ident.Date) string {
	switch n := today.Days(day); {
	case n > 0:
		return "om " + days(n)
	case n == 0:
		return "i dag"
	default:
		return "for " + days(-n) + " siden"
	}
}

func signatureRows(v *casework.View, n names) []Row {
	if len(v.Case.Signatures) == 0 {
		return nil
	}
	sig := v.Case.Signatures[len(v.Case.Signatures)-1]
	rows := []Row{{Label: "Underskrevet af", Value: sig.Name}, {Label: "Tidspunkt", Value: stamp(sig.By.At)}}
	who := Row{Label: "Identitet"}
	switch {
	case sig.By.Assurance == flexjob.Confirmed:
		who.Value, who.Badge = "Bevist ved log ind", &Badge{"success", "Bekræftet"}
	case sig.Confirmed != nil:
		who.Value, who.Badge = "Bekræftet af "+n.by(*sig.Confirmed)+" "+stamp(sig.Confirmed.At), &Badge{"success", "Bekræftet"}
	default:
		who.Value, who.Badge = "Underskrevet med et link", &Badge{"warning", "Ikke bekræftet identitet"}
	}
	grant := Row{Label: "Bevilling til fleksjob", Value: "Skal bekræftes", Badge: &Badge{"warning", "Ikke bekræftet"}}
	if g := v.Case.Grant; g != nil {
		grant.Value, grant.Badge = "Bekræftet af "+n.by(*g)+" "+stamp(g.At), &Badge{"success", "Bekræftet"}
	}
	return append(rows, who, grant)
}

// standingRows are the assessment that stands. R7: the effective hours are
// shown to everyone.
func standingRows(v *casework.View) ([]Row, string) {
	b := v.Case.Standing()
	if b == nil {
		return nil, ""
	}
	def := v.Blad2Form
	values := b.Issue.Values
	if !flexjob.DiffersFromGrant(values) { // what is left of the one before is not printed
		values = maps.Clone(values)
		delete(values, flexjob.DifferenceField)
	}
	rows := factRows(def, values, "assessment")
	if text := effectiveText(b.Issue.Values); text != "" {
		rows = append([]Row{{Label: "Effektiv arbejdstid", Value: text}}, rows...)
	}
	heading := "Vurdering af " + b.Issue.Date.Long()
	if old := v.Case.Replaced(b); old != nil {
		heading += ", der erstatter vurdering af " + old.Date.Long() + old.Clock(b.Issue.Date)
	}
	return rows, heading
}

// effectiveText works out the effective time in words, or is "".
func effectiveText(values form.Values) string {
	minutes, ok := flexjob.Effective(values)
	if !ok {
		return ""
	}
	return strings.Join([]string{values[flexjob.HoursField] + " timer × " + values[flexjob.IntensityField] + " % = ", ident.DurationText(minutes)}, "")
}

// actLinks are the acts that the reader may do now, but for those that the
// next step offers.
func actLinks(who auth.Actor, v *casework.View, place string) (links []Link) {
	for i := range staffActs {
		a := &staffActs[i]
		if mayAct(who, v, a.name) != nil || a.roles != "" && !who.Has(auth.Role(a.roles)) {
			continue
		}
		switch a.name {
		case flexjob.ReceiveName, flexjob.ConfirmIdentityName, flexjob.ConfirmGrantName:
			continue
		case flexjob.AssessName:
			if v.Case.Standing() == nil {
				continue
			}
		case flexjob.QualifyName:
			if len(keptRows(v, nil)) == 0 {
				continue
			}
		}
		links = append(links, Link{place + "/" + a.path, a.title})
	}
	if who.AllowErase(v.Case) == nil {
		links = append(links, Link{place + "/slet", "Slet sagen for altid"})
	}
	return links
}
