package main

import (
	"bytes"
	"regexp"
	"time"

	"ab325/internal/flexjob"
	"ab325/internal/ident"
)

// caseworkerReturns signs in, finds the case among the others, and sends it
// back once.
func (three *trio) caseworkerReturns() {
	p := three.caseworker
	p.opens("/")
	p.presses("Log ind som medarbejder")
	p.writes("Brugernavn", "mille")
	p.writes("Adgangskode", "ikke den rigtige")
	p.pressesExpecting(422, "Log ind")
	p.checks()
	p.signsIn("mille")
	p.checks()
	three.finds()
	p.checks()
	p.presses("Tag sagen")
	p.sees("Mille Nørgaard Højbjerg")
	p.presses("Send blad 1 tilbage til rettelse")
	p.checks()
	p.pressesExpecting(422, "Send tilbage")
	p.checks()
	p.writes("Hvad skal rettes?", "Skriv, hvor mange timer ad gangen arbejdet ligger.")
	p.presses("Send tilbage")
	p.sees("Sendt tilbage")
	p.checks()
}

// signsIn signs a member of the example staff in on the page that asks for it.
func (p *person) signsIn(username string) {
	p.t.Helper()
	p.writes("Brugernavn", username)
	p.writes("Adgangskode", p.lab.site.password)
	p.presses("Log ind")
	p.sees("Log af")
}

// finds searches for the case by its number and opens it.
func (three *trio) finds() {
	p := three.caseworker
	p.writes("Søg i sagerne", three.number)
	p.presses("Søg")
	p.sees(three.number)
	p.checks()
	p.presses("Åse Bjørnsdóttir Kjærgård")
	p.sees("Sag " + three.number)
}

// partiesMend shows the reason to both; the company corrects, and the employee
// signs anew. The answers about consent stand.
func (three *trio) partiesMend() {
	const reason = "Skriv, hvor mange timer ad gangen arbejdet ligger."
	c, p := three.company, three.employee
	c.presses("Sagen")
	c.sees("Kommunen har sendt blad 1 tilbage", reason)
	c.checks()
	c.presses("Blad 1")
	c.presses("Jobindhold")
	c.writes("Jobindhold - beskrivelse af arbejdsfunktion", "Åse forbereder grøntsager, anretter kolde retter og vasker op tre formiddage om ugen, højst fire timer ad gangen.")
	c.presses("Gem kladde")
	c.sees("Kladden er gemt")

	p.presses("Sagen")
	p.sees("Skal rettes", reason)
	p.checks()
	p.presses("Blad 1")
	p.presses("Samtykke")
	p.sees("Du bestemmer selv, om du vil svare")
	p.presses("Næste")
	p.presses("Gå til underskrift")
	p.holds("Blad 1, som du underskriver det (PDF)", "højst fire timer ad gangen")
	p.presses("Underskriv og send")
	p.sees("Kvittering")
	p.presses("Sagen")
	p.sees("Du sagde nej til samtykke")
}

// caseworkerAssesses confirms what is to be confirmed and writes Blad 2; one
// who may not issue is told who may.
func (three *trio) caseworkerAssesses() {
	p := three.caseworker
	p.presses("Sager")
	three.finds()
	if file := p.fetches("Bilag: huset.pdf"); !bytes.Equal(file, leaflet) {
		three.Errorf("the attachment came out as %.100q", file)
	}
	p.presses("Bekræft identiteten")
	p.checks()
	p.presses("Bekræft identiteten")
	p.presses("Bekræft bevillingen")
	p.presses("Bekræft bevillingen")
	p.presses("Begynd blad 2")
	p.checks()
	p.writes("Antal timer om ugen", "12,34")
	p.writes("Arbejdsintensitet i procent", "400")
	p.writes("Fleksjob bevilget fra", "31.2.2025")
	p.pressesExpecting(422, "Gem, og kontrollér")
	p.checks()
	p.has("Antal timer om ugen", "12,34")
	p.has("Arbejdsintensitet i procent", "400")
	p.has("Fleksjob bevilget fra", "31.2.2025")

	p.writes("Fleksjob bevilget fra", "1.3.2025")
	p.chooses("Hvordan er fleksjobbet bevilget?", "Midlertidigt (5 år)")
	p.writes("Fleksjob bevilget til (kun et midlertidigt fleksjob)", "28.2.2030")
	p.writes("Særlige hensyn", "Ingen løft over 5 kg, faste rutiner og pauser efter behov.")
	p.writes("Antal timer om ugen", "15")
	p.writes("Arbejdsintensitet i procent", "50")
	if p.js {
		p.sees("Effektiv arbejdstid: 15 timer × 50 % = 7 timer og 30 minutter (7,5 timer) om ugen.")
	}
	p.writes("Begrundelse", "Vurderingen bygger på praktikforløbet i foråret og på samtalen med begge parter.")
	p.writes("Oplysninger, som vurderingen bygger på", "Afgørelsen om fleksjob, blad 1 og samtalen med parterne.")
	p.presses("Gem kladde")
	p.sees("7 timer og 30 minutter (7,5 timer)")
	p.checks()
	p.presses("Gem, og kontrollér")
	p.sees("Din rolle giver ikke ret til at udstede", "Ulrik Damgaard")
	p.checks()
}

// issuerIssues reads both copies and issues them.
func (three *trio) issuerIssues() {
	p := three.caseworker
	p.presses("Log af")
	p.checks()
	p.signsIn("ulrik")
	three.finds()
	p.presses("Fortsæt på blad 2")
	p.presses("Gem, og gå til udstedelse")
	p.sees("Læs begge eksemplarer")
	p.checks()
	p.holds("Den ansattes eksemplar (PDF)", "610170-0559")
	p.holds("Virksomhedens eksemplar (PDF)", "610170-XXXX")
	p.presses("Udsted blad 2")
	p.sees("Blad 2 er udstedt")
	p.checks()
	p.holds("Brev med blad 2 til den ansatte, til rudekuvert", "Du kan klage.", "har du tilsvarende længere tid", "610170-0559")
	p.holds("Brev med blad 2 til virksomheden, til rudekuvert", "610170-XXXX")
	p.holds("Alle sagens dokumenter i én PDF med indeks", "Sagens forløb", three.number, "Kvittering for blad 1")
	p.presses("Til sagen")
	p.sees("Udstedt", "Til fagsystemet")
	p.checks()
}

// partiesRead shows both their copy, and the last day to complain to the
// employee alone.
func (three *trio) partiesRead() {
	p, c := three.employee, three.company
	for _, reader := range []*person{p, c} {
		reader.presses("Sagen")
		reader.sees("Vurderingen er klar", "15 timer om ugen", "50 procent", "7 timer og 30 minutter")
		reader.checks()
	}
	lastDay := regexp.MustCompile(`Kommunen skal have modtaget din klage senest \p{L}+ den (\d+\. \p{L}+ \d{4})\.`).FindStringSubmatch(p.text())
	_, last := flexjob.ComplaintDeadline(flexjob.Page, ident.DateOf(time.Now()), flexjob.CitizenFriendly)
	if lastDay == nil || lastDay[1] != last.Long() {
		p.fatalf("last day to complain = %v, want %s", lastDay, last.Long())
	}
	c.doesNotSee("senest "+lastDay[1], lastDay[1], "0559")

	own := p.holds("Åbn blad 2 (PDF)", "Åse Bjørnsdóttir Kjærgård", "610170-0559", "15", "50", "Ingen løft over 5 kg", "Ulrik Damgaard")
	theirs := c.holds("Åbn blad 2 (PDF)", "Åse Bjørnsdóttir Kjærgård", "610170-XXXX", "15", "50", "Ingen løft over 5 kg", "Ulrik Damgaard")
	if theirs == own || regexp.MustCompile(`610170.?0559`).MatchString(theirs) {
		three.Error("the company's Blad 2 has the employee's whole CPR number")
	}
}

// employeeLooksWho reads who has seen the case: units, and no names of staff.
func (three *trio) employeeLooksWho() {
	p := three.employee
	p.presses("Sagen")
	p.presses("Se, hvem der har set og ændret dine oplysninger")
	p.sees("Medarbejder", "Ærø Kommune", "Udstedte blad 2", "Virksomheden", "Begyndte en blanket")
	p.doesNotSee("Mille", "Ulrik")
	p.checks()
	if file := p.fetches("Hent loggen (JSON)"); !bytes.Contains(file, []byte(three.number)) || bytes.Contains(file, []byte("Mille")) {
		three.Errorf("the log as a file: %.200q", file)
	}
}

// leaderErases erases the case; afterwards the parties' windows lead nowhere.
func (three *trio) leaderErases() {
	p := three.caseworker
	p.presses("Log af")
	p.signsIn("tove")
	three.finds()
	p.presses("Slet sagen for altid")
	p.sees("Det kan ikke fortrydes", "Sagen er ikke afsluttet")
	p.checks()
	p.pressesExpecting(422, "Slet sagen for altid")
	p.sees("Vælg, hvorfor sagen skal slettes")
	p.checks()
	p.chooses("Hvorfor skal sagen slettes?", "Sagen bliver aldrig færdig, og ingen har brug for den")
	p.ticks("Slet sagen, selv om noget ikke er færdigt")
	p.presses("Slet sagen for altid")
	p.sees("Sagen er slettet")
	p.checks()
	p.doesNotSee(three.number)
	three.employee.presses("Sagen")
	three.employee.sees("Kode")
	three.employee.doesNotSee(three.number)
}
