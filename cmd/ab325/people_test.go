package main

import (
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"ab325/internal/ident"
	"ab325/internal/pdf/read/readtest"
)

// people are everybody who uses a running service, each in a browser without
// scripts, and one case that they share.
type people struct {
	base                                     string
	admin, worker, leader, employee, company *visitor

	id   string            // of the case
	ways map[string]string // secrets that pages showed: codes, links, passwords
}

// A deed is one thing that the people do, in its order. It is done when it
// returns nil: the service has acknowledged it.
type deed struct {
	name string
	do   func() error
}

// The password that the first administrator is given, and the one that the staff
// choose.
const (
	firstPassword = "gyngehest tordenvejr 7 pastinak"
	ownPassword   = "hyldeblomst sejlskib 9 kvadrat"
)

// addAdministrator makes the first account of a data folder with the command,
// whether the service runs or not.
func addAdministrator(t testing.TB, program string, args ...string) {
	t.Helper()
	cmd := exec.Command(program, append(append([]string{"user", "add"}, args...), "-name", personMarks["staff.name"], "-roles", "administrator", "administrator")...)
	cmd.Stdin = strings.NewReader(firstPassword + "\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("user add: %v\n%s", err, out)
	}
}

// personMarks are what the people of the tests write, by field; none of them
// stands anywhere else, so each can be searched for.
var personMarks = map[string]string{
	"staff.name":               "Zenobia Qvistmærke",
	"employee.name":            "Åselotte Qwerskov-Mærkedal",
	"employee.cpr":             "610170-0559",
	"employee.address":         "Qvædevænget 77, 3. th.\n5970 Ærøskøbing",
	"employee.email":           "aaselotte.qwerskov@eksempel.example",
	"employee.phone":           "71 93 57 19",
	"company.name":             "Qvintessens Væksthuse I/S",
	"company.cvr":              "99990007",
	"company.contactPerson":    "Mildred Zylberstejn",
	"company.phone":            "79 31 75 91",
	"company.address":          "Zinkvej 1313, 5970 Ærøskøbing",
	"company.email":            "kontor@qvintessens.example",
	"union.name":               "Fagforbundet Xylofon",
	"job.title":                "Zirkonsliberassistent",
	"job.description":          "Pudser zirkoner med venstre hånd på grund af qvababbelsesyge.",
	"assessment.justification": "Mærkbar træthed efter zygomatisk fraktur.",
	"assessment.specialNeeds":  "ingen bortset fra qvilerum",
	"assessment.material":      "Samtale den 3. om xerodermi.",
	"jobcenter.phoneOrEmail":   "73 19 95 57",
	"case.externalRef":         "ZX-77-QVIST",
	"reason":                   "Skriv om qvotientens nedsættelse.",
	"comment":                  "Stillingen hedder noget med zirkon, ikke wolfram.",
	"search":                   "Qwerskov",
	"attachment":               "Jobindhold: wolframqværn i kælderen",
	"mail.registered":          "privat.zebra@eksempel.example",
	"mail.invited":             "indbudt.yngel@eksempel.example",
	"jobcenter.contact":        "Zelma fra fleksjobteamet",
	"jobcenter.dpo":            "Xerxes Dataværn",
	"staff.worker":             "Wolfgang Qvortrup",
	"staff.leader":             "Yrsa Zachodnik",
	"parked":                   "Skrevet efter log af: quizmesterens zitar",
	"wrong.cpr":                "650170-0559x",
	"wrong.email":              "zebra@@eksempel",
	"file.name":                "Ansøgning fra Quirin Zwölfender.pdf",
	"file.address":             "Zeppelinvej 4141, 5970 Ærøskøbing",
	"file.broken":              "Xanthippe Zweifel var her",
}

// newPeople returns the people of a service at base, none of whom has been
// there yet.
func newPeople(base string) *people {
	p := &people{base: base, ways: map[string]string{}}
	for _, v := range []**visitor{&p.admin, &p.worker, &p.leader, &p.employee, &p.company} {
		*v = newVisitor(base)
	}
	return p
}

// office are the deeds that open a jobcenter: the administrator signs in,
// turns a municipality on and gives its staff accounts, and they sign in. Each
// chooses a password first.
func (p *people) office() []deed {
	return []deed{
		{"administrator signs in", func() error { return p.signIn(p.admin, "administrator", firstPassword) }},
		{"administrator chooses a password", func() error { return p.chooses(p.admin, firstPassword) }},
		{"settings", func() error {
			return errors.Join(p.admin.opens("/jobcenter/indstillinger/0492"), p.admin.presses("Gem indstillinger", map[string]string{
				"enabled": "ja", "address": "Jobcenter Ærø\nStatene 2\n5970 Ærøskøbing", "contact": personMarks["jobcenter.contact"], "phone": "12345678",
				"hours": "kl. 9-14", "serviceGoalDays": "21", "dpoName": personMarks["jobcenter.dpo"], "dpoContact": "dpo@eksempel.example"}))
		}},
		{"hire a caseworker", func() error { return p.hire("qvortrup", personMarks["staff.worker"], "caseworker", "issuer") }},
		{"hire a leader", func() error { return p.hire("zachodnik", personMarks["staff.leader"], "leader") }},
		{"caseworker signs in", func() error { return p.signIn(p.worker, "qvortrup", p.ways["qvortrup"]) }},
		{"caseworker chooses a password", func() error { return p.chooses(p.worker, p.ways["qvortrup"]) }},
		{"leader signs in", func() error { return p.signIn(p.leader, "zachodnik", p.ways["zachodnik"]) }},
		{"leader chooses a password", func() error { return p.chooses(p.leader, p.ways["zachodnik"]) }},
	}
}

func (p *people) signIn(v *visitor, username, password string) error {
	if err := v.opens("/jobcenter/log-ind"); err != nil {
		return err
	}
	return v.presses("Log ind", map[string]string{"username": username, "password": password})
}

// chooses chooses a password, on the page that the first sign-in leads to.
func (p *people) chooses(v *visitor, given string) error {
	if err := v.opens("/jobcenter/adgangskode"); err != nil {
		return err
	}
	return v.presses("Gem adgangskoden", map[string]string{"old": given, "password": ownPassword})
}

// hire makes an account and keeps the password that is shown.
func (p *people) hire(username, name string, roles ...string) error {
	if err := p.admin.opens("/jobcenter/brugere/ny"); err != nil {
		return err
	}
	fill := map[string]string{"username": username, "name": name, "municipality": "0492"}
	for _, role := range roles {
		fill["role-"+role] = "ja"
	}
	if err := p.admin.presses("Lav bruger", fill); err != nil {
		return err
	}
	if p.ways[username] = p.admin.seen.value("kode"); p.ways[username] == "" {
		return fmt.Errorf("no password is shown: %s", p.admin.seen.words())
	}
	return nil
}

// blad1 are the deeds of the two parties from the first line to the signature.
func (p *people) blad1() []deed {
	fills := func(names ...string) map[string]string {
		m := map[string]string{}
		for _, name := range names {
			m[name] = personMarks[name]
		}
		return m
	}
	start := ident.DateOf(time.Now()).AddDays(40).String()
	return []deed{
		{"start", func() error { return p.start() }},
		{"invite", func() error { return p.invite() }},
		{"enter", func() error {
			return errors.Join(p.company.opens("/adgang"), p.company.presses("Åbn sagen", map[string]string{"code": p.ways["invitation"]}))
		}},
		{"wrong input", func() error { return p.wrong() }},
		{"employee writes", func() error {
			m := fills("employee.name", "employee.cpr", "employee.address", "employee.email", "employee.phone", "union.name")
			m["employee.municipality"] = "0492"
			return p.at(p.employee, "/den-ansatte", "Næste", m)
		}},
		{"fill in from a file", func() error { return p.reads() }},
		{"company writes", func() error {
			return p.at(p.company, "/virksomheden", "Næste", fills("company.name", "company.cvr", "company.contactPerson", "company.phone", "company.address", "company.email"))
		}},
		{"job", func() error {
			m := fills("job.title", "job.description")
			m["job.startDate"] = start
			return p.at(p.company, "/jobindhold", "Næste", m)
		}},
		{"autosave", func() error { return p.autosave(personMarks["job.description"] + " Og mere.") }},
		{"attach", func() error {
			if err := p.company.opens(p.place(p.company) + "/jobindhold"); err != nil {
				return err
			}
			return p.company.presses("Vedhæft filen", nil, readtest.Page(personMarks["attachment"]))
		}},
		{"ask for a correction", func() error {
			return p.at(p.employee, "/ret/company.contactPerson", "Bed om rettelsen", map[string]string{"comment": personMarks["comment"]})
		}},
		{"consent", func() error {
			return p.at(p.employee, "/samtykke", "Næste", map[string]string{"consent.agreementToJobcenter": "ja", "consent.agreementToUnion": "nej"})
		}},
		{"print", func() error { return p.employee.opens(p.place(p.employee) + "/udskrift") }},
		{"sign", func() error { return p.at(p.employee, "/underskrift", "Underskriv og send", nil) }},
		{"read what was signed", func() error { return p.company.opens(p.place(p.company) + "/dokument/blad1-1") }},
	}
}

// blad2 are the deeds of the jobcenter from receipt to the issued assessment,
// and of the parties who read it.
func (p *people) blad2() []deed {
	written := map[string]string{"grant.start": "1.1.2026", "grant.kind": "midlertidigt", "assessment.hoursPerWeek": "15", "assessment.intensityPercent": "50",
		"assessment.recipient": personMarks["employee.name"] + "\n" + personMarks["employee.address"]}
	for _, name := range []string{"assessment.specialNeeds", "assessment.justification", "assessment.material", "jobcenter.phoneOrEmail", "case.externalRef"} {
		written[name] = personMarks[name]
	}
	return []deed{
		{"search", func() error { return p.search(personMarks["search"]) }},
		{"search by number", func() error { return p.search(personMarks["employee.cpr"]) }},
		{"take the case", func() error { return p.desk("", "Tag sagen", nil) }},
		{"send back", func() error {
			return p.desk("/send-tilbage", "Send tilbage", map[string]string{"reason": personMarks["reason"]})
		}},
		{"sign again", func() error { return p.at(p.employee, "/underskrift", "Underskriv og send", nil) }},
		{"confirm identity", func() error { return p.desk("/bekraeft-identitet", "Bekræft identiteten", nil) }},
		{"confirm grant", func() error { return p.desk("/bekraeft-bevilling", "Bekræft bevillingen", nil) }},
		{"register an address", func() error {
			return p.desk("/e-mail/ansat", "Gem e-mailadressen", map[string]string{"address": personMarks["mail.registered"]})
		}},
		{"begin blad 2", func() error { return p.desk("", "Begynd blad 2", nil) }},
		{"write blad 2", func() error { return p.desk("/blad2", "Gem kladde", written) }},
		{"issue", func() error { return p.desk("/udsted", "Udsted blad 2", nil) }},
		{"read the assessment", func() error {
			return errors.Join(p.employee.opens(p.place(p.employee)), p.company.opens(p.place(p.company)))
		}},
		{"agreement", func() error {
			return p.at(p.company, "", "Gem datoen", map[string]string{"dated": ident.DateOf(time.Now()).String()})
		}},
		{"withdraw a consent", func() error {
			return p.at(p.employee, "", "Træk samtykket tilbage : Kopi af ansættelsesaftalen til kommunen", nil)
		}},
		{"a new way back", func() error { return p.at(p.company, "", "Lav et nyt link og en ny kode", nil) }},
		{"log off and write", func() error { return p.parks() }},
	}
}

// afterwards are the deeds of those who look at what was done, and who erase
// the case in the end.
func (p *people) afterwards() []deed {
	return []deed{
		{"who has seen the case", func() error { return p.employee.opens(p.place(p.employee) + "/indsigt") }},
		{"who has seen the case, as a file", func() error { return p.employee.opens(p.place(p.employee) + "/indsigt/log.json") }},
		{"how the service is doing", func() error { return p.admin.opens("/jobcenter/drift") }},
		{"leader signs in again", func() error { return p.signIn(p.leader, "zachodnik", ownPassword) }},
		{"erase", func() error {
			if err := p.leader.opens("/jobcenter/sager/" + p.id + "/slet"); err != nil {
				return err
			}
			return p.leader.presses("Slet sagen for altid", map[string]string{"reason": "mistake", "unfinished": "ja"})
		}},
	}
}

// place is the path of a party's pages of the case.
func (p *people) place(v *visitor) string {
	if v == p.employee {
		return "/ansat/" + p.id
	}
	return "/virksomhed/" + p.id
}

// at has a party press a button on one of its pages.
func (p *people) at(v *visitor, page, button string, fill map[string]string) error {
	if err := v.opens(p.place(v) + page); err != nil {
		return err
	}
	return v.presses(button, fill)
}

// desk has the caseworker press a button on one of the case's pages.
func (p *people) desk(page, button string, fill map[string]string) error {
	if err := p.worker.opens("/jobcenter/sager/" + p.id + page); err != nil {
		return err
	}
	return p.worker.presses(button, fill)
}

func (p *people) start() error {
	if err := p.employee.opens("/ansat"); err != nil {
		return err
	}
	if err := p.employee.presses("Begynd", nil); err != nil {
		return err
	}
	found := regexp.MustCompile(`^/ansat/([0-9a-f]{32})/`).FindStringSubmatch(p.employee.seen.url.Path)
	if found == nil {
		return fmt.Errorf("a case begins at %s", p.employee.seen.url.Path)
	}
	p.id = found[1]
	p.ways["employee"], p.ways["employee link"] = p.employee.seen.value("way-code"), secretOf(p.employee.seen.value("way-link"))
	return nil
}

// secretOf is the secret part of a link.
func secretOf(link string) string {
	_, secret, _ := strings.Cut(link, "#")
	return secret
}

func (p *people) invite() error {
	if err := p.at(p.employee, "/inviter", "Lav et link og en kode", nil); err != nil {
		return err
	}
	p.ways["invitation"], p.ways["invitation link"] = p.employee.seen.value("way-code"), secretOf(p.employee.seen.value("way-link"))
	return nil
}
