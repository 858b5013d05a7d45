package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"ab325/internal/accounts"
	"ab325/internal/auth"
	"ab325/internal/problem"
)

// A staffListPage lists the accounts of staff.
type staffListPage struct {
	Page
	Table Table
}

func (s *Server) showStaffList(c *gin.Context) error {
	list, err := s.options.Accounts.ListStaff(c.Request.Context(), actor(c))
	if err != nil {
		return err
	}
	page := &staffListPage{Page: s.staffPage(c, "Brugere", partStaff)}
	page.Wide = true
	page.Table = Table{Caption: "Brugere", Heads: []Head{{Text: "Brugernavn"}, {Text: "Navn"}, {Text: "Kommune"}, {Text: "Roller"}, {Text: "Sidst logget ind"}}, Empty: "Der er ingen brugere."}
	for _, a := range list {
		row := []Cell{{Text: a.Username, Href: staffMemberPath(a.ID)}, {Text: a.Name}, {Text: s.unitOf(a)}, {Text: rolesText(a.Roles)}, {Text: "Aldrig"}}
		if !a.LastSignIn.IsZero() {
			row[4].Text = stamp(a.LastSignIn)
		}
		if a.Disabled {
			row[0].Badge = &Badge{"error", "Spærret"}
		}
		page.Table.Rows = append(page.Table.Rows, TableRow{row})
	}
	return s.render(c, http.StatusOK, "staff-users", page)
}

func staffMemberPath(id string) string { return staffPlace + "/brugere/" + id }

// unitOf names where somebody works.
func (s *Server) unitOf(a accounts.Staff) string {
	if a.Municipality == "" {
		return "Hele installationen"
	}
	return s.options.Cases.Authority(a.Municipality)
}

// rolesText names roles in running text.
func rolesText(roles []auth.Role) string {
	var words []string
	for _, r := range roles {
		words = append(words, r.Danish())
	}
	return strings.Join(words, ", ")
}

// roleHints say what each role may.
var roleHints = map[auth.Role]string{
	auth.Caseworker:    "Ser og behandler kommunens sager. Kan skrive blad 2, men ikke udstede det",
	auth.Issuer:        "Kan også udstede blad 2 og afslutte en sag uden vurdering",
	auth.TeamLeader:    "Kan det samme som en udsteder og kan spærre en medarbejder for en sag",
	auth.Administrator: "Indstillinger og brugere. Ser ingen sager",
	auth.Auditor:       "Læser loggen. Ser ingen sager",
}

// roleTicks are the roles to tick. The input of one is named role-<role>.
func roleTicks(has func(auth.Role) bool) (ticks []Checkbox) {
	for _, r := range auth.Roles() {
		ticks = append(ticks, Checkbox{Control{ID: "role-" + string(r), Label: upperFirst(r.Danish()), Hint: roleHints[r]}, has(r)})
	}
	return ticks
}

// rolesOf reads the roles that were ticked.
func rolesOf(values url.Values) (roles []auth.Role) {
	for _, r := range auth.Roles() {
		if values.Get("role-"+string(r)) == "ja" {
			roles = append(roles, r)
		}
	}
	return roles
}

// A newStaffPage adds an account. Once it is made, the page shows its first
// password, which nothing keeps.
type newStaffPage struct {
	Page
	Username  TextInput
	Name      TextInput
	Unit      *Select // nil for an administrator of one municipality
	Roles     []Checkbox
	RoleError string
	Made      *madePassword
}

// A madePassword is shown once.
type madePassword struct{ Username, Password, Href string }

func (s *Server) showNewStaff(c *gin.Context) error {
	return s.newStaffPage(c, http.StatusOK, url.Values{}, nil)
}

func (s *Server) newStaffPage(c *gin.Context, status int, typed url.Values, faults []problem.Field) error {
	page := &newStaffPage{Page: s.staffPage(c, "Ny bruger", partStaff)}
	page.Back = &Link{staffPlace + "/brugere", "Til brugere"}
	page.Username = TextInput{Control: Control{ID: "username", Label: "Brugernavn", Hint: "Bogstaver, tal, punktum, bindestreg, understreg og @"}, Value: typed.Get("username"), Width: "width-m", Autocomplete: "off"}
	page.Name = TextInput{Control: Control{ID: "name", Label: "Navn", Hint: "Står som underskrift på de blad 2, brugeren udsteder"}, Value: typed.Get("name"), Width: "width-l", Autocomplete: "off"}
	inputs := map[string]*Control{"username": &page.Username.Control, "name": &page.Name.Control}
	if actor(c).Municipality == "" {
		page.Unit = &Select{Control: Control{ID: "municipality", Label: "Kommune", Hint: "Kun administratorer og revisorer kan være uden kommune"}, Empty: "Hele installationen", Width: "width-l"}
		for _, m := range s.options.Cases.Municipalities {
			page.Unit.Choices = append(page.Unit.Choices, Choice{Value: m.Code, Label: m.Name, Chosen: m.Code == typed.Get("municipality")})
		}
		inDanishOrder(page.Unit.Choices)
		inputs["municipality"] = &page.Unit.Control
	}
	page.Roles = roleTicks(func(r auth.Role) bool { return typed.Get("role-"+string(r)) == "ja" })
	page.RoleError, page.Errors = roleFault(inputs, faults)
	return s.render(c, status, "staff-new", page)
}

// roleFault returns the fault of the roles, which are several inputs, and all
// faults for the summary, those of roles with a link to the first.
func roleFault(inputs map[string]*Control, faults []problem.Field) (text string, summary []problem.Field) {
	var all Control
	inputs["roles"] = &all
	summary = faultsOn(inputs, faults)
	for i := range summary {
		if summary[i].ID == "roles" {
			summary[i].ID = "role-" + string(auth.Roles()[0])
		}
	}
	return all.Error, summary
}

func (s *Server) addStaff(c *gin.Context) error {
	values, err := formOf(c)
	if err != nil {
		return err
	}
	who := actor(c)
	password, err := auth.NewCode(s.options.Random)
	if err != nil {
		return err
	}
	a := accounts.NewStaff{Username: values.Get("username"), Name: values.Get("name"), Roles: rolesOf(values), Municipality: who.Municipality, Password: password}
	if who.Municipality == "" {
		a.Municipality = values.Get("municipality")
	}
	id, err := s.options.Accounts.AddStaff(c.Request.Context(), who, a)
	if p, known := problem.As(err); known && (p.Kind == problem.Invalid || p.Kind == problem.Conflict) {
		return s.newStaffPage(c, failures[p.Kind].Status, values, p.Fields)
	} else if err != nil {
		return err
	}
	return s.showMade(c, "Brugeren er lavet", &madePassword{a.Username, password, staffMemberPath(id)})
}

// showMade shows a password that was just made: the only time.
func (s *Server) showMade(c *gin.Context, title string, made *madePassword) error {
	page := &newStaffPage{Page: s.staffPage(c, title, partStaff), Made: made}
	return s.render(c, http.StatusOK, "staff-new", page)
}

// A staffMemberPage changes one account.
type staffMemberPage struct {
	Page
	Rows      []Row
	Place     string
	Roles     []Checkbox
	RoleError string
	Disabled  bool
	Self      bool
}

// member returns the account in the address, if the actor manages it.
func (s *Server) member(c *gin.Context) (accounts.Staff, error) {
	list, err := s.options.Accounts.ListStaff(c.Request.Context(), actor(c))
	if err != nil {
		return accounts.Staff{}, err
	}
	for _, a := range list {
		if a.ID == c.Param("staff") {
			return a, nil
		}
	}
	return accounts.Staff{}, problem.New(problem.NotFound, "Brugeren findes ikke. Gå tilbage til listen over brugere.")
}

func (s *Server) showStaffMember(c *gin.Context) error {
	a, err := s.member(c)
	if err != nil {
		return err
	}
	return s.staffMemberPage(c, http.StatusOK, a, nil)
}

func (s *Server) staffMemberPage(c *gin.Context, status int, a accounts.Staff, faults []problem.Field) error {
	page := &staffMemberPage{Page: s.staffPage(c, "Bruger", partStaff), Place: staffMemberPath(a.ID), Disabled: a.Disabled, Self: a.ID == actor(c).Subject}
	page.Back = &Link{staffPlace + "/brugere", "Til brugere"}
	state := &Badge{"success", "Åben"}
	if a.Disabled {
		state = &Badge{"error", "Spærret"}
	}
	page.Rows = []Row{
		{Label: "Brugernavn", Value: a.Username, Badge: state}, {Label: "Navn", Value: a.Name}, {Label: "Kommune", Value: s.unitOf(a)},
		{Label: "Oprettet", Value: stamp(a.Created)},
	}
	if a.Given {
		page.Rows = append(page.Rows, Row{Label: "Adgangskode", Value: "Givet af en anden. Brugeren skal vælge sin egen ved næste log ind"})
	}
	if !a.LastSignIn.IsZero() {
		page.Rows = append(page.Rows, Row{Label: "Sidst logget ind", Value: stamp(a.LastSignIn)})
	}
	who := auth.Actor{Provider: auth.StaffAccount, Subject: a.ID, Roles: a.Roles}
	page.Roles = roleTicks(func(r auth.Role) bool { return who.Has(r) })
	page.RoleError, page.Errors = roleFault(map[string]*Control{}, faults)
	return s.render(c, status, "staff-user", page)
}

func (s *Server) setRoles(c *gin.Context) error {
	values, err := formOf(c)
	if err != nil {
		return err
	}
	a, err := s.member(c)
	if err != nil {
		return err
	}
	a.Roles = rolesOf(values)
	err = s.options.Accounts.SetRoles(c.Request.Context(), actor(c), a.ID, a.Roles)
	if p, known := problem.As(err); known && p.Kind == problem.Invalid {
		return s.staffMemberPage(c, http.StatusUnprocessableEntity, a, p.Fields)
	} else if err != nil {
		return err
	}
	goTo(c, staffMemberPath(a.ID), "roller")
	return nil
}

func (s *Server) resetPassword(c *gin.Context) error {
	a, err := s.member(c)
	if err != nil {
		return err
	}
	password, err := auth.NewCode(s.options.Random)
	if err != nil {
		return err
	}
	if err := s.options.Accounts.SetPassword(c.Request.Context(), actor(c), a.ID, password); err != nil {
		return err
	}
	return s.showMade(c, "Ny adgangskode", &madePassword{a.Username, password, staffMemberPath(a.ID)})
}

func (s *Server) disableStaff(c *gin.Context) error {
	if err := s.options.Accounts.DisableStaff(c.Request.Context(), actor(c), c.Param("staff")); err != nil {
		return err
	}
	goTo(c, staffMemberPath(c.Param("staff")), "bruger-spaerret")
	return nil
}

func (s *Server) enableStaff(c *gin.Context) error {
	if err := s.options.Accounts.EnableStaff(c.Request.Context(), actor(c), c.Param("staff")); err != nil {
		return err
	}
	goTo(c, staffMemberPath(c.Param("staff")), "bruger-aaben")
	return nil
}
