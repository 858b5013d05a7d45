package web

import (
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/ident"
	"ab325/internal/problem"
)

// A partyCasePage is a party's page of its case: whose turn it is, what came
// of it, what happened, and what the party can do.
type partyCasePage struct {
	partyPage
	Number    string
	Status    Badge
	Next      turn
	Parts     []Row // how far the steps of Blad 1 are, while it is open
	Wishes    []fieldWish
	Returned  string // why the jobcenter sent Blad 1 back
	Ended     *ending
	Result    *assessment
	Complaint *complaint // the employee's alone (R25)
	Agreement agreement
	Consents  []consent
	Documents Table
	Events    []Row
	Invite    bool // the other party can be invited
	Withdraw  bool
	Mails     bool
	Address   TextInput // the reader's own
}

// caseNotices are what is said once after something was done, by the word that
// the address carries.
var caseNotices = map[string]Alert{
	"rettelse":        {Variant: "success", Heading: "Du har bedt om en rettelse", Text: "Den anden part kan se det ved feltet og her i sagen."},
	"rettelse-lukket": {Variant: "success", Heading: "Ønsket om en rettelse er lukket"},
	"adresse":         {Variant: "success", Heading: "Din e-mailadresse er gemt"},
	"inviteret":       {Variant: "success", Heading: "Invitationen er sendt", Text: "Var adressen forkert, kan du invitere igen. Så virker det første link ikke længere."},
	"samtykke":        {Variant: "success", Heading: "Dit svar er gemt"},
	"aftale":          {Variant: "success", Heading: "Datoen på ansættelsesaftalen er gemt"},
	"gentaget":        {Variant: "info", Heading: "Det, du sendte, har vi modtaget én gang", Text: "Forbindelsen blev afbrudt, så det kom to gange. Her er sagen, som den er nu. Se, om alt er med."},
	"trukket-tilbage": {Variant: "success", Heading: "Blanketten er trukket tilbage"},
}

func (s *Server) showPartyCase(c *gin.Context) error {
	v, err := s.options.Cases.Open(c.Request.Context(), actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	page := s.partyCasePage(c, v)
	if n, ok := caseNotices[c.Query("nyt")]; ok {
		page.Notice = &n
	}
	return s.render(c, http.StatusOK, "partycase", page)
}

// caseAgain shows the case's page again after something on it was wrong.
func (s *Server) caseAgain(c *gin.Context, change func(*partyCasePage)) error {
	v, err := s.options.Cases.Look(c.Request.Context(), actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	page := s.partyCasePage(c, v)
	change(page)
	return s.render(c, http.StatusUnprocessableEntity, "partycase", page)
}

func (s *Server) partyCasePage(c *gin.Context, v *casework.View) *partyCasePage {
	who := actor(c)
	page := &partyCasePage{partyPage: s.partyPage(c, "Din sag", v), Number: v.Case.Number, Status: statusBadge(v.Status), Mails: s.options.Cases.Delivers}
	if !page.Employee() {
		page.Title = "Jeres sag"
	}
	page.mark(0, true)
	page.Next = s.turn(who, v)
	page.Wishes = page.wishes(v)
	if v.Status.Open() {
		page.Parts = s.partRows(who, v)
		page.Invite = !v.HasOther
	}
	if n := len(v.Case.Returns); v.Status == flexjob.Returned && n > 0 {
		page.Returned = v.Case.Returns[n-1].Reason
	}
	page.Ended = s.ending(who, v)
	page.Result = s.assessment(who, v)
	page.Complaint = complaintOf(who, v)
	page.Agreement = s.agreement(v)
	page.Consents = consents(who, v)
	page.Documents = documentTable(page.Place, v)
	page.Events = s.timeline(who, v)
	page.Withdraw = v.Case.May(who.Party, flexjob.WithdrawName)
	page.Address = TextInput{
		Control: Control{ID: "address", Label: "E-mailadresse", Optional: true, Hint: "Nye links sendes kun til denne adresse. Lad feltet stå tomt, hvis vi skal slette den."},
		Value:   ownAddress(who, v), Type: "email", Autocomplete: "email", Width: "width-l",
	}
	return page
}

// statusBadge is a status as a badge.
func statusBadge(s flexjob.Status) Badge {
	variants := map[flexjob.Status]string{
		flexjob.Draft: "info", flexjob.Returned: "warning", flexjob.Sent: "info", flexjob.Received: "info", flexjob.Assessed: "info",
		flexjob.Issued: "success", flexjob.Replacing: "info",
	}
	return Badge{Variant: variants[s], Text: upperFirst(partyStatus[s])}
}

// partyStatus says where a case stands in the parties' words.
var partyStatus = map[flexjob.Status]string{
	flexjob.Draft: "udfyldes", flexjob.Returned: "skal rettes", flexjob.Sent: "på vej til kommunen", flexjob.Received: "hos kommunen",
	flexjob.Assessed: "hos kommunen", flexjob.Issued: "vurderet", flexjob.Replacing: "ny vurdering på vej", flexjob.Closed: "afsluttet",
	flexjob.Withdrawn: "trukket tilbage", flexjob.Dismissed: "afsluttet uden vurdering", flexjob.Forwarded: "sendt videre",
}

// partRows say how far each step of Blad 1 is.
func (s *Server) partRows(who auth.Actor, v *casework.View) (rows []Row) {
	for _, st := range s.indicator(who, v, "") {
		row := Row{Label: st.Title, Edit: st.Href}
		switch {
		case st.State == StepDone:
			row.Badge = &Badge{"success", "Udfyldt"}
		case st.State == StepError:
			row.Badge = &Badge{"error", "Noget skal rettes"}
		case st.Title == "Samtykke":
			row.Badge = &Badge{"info", "Frivilligt"}
		case st.Title == "Opsummering", st.Title == "Underskrift":
			continue
		default:
			row.Badge = &Badge{"warning", "Mangler noget"}
		}
		rows = append(rows, row)
	}
	return rows
}

// documentTable lists the documents that the reader may fetch.
func documentTable(place string, v *casework.View) Table {
	t := Table{Caption: "Dokumenter i sagen", Heads: []Head{{Text: "Dokument"}, {Text: "Dato"}, {Text: "Størrelse", Right: true}},
		Empty: "Der er ingen dokumenter endnu."}
	for _, d := range v.Documents {
		cell := Cell{Text: documentName(d), Href: place + "/dokument/" + d.ID}
		if d.Kind == casework.JobAttachment {
			cell.Small = "Hentes som fil"
		}
		if d.Replaced {
			cell.Badge = &Badge{"", "Erstattet"}
		}
		if text := sealText(d); text != "" {
			cell.Small = text
		}
		t.Rows = append(t.Rows, TableRow{[]Cell{cell, {Text: ident.DateOf(d.At).String()}, {Text: documentSize(d)}}})
	}
	return t
}

func documentName(d casework.Document) string {
	switch d.Kind {
	case casework.SignedBlad1:
		return "Blad 1, underskrevet"
	case casework.IssuedBlad2:
		return "Blad 2, kommunens vurdering"
	case casework.JobAttachment:
		return "Bilag om jobbet: " + nameOfFile(d.Name)
	}
	return madeName(d)
}

// madeName names a document that is written when it is fetched.
func madeName(d casework.Document) string {
	switch d.Kind {
	case casework.Blad1Receipt:
		return "Kvittering for blad 1"
	case casework.ConsentReceipt:
		return "Kvittering for samtykke til " + d.About
	case casework.Dismissal:
		return "Afgørelse om at afslutte sagen"
	case casework.Blad2Letter:
		return "Brev med blad 2 til " + partyName(d.To) + ", til rudekuvert"
	}
	return "Alle sagens dokumenter i én PDF med indeks"
}

// documentSize is the size of a document that is kept. One that is written
// when it is fetched has none before.
func documentSize(d casework.Document) string {
	if d.Kind.Made() {
		return "–"
	}
	return sizeText(d.Size)
}

// showDocument answers with a document of the case: ours to be read in the
// browser, an attachment to be kept only.
func (s *Server) showDocument(c *gin.Context) error {
	file, err := s.options.Cases.Fetch(c.Request.Context(), actor(c), c.Param("id"), c.Param("document"))
	if err != nil {
		return err
	}
	if file.Kind == casework.JobAttachment {
		c.Header("Content-Security-Policy", "sandbox; "+policy)
		download(c, file.Filename, "application/pdf", file.Bytes)
		return nil
	}
	showPDF(c, file.Filename, file.Bytes)
	return nil
}

// An agreement is what the page says of the contract that the parties make.
//
// R41: «Denne vurdering skal danne grundlag for den ansættelsesaftale, som
// efterfølgende indgås»
type agreement struct {
	Wait  bool // for the assessment
	Ask   bool // the date can be recorded
	Dated string
	Early bool // dated before the assessment
	Date  TextInput
}

func (s *Server) agreement(v *casework.View) agreement {
	issued := v.Status == flexjob.Issued || v.Status == flexjob.Replacing // the reader may have no copy of it
	a := agreement{Wait: !issued && !v.Status.Ended(), Early: v.Case.EarlyAgreement()}
	a.Ask = issued && v.Case.May(flexjob.Employee, flexjob.RecordAgreementName)
	if v.Case.Agreement != nil {
		a.Dated = v.Case.Agreement.Dated.Long()
	}
	a.Date = TextInput{
		Control: Control{ID: "dated", Label: "Datoen på ansættelsesaftalen", Hint: "For eksempel 5.1.2027"},
		Width:   "char-11", Autocomplete: "off",
	}
	return a
}

func (s *Server) recordAgreement(c *gin.Context) error {
	values, err := formOf(c)
	if err != nil {
		return err
	}
	who, id, text := actor(c), c.Param("id"), values.Get("dated")
	fault := "Angiv datoen på ansættelsesaftalen"
	dated, wrong := ident.ParseDate(text)
	if wrong == nil {
		err = s.options.Cases.Do(c.Request.Context(), who, id, casework.Any, flexjob.RecordAgreement{Dated: dated})
		if problem.Of(err) != problem.Invalid {
			if err == nil {
				c.Redirect(http.StatusSeeOther, placeOf(who)+"?nyt=aftale#aftale")
			}
			return err
		}
	} else if e, ok := wrong.(*ident.Error); ok && e.Code != ident.CodeEmpty {
		fault = e.Text
	}
	return s.caseAgain(c, func(page *partyCasePage) {
		page.Agreement.Ask = true
		page.Agreement.Date.Value, page.Agreement.Date.Error = text, fault
		page.Errors = []problem.Field{{ID: page.Agreement.Date.ID, Text: fault}}
	})
}

// plural writes a number with its word: "1 felt", "3 felter".
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
