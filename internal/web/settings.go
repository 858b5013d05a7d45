package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"ab325/internal/flexjob"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// A settingsPage lists the municipalities that an administrator manages.
type settingsPage struct {
	Page
	Table  Table
	Choose *Select // a municipality to turn on; nil for an administrator of one
}

// showSettings lists the municipalities; an administrator of one is led to it.
func (s *Server) showSettings(c *gin.Context) error {
	if code := actor(c).Municipality; code != "" {
		leadOn(c, settingsPath(code))
		return nil
	}
	return s.settingsPage(c, http.StatusOK, nil)
}

func settingsPath(code string) string { return staffPlace + "/indstillinger/" + code }

func (s *Server) settingsPage(c *gin.Context, status int, faults []problem.Field) error {
	served, err := s.options.Accounts.Enabled(c.Request.Context())
	if err != nil {
		return err
	}
	page := &settingsPage{Page: s.staffPage(c, "Indstillinger", partSettings)}
	page.Table = Table{Caption: "Kommuner, der bruger tjenesten", Heads: []Head{{Text: "Kommune"}, {Text: "Kontakt"}, {Text: "Servicemål", Right: true}},
		Empty: "Ingen kommune bruger tjenesten endnu."}
	on := map[string]bool{}
	for _, m := range served {
		on[m.Code] = true
		page.Table.Rows = append(page.Table.Rows, TableRow{[]Cell{
			{Text: s.options.Cases.Authority(m.Code), Href: settingsPath(m.Code)}, {Text: m.Contact, Small: m.Phone}, {Text: days(m.ServiceGoalDays)},
		}})
	}
	page.Choose = &Select{Control: Control{ID: "code", Label: "Slå en kommune til", Hint: "Vælg kommunen, og udfyld dens oplysninger på næste side"}, Empty: "Vælg", Width: "width-l"}
	for _, m := range s.options.Cases.Municipalities {
		if !on[m.Code] {
			page.Choose.Choices = append(page.Choose.Choices, Choice{Value: m.Code, Label: m.Name})
		}
	}
	inDanishOrder(page.Choose.Choices)
	page.Errors = faultsOn(map[string]*Control{"code": &page.Choose.Control}, faults)
	return s.render(c, status, "staff-settings", page)
}

// chooseSettings leads to the settings of the municipality that was chosen.
func (s *Server) chooseSettings(c *gin.Context) error {
	values, err := formOf(c)
	if err != nil {
		return err
	}
	if code := values.Get("code"); s.options.Cases.Authority(code) != "" {
		goTo(c, settingsPath(code), "")
		return nil
	}
	return s.settingsPage(c, http.StatusUnprocessableEntity, []problem.Field{{ID: "code", Text: "Vælg en kommune på listen"}})
}

// A municipalityPage is the settings of one municipality.
type municipalityPage struct {
	Page
	Action  string
	Enabled Checkbox
	Address Textarea
	Contact []TextInput
	Goal    TextInput
	Mode    Radios
	Officer []TextInput
}

// manages returns a problem unless the actor manages the municipality in the
// address.
func (s *Server) manages(c *gin.Context) error {
	who, code := actor(c), c.Param("code")
	if s.options.Cases.Authority(code) == "" {
		return errNoPage
	}
	if who.Municipality != "" && who.Municipality != code {
		return problem.New(problem.Forbidden, "Kun kommunens egen administrator kan ændre dens indstillinger.")
	}
	return nil
}

func (s *Server) showMunicipality(c *gin.Context) error {
	if err := s.manages(c); err != nil {
		return err
	}
	m, err := s.options.Accounts.Settings(c.Request.Context(), c.Param("code"))
	if err != nil {
		return err
	}
	goal := ""
	if m.ServiceGoalDays > 0 {
		goal = strconv.Itoa(m.ServiceGoalDays)
	}
	return s.municipalityPage(c, http.StatusOK, m, goal, nil)
}

// municipalityPage renders the page. The goal is as it was typed.
func (s *Server) municipalityPage(c *gin.Context, status int, m store.Municipality, goal string, faults []problem.Field) error {
	page := &municipalityPage{Page: s.staffPage(c, "Indstillinger for "+s.options.Cases.Authority(m.Code), partSettings), Action: settingsPath(m.Code)}
	if actor(c).Municipality == "" {
		page.Back = &Link{staffPlace + "/indstillinger", "Til alle kommuner"}
	}
	line := func(id, label, hint, value, width string) TextInput {
		return TextInput{Control: Control{ID: id, Label: label, Hint: hint}, Value: value, Width: width, Autocomplete: "off"}
	}
	page.Enabled = Checkbox{Control{ID: "enabled", Label: "Kommunen bruger tjenesten", Hint: "Så modtager kommunen blad 1 her. Ellers printer parterne det og sender det med post"}, m.Enabled}
	page.Address = Textarea{Control: Control{ID: "address", Label: "Jobcenterets navn og adresse", Hint: "Trykkes på blad 1 og blad 2"}, Value: m.Address, Rows: 4}
	page.Contact = []TextInput{
		line("contact", "Hvem kan man spørge?", "For eksempel fleksjobteamet. Står på alle sider i kommunens sager", m.Contact, "width-l"),
		line("phone", "Telefonnummer", "", m.Phone, "width-s"),
		line("email", "E-mail", "", m.Email, "width-l"),
		line("hours", "Hvornår kan man kontakte kommunen?", "For eksempel mandag til fredag kl. 9-14", m.Hours, "width-l"),
	}
	page.Goal = line("serviceGoalDays", "Servicemål i dage", "Fra blad 1 er modtaget, til parterne kan forvente svar", goal, "char-4")
	page.Goal.Suffix, page.Goal.InputMode = "dage", "numeric"
	strict := m.DeadlineMode == flexjob.Strict
	page.Mode = Radios{Control{ID: "deadlineMode", Label: "Når klagefristen udløber på en dag, hvor kommunen har lukket"}, []Choice{
		{Value: string(flexjob.CitizenFriendly), Label: "Flyt den også fra grundlovsdag, juleaftensdag, nytårsaftensdag og fredagen efter Kristi himmelfartsdag", Chosen: !strict,
			Hint: "Det er altid til den ansattes fordel"},
		{Value: string(flexjob.Strict), Label: "Flyt den kun fra lørdage, søndage og helligdage", Chosen: strict},
	}}
	page.Officer = []TextInput{
		line("dpoName", "Databeskyttelsesrådgiverens navn", "", m.DPOName, "width-l"),
		line("dpoContact", "Sådan kontakter man databeskyttelsesrådgiveren", "Telefon, e-mail eller adresse", m.DPOContact, "width-l"),
	}
	inputs := map[string]*Control{"address": &page.Address.Control, "serviceGoalDays": &page.Goal.Control, "deadlineMode": &page.Mode.Control, "enabled": &page.Enabled.Control}
	for _, list := range [][]TextInput{page.Contact, page.Officer} {
		for i := range list {
			inputs[list[i].ID] = &list[i].Control
		}
	}
	page.Errors = faultsOn(inputs, faults)
	return s.render(c, status, "staff-municipality", page)
}

func (s *Server) putMunicipality(c *gin.Context) error {
	if err := s.manages(c); err != nil {
		return err
	}
	values, err := formOf(c)
	if err != nil {
		return err
	}
	m := settingsFrom(c.Param("code"), values)
	err = s.options.Accounts.PutSettings(c.Request.Context(), actor(c), m)
	if p, known := problem.As(err); known && p.Kind == problem.Invalid {
		return s.municipalityPage(c, http.StatusUnprocessableEntity, m, values.Get("serviceGoalDays"), p.Fields)
	} else if err != nil {
		return err
	}
	goTo(c, settingsPath(m.Code), "indstillinger")
	return nil
}

// settingsFrom reads what was typed. A goal that is no number becomes one that
// cannot be, so that it is refused with everything else that is wrong.
func settingsFrom(code string, values url.Values) store.Municipality {
	m := store.Municipality{
		Code: code, Enabled: values.Get("enabled") == "ja", Address: newlines(values.Get("address")), Contact: values.Get("contact"),
		Phone: values.Get("phone"), Email: values.Get("email"), Hours: values.Get("hours"), DeadlineMode: flexjob.CalendarMode(values.Get("deadlineMode")),
		DPOName: values.Get("dpoName"), DPOContact: values.Get("dpoContact"),
	}
	if goal := strings.TrimSpace(values.Get("serviceGoalDays")); goal != "" {
		n, err := strconv.Atoi(goal)
		if err != nil {
			n = -1
		}
		m.ServiceGoalDays = n
	}
	return m
}
