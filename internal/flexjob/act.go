package flexjob

import (
	"slices"

	"ab325/internal/problem"
)

// An Act is something that a side of a case can do: a value of one of the
// types in this package that have a rule below.
type Act interface {
	// Name names the act in the rules, the audit log and the tests.
	Name() ActName
	// do changes the case. The rules have been checked.
	do(c *Case, by By) error
}

// ActName names a kind of act.
type ActName string

// The acts.
const (
	JoinName            ActName = "join"
	RegisterAddressName ActName = "register-address"
	AskCorrectionName   ActName = "ask-correction"
	CloseCorrectionName ActName = "close-correction"
	AttachName          ActName = "attach"
	DetachName          ActName = "detach"
	AskConsentName      ActName = "ask-consent"
	AnswerConsentName   ActName = "answer-consent"
	WithdrawConsentName ActName = "withdraw-consent"
	SignName            ActName = "sign"
	ReceiveName         ActName = "receive"
	ReturnName          ActName = "return"
	WithdrawName        ActName = "withdraw"
	DismissName         ActName = "dismiss"
	ForwardName         ActName = "forward"
	DelayName           ActName = "delay"
	AssignName          ActName = "assign"
	ConfirmIdentityName ActName = "confirm-identity"
	ConfirmGrantName    ActName = "confirm-grant"
	AssessName          ActName = "assess"
	DropName            ActName = "drop"
	IssueName           ActName = "issue"
	RecordAgreementName ActName = "record-agreement"
	DisqualifyName      ActName = "disqualify"
	QualifyName         ActName = "qualify"
	CloseName           ActName = "close"
)

// A rule says which sides may do an act, and in which statuses.
type rule struct {
	by   []Party
	when []Status
}

var (
	parties  = []Party{Employee, Company}
	anyone   = []Party{Employee, Company, Jobcenter}
	employee = []Party{Employee}
	staff    = []Party{Jobcenter}

	open    = []Status{Draft, Returned}
	pending = []Status{Received, Assessed}
	decided = []Status{Issued, Replacing}
	held    = []Status{Received, Assessed, Issued, Replacing}                        // the jobcenter has it
	alive   = []Status{Draft, Returned, Sent, Received, Assessed, Issued, Replacing} // not ended
)

// rules is the table of who may do what, when. Which member of staff may is
// for package auth to say.
var rules = map[ActName]rule{
	JoinName:            {parties, alive},
	RegisterAddressName: {anyone, statuses[:]},
	AskCorrectionName:   {parties, open},
	CloseCorrectionName: {parties, open},
	AttachName:          {parties, open},
	DetachName:          {parties, open},
	AskConsentName:      {employee, alive},
	AnswerConsentName:   {employee, alive},
	WithdrawConsentName: {employee, alive},
	// «Den ansatte underskriver nederst på siden» (R2). The company never does:
	// «Virksomheden skal først underskrive på ansættelsesaftalen, når den er
	// indgået» (R4).
	SignName:    {employee, open},
	ReceiveName: {[]Party{Jobcenter, System}, []Status{Sent}},
	ReturnName:  {staff, pending},
	// A draft by either party, after that by the employee until it is issued.
	WithdrawName:        {parties, []Status{Draft, Returned, Sent, Received, Assessed}},
	DismissName:         {staff, pending},
	ForwardName:         {staff, pending},
	DelayName:           {staff, pending},
	AssignName:          {staff, held},
	ConfirmIdentityName: {staff, held},
	ConfirmGrantName:    {staff, held},
	AssessName:          {staff, []Status{Received, Issued}}, // one at a time
	DropName:            {staff, []Status{Assessed, Replacing}},
	IssueName:           {staff, []Status{Assessed, Replacing}},
	RecordAgreementName: {anyone, held},
	DisqualifyName:      {staff, held},
	QualifyName:         {staff, held},
	CloseName:           {staff, decided},
}

// ActNames returns the name of every act, sorted.
func ActNames() []ActName {
	names := make([]ActName, 0, len(rules))
	for n := range rules {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// May reports whether the side p may do the named act while the case stands
// as it does.
func (c *Case) May(p Party, name ActName) bool {
	r := rules[name]
	if !slices.Contains(r.by, p) || !slices.Contains(r.when, c.Status()) {
		return false
	}
	if name == WithdrawName && p == Company {
		return c.Status() == Draft // what was sent is the employee's
	}
	return true
}

// Do carries out a. The error is a problem: Forbidden where by's side never
// may, NotNow where the status does not allow it, Invalid where the act lacks
// something. On an error the case is unchanged.
func (c *Case) Do(a Act, by By) error {
	if r := rules[a.Name()]; !slices.Contains(r.by, by.Party) {
		return problem.New(problem.Forbidden, "Det kan du ikke gøre i denne sag. Kontakt jobcenteret, hvis du er i tvivl.")
	}
	if !c.May(by.Party, a.Name()) {
		return problem.New(problem.NotNow, "Det kan ikke lade sig gøre nu: sagen er "+c.Status().Danish()+". Åbn sagen igen for at se, hvad der er næste skridt.")
	}
	return a.do(c, by)
}

// Danish returns the status in words for people.
func (s Status) Danish() string {
	return map[Status]string{
		Draft: "en kladde", Returned: "sendt tilbage til rettelse", Sent: "sendt til jobcenteret", Received: "modtaget af jobcenteret",
		Assessed: "under vurdering", Issued: "vurderet", Replacing: "ved at blive vurderet igen", Closed: "afsluttet",
		Withdrawn: "trukket tilbage", Dismissed: "afsluttet uden vurdering", Forwarded: "sendt videre til en anden kommune",
	}[s]
}
