package main

import "testing"

// testOneDevice has both parties fill in the form on the same screen: the
// employee hands it over, and can no longer be read there.
func testOneDevice(t *testing.T, l *lab) {
	for _, js := range []bool{true, false} {
		p := l.newRoom(t, js).person("the two at one screen")
		p.begins("/den-ansatte")
		employees := p.path()
		p.writes(nameField, "Åse Bjørnsdóttir Kjærgård")
		p.writes("Personnummer", "610170-0559")
		p.presses("Gem kladde")
		p.presses("Sagen")
		p.presses("Invitér virksomheden")
		p.presses("Log mig ud, og lad virksomheden fortsætte")
		p.sees("Gem dit link og din kode")
		p.checks()
		p.presses("Videre til sagen")
		p.sees("Jeres sag")

		// A wish of the company for what only the employee may change.
		p.presses("Blad 1")
		p.sees("610170-XXXX")
		p.presses("Bed om en rettelse af " + nameField)
		p.checks()
		p.pressesExpecting(422, "Bed om rettelsen")
		p.checks()
		p.writes("Hvad skal rettes?", "Vi har et andet efternavn i vores papirer.")
		p.presses("Bed om rettelsen")
		p.sees("Du har bedt om en rettelse", "Vi har et andet efternavn")
		p.checks()

		p.opens(employees)
		p.sees("Åbn din sag")
		p.doesNotSee("Kjærgård")
	}
}

// testElsewhere chooses a municipality that does not use the service: the page
// says so, and the form is printed for it.
func testElsewhere(t *testing.T, l *lab) {
	p := l.newRoom(t, true).person("the employee")
	p.begins("/den-ansatte")
	p.writes(nameField, "Åse Bjørnsdóttir Kjærgård")
	p.picks("Hvilken kommune bor den ansatte i?", "Odense Kommune")
	p.presses("Gem kladde")
	p.sees("Odense Kommune bruger ikke tjenesten her")
	p.checks()
	p.holds("Hent blad 1 til print (PDF)", "Åse Bjørnsdóttir Kjærgård", "Odense Kommune")
	p.presses("Sagen")
	p.presses("trække blanketten tilbage")
	p.checks()
	p.presses("Træk blanketten tilbage")
	p.sees("Trukket tilbage")
	p.checks()
}
