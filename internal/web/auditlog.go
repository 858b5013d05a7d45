package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"ab325/internal/audit"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/form"
	"ab325/internal/ident"
	"ab325/internal/problem"
)

// A logPage is the audit log, latest first. It holds nothing of the cases but
// their numbers.
type logPage struct {
	Page
	Number, From, To TextInput
	Table            Table
	Older            string // address of the page before, or ""
	Check            *Alert // what became of the last check
}

func (s *Server) showLog(c *gin.Context) error {
	page := &logPage{Page: s.staffPage(c, "Log", partLog)}
	page.Wide = true
	date := func(id, label string) TextInput {
		return TextInput{Control: Control{ID: id, Label: label, Hint: "For eksempel 1.12.2026"}, Value: c.Query(id), Width: "char-11", Autocomplete: "off"}
	}
	page.Number = TextInput{Control: Control{ID: "sag", Label: "Sagsnummer", Hint: "For eksempel 2026-000123"}, Value: c.Query("sag"), Width: "char-11", Autocomplete: "off"}
	page.From, page.To = date("fra", "Fra og med"), date("til", "Til og med")
	page.Check = s.lastCheck.alert()
	q := casework.LogQuery{Number: form.Clean(form.Text, c.Query("sag"))}
	var faults []problem.Field
	for _, d := range []struct {
		input *TextInput
		to    *ident.Date
	}{{&page.From, &q.From}, {&page.To, &q.To}} {
		if strings.TrimSpace(d.input.Value) == "" {
			continue
		}
		day, err := ident.ParseDate(d.input.Value)
		if err != nil {
			faults = append(faults, problem.Field{ID: d.input.ID, Text: "Skriv datoen som for eksempel 1.12.2026"})
		}
		*d.to = day
	}
	if len(faults) > 0 {
		page.Errors = faultsOn(map[string]*Control{"fra": &page.From.Control, "til": &page.To.Control}, faults)
		return s.render(c, http.StatusUnprocessableEntity, "staff-log", page)
	}
	q.Before, _ = audit.ParseID(c.Query("foer"))
	if err := s.fillLog(c, page, q); err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "staff-log", page)
}

func (s *Server) fillLog(c *gin.Context, page *logPage, q casework.LogQuery) error {
	found, err := s.options.Cases.Log(c.Request.Context(), actor(c), q)
	if err != nil {
		return err
	}
	_, named, err := s.colleagues(c)
	if err != nil {
		return err
	}
	page.Table = Table{Caption: "Loggen, det seneste først", Empty: "Der er ingen poster. Kontrollér sagsnummer og datoer.",
		Heads: []Head{{Text: "Post", Right: true}, {Text: "Tidspunkt", Whole: true}, {Text: "Hvem"}, {Text: "Hvad"}, {Text: "Sag", Whole: true}, {Text: "Resultat"}}}
	for _, l := range found.Lines {
		if !l.ErasedBy.IsZero() {
			page.Table.Rows = append(page.Table.Rows, TableRow{[]Cell{{Text: logPlace(l.Place)}, {Text: stamp(l.At)}, {}, {Text: "Posten blev slettet med sin sag"}, {}, {}}})
			continue
		}
		page.Table.Rows = append(page.Table.Rows, TableRow{[]Cell{
			{Text: logPlace(l.Place)}, {Text: stamp(l.At)}, {Text: logActor(l, named), Small: l.Actor}, {Text: logAction(l.Action), Small: l.Object}, {Text: l.Number}, logResult(l.Result),
		}})
	}
	if !found.Next.IsZero() {
		values := url.Values{"foer": {found.Next.String()}}
		for _, name := range []string{"sag", "fra", "til"} {
			if v := c.Query(name); v != "" {
				values.Set(name, v)
			}
		}
		page.Older = staffPlace + "/log?" + values.Encode()
	}
	return nil
}

// logActor names who did it, as far as the reader may know.
func logActor(l casework.LogLine, n names) string {
	switch flexjob.Party(l.Role) {
	case flexjob.Employee, flexjob.Company, flexjob.System:
		return upperFirst(partyName(flexjob.Party(l.Role)))
	}
	if name, ok := n[l.Actor]; ok {
		return name
	}
	return "Ukendt"
}

// logPlace shows where an entry stands in the log.
func logPlace(place uint64) string {
	if place == 0 {
		return "ny" // for a second
	}
	return thousands(int(place))
}

// logResult shows how it went.
func logResult(result string) Cell {
	if result == "ok" {
		return Cell{Text: "Udført"}
	}
	return Cell{Badge: &Badge{"warning", "Afvist"}}
}

// logActions are the log's words in Danish.
var logActions = map[string]string{
	"start": "Begyndte en blanket", "join": "Kom ind i sagen", "enter": "Åbnede med link eller kode", "invite": "Inviterede", "hand-over": "Gav skærmen videre",
	"resend-access": "Sendte nyt link", "give-access": "Gav ny adgang", "open": "Så sagen", "preview": "Så en forhåndsvisning", "fetch": "Hentede et dokument", "print-draft": "Printede en kladde",
	"fill": "Skrev i felter", "read-file": "Hentede svar fra en udfyldt blanket", "search": "Søgte", "read-log": "Læste loggen", "read-own-log": "Så, hvem der har set sagen", "check-log": "Kontrollerede loggen", "sign-in": "Loggede ind", "password": "Skiftede adgangskode",
	"identify": "Viste, hvem de er, til en kommando", "export": "Tog alt ud", "key-change": "Skiftede nøgler", "accept-older": "Godtog gendannede data", "replay-erasures": "Slettede igen efter en gendannelse",
	"settings": "Ændrede indstillinger", "staff-add": "Lavede en bruger", "staff-roles": "Ændrede roller", "staff-disable": "Spærrede en bruger",
	"staff-enable": "Åbnede en bruger", "staff-password": "Gav en bruger ny adgangskode", "demo-access": "Lavede en demonstrationsadgang",
	string(flexjob.RegisterAddressName): "Rettede en e-mailadresse", string(flexjob.AskCorrectionName): "Bad om en rettelse", string(flexjob.CloseCorrectionName): "Lukkede et ønske om rettelse",
	string(flexjob.AttachName): "Vedhæftede en fil", string(flexjob.DetachName): "Fjernede en fil", string(flexjob.AskConsentName): "Så spørgsmålene om samtykke",
	string(flexjob.AnswerConsentName): "Svarede på et samtykke", string(flexjob.WithdrawConsentName): "Trak et samtykke tilbage", string(flexjob.SignName): "Underskrev og sendte blad 1",
	string(flexjob.ReceiveName): "Modtog sagen", string(flexjob.ReturnName): "Sendte blad 1 tilbage", string(flexjob.WithdrawName): "Trak blanketten tilbage",
	string(flexjob.DismissName): "Afsluttede uden vurdering", string(flexjob.ForwardName): "Sendte sagen videre", string(flexjob.DelayName): "Udskød svaret",
	string(flexjob.AssignName): "Valgte sagsbehandler", string(flexjob.ConfirmIdentityName): "Bekræftede identiteten", string(flexjob.ConfirmGrantName): "Bekræftede bevillingen",
	string(flexjob.AssessName): "Begyndte blad 2", string(flexjob.DropName): "Opgav en kladde til blad 2", string(flexjob.IssueName): "Udstedte blad 2",
	string(flexjob.RecordAgreementName): "Noterede aftalens dato", string(flexjob.DisqualifyName): "Registrerede inhabilitet", string(flexjob.QualifyName): "Ophævede en spærring",
	string(flexjob.CloseName): "Afsluttede sagen", audit.Erased: "Slettede sagen", casework.SealAction: "Forseglede et dokument",
}

func logAction(word string) string {
	if text, ok := logActions[word]; ok {
		return text
	}
	return word
}

// verifyLog checks the whole log.
func (s *Server) verifyLog(c *gin.Context) error {
	check, err := s.options.Cases.CheckLog(c.Request.Context(), actor(c))
	if problem.Of(err) == problem.NotNow {
		goTo(c, staffPlace+"/log", "kontrolleres")
		return nil
	} else if err != nil {
		return err
	}
	s.lastCheck.set(check)
	goTo(c, staffPlace+"/log", "")
	return nil
}
