package main

import (
	"regexp"
	"testing"
	"time"

	"ab325/internal/ident"
	"ab325/internal/pdf/read/readtest"
)

// A trio is the three people of a case, side by side in one browser.
type trio struct {
	*testing.T
	room                          *room
	employee, company, caseworker *person
	mail                          string // the company's address
	start                         ident.Date
	number                        string // of the case
}

// testWholeWay carries a form from the first line to an assessment that both
// parties read: with the pages' scripts, and without.
func testWholeWay(t *testing.T, l *lab, js bool) {
	room := l.newRoom(t, js)
	three := &trio{
		T: t, room: room, employee: room.person("the employee"), company: room.person("the company"), caseworker: room.person("the caseworker"),
		mail: "kontor@example.dk", start: ident.DateOf(time.Now()).AddDays(30),
	}
	if !js {
		three.mail = "bogholderi@example.dk"
	}
	three.employeeBegins()
	three.companyComesIn()
	three.employeeWrites()
	three.companyWrites()
	three.employeeSigns()
	three.caseworkerReturns()
	three.partiesMend()
	three.caseworkerAssesses()
	three.issuerIssues()
	three.partiesRead()
	three.employeeLooksWho()
	three.leaderErases()
}

// The way back is shown once, and the case's page says what is next.
func (three *trio) employeeBegins() {
	p := three.employee
	p.opens("/")
	p.presses("Til dig, der skal ansættes")
	p.presses("Begynd")
	p.sees("Gem dit link og din kode")
	if link := p.reads("Link"); !regexp.MustCompile(`/adgang#[\w-]{43}$`).MatchString(link) {
		three.Errorf("the employee's link is %q", link)
	}
	p.checks()
	if p.js {
		p.clicks("Kopiér linket")
		p.sees("Kopieret")
	}
	p.presses("Videre til sagen")
	p.sees("Din sag", "Det er din tur")
	p.checks()
}

// The company comes in by the link that was handed over, or, without scripts,
// by the code from the mail.
func (three *trio) companyComesIn() {
	p, c := three.employee, three.company
	p.presses("Invitér virksomheden")
	p.checks()
	if p.js {
		p.presses("Lav et link og en kode")
		p.sees("Invitation til virksomheden")
		p.checks()
		link := p.reads("Link")
		p.presses("Sagen")
		c.opens(link)
		c.sees("Dit link er klar")
		if where := evaluate[string](c, `location.href`); where != c.lab.site.base+"/adgang" {
			three.Errorf("the address line still has the secret: %s", where)
		}
	} else {
		p.pressesExpecting(422, "Send invitationen")
		p.sees("Indtast den e-mailadresse, som invitationen skal sendes til")
		p.checks()
		p.writes("Virksomhedens e-mailadresse", three.mail)
		p.presses("Send invitationen")
		p.sees("Invitationen er sendt")
		c.opens("/demo/postkasse")
		c.checks()
		code := regexp.MustCompile(`Til ` + three.mail + `,.*?Kode: (\S+)`).FindStringSubmatch(c.text())
		if code == nil {
			c.fatalf("no code for %s in the mailbox", three.mail)
		}
		c.opens("/adgang")
		c.writes("Kode", "ABCD-EFGH-JKLM")
		c.pressesExpecting(422, "Åbn sagen")
		c.checks()
		c.writes("Kode", code[1])
	}
	c.checks()
	c.presses("Åbn sagen")
	c.sees("Gem dit link og din kode")
	c.presses("Videre til sagen")
	c.sees("Jeres sag", "Det er din tur")
	c.checks()
}

// employeeWrites fills the employee's fields, first with something wrong in
// every kind of them: all of it must come back, each fault with a link to its
// field.
func (three *trio) employeeWrites() {
	p := three.employee
	p.presses("Sagen")
	p.presses("Udfyld blad 1")
	p.checks()
	p.writes("Personnummer", "311299-12")
	p.writes("Den ansattes e-mail", "åse@")
	p.writes("Den ansattes telefonnummer", "12 34")
	p.pressesExpecting(422, "Næste")
	p.sees("Der er problemer", "Indtast den ansattes navn", "Personnummeret skal bestå af 10 cifre")
	p.checks()
	p.has("Personnummer", "311299-12")
	p.has("Den ansattes e-mail", "åse@")
	p.has("Den ansattes telefonnummer", "12 34")
	p.clicks("Indtast den ansattes navn")
	p.types("Åse Bjørnsdóttir Kjærgård")
	p.picks("Hvilken kommune bor den ansatte i?", "Ærø Kommune")
	p.writes("Personnummer", "6101700559")
	p.writes("Den ansattes adresse", "Østergade 7, 2. th.\n5970 Ærøskøbing")
	p.writes("Den ansattes e-mail", "")
	p.writes("Den ansattes telefonnummer", "")
	p.presses("Næste")
	p.sees("Virksomheden udfylder sine egne oplysninger")
	p.checks()
	p.presses("Næste")
	p.writes("Stillingsbetegnelse", "Køkken- og rengøringsmedhjælper")
	p.writes("Forventet startdato", three.start.String())
	p.writes("Jobindhold - beskrivelse af arbejdsfunktion", "Åse forbereder grøntsager.")
	p.presses("Gem kladde")
	p.sees("Kladden er gemt")
	p.checks()
	p.presses("Sagen")
	p.sees("Det er virksomhedens tur")
}

// leaflet is a file that the company attaches.
var leaflet = readtest.Page("job")

// companyWrites fills the company's fields and the job's, with a file.
func (three *trio) companyWrites() {
	p := three.company
	p.presses("Sagen")
	p.presses("Udfyld blad 1")
	p.sees("Skriv virksomhedens oplysninger")
	p.writes("CVR-nummer", "99990008")
	p.pressesExpecting(422, "Næste")
	p.checks()
	p.writes("Virksomhedens navn", "Bølgemarken Øko-Gård ApS")
	p.writes("CVR-nummer", "99990007")
	p.writes("Kontaktperson i virksomheden", "Søren Ørsted Ågård")
	p.writes("Kontaktpersonens telefonnummer", "12345678")
	p.presses("Næste")
	p.has("Stillingsbetegnelse", "Køkken- og rengøringsmedhjælper")
	p.writes("Jobindhold - beskrivelse af arbejdsfunktion", "Åse forbereder grøntsager, anretter kolde retter og vasker op tre formiddage om ugen.")
	p.attaches("huset.pdf", []byte("dette er ingen pdf"))
	p.pressesExpecting(422, "Vedhæft filen")
	p.sees("Den valgte fil skal være af typen PDF")
	p.checks()
	p.attaches("huset.pdf", leaflet)
	p.presses("Vedhæft filen")
	p.sees("huset.pdf")
	p.checks()
	p.presses("Næste")
	p.sees("Den ansatte bestemmer, om virksomheden må sende en kopi")
	p.checks()
	p.presses("Næste")
	p.sees("Opsummering", "610170-XXXX")
	p.doesNotSee("0559")
	p.checks()
	p.presses("Sagen")
	p.sees("Det er den ansattes tur")
}

// employeeSigns says yes to one question and no to the other, reads the very
// document and signs it.
func (three *trio) employeeSigns() {
	p := three.employee
	p.presses("Sagen")
	p.sees("Blad 1 er klar til underskrift")
	p.opens(p.path() + "/samtykke")
	p.checks()
	p.chooses("Jeg giver hermed mit samtykke til, at virksomheden fremsender kopi af ansættelsesaftalen til jobcenteret, når den er underskrevet.", "Ja, jeg giver samtykke")
	p.chooses("Jeg giver hermed mit samtykke til, at virksomheden fremsender kopi af ansættelsesaftalen til den overenskomstbærende faglige organisation, når den er underskrevet.", "Nej, jeg giver ikke samtykke")
	p.presses("Næste")
	p.sees("Opsummering", "610170-0559")
	p.checks()
	p.presses("Gå til underskrift")
	p.sees("det, du skriver under på, ord for ord")
	p.checks()
	p.holds("Blad 1, som du underskriver det (PDF)", "Åse Bjørnsdóttir Kjærgård", "610170-0559", "99990007", "grøntsager")
	p.presses("Underskriv og send")
	p.sees("Kvittering", "Blad 1 er underskrevet og sendt", "Ærø Kommune")
	three.number = regexp.MustCompile(`20\d\d-\d{6}`).FindString(p.text())
	p.checks()
	p.holds("Hent kvitteringen (PDF)", "Kvittering for blad 1", three.number, "Ærø Kommune")
	p.presses("Sagen")
	p.sees("Kommunen er i gang")
	p.checks()
}
