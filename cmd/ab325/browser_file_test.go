package main

import (
	"testing"

	"ab325/internal/pdf/read/readtest"
)

// testFromFile begins with a form that was filled in at home: with the pages'
// scripts, and without.
func testFromFile(t *testing.T, l *lab, js bool) {
	room := l.newRoom(t, js)
	p := room.person("the employee")
	p.opens("/ansat")
	p.presses("Begynd med en udfyldt blanket")
	p.presses("Videre til sagen")
	p.sees("Har du udfyldt blanketten på din computer?")
	p.checks()

	p.attaches("Anden blanket.pdf", readtest.Form(map[string]string{"Navn": "Åse"}))
	p.pressesExpecting(422, "Læs filen")
	p.sees("Filen har ikke felterne fra vores blanket", "vedhæfte den under jobindhold")
	p.checks()

	p.attaches("AB 325.pdf", readtest.Form(map[string]string{
		"employee.name": "Åse Bjørnsdóttir Kjærgård", "employee.cpr": "6101700559", "job.title": "Køkkenmedhjælper", "job.startDate": "31.2.2027", "job.description": "Åse forbereder grøntsager.",
		"company.name": "Bølgemarken Øko-Gård ApS", "company.cvr": "99990007", "company.contactPerson": "Søren Ørsted Ågård", "company.phone": "12345678",
		"assessment.sendToEmployee": "Yes", "assessment.sendToCompany": "Yes",
	}))
	p.presses("Læs filen")
	p.sees("Filen er læst", "Læst fra filen")
	p.has("Den ansattes navn", "Åse Bjørnsdóttir Kjærgård")
	p.has("Personnummer", "610170-0559")
	p.checks()
	p.writes("Den ansattes navn", "Åse Kjærgård")
	p.presses("Gem kladde")
	p.sees("Filen siger noget andet om «Den ansattes navn»")
	p.checks()
	p.presses("Brug filens svar om Den ansattes navn")
	p.has("Den ansattes navn", "Åse Bjørnsdóttir Kjærgård")
	p.presses("Jobindhold")
	p.has("Forventet startdato", "31.2.2027") // as it was typed, with what is wrong
	p.checks()

	if js {
		testOthersFile(p, room.person("the company"))
	}
}

// testOthersFile is the company's side: it sees what the employee's file says
// of it, saves that by going on, and sees both where it wrote something else.
func testOthersFile(p, c *person) {
	p.presses("Sagen")
	p.presses("Invitér virksomheden")
	p.presses("Lav et link og en kode")
	c.opens(p.reads("Link"))
	c.presses("Åbn sagen")
	c.presses("Videre til sagen")
	step := c.path() + "/virksomheden"
	c.opens(step)
	c.has("CVR-nummer", "99990007")
	c.writes("Kontaktperson i virksomheden", "Mette Holm")
	c.checks()
	c.presses("Næste")
	c.opens(step)
	c.has("Virksomhedens navn", "Bølgemarken Øko-Gård ApS")
	c.sees("Filen siger noget andet om «Kontaktperson i virksomheden»", "Søren Ørsted Ågård")
	c.checks()
}
