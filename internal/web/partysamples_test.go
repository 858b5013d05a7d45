package web

import (
	"time"

	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/form"
)

// exampleParty is the base of a party's page in full.
func exampleParty(side flexjob.Party) partyPage {
	return partyPage{Page: fullPage(), Place: "/ansat/1", Side: side}
}

// partySamples are the pages of the parties, full and empty.
func partySamples() map[string][]pager {
	ida, firm := exampleParty(flexjob.Employee), exampleParty(flexjob.Company)
	rows := []Row{{"Sagsnummer", "2026-000001", "/x", &Badge{"info", "Ny"}}}
	way := casework.Access{Link: "http://127.0.0.1/adgang#x", Code: "K7QM-4XWT-9HPD", Ends: time.Unix(0, 0)}
	set := FieldSet{Values: form.Values{}, Reader: form.Employee, Conflicts: map[string]Conflict{"x.text": {"b", "virksomheden"}}}
	groups := set.Views(exampleFields())
	groups[0].Fields[0].Wishes = []Wish{{"Navn", "Ret det", "du", true, "/a", "/b"}, {"Navn", "Ret det", "virksomheden", false, "/a", "/b"}}
	groups[len(groups)-1].Fields[0].AskAt = "/ansat/1/ret/x"
	groups[0].Fields[0].FromFile = &FromFile{"Bogbinder", "virksomheden", "Personnummeret skal bestå af 10 cifre"}
	files := &filesOnJob{[]jobFile{{"1", "job.pdf", "12 KB", "/x", true}, {"2", "b.pdf", "1 MB", "/y", false}}, FileInput{fullText("attachment").Control, "application/pdf"}}
	consents := []consent{
		{flexjob.CopyToJobcenter, "Kopi", "Jeg giver", Badge{"success", "Givet"}, "Ja", true, false, true, "samtykke-1"},
		{flexjob.CopyToUnion, "Kopi", "Jeg giver", Badge{"", "Nej"}, "Nej", false, false, true, ""},
	}
	questions := []Radios{{fullText("consent.x").Control, []Choice{{"ja", "Ja", "", true}, {"nej", "Nej", "", false}}}}
	fullCase := &partyCasePage{
		partyPage: ida, Number: "2026-000001", Status: Badge{"info", "Hos kommunen"}, Next: turn{true, "Din tur", "Gør noget", &Button{Text: "Gør det", Href: "/x"}},
		Parts: rows, Wishes: []fieldWish{{"a", Wish{"Navn", "Ret", "du", true, "/a", "/b"}}, {"a", Wish{"Navn", "Ret", "virksomheden", false, "/a", "/b"}}},
		Returned: "Skriv mere", Result: &assessment{"1. maj 2026", "1. april 2026", "Klage", "15 timer", "50 procent", "7 timer", rows, true, "/d", true},
		Complaint: &complaint{"vurderingen", "mandag den 1. juni 2026", "Der er 3 dage tilbage.", false},
		Agreement: agreement{true, true, "1. maj 2026", true, fullText("dated")}, Consents: consents,
		Documents: Table{"Dokumenter", []Head{{Text: "A"}}, []TableRow{{[]Cell{{Text: "Blad 1", Href: "/x"}}}}, "Ingen"},
		Events:    rows, Invite: true, Withdraw: true, Mails: true, Address: fullText("address"),
	}
	ended := &partyCasePage{partyPage: firm, Ended: &ending{"Slut", "Det er slut", "Grund", true}, Complaint: &complaint{Passed: true}}
	return map[string][]pager{
		"extract":         {&extractPage{ida, "2026-1", Table{"Log", []Head{{Text: "A"}}, []TableRow{{[]Cell{{Text: "a", Small: "b"}}}}, "Intet"}, "/x", "/y"}, &extractPage{}},
		"partycase":       {fullCase, &partyCasePage{}, ended},
		"step":            {&stepPage{ida, "job", groups, false, true, "Eksempel Kommune", files, "1"}, &stepPage{}, &stepPage{partyPage: firm, Step: "employee", Frozen: true}, &stepPage{partyPage: firm, Step: "company"}},
		"readfile":        {&readFilePage{ida, FileInput{fullText(fileInput).Control, ".pdf"}, false, true, "/x"}, &readFilePage{}, &readFilePage{partyPage: firm, Frozen: true}},
		"correction":      {&correctionPage{ida, "Navn", "Ida", Textarea{fullText("comment").Control, "x", 4, 1000}, "/x"}, &correctionPage{}},
		"consent":         {&consentPage{ida, "Vilkår", questions, consents, true, false, "HK"}, &consentPage{}, &consentPage{partyPage: firm, States: consents, Open: true}, &consentPage{partyPage: ida, Ended: true}},
		"consent-receipt": {&consentReceiptPage{ida, rows, "/d", true}, &consentReceiptPage{}},
		"summary":         {&summaryPage{ida, []summarySection{{"Den ansatte", rows}}, files.Files, []Link{{"/x", "Ret"}}, []Link{{"/x", "Ret"}}, true, true, "Eksempel Kommune"}, &summaryPage{}},
		"sign":            {&signPage{ida, Document{"/d", "Blad 1"}, "ab", set.View(exampleFields()[0]), "Eksempel Kommune", "", true}, &signPage{partyPage: ida, Unserved: "Eksempel Kommune"}},
		"receipt":         {&receiptPage{ida, rows, "/d", "/k", true, "1. maj 2026", true}, &receiptPage{}},
		"wayback":         {&wayBackPage{ida, way, true, "1. maj 2026", "ida@eksempel.example", nil, "/x"}, &wayBackPage{}, &wayBackPage{partyPage: ida, Access: way, Shown: true, Ask: new(fullText("address")), Next: "/x"}},
		"invite":          {&invitePage{ida, true, false, true, fullText("address")}, &invitePage{}, &invitePage{partyPage: firm, HasOther: true}},
		"invitation":      {&invitationPage{ida, way, true, "1. maj 2026", "http://x/adgang"}, &invitationPage{}},
		"withdraw":        {&withdrawPage{ida, Textarea{fullText("reason").Control, "x", 3, 1000}, true}, &withdrawPage{}},
		"mailbox":         {&mailboxPage{fullPage(), []mailboxMessage{{"nu", "a@b.example", "Emne", "Tekst", "/adgang#x", "K7QM"}, {}}}, &mailboxPage{}},
	}
}
