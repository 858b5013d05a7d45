package web

import (
	"net/url"

	"github.com/gin-gonic/gin"

	"ab325/internal/accounts"
	"ab325/internal/auth"
	"ab325/internal/casework"
)

// The asks of the acts in staffActs: what a page shows and asks before.

func askIdentity(_ *Server, _ *gin.Context, v *casework.View, p *actPage, _ url.Values) error {
	sig := v.Case.Signed()
	if sig == nil {
		return nil
	}
	p.Facts = []Row{
		{Label: "Underskrevet af", Value: sig.Name},
		{Label: "Tidspunkt", Value: stamp(sig.By.At)},
		{Label: "Den ansattes navn", Value: p.Employee},
		{Label: "Personnummer", Value: sig.Values["employee.cpr"]},
		{Label: "Telefonnummer", Value: sig.Values["employee.phone"]},
	}
	p.Texts = []string{
		"Ring til den ansatte på et nummer, som kommunen kendte i forvejen, eller tal med den ansatte ved fremmøde. Brug ikke et nummer, der kun står på blanketten.",
		"Stil spørgsmål, som kun den ansatte kan svare på, og spørg, om den ansatte selv har underskrevet blad 1.",
		"Er du ikke sikker, så bekræft ikke. Send blad 1 tilbage, og bed den ansatte om at underskrive hos jer.",
	}
	return nil
}

func askGrant(_ *Server, _ *gin.Context, v *casework.View, p *actPage, _ url.Values) error {
	p.Facts = []Row{{Label: "Den ansattes navn", Value: p.Employee}, {Label: "Personnummer", Value: blad1(v)["employee.cpr"]}}
	return nil
}

// caseworkers are the colleagues who can work on cases.
func caseworkers(list []accounts.Staff) (out []accounts.Staff) {
	for _, a := range list {
		who := auth.Actor{Provider: auth.StaffAccount, Subject: a.ID, Roles: a.Roles}
		if !a.Disabled && who.Has(auth.Caseworker, auth.Issuer, auth.TeamLeader) {
			out = append(out, a)
		}
	}
	return out
}

// askStaff asks for one of the colleagues that pass.
func (p *actPage) askStaff(s *Server, c *gin.Context, label, empty, chosen string, pass func(accounts.Staff) bool) error {
	list, _, err := s.colleagues(c)
	if err != nil {
		return err
	}
	p.Choice = &Select{Control: Control{ID: "staff", Label: label}, Empty: empty, Width: "width-l"}
	for _, a := range caseworkers(list) {
		if pass(a) {
			p.Choice.Choices = append(p.Choice.Choices, Choice{Value: a.ID, Label: a.Name, Chosen: a.ID == chosen})
		}
	}
	inDanishOrder(p.Choice.Choices)
	return nil
}

func askAssignee(s *Server, c *gin.Context, v *casework.View, p *actPage, typed url.Values) error {
	chosen := v.Case.Assignee
	if typed.Has("staff") {
		chosen = typed.Get("staff")
	}
	return p.askStaff(s, c, "Hvem skal behandle sagen?", "Ingen", chosen, func(a accounts.Staff) bool { return !v.Case.IsDisqualified(a.ID) })
}

func askBlocked(s *Server, c *gin.Context, v *casework.View, p *actPage, typed url.Values) error {
	p.askReason("Hvorfor? (frivilligt)", "Kun teamledere og sagsbehandlere i sagen kan læse det.", typed)
	return p.askStaff(s, c, "Hvem skal spærres?", "Vælg", typed.Get("staff"), func(a accounts.Staff) bool {
		return a.ID != actor(c).Subject && !v.Case.IsDisqualified(a.ID)
	})
}

func askQualified(s *Server, c *gin.Context, v *casework.View, p *actPage, typed url.Values) error {
	return p.askStaff(s, c, "Hvem skal have adgang igen?", "Vælg", typed.Get("staff"), func(a accounts.Staff) bool { return v.Case.IsDisqualified(a.ID) })
}

func askDelay(_ *Server, _ *gin.Context, v *casework.View, p *actPage, typed url.Values) error {
	if day := v.Case.Expected(); !day.IsZero() {
		p.Facts = []Row{{Label: "Forventet svar nu", Value: day.Long()}}
	}
	p.Line = &TextInput{Control: Control{ID: "until", Label: "Ny dato for svaret", Hint: "For eksempel 1.12.2026"}, Value: typed.Get("until"), Width: "char-11", Autocomplete: "off"}
	p.askReason("Hvorfor trækker svaret ud?", "Begge parter kan læse det. Skriv ikke om sygdom.", typed)
	return nil
}

// R3: «hele blanketten fremsendes til jobcenteret i den ansattes
// bopælskommune»
func askForward(s *Server, c *gin.Context, v *casework.View, p *actPage, typed url.Values) error {
	served, err := s.options.Accounts.Enabled(c.Request.Context())
	if err != nil {
		return err
	}
	online := map[string]bool{}
	for _, m := range served {
		online[m.Code] = true
	}
	p.Choice = &Select{Control: Control{ID: "to", Label: "Hvilken kommune skal have sagen?"}, Empty: "Vælg", Width: "width-l"}
	for _, m := range s.options.Cases.Municipalities {
		if m.Code == v.Case.Municipality {
			continue
		}
		label := m.Name
		if online[m.Code] {
			label += " – modtager sagen her"
		}
		p.Choice.Choices = append(p.Choice.Choices, Choice{Value: m.Code, Label: label, Chosen: m.Code == typed.Get("to")})
	}
	inDanishOrder(p.Choice.Choices)
	p.Texts = []string{
		"Bruger den anden kommune tjenesten, får den sagen med det samme, og I kan ikke længere åbne den.",
		"Bruger den anden kommune ikke tjenesten, bliver sagen afsluttet her. Så skal du printe blad 1 og sende det med post.",
	}
	p.askReason("Hvorfor sendes sagen videre?", "Begge parter kan læse det. For eksempel at den ansatte er flyttet.", typed)
	return nil
}

// R26: «begrundet afgørelse med klagevejledning»
func askDismissal(s *Server, _ *gin.Context, v *casework.View, p *actPage, typed url.Values) error {
	deadline := s.options.Cases.Deadline(v)
	p.askReason("Begrundelse for afgørelsen", "Den ansatte kan læse den. Skriv, hvilke regler og oplysninger afgørelsen bygger på.", typed)
	p.Warning = &Alert{Variant: "info", Heading: "Det står der om klage",
		Text: "Den ansatte kan klage. Kommunen skal have modtaget klagen senest 4 uger efter, at afgørelsen er modtaget. Træffes afgørelsen i dag, er det " +
			deadline.LastDay.Long() + ". Man kan klage skriftligt eller mundtligt til " + s.options.Cases.Authority(v.Case.Municipality) +
			". Kommunen vurderer sagen igen inden 4 uger og sender klagen videre til Ankestyrelsen, hvis den ikke giver fuldt medhold."}
	return nil
}

func askReplacement(_ *Server, _ *gin.Context, v *casework.View, p *actPage, typed url.Values) error {
	if old := v.Case.Standing(); old != nil {
		p.Facts = []Row{{Label: "Erstatter vurdering af", Value: old.Issue.Date.Long()}}
	}
	p.askReason("Hvorfor laves der en ny vurdering?", "For eksempel at parterne har bedt om det, eller at timetallet var skrevet forkert.", typed)
	return nil
}

func askAgreement(_ *Server, _ *gin.Context, v *casework.View, p *actPage, typed url.Values) error {
	value := typed.Get("dated")
	if !typed.Has("dated") && v.Case.Agreement != nil {
		value = v.Case.Agreement.Dated.String()
	}
	p.Line = &TextInput{Control: Control{ID: "dated", Label: "Dato på ansættelsesaftalen", Hint: "For eksempel 1.12.2026"}, Value: value, Width: "char-11", Autocomplete: "off"}
	if b := v.Case.Standing(); b != nil {
		p.Facts = []Row{{Label: "Vurderingen er fra", Value: b.Issue.Date.Long()}}
	}
	return nil
}
