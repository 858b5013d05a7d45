package web

import (
	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/ident"
)

// A turn says what is next in a case, and for whom.
type turn struct {
	Good    bool // something has been reached
	Heading string
	Text    string
	Button  *Button
}

// Variant is the alert that the turn is shown in.
func (t turn) Variant() string {
	if t.Good {
		return "success"
	}
	return "info"
}

func (s *Server) turn(who auth.Actor, v *casework.View) turn {
	switch v.Status {
	case flexjob.Draft, flexjob.Returned:
		return s.fillingTurn(who, v)
	case flexjob.Sent:
		return turn{Heading: "Kommunen skal modtage sagen", Text: "Sagen er sendt til " + s.options.Cases.Authority(v.Case.Municipality) + ". I skal ikke gøre noget nu."}
	case flexjob.Received, flexjob.Assessed:
		return s.waitingTurn(v)
	case flexjob.Issued:
		if v.Case.Standing() == nil { // the reader gets no copy
			return turn{Good: true, Heading: "Vurderingen er klar", Text: "Kommunen har vurderet arbejdsevnen. I har ikke bedt om et eksemplar til virksomheden, så vurderingen ligger hos den ansatte. Læs den sammen, før I laver ansættelsesaftalen."}
		}
		return turn{Good: true, Heading: "Vurderingen er klar", Text: "Læs kommunens vurdering herunder. Nu kan I lave ansættelsesaftalen.", Button: &Button{Text: "Læs vurderingen", Href: "#vurdering"}}
	case flexjob.Replacing:
		return turn{Heading: "Kommunen laver en ny vurdering", Text: "Den vurdering, der er udstedt, gælder, til den nye er klar."}
	}
	return turn{Heading: "Sagen er slut", Text: "Der er ikke mere at gøre i sagen. Dokumenterne er her stadig."}
}

// fillingTurn says whose turn it is while Blad 1 is open.
func (s *Server) fillingTurn(who auth.Actor, v *casework.View) turn {
	place, mine := placeOf(who), missing(v, who.Party)
	switch {
	case mine > 0:
		return turn{Heading: "Det er din tur", Text: "Du mangler at udfylde eller rette " + plural(mine, "felt", "felter") + " i blad 1.",
			Button: &Button{Text: "Udfyld blad 1", Href: s.firstStep(who, v)}}
	case len(v.Case.OpenCorrections(who.Party)) > 0:
		return turn{Heading: "Det er din tur", Text: upperFirst(partyName(who.Party.Other())) + " har bedt dig om at rette noget i blad 1. Ret det, eller skriv, at intet skal rettes.",
			Button: &Button{Text: "Se, hvad der skal rettes", Href: "#rettelser"}}
	case !v.HasOther && !v.Invited.IsZero():
		return turn{Heading: upperFirst(partyName(who.Party.Other())) + " er inviteret", Text: "Du inviterede den " + ident.DateOf(v.Invited).Long() +
			". Når " + partyName(who.Party.Other()) + " åbner invitationen, ser du det her. Sker der ikke noget, kan du invitere igen.",
			Button: &Button{Text: "Invitér igen", Href: place + "/inviter"}}
	case !v.HasOther:
		return turn{Heading: "Invitér " + partyName(who.Party.Other()), Text: "Dine felter er udfyldt. Nu skal " + partyName(who.Party.Other()) + " udfylde sine.",
			Button: &Button{Text: "Invitér " + partyName(who.Party.Other()), Href: place + "/inviter"}}
	case missing(v, who.Party.Other()) > 0:
		return turn{Heading: "Det er " + possessive(who.Party.Other()) + " tur", Text: "Dine felter er udfyldt. " + upperFirst(partyName(who.Party.Other())) +
			" mangler at udfylde eller rette " + plural(missing(v, who.Party.Other()), "felt", "felter") + "."}
	case v.Status == flexjob.Returned:
		return turn{Heading: "Kommunen har sendt blad 1 tilbage", Text: "Læs herunder, hvad kommunen skriver, og ret det i blad 1. Bagefter skal den ansatte skrive under igen.",
			Button: &Button{Text: "Ret blad 1", Href: stepPath(place, steps[0].name)}}
	case who.Party == flexjob.Employee:
		return turn{Heading: "Blad 1 er klar til underskrift", Text: "Læs det hele igennem. Er det rigtigt, kan du skrive under og sende.",
			Button: &Button{Text: "Se opsummeringen", Href: stepPath(place, "summary")}}
	}
	return turn{Heading: "Det er den ansattes tur", Text: "Alt er udfyldt. Nu skal den ansatte læse det igennem, skrive under og sende. Virksomheden skal ikke underskrive."}
}

// waitingTurn says when an answer is to be expected.
//
// R5: «fremsender jobcenteret hurtigst muligt en vurdering»
// R34: «angive en forventet sagsbehandlingstid»
func (s *Server) waitingTurn(v *casework.View) turn {
	t := turn{Heading: "Kommunen er i gang", Text: "Kommunen vurderer arbejdsevnen. I kan vente svar senest " + v.Case.Expected().Long() + "."}
	if v.Case.Late(v.Today) {
		t.Text = "Svaret skulle være kommet senest " + v.Case.Expected().Long() + ". Det er forsinket. Kontakt kommunen, hvis du vil vide mere."
	}
	return t
}

// firstStep is the first step on which who has something to do.
func (s *Server) firstStep(who auth.Actor, v *casework.View) string {
	own, _ := s.leftToDo(who, v)
	if len(own) > 0 {
		return own[0].Href
	}
	return stepPath(placeOf(who), steps[0].name)
}

// possessive is a party as the owner of something.
func possessive(p flexjob.Party) string {
	return partyName(p) + "s"
}
