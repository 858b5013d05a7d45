package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"ab325/internal/accounts"
	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/ident"
)

// The roles that routes of staff are for.
const (
	caseRoles  = "caseworker issuer leader"
	leaderRole = "leader"
	adminRole  = "administrator"
	auditRole  = "auditor"
)

// staffRoutes are the pages of the jobcenter's staff, but for those of the
// acts in staffActs, which actRoutes lists.
var staffRoutes = append([]route{
	{"GET", "/jobcenter/log-ind", public, "", false, (*Server).showSignIn},
	{"POST", "/jobcenter/log-ind", public, "", false, (*Server).signIn},
	{"POST", "/jobcenter/log-ud", public, "", false, (*Server).signOut},
	{"GET", passwordPath, staff, "", false, (*Server).showPassword},
	{"POST", passwordPath, staff, "", false, (*Server).changePassword},

	{"GET", "/jobcenter", staff, "", false, (*Server).showList},
	{"POST", "/jobcenter/soeg", staff, caseRoles, false, (*Server).search},
	{"POST", "/jobcenter/kontrol", staff, caseRoles, false, (*Server).controlCase},

	{"GET", "/jobcenter/sager/:id", staff, caseRoles, false, (*Server).showStaffCase},
	{"GET", "/jobcenter/sager/:id/dokument/:document", staff, caseRoles, false, (*Server).showStaffDocument},
	{"GET", "/jobcenter/sager/:id/adgang/:party", staff, caseRoles, false, (*Server).showGiveAccess},
	{"POST", "/jobcenter/sager/:id/adgang/:party", staff, caseRoles, false, (*Server).giveAccess},
	{"GET", "/jobcenter/sager/:id/e-mail/:party", staff, caseRoles, false, (*Server).showPartyEmail},
	{"POST", "/jobcenter/sager/:id/e-mail/:party", staff, caseRoles, false, (*Server).putPartyEmail},

	{"GET", "/jobcenter/sager/:id/slet", staff, leaderRole, false, (*Server).showErase},
	{"POST", "/jobcenter/sager/:id/slet", staff, leaderRole, false, (*Server).erase},

	{"POST", "/jobcenter/sager/:id/blad2/begynd", staff, caseRoles, false, (*Server).startBlad2},
	{"GET", "/jobcenter/sager/:id/blad2", staff, caseRoles, false, (*Server).showBlad2},
	{"POST", "/jobcenter/sager/:id/blad2", staff, caseRoles, false, (*Server).saveBlad2},
	{"POST", "/jobcenter/sager/:id/blad2/gem", staff, caseRoles, false, (*Server).autosaveBlad2},
	{"GET", "/jobcenter/sager/:id/udsted", staff, caseRoles, false, (*Server).showIssue},
	{"POST", "/jobcenter/sager/:id/udsted", staff, caseRoles, false, (*Server).issue},
	{"GET", "/jobcenter/sager/:id/udsted/:hash/:copy", staff, caseRoles, false, (*Server).showUnissued},
	{"GET", "/jobcenter/sager/:id/udstedt", staff, caseRoles, false, (*Server).showIssued},

	{"GET", "/jobcenter/indstillinger", staff, adminRole, false, (*Server).showSettings},
	{"POST", "/jobcenter/indstillinger", staff, adminRole, false, (*Server).chooseSettings},
	{"GET", "/jobcenter/indstillinger/:code", staff, adminRole, false, (*Server).showMunicipality},
	{"POST", "/jobcenter/indstillinger/:code", staff, adminRole, false, (*Server).putMunicipality},
	{"GET", "/jobcenter/brugere", staff, adminRole, false, (*Server).showStaffList},
	{"GET", "/jobcenter/brugere/ny", staff, adminRole, false, (*Server).showNewStaff},
	{"POST", "/jobcenter/brugere/ny", staff, adminRole, false, (*Server).addStaff},
	{"GET", "/jobcenter/brugere/:staff", staff, adminRole, false, (*Server).showStaffMember},
	{"POST", "/jobcenter/brugere/:staff/roller", staff, adminRole, false, (*Server).setRoles},
	{"POST", "/jobcenter/brugere/:staff/adgangskode", staff, adminRole, false, (*Server).resetPassword},
	{"POST", "/jobcenter/brugere/:staff/spaer", staff, adminRole, false, (*Server).disableStaff},
	{"POST", "/jobcenter/brugere/:staff/aaben", staff, adminRole, false, (*Server).enableStaff},

	{"GET", "/jobcenter/drift", staff, adminRole, false, (*Server).showOperations},

	{"GET", "/jobcenter/log", staff, auditRole, false, (*Server).showLog},
	{"POST", "/jobcenter/log/kontrol", staff, auditRole, false, (*Server).verifyLog},
}, actRoutes()...)

// The parts of the staff's site, as the menu has them.
const (
	partCases    = "Sager"
	partSettings = "Indstillinger"
	partStaff    = "Brugere"
	partRunning  = "Drift"
	partLog      = "Log"
	partPassword = "Adgangskode"
)

// staffPage returns the base of a page for staff in one part of their site.
func (s *Server) staffPage(c *gin.Context, title, part string) Page {
	p := s.page(c, title)
	who := actor(c)
	if who.Municipality != "" {
		settings, err := s.options.Accounts.Settings(c.Request.Context(), who.Municipality)
		if err != nil {
			s.options.Log.Error("municipality", "reference", reference(c), "err", err)
		} else {
			p.Municipality = s.caseMunicipality(&casework.View{Jobcenter: settings})
		}
	}
	for _, link := range []struct {
		Link
		roles []auth.Role
	}{
		{Link{staffPlace, partCases}, []auth.Role{auth.Caseworker, auth.Issuer, auth.TeamLeader}},
		{Link{staffPlace + "/indstillinger", partSettings}, []auth.Role{auth.Administrator}},
		{Link{staffPlace + "/brugere", partStaff}, []auth.Role{auth.Administrator}},
		{Link{staffPlace + "/drift", partRunning}, []auth.Role{auth.Administrator}},
		{Link{staffPlace + "/log", partLog}, []auth.Role{auth.Auditor}},
		{Link{passwordPath, partPassword}, auth.Roles()},
	} {
		if link.Text == partRunning && s.options.Operations == nil {
			continue
		}
		if who.Has(link.roles...) {
			here := link.Text == part
			p.Nav = append(p.Nav, NavLink{link.Link, here && link.Href == p.Site.Path, here})
		}
	}
	p.Notice = staffNotices[c.Query("nyt")].alert()
	return p
}

// A notice is what is said once, on the page after something was done.
type notice struct{ variant, heading, text string }

func (n notice) alert() *Alert {
	if n.heading == "" {
		return nil
	}
	return &Alert{Variant: n.variant, Heading: n.heading, Text: n.text}
}

// staffNotices are the notices by the word that the address carries.
var staffNotices = map[string]notice{
	"adgangskode":       {"success", "Din adgangskode er ændret", "Du er logget af alle andre steder."},
	"bekraeftet":        {"success", "Identiteten er bekræftet", ""},
	"bevilling":         {"success", "Bevillingen er bekræftet", ""},
	"tilbage":           {"success", "Blad 1 er sendt tilbage", "Begge parter kan nu rette. Når den ansatte har underskrevet igen, kommer sagen tilbage på listen."},
	"udskudt":           {"success", "Den nye dato er gemt", "Begge parter kan se den og begrundelsen i sagen."},
	"videresendt":       {"success", "Sagen er sendt videre", "Den anden kommune har den nu, og parterne får besked."},
	"papir":             {"info", "Sagen er afsluttet her", "Nu skal blad 1 printes og sendes med post. Se nedenfor, hvor det skal hen."},
	"henlagt":           {"success", "Sagen er afsluttet uden vurdering", "Den ansatte kan se afgørelsen, begrundelsen og klagevejledningen i sagen."},
	"afsluttet":         {"success", "Sagen er afsluttet", ""},
	"modtaget":          {"success", "Sagen er modtaget", "Parterne kan se, hvornår de kan forvente svar."},
	"tildelt":           {"success", "Sagsbehandleren er ændret", ""},
	"opgivet":           {"success", "Blad 2 er opgivet", "Kladden er gemt i sagen, men kan ikke længere udstedes."},
	"aftale":            {"success", "Aftalens dato er gemt", ""},
	"inhabil":           {"success", "Du er registreret som inhabil", "Du kan ikke længere åbne sagen. Er den uden sagsbehandler nu, så sig det til din teamleder."},
	"spaerret":          {"success", "Medarbejderen er spærret for sagen", ""},
	"slettet":           {"success", "Sagen er slettet", "Den kan ikke hentes tilbage. Det står i loggen, at den er slettet, af hvem og hvorfor."},
	"slettet-kopi":      {"warning", "Sagen er slettet, men sikkerhedskopien har stadig dens nøgle", "En ny kopi af nøglerne følger af sig selv. Under «Drift» kan en administrator se, om det er sket."},
	"ophaevet":          {"success", "Spærringen er ophævet", ""},
	"e-mail":            {"success", "E-mailadressen er gemt", "Nye links til parten kan sendes dertil."},
	"kladde":            {"success", "Kladden er gemt", ""},
	"indstillinger":     {"success", "Indstillingerne er gemt", ""},
	"roller":            {"success", "Rollerne er gemt", "De gælder fra medarbejderens næste klik."},
	"bruger-spaerret":   {"success", "Brugeren er spærret", "Brugeren er logget af og kan ikke logge ind."},
	"bruger-aaben":      {"success", "Brugeren er åbnet igen", ""},
	"logget-af":         {"success", "Du er logget af", "Luk browseren, hvis andre bruger samme computer."},
	"soegning-forbi":    {"warning", "Søgningen gælder ikke længere", "Søg igen, eller vælg på listen."},
	"gentaget":          {"info", "Det, du sendte, har vi modtaget én gang", "Forbindelsen blev afbrudt, så det kom to gange. Sådan er det nu. Se, om alt er med."},
	"kontrolleres":      {"info", "Loggen bliver kontrolleret lige nu", "En kontrol er allerede i gang. Åbn loggen igen om et øjeblik: så står resultatet her."},
	"allerede-modtaget": {"info", "Sagen er allerede modtaget", ""},
}

// names are the members of staff that a page may name, by id.
type names map[string]string

// colleagues returns the members of staff of the actor's municipality, by
// name, and their names by id.
func (s *Server) colleagues(c *gin.Context) ([]accounts.Staff, names, error) {
	list, err := s.options.Accounts.ListStaff(c.Request.Context(), actor(c))
	if err != nil {
		return nil, nil, err
	}
	named := names{}
	for _, a := range list {
		named[a.ID] = a.Name
	}
	slices.SortFunc(list, func(a, b accounts.Staff) int { return strings.Compare(a.Name, b.Name) })
	return list, named, nil
}

// of names one member of staff.
func (n names) of(id string) string {
	if name, ok := n[id]; ok {
		return name
	}
	return "en medarbejder i en anden kommune"
}

// by names who did something.
func (n names) by(by flexjob.By) string {
	if by.Party == flexjob.Jobcenter {
		return n.of(by.Actor)
	}
	return partyName(by.Party)
}

// stamp writes a moment as tables do: "22.11.2026 kl. 14.05".
func stamp(t time.Time) string { return ident.DateOf(t).String() + " kl. " + clockText(t) }

// look returns the case of the request for an answer to a POST.
func (s *Server) look(c *gin.Context) (*casework.View, error) {
	return s.options.Cases.Look(c.Request.Context(), actor(c), c.Param("id"))
}

// casePath is where the staff's pages of a case are.
func casePath(id string) string { return staffPlace + "/sager/" + id }

// leadOn redirects from a page that shows nothing itself, with the notice that it
// was to show.
func leadOn(c *gin.Context, path string) {
	word := c.Query("nyt")
	if _, known := staffNotices[word]; !known {
		word = ""
	}
	goTo(c, path, word)
}

// goTo redirects after a POST, with the word of a notice or "".
func goTo(c *gin.Context, path, notice string) {
	if notice != "" {
		path += "?nyt=" + notice
	}
	c.Redirect(http.StatusSeeOther, path)
}
