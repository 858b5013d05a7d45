package casework

import (
	"errors"
	"time"

	"ab325/internal/flexjob"
	"ab325/internal/ident"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// The kinds of messages to the parties.
const (
	invitationMail = "invitation"
	accessMail     = "access"
	newsMail       = "news"
)

// accessMail returns the message that carries a way in. It names nobody and
// says nothing of the case: a mailbox is no safe place.
func (s *Service) accessMail(c *flexjob.Case, to flexjob.Party, address string, a Access, link string, invited bool) store.Message {
	subject, text := "Nyt link til din blanket om fleksjob", "Her er et nyt link til den blanket om fleksjob, som du er i gang med. Linket virker til og med den "+day(a.Ends)+"."
	kind := accessMail
	if invited {
		kind, subject = invitationMail, "Du er inviteret til at udfylde en blanket om fleksjob"
		text = "Du er inviteret til at udfylde en blanket om et fleksjob sammen med den anden part. Linket kan bruges én gang og virker til og med den " + day(a.Ends) + "."
	}
	return store.Message{At: s.Now().UTC(), To: address, Party: to, Case: c.ID, Kind: kind, Link: link,
		Data: map[string]string{"subject": subject, "text": text, "link": a.Link, "code": a.Code}}
}

// news returns what the parties are to be told after an act of by: that there
// is something to see in their case, never what. Who asks for a correction, or
// comes in, knows.
func (s *Service) news(c *flexjob.Case, before flexjob.Status, act flexjob.ActName, by flexjob.Party) []store.Message {
	var out []store.Message
	for _, n := range told[act] {
		address := newsAddress(c, n.to)
		knows := n.to == by && (act == flexjob.AskCorrectionName || act == flexjob.JoinName)
		if address == "" || knows || n.after != "" && n.after != before {
			continue
		}
		out = append(out, store.Message{At: s.Now().UTC(), To: address, Party: n.to, Case: c.ID, Kind: newsMail,
			Data: map[string]string{"subject": "Nyt i din sag " + c.Number, "text": n.text, "link": s.BaseURL + "/adgang"}})
	}
	return out
}

// newsAddress returns where a party that is in hears that there is something
// new: its registered address, else the one that it wrote on Blad 1 for that.
func newsAddress(c *flexjob.Case, p flexjob.Party) string {
	m := c.Member(p)
	if m == nil {
		return ""
	}
	if written := c.Blad1[string(p)+".email"].Value; m.Address == "" && checkAddress(written) == nil {
		return written
	}
	return m.Address
}

// A notice is what one party is told after an act.
type notice struct {
	to    flexjob.Party
	after flexjob.Status // only where the case stood so before; "" always
	text  string
}

// told is the table of who is told what after which act.
var told = map[flexjob.ActName][]notice{
	flexjob.JoinName:            {{flexjob.Employee, "", openCase}, {flexjob.Company, "", openCase}},
	flexjob.AskCorrectionName:   {{flexjob.Employee, "", "Du er bedt om at rette noget i blad 1. " + openCase}, {flexjob.Company, "", "Du er bedt om at rette noget i blad 1. " + openCase}},
	flexjob.SignName:            {{flexjob.Employee, "", "Blad 1 er sendt til kommunen. Du finder kvitteringen i sagen. " + openCase}, {flexjob.Company, "", "Blad 1 er sendt til kommunen. " + openCase}},
	flexjob.ReturnName:          {{flexjob.Employee, "", "Blad 1 er sendt tilbage, fordi noget skal rettes. " + openCase}, {flexjob.Company, "", "Blad 1 er sendt tilbage, fordi noget skal rettes. " + openCase}},
	flexjob.DelayName:           {{flexjob.Employee, "", "Svaret på blanketten trækker ud. Du finder den nye dato i sagen. " + openCase}, {flexjob.Company, "", "Svaret på blanketten trækker ud. Du finder den nye dato i sagen. " + openCase}},
	flexjob.IssueName:           {{flexjob.Employee, "", "Vurderingen er klar. " + openCase}, {flexjob.Company, "", "Vurderingen er klar. " + openCase}},
	flexjob.DismissName:         {{flexjob.Employee, "", "Kommunen har truffet en afgørelse. " + openCase}, {flexjob.Company, "", "Sagen er afsluttet. " + openCase}},
	flexjob.ForwardName:         {{flexjob.Employee, "", "Sagen er sendt videre til en anden kommune. " + openCase}, {flexjob.Company, "", "Sagen er sendt videre til en anden kommune. " + openCase}},
	flexjob.WithdrawName:        {{flexjob.Employee, "", "Blanketten er trukket tilbage. " + openCase}, {flexjob.Company, "", "Blanketten er trukket tilbage. " + openCase}},
	flexjob.WithdrawConsentName: {{flexjob.Employee, "", "Du har trukket et samtykke tilbage. Kvitteringen ligger i sagen. " + openCase}, {flexjob.Company, "", consentChanged}},
	flexjob.AnswerConsentName:   whenSent(flexjob.Company, consentChanged),
	flexjob.CloseName:           {{flexjob.Employee, "", "Sagen er afsluttet. " + openCase}, {flexjob.Company, "", "Sagen er afsluttet. " + openCase}},
}

// whenSent tells one party after an act on a case that has been sent.
func whenSent(to flexjob.Party, text string) (all []notice) {
	for _, before := range []flexjob.Status{flexjob.Returned, flexjob.Sent, flexjob.Received, flexjob.Assessed, flexjob.Issued, flexjob.Replacing} {
		all = append(all, notice{to, before, text})
	}
	return all
}

const consentChanged = "Et samtykke er ændret. Se i sagen, hvad du må sende. " + openCase

const openCase = "Åbn sagen med dit link eller din kode for at læse mere."

// checkAddress refuses what cannot be an e-mail address; "" is none.
func checkAddress(address string) error {
	if address == "" {
		return nil
	}
	_, err := ident.ParseEmail(address)
	if wrong, ok := errors.AsType[*ident.Error](err); ok {
		return &problem.Error{Kind: problem.Invalid, Detail: "E-mailadressen er ikke rigtig.",
			Fields: []problem.Field{{ID: "address", Text: wrong.Text}}}
	}
	return err
}

// unknownLink words a link or code that is not known.
func unknownLink(err error) error {
	if problem.Of(err) == problem.NotFound {
		return problem.New(problem.NotFound, "Linket eller koden passer ikke. Kontrollér, at du har skrevet hele koden, og prøv igen.")
	}
	return err
}

// day returns the Danish date of t in words.
func day(t time.Time) string { return ident.DateOf(t).Long() }
