package web

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/problem"
)

// consentTerms stand above the questions and are recorded with each answer.
//
// R10: «Det er ikke en betingelse, at jobcenteret får en kopi»
// R11: «Du kan altid tilbagekalde et samtykke»
const consentTerms = "Det er ikke en betingelse, at kommunen eller den faglige organisation får en kopi. " +
	"Du kan sende blad 1 uden at svare, og dit svar har ingen betydning for vurderingen eller for dit fleksjob. " +
	"Du kan altid trække et samtykke tilbage."

// A consentPage asks the employee the two questions; to the company it shows
// where they stand.
type consentPage struct {
	partyPage
	Terms     string
	Questions []Radios  // the employee's
	States    []consent // the company's
	Open      bool      // Blad 1 is open: there is a next step
	Ended     bool      // the case is over, and the consents with it
	Union     string    // the union that holds the agreement, as the company named it
}

// A consent is where one of them stands, in words for the reader.
type consent struct {
	Purpose flexjob.Purpose
	Label   string // «kopi til kommunen»
	Wording string // the form's own
	State   Badge
	Text    string // what it means for the reader
	Given   bool
	Ended   bool // nothing can be answered any more

	Answered bool
	Receipt  string // id of the document; "" for who may not fetch it
}

// wording is what is recorded with an answer: the question as it was shown,
// with the terms above it.
func wording(v *casework.View, p flexjob.Purpose) string {
	f, ok := v.Form.Field(string(p))
	if !ok {
		return consentTerms
	}
	return f.Label + "\n\n" + consentTerms
}

func (s *Server) showConsent(c *gin.Context) error {
	who := actor(c)
	v, err := s.options.Cases.Open(c.Request.Context(), who, c.Param("id"))
	if err != nil {
		return err
	}
	if who.Party == flexjob.Employee && unasked(v) && v.Case.May(who.Party, flexjob.AskConsentName) {
		act := flexjob.AskConsent{Wording: map[flexjob.Purpose]string{}}
		for _, p := range flexjob.Purposes() {
			act.Wording[p] = wording(v, p)
		}
		if err := s.options.Cases.Do(c.Request.Context(), who, v.Case.ID, casework.Any, act); err != nil {
			return err
		}
	}
	return s.render(c, http.StatusOK, "consent", s.consentPage(c, v))
}

// unasked reports whether a question has not been shown yet.
func unasked(v *casework.View) bool {
	for _, p := range flexjob.Purposes() {
		if v.Case.Consent(p) == "" {
			return true
		}
	}
	return false
}

func (s *Server) consentPage(c *gin.Context, v *casework.View) *consentPage {
	page := &consentPage{partyPage: s.partyPage(c, "Samtykke", v), Terms: consentTerms, Open: v.Status.Open(), Ended: v.Status.Ended()}
	page.Union = v.Case.Blad1["union.name"].Value
	page.Back = &Link{page.Place, "Til sagen"}
	if page.Open {
		page.mark(1, false)
		page.Steps = s.indicator(actor(c), v, "consent")
	}
	page.States = consents(actor(c), v)
	for _, p := range flexjob.Purposes() {
		state := v.Case.Consent(p)
		page.Questions = append(page.Questions, Radios{
			Control: Control{ID: string(p), Label: page.label(v, p)},
			Choices: []Choice{
				{Value: "ja", Label: "Ja, jeg giver samtykke", Chosen: state == flexjob.Given},
				{Value: "nej", Label: "Nej, jeg giver ikke samtykke", Chosen: state == flexjob.Refused || state == flexjob.Taken},
			},
		})
	}
	return page
}

// label is the question in the form's own words.
func (*consentPage) label(v *casework.View, p flexjob.Purpose) string {
	f, _ := v.Form.Field(string(p))
	if f == nil {
		return string(p)
	}
	return f.Label
}

// answerConsent records the answers that were given; a question without an
// answer stays without one. Neither is ever needed to go on (R9, R10).
func (s *Server) answerConsent(c *gin.Context) error {
	values, err := formOf(c)
	if err != nil {
		return err
	}
	who, id := actor(c), c.Param("id")
	v, err := s.options.Cases.Look(c.Request.Context(), who, id)
	if err != nil {
		return err
	}
	for _, p := range flexjob.Purposes() {
		answer, stands := values.Get(string(p)), v.Case.Consent(p)
		if answer != "ja" && answer != "nej" || answer == answerOf(stands) {
			continue
		}
		act := flexjob.AnswerConsent{Purpose: p, Given: answer == "ja", Wording: wording(v, p)}
		if err := s.options.Cases.Do(part(c, string(p)), who, id, casework.Any, act); err != nil && !repeated(err) {
			return err
		}
	}
	to := placeOf(who) + "?nyt=samtykke#samtykke"
	if v.Status.Open() && values.Get("then") == "next" {
		to = stepPath(placeOf(who), nextStep("consent"))
	} else if v.Status.Open() {
		to = stepPath(placeOf(who), "consent") + "?gemt=kladde"
	}
	c.Redirect(http.StatusSeeOther, to)
	return nil
}

// answerOf is the answer that a state shows as chosen.
func answerOf(s flexjob.ConsentState) string {
	switch s {
	case flexjob.Given:
		return "ja"
	case flexjob.Refused, flexjob.Taken:
		return "nej"
	}
	return ""
}

// withdrawConsent takes a consent back: one press, then a receipt.
func (s *Server) withdrawConsent(c *gin.Context) error {
	values, err := formOf(c)
	if err != nil {
		return err
	}
	who, id := actor(c), c.Param("id")
	p, slug, ok := purposeOf(values.Get("purpose"))
	if !ok {
		return problem.New(problem.Invalid, "Vælg, hvilket samtykke du vil trække tilbage. Gå tilbage til sagen, og tryk på knappen ved samtykket.")
	}
	v, err := s.options.Cases.Look(c.Request.Context(), who, id)
	if err != nil {
		return err
	}
	act := flexjob.WithdrawConsent{Purpose: p, Wording: wording(v, p)}
	if err := s.options.Cases.Do(c.Request.Context(), who, id, casework.Any, act); err != nil {
		return err
	}
	c.Redirect(http.StatusSeeOther, placeOf(who)+"/samtykke/kvittering/"+slug)
	return nil
}

// purposeOf reads the word that addresses and forms have for a purpose.
func purposeOf(slug string) (flexjob.Purpose, string, bool) {
	for p, s := range purposeSlugs() {
		if s == slug {
			return p, s, true
		}
	}
	return "", "", false
}

func purposeSlugs() map[flexjob.Purpose]string {
	return map[flexjob.Purpose]string{flexjob.CopyToJobcenter: "kommunen", flexjob.CopyToUnion: "faglig-organisation"}
}

// A consentReceiptPage is the receipt of a withdrawal.
type consentReceiptPage struct {
	partyPage
	Rows     []Row
	Document string // the receipt as a PDF
	HasOther bool
}

func (s *Server) showConsentReceipt(c *gin.Context) error {
	v, err := s.options.Cases.Open(c.Request.Context(), actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	p, _, ok := purposeOf(c.Param("purpose"))
	event, taken := lastConsent(v, p)
	if !ok || !taken {
		return errNoPage
	}
	page := &consentReceiptPage{partyPage: s.partyPage(c, "Kvittering: samtykket er trukket tilbage", v), HasOther: v.HasOther}
	page.mark(0, false)
	page.Back = &Link{page.Place + "#samtykke", "Til sagen"}
	page.Document = page.Place + "/dokument/" + lastReceipt(v, p)
	page.Rows = []Row{
		{Label: "Sagsnummer", Value: v.Case.Number},
		{Label: "Samtykke", Value: strings.Split(event.Wording, "\n\n")[0]},
		{Label: "Trukket tilbage", Value: moment(event.By.At)},
		{Label: "Sendt, før du trak det tilbage", Value: "Der står ikke i sagen, at der er sendt en kopi."},
	}
	return s.render(c, http.StatusOK, "consent-receipt", page)
}

// lastConsent returns the last line of the ledger about a purpose, and
// whether it is a withdrawal.
func lastConsent(v *casework.View, p flexjob.Purpose) (last flexjob.ConsentEvent, taken bool) {
	for _, e := range v.Case.Consents {
		if e.Purpose == p {
			last = e
		}
	}
	return last, last.State == flexjob.Taken
}

// lastReceipt returns the id of the receipt of the last answer about a
// purpose, or "".
func lastReceipt(v *casework.View, p flexjob.Purpose) (id string) {
	for _, d := range v.Documents {
		if d.Kind == casework.ConsentReceipt && d.Purpose == p {
			id = d.ID
		}
	}
	return id
}

// consents are the two consents in words for the reader.
func consents(who auth.Actor, v *casework.View) (out []consent) {
	for _, p := range flexjob.Purposes() {
		state := v.Case.Consent(p)
		k := consent{Purpose: p, Label: "Kopi af ansættelsesaftalen til kommunen", Given: state == flexjob.Given, Ended: state == flexjob.Expired || v.Status.Ended()}
		k.Answered = state != "" && state != flexjob.Requested
		k.Receipt = lastReceipt(v, p)
		if p == flexjob.CopyToUnion {
			k.Label = "Kopi af ansættelsesaftalen til den faglige organisation, der har overenskomsten"
		}
		if f, ok := v.Form.Field(string(p)); ok {
			k.Wording = f.Label
		}
		k.State = consentBadges[state]
		k.Text = consentTexts[who.Party][state]
		if k.Ended && state != flexjob.Expired && who.Party == flexjob.Employee {
			k.Text = "Sagen er slut, så virksomheden må ikke sende en kopi."
		}
		out = append(out, k)
	}
	return out
}

// Slug is the word for the consent's purpose in forms and addresses.
func (k consent) Slug() string { return purposeSlugs()[k.Purpose] }

var consentBadges = map[flexjob.ConsentState]Badge{
	"":                {Variant: "info", Text: "Ikke besvaret"},
	flexjob.Requested: {Variant: "info", Text: "Ikke besvaret"},
	flexjob.Given:     {Variant: "success", Text: "Givet"},
	flexjob.Refused:   {Text: "Ikke givet"},
	flexjob.Taken:     {Text: "Trukket tilbage"},
	flexjob.Expired:   {Text: "Bortfaldet"},
}

// consentTexts say what each state means, to each party.
var consentTexts = map[flexjob.Party]map[flexjob.ConsentState]string{
	flexjob.Employee: {
		"":                "Du har ikke svaret. Det tæller ikke som et ja. Du kan svare når som helst.",
		flexjob.Requested: "Du har ikke svaret. Det tæller ikke som et ja. Du kan svare når som helst.",
		flexjob.Given:     "Virksomheden må sende en kopi, når aftalen er underskrevet. Du kan trække dit samtykke tilbage når som helst.",
		flexjob.Refused:   "Virksomheden må ikke sende en kopi. Du kan ændre dit svar når som helst.",
		flexjob.Taken:     "Virksomheden må ikke længere sende en kopi. Du kan give samtykke igen, hvis du vil.",
		flexjob.Expired:   "Sagen er færdigbehandlet, og derfor gælder samtykket ikke længere.",
	},
	flexjob.Company: {
		"":                "Der er ikke givet samtykke. Send ikke en kopi.",
		flexjob.Requested: "Der er ikke givet samtykke. Send ikke en kopi.",
		flexjob.Given:     "I må sende en kopi, når aftalen er underskrevet. Se efter her igen, lige før I sender: samtykket kan trækkes tilbage.",
		flexjob.Refused:   "Der er ikke givet samtykke. Send ikke en kopi.",
		flexjob.Taken:     "Samtykket er trukket tilbage. Send ikke en kopi fra nu af.",
		flexjob.Expired:   "Sagen er færdigbehandlet, og samtykket gælder ikke længere. Send ikke en kopi.",
	},
}
