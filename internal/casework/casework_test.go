package casework_test

import (
	"crypto/rand"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ab325/forms"
	"ab325/internal/accounts"
	"ab325/internal/auth"
	"ab325/internal/caselist"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/form"
	"ab325/internal/pdf"
	"ab325/internal/pdf/read"
	"ab325/internal/problem"
	"ab325/internal/sandbox"
	"ab325/internal/store"
	"ab325/internal/store/storetest"
)

const (
	home  = "0492"
	other = "0482"
)

// edition is compiled once for all tests: it does not change.
var edition = sync.OnceValue(func() casework.Edition {
	def, err := form.Load(forms.FS, "ab325/2020-03")
	if err != nil {
		panic(err)
	}
	engine, err := pdf.Compile(def)
	if err != nil {
		panic(err)
	}
	return casework.Edition{Form: def, Print: engine}
})

// An office is a service with staff, on a clock that a test moves.
type office struct {
	*casework.Service
	t                                   *testing.T
	store                               *store.Store
	now                                 time.Time
	midnight                            int // two seconds pass when the clock is read so many times
	caseworker, issuer, leader, another auth.Actor
}

func open(t *testing.T) *office {
	t.Helper()
	return openWith(t, rand.Reader)
}

// openWith returns an office whose codes and ids are of the random bytes.
func openWith(t *testing.T, random io.Reader) *office {
	t.Helper()
	o := &office{t: t, now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	clock := func() time.Time {
		if o.midnight > 0 { // some tests read the clock in several goroutines
			if o.midnight--; o.midnight == 0 {
				o.now = o.now.Add(2 * time.Second)
			}
		}
		return o.now
	}
	municipalities, err := form.Municipalities(forms.FS)
	if err != nil {
		t.Fatal(err)
	}
	o.store = storetest.New(t)
	list := caselist.New()
	if err := list.Load(t.Context(), o.store); err != nil {
		t.Fatal(err)
	}
	people := accounts.New(accounts.Options{Store: o.store, Municipalities: municipalities, Now: clock, Rand: rand.Reader,
		Hasher: auth.NewHasher(rand.Reader, auth.Cost{Memory: 64, Time: 1, Threads: 1}, 2)})
	o.settings(people)
	o.caseworker = o.hire(people, "mille", home, auth.Caseworker)
	o.issuer = o.hire(people, "ulrik", home, auth.Issuer)
	o.leader = o.hire(people, "tove", home, auth.TeamLeader)
	o.another = o.hire(people, "lars", other, auth.TeamLeader)
	o.Service, err = casework.New(casework.Options{
		Store: o.store, Accounts: people, Directory: list, Editions: map[string]casework.Edition{"ab325/2020-03": edition()}, Current: "ab325/2020-03",
		Municipalities: municipalities, BaseURL: "https://fleksjob.example.dk", Delivers: true, PDFs: read.New(sandbox.Inline(read.Tasks())), Now: clock, Rand: random,
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func (o *office) settings(people *accounts.Service) {
	o.t.Helper()
	for _, code := range []string{home, other} {
		m := store.Municipality{Code: code, Enabled: true, Address: "Jobcenteret\nStatene 2\n5970 Ærøskøbing", Contact: "Fleksjobteamet", Phone: "12 34 56 78",
			Hours: "kl. 9-14", ServiceGoalDays: 14, DPOName: "DPO", DPOContact: "dpo@example.dk"}
		if err := people.PutSettings(o.t.Context(), auth.System(), m); err != nil {
			o.t.Fatal(err)
		}
	}
}

func (o *office) hire(people *accounts.Service, name, code string, role auth.Role) auth.Actor {
	o.t.Helper()
	id, err := people.AddStaff(o.t.Context(), auth.System(), accounts.NewStaff{Username: name, Name: strings.ToUpper(name[:1]) + name[1:] + " Eksempel",
		Roles: []auth.Role{role}, Municipality: code, Password: "en lang prøve med 7 ord i"})
	if err != nil {
		o.t.Fatal(err)
	}
	return auth.Actor{Provider: auth.StaffAccount, Subject: id, Assurance: flexjob.ByPassword, Roles: []auth.Role{role}, Municipality: code}
}

// must fails the test on an error.
func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// parties begins a case with both parties in.
func (o *office) parties() (employee, company auth.Actor, id string) {
	o.t.Helper()
	started, err := o.Start(o.t.Context(), flexjob.Employee, "ase@example.dk")
	o.must(err)
	id = started.Actor.Case
	_, err = o.Invite(o.t.Context(), started.Actor, id, "kontor@example.dk")
	o.must(err)
	joined, err := o.Enter(o.t.Context(), secret(o.mailed()), "1.2.3.4")
	o.must(err)
	o.must(o.RegisterAddress(o.t.Context(), joined.Actor, id, flexjob.Company, joined.Proposed))
	return started.Actor, joined.Actor, id
}

// mailed returns the way in that was sent last.
func (o *office) mailed() casework.Access {
	o.t.Helper()
	for _, m := range slices.Backward(o.mail()) {
		if m.Data["code"] != "" {
			return casework.Access{Link: m.Data["link"], Code: m.Data["code"]}
		}
	}
	o.t.Fatal("no way in was sent")
	return casework.Access{}
}

// secret returns what a link carries in its fragment.
func secret(a casework.Access) string {
	_, s, _ := strings.Cut(a.Link, "#")
	return s
}

var (
	employeePart = map[string]string{"employee.municipality": home, "employee.name": "Åse Kjærgård", "employee.cpr": "610170-0559",
		"job.title": "Gartner", "job.startDate": "1.12.2026", "job.description": "Åse luger og vander i væksthuset."}
	companyPart = map[string]string{"company.name": "Planteriget I/S", "company.cvr": "99990007", "company.contactPerson": "Maria Vest", "company.phone": "12345678"}
	blad2Part   = map[string]string{"grant.start": "1.1.2026", "grant.kind": "midlertidigt", "assessment.specialNeeds": "ingen", "assessment.hoursPerWeek": "7:30",
		"assessment.intensityPercent": "67", "assessment.justification": "Efter samtale med parterne.", "assessment.material": "Afgørelsen om fleksjob."}
)

// save writes fields that were empty.
func (o *office) save(who auth.Actor, id string, values map[string]string) casework.Saved {
	o.t.Helper()
	var changes []flexjob.Change
	for field, v := range values {
		changes = append(changes, flexjob.Change{Field: field, New: v})
	}
	saved, err := o.Save(o.t.Context(), who, id, changes)
	o.must(err)
	if len(saved.Conflicts) > 0 {
		o.t.Fatalf("conflicts: %v", saved.Conflicts)
	}
	return saved
}

// sent returns a case that was signed and received.
func (o *office) sent() (employee, company auth.Actor, id string) {
	o.t.Helper()
	employee, company, id = o.parties()
	o.save(employee, id, employeePart)
	o.save(company, id, companyPart)
	o.sign(employee, id)
	return employee, company, id
}

func (o *office) sign(employee auth.Actor, id string) {
	o.t.Helper()
	p, err := o.PreviewBlad1(o.t.Context(), employee, id, "Åse Kjærgård")
	o.must(err)
	o.must(o.Sign(o.t.Context(), employee, id, "Åse Kjærgård", p.Hash))
}

// assessed returns a case with a Blad 2 that is ready to be issued.
func (o *office) assessed() (employee, company auth.Actor, id string) {
	o.t.Helper()
	employee, company, id = o.sent()
	o.assess(id)
	return employee, company, id
}

// assess writes a Blad 2 of a case that was received.
func (o *office) assess(id string) {
	o.t.Helper()
	o.must(o.Do(o.t.Context(), o.caseworker, id, casework.Any, flexjob.ConfirmIdentity{}))
	o.must(o.Do(o.t.Context(), o.caseworker, id, casework.Any, flexjob.ConfirmGrant{}))
	o.must(o.StartBlad2(o.t.Context(), o.caseworker, id, casework.Any, ""))
	o.save(o.caseworker, id, blad2Part)
}

func (o *office) issue(id string) {
	o.t.Helper()
	p, err := o.PreviewBlad2(o.t.Context(), o.issuer, id)
	o.must(err)
	o.must(o.Issue(o.t.Context(), o.issuer, id, p.Hash))
}

func (o *office) look(who auth.Actor, id string) *casework.View {
	o.t.Helper()
	v, err := o.Look(o.t.Context(), who, id)
	o.must(err)
	return v
}

// log returns the actions in the audit log about a case.
func (o *office) log(id string) (actions []string) {
	o.t.Helper()
	o.must(o.store.View(o.t.Context(), func(tx *store.Tx) error {
		for e, err := range tx.AuditOf(id) {
			if err != nil {
				return err
			}
			actions = append(actions, e.Action+" "+e.Result)
		}
		return nil
	}))
	return actions
}

// want fails the test unless err is a problem of the kind.
func want(t *testing.T, what string, err error, kind problem.Kind) {
	t.Helper()
	if problem.Of(err) != kind {
		t.Errorf("%s: %v, want a problem %q", what, err, kind)
	}
}

// The whole way, from the first line to an issued assessment and its copies.
func TestTheWholeWay(t *testing.T) {
	o := open(t)
	employee, company, id := o.assessed()
	o.issue(id)
	v := o.look(employee, id)
	if v.Status != flexjob.Issued {
		t.Fatalf("status = %s, want %s", v.Status, flexjob.Issued)
	}
	k := v.Case.Standing().Issue.Complaint
	if got, want := k.LastDay.String(), "21.12.2026"; got != want { // vector 1 of the deadlines
		t.Errorf("last day to complain = %s, want %s", got, want)
	}
	for who, actor := range map[string]auth.Actor{"employee": employee, "company": company, "caseworker": o.caseworker} {
		for _, d := range o.look(actor, id).Documents {
			f, err := o.Fetch(t.Context(), actor, id, d.ID)
			o.must(err)
			if !strings.HasPrefix(string(f.Bytes), "%PDF-") || strings.Contains(f.Filename, "Åse") {
				t.Errorf("%s fetched %d bytes as %q", who, len(f.Bytes), f.Filename)
			}
		}
	}
	if report, err := o.store.VerifyLog(t.Context()); err != nil || report.Pending == 0 {
		t.Errorf("audit log: %+v, %v", report, err)
	}
}
