package flexjob

import (
	"time"

	"ab325/internal/form"
	"ab325/internal/ident"
)

// A Case is one assessment (sag), from the first line of Blad 1 to its end.
// It holds facts only and is not safe for concurrent use.
type Case struct {
	ID           string // random; names the case in addresses and logs
	Number       string // what people call it: "2026-000123"
	Revision     int    // grows with every change
	Settled      int    // the revision that nothing but seals followed; 0: the last change was none
	Edition      string // the form edition of Blad 1, for ever
	Municipality string // code of the municipality whose jobcenter has it; "" in a draft
	Created      By

	Blad1       Sheet              // as typed so far
	Members     map[Party]*Member  // the parties that are in
	Read        map[string]Reading `json:",omitempty"` // from a file, by field
	Corrections []Correction
	Consents    []ConsentEvent // append-only
	Attachments []Attachment

	Signatures []Signature // every receipt is kept; the last may stand
	Receipts   []Receipt   // by each jobcenter that had it
	Returns    []Return
	Forwards   []Forward
	Delays     []Delay
	Grant      *By // a caseworker confirmed the grant

	Blad2s       []Blad2 // oldest first
	Disqualified []Disqualification
	Assignee     string // staff id of the caseworker, or ""
	Agreement    *Agreement
	End          *End
}

// By says who did something, and when.
type By struct {
	Party     Party
	Actor     string // id of the account or link; never a name
	Assurance Assurance
	At        time.Time
}

// A Party is a side of a case.
type Party string

// The sides of a case. System is the service itself.
const (
	Employee  Party = "employee"
	Company   Party = "company"
	Jobcenter Party = "jobcenter"
	System    Party = "system"
)

// Filler returns the letter that names p in a form edition.
func (p Party) Filler() form.Filler {
	return map[Party]form.Filler{Employee: form.Employee, Company: form.Company, Jobcenter: form.Jobcenter, System: form.System}[p]
}

// Other returns the other of the two parties.
func (p Party) Other() Party {
	if p == Employee {
		return Company
	}
	return Employee
}

// Assurance says how sure it is that someone is who they say.
type Assurance string

// The levels of assurance.
const (
	ByLink     Assurance = "link"     // holds the link; the identity is not confirmed
	ByPassword Assurance = "password" // a staff account
	Confirmed  Assurance = "proven"   // proven by an identity provider
)

// A Member is a party that has come into the case.
type Member struct {
	Joined  By
	Address string // registered e-mail address; new links go nowhere else
}

// A Sheet is what has been written so far, by field id.
type Sheet map[string]Entry

// An Entry is the text of one field and who wrote it last.
type Entry struct {
	Value string
	By    By
}

// Values returns the texts of s.
func (s Sheet) Values() form.Values {
	v := make(form.Values, len(s))
	for id, e := range s {
		if e.Value != "" {
			v[id] = e.Value
		}
	}
	return v
}

// An Attachment is a PDF that describes the job («Jobindhold i bilag»).
type Attachment struct {
	ID      string
	File    string // in the file store
	Hash    [32]byte
	Name    string // as the person called it
	Size    int
	Added   By
	Removed *By
}

// A Correction is one party's wish that the other look at a field again.
type Correction struct {
	ID      string
	Field   string
	Comment string
	Asked   By
	Closed  *By // the field was changed, or the wish taken back
}

// A Signature is the employee's receipt for one version of Blad 1:
// «Den ansatte underskriver nederst på siden» (R2).
type Signature struct {
	By        By
	Name      string
	Date      ident.Date
	Values    form.Values // all that was signed
	Document  Document    // the bytes that were signed
	Confirmed *By         // a caseworker confirmed the identity
}

// A Document is a PDF that was made and kept: the record as somebody saw it
// before it became valid, and the seal that was put behind it later.
type Document struct {
	File string
	Hash [32]byte
	Size int
	Code string // that a copy on paper is checked by, as it is printed; "" in those made before there were codes
	Seal *Seal  // nil: it waits for one
}

// A Seal is what follows a record in its sealed file, byte for byte: so the
// record is kept once, as it was signed.
type Seal struct {
	File  string // in the file store: what follows the record, and nothing else
	Hash  [32]byte
	Size  int
	Level string // of a PAdES baseline signature: "B-B", "B-T" or "B-LT"
	By    string // the organisation that the certificate names
	At    time.Time
}

// A Receipt says when a jobcenter received Blad 1, and by when an answer is
// to be expected.
type Receipt struct {
	Municipality string
	By           By
	On           ident.Date
	Expected     ident.Date
}

// A Return sends Blad 1 back to the parties for correction.
type Return struct {
	By     By
	Reason string
}

// A Forward sends the case to another municipality.
type Forward struct {
	By       By
	From, To string
	Online   bool // the other municipality is served here and receives it here
	Reason   string
}

// A Delay moves the day on which an answer is expected.
type Delay struct {
	By     By
	Until  ident.Date
	Reason string
}

// A Disqualification keeps one member of staff from the case.
type Disqualification struct {
	Staff  string
	By     By // the same person, or a leader
	Reason string
	Lifted *By
}

// An Agreement is the date on the contract that the parties made.
type Agreement struct {
	By    By
	Dated ident.Date
}

// An End is how a case ended.
type End struct {
	Kind   EndKind
	By     By
	Reason string
	// Complaint is set where the end is a decision that can be complained of.
	Complaint *Complaint
}

// EndKind says which way a case ended.
type EndKind string

// The ways a case ends.
const (
	EndClosed    EndKind = "closed"    // after an assessment, by a person
	EndWithdrawn EndKind = "withdrawn" // by a party
	EndDismissed EndKind = "dismissed" // without an assessment, by the jobcenter
	EndForwarded EndKind = "forwarded" // to a municipality that is not served here
)
