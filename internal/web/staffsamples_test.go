package web

import (
	"time"

	"ab325/internal/casework"
	"ab325/internal/form"
)

// exampleStaff is the base of a case's page in full.
func exampleStaff() staffCase {
	return staffCase{Page: fullPage(), Place: "/jobcenter/sager/1", Number: "2026-000001", Employee: "Ida", Company: "Firma", Revision: 3}
}

// staffSamples are the pages of staff, full and empty.
func staffSamples() map[string][]pager {
	base, page := exampleStaff(), fullPage()
	rows := []Row{{"Sagsnummer", "2026-000001", "", &Badge{"info", "Ny"}}, {Label: "Tom"}}
	badge := Badge{"warning", "Under vurdering"}
	files := []fileLine{{"/x", "Blad 1", "12 KB", nil}, {"/y", "Blad 2", "1 MB", &badge}}
	events := []Event{{time.Unix(0, 0), "Begyndt", "Den ansatte", "Fordi"}, {What: "Sendt", Who: "Virksomheden"}}
	area := &Textarea{fullText("reason").Control, "x", 4, 1000}
	line, choice := fullText("until"), &Select{fullText("staff").Control, "Vælg", []Choice{{"1", "Mille", "", true}, {"2", "Ulrik", "", false}}, "width-l"}
	tick := Checkbox{fullText("role-x").Control, true}
	set := FieldSet{Values: form.Values{}, Reader: form.Employee, Conflicts: map[string]Conflict{"x.text": {"b", "Mille"}}}
	parts := []blad2Part{
		{Heading: "Timer", Lead: "Skriv", Prompts: []string{"Hvorfor?"}, Groups: set.Views(exampleFields()), Effective: &effective{"7 timer", "Det samme", []string{"Pas på"}}},
		{Effective: &effective{}},
	}
	table := Table{"Liste", []Head{{Text: "A"}, {Text: "B", Right: true}}, []TableRow{{[]Cell{{Text: "a", Href: "/x"}, {Text: "1", Small: "b", Badge: &badge}}}}, "Ingen"}
	filters := []filterLink{{"/x", "Nye", "12", true}, {"/y", "Alle", "", false}}
	access := &casework.Access{Link: "http://127.0.0.1/adgang#x", Code: "K7QM-4XWT-9HPD"}
	notChecked := new(logCheck).alert()
	return map[string][]pager{
		"staff-signin":   {&signInPage{page, fullText("username"), fullText("password"), "/jobcenter/log"}, &signInPage{}},
		"staff-password": {&passwordPage{page, true, fullText("old"), fullText("password"), "/jobcenter/log"}, &passwordPage{}},
		"staff-list": {
			&listPage{page, fullText("soeg"), "ida", "/jobcenter", filters, filters, filters, "", []listRow{{"/x", "2026-1", "Ida", "Firma", "Gartner", "1.1.2027", "2.2.2027", "3 dage", "Mille", badge, true, true}, {}}, "2 sager", "Skriv mere", false, &Alert{"warning", "Venter", "Tekst", []Link{{"/x", "Sag 1"}}}, Pagination{"/a", "/b", "/c", "/d"}},
			&listPage{}, &listPage{Searched: "x"}, &listPage{Searched: "x", Loading: true}, &listPage{Sorted: "Sorteret"},
		},
		"staff-case": {
			&casePage{base, badge, &badge, nextTask{"Dig", "Gør det", []Button{{Text: "Gør", Href: "/x"}}, true}, []Alert{{"warning", "Pas på", "Se", nil}}, rows, rows, true, rows, rows, "Vurdering", files,
				[]consentView{{"Må vi?", badge, events}, {Text: "Må de?"}}, []partyView{{"Den ansatte", rows, "/x", "/y"}, {Name: "Virksomheden"}}, events, rows, "Mille", true, "s1", "Sag: 1\n", []Link{{"/x", "Afslut"}}},
			&casePage{},
		},
		"staff-act":          {&actPage{base, "Sådan er det", rows, []string{"Ring"}, notChecked, choice, &line, area, Button{Text: "Gør det", Variant: "warning"}, "/x", "/y"}, &actPage{Button: Button{Text: "Gør det"}}},
		"staff-access":       {&giveAccessPage{base, "den ansatte", true, "/x", access, "1. maj 2026", "http://x/adgang"}, &giveAccessPage{Inside: true}, &giveAccessPage{}},
		"staff-blad2":        {&blad2Page{base, rows, files, parts, "1. maj 2026", true, false, true, "1", []Link{{"/x", "Bekræft"}}, "/gem"}, &blad2Page{}, &blad2Page{Frozen: true}},
		"staff-issue":        {&issuePage{base, nil, nil, true, "ab", []Document{{"/x", "Den ansattes"}}, "7 timer", "1. april 2026", "1. maj", "Få timer"}, &issuePage{}, &issuePage{Missing: notChecked, Issuers: []string{"Ulrik"}}},
		"staff-issued":       {&issuedPage{base, rows, files}, &issuedPage{}},
		"erase":              {&erasePage{base, []string{"Sagen er ikke afsluttet"}, Radios{fullText("reason").Control, choice.Choices}, &tick, "/x"}, &erasePage{}},
		"operations":         {&operationsPage{page, []Alert{{"error", "Disken er fuld", "Gør plads", nil}}, rows, rows, rows, rows, rows, table}, &operationsPage{}},
		"staff-settings":     {&settingsPage{page, table, choice}, &settingsPage{}},
		"staff-municipality": {&municipalityPage{page, "/x", tick, *area, []TextInput{fullText("phone")}, fullText("goal"), Radios{fullText("mode").Control, choice.Choices}, []TextInput{fullText("dpo")}}, &municipalityPage{}},
		"staff-users":        {&staffListPage{page, table}, &staffListPage{}},
		"staff-new":          {&newStaffPage{page, fullText("username"), fullText("name"), choice, []Checkbox{tick}, "Vælg", nil}, &newStaffPage{}, &newStaffPage{Page: page, Made: &madePassword{"ida", "K7QM", "/x"}}},
		"staff-user":         {&staffMemberPage{page, rows, "/x", []Checkbox{tick}, "Vælg", true, false}, &staffMemberPage{}, &staffMemberPage{Self: true}},
		"staff-log":          {&logPage{page, fullText("sag"), fullText("fra"), fullText("til"), table, "/x", notChecked}, &logPage{}},
	}
}
