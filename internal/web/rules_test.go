package web

import (
	"strings"
	"testing"
)

// says tests that the public page at path says each of the words.
func says(t *testing.T, path string, words ...string) {
	t.Helper()
	s, _ := newServer(t, nil)
	got := strings.Join(strings.Fields(text(parse(t, do(s.Handler(), request("GET", path, ""))))), " ")
	for _, want := range words {
		if !strings.Contains(got, want) {
			t.Errorf("%s does not say %q", path, want)
		}
	}
}

func TestRuleR1BothDescribeTheJob(t *testing.T) {
	says(t, "/", "I beskriver jobbet sammen", "inviterer den anden")
	says(t, "/ansat", "I kan også udfylde det hele sammen ved den samme skærm")
}

func TestRuleR4CompanyDoesNotSignBlad1(t *testing.T) {
	says(t, "/virksomhed", "I skal ikke underskrive blad 1",
		"Virksomheden skal først underskrive på ansættelsesaftalen, når den er indgået")
}

func TestRuleR7EffectiveHoursAreExplained(t *testing.T) {
	says(t, "/hjaelp/timer-og-intensitet", "15 timer om ugen, og intensiteten er 50 procent",
		"7 timer og 30 minutter", "5 timer og 2 minutter")
}

func TestRuleR8AverageIsExplained(t *testing.T) {
	says(t, "/hjaelp/timer-og-intensitet", "ud fra et gennemsnit over en længere periode")
}

func TestRuleR10ConsentIsNoCondition(t *testing.T) {
	says(t, "/hjaelp/samtykke", "Det er ikke en betingelse, at kommunen får en kopi", "dit svar har ingen betydning for vurderingen")
	says(t, "/ansat", "Det er ikke en betingelse, at kommunen får en kopi")
}

func TestRuleR11ConsentCanBeWithdrawn(t *testing.T) {
	says(t, "/hjaelp/samtykke", "Du kan altid trække et samtykke tilbage")
}

func TestRuleR21TimeToComplain(t *testing.T) {
	says(t, "/hjaelp/klage", "senest 4 uger efter, at du har modtaget vurderingen")
}

func TestRuleR25CompanyCannotComplain(t *testing.T) {
	says(t, "/hjaelp/klage", "Virksomheden kan ikke klage")
}

func TestRuleR31OfficerAndDatatilsynet(t *testing.T) {
	says(t, "/privatliv", "databeskyttelsesrådgiver", exampleMunicipality.Protection.Name, "ret til at klage til Datatilsynet")
}

func TestRuleR32TermsOfSalariedWork(t *testing.T) {
	says(t, "/hjaelp/loen-og-vilkaar", "funktionærlignende vilkår", "8 timer om ugen eller mindre")
}

func TestRuleR34ExpectedAnswer(t *testing.T) {
	says(t, "/hjaelp", "hvornår du kan vente svar")
}

func TestRuleR41WaitWithTheAgreement(t *testing.T) {
	says(t, "/ansat", "Vent derfor med at underskrive aftalen")
	says(t, "/virksomhed", "Vent med ansættelsesaftalen, til I har fået blad 2")
}

func TestRuleR45DisputesElsewhere(t *testing.T) {
	says(t, "/hjaelp/klage", "afgjort ved fagretslig behandling")
}

func TestRuleR46SickPay(t *testing.T) {
	says(t, "/virksomhed", "refunderet sygedagpenge fra 1. sygedag")
}

func TestRuleR47GrantFirst(t *testing.T) {
	says(t, "/ansat", "fleksjobbevilling, før du kan blive ansat")
}

// R49: whom to ask is on every page; TestPublicPages tries them all.
func TestRuleR49WhomToAsk(t *testing.T) {
	says(t, "/hjaelp/regler", "Hvem kan jeg spørge?", "pligt til at rådgive", exampleMunicipality.Phone)
}

func TestRuleR54MembershipIsPrivate(t *testing.T) {
	says(t, "/virksomhed", "I har ikke krav på at vide, om den ansatte er medlem af en fagforening")
}
