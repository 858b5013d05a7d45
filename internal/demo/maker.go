package demo

import (
	"context"
	"maps"
	"slices"
	"time"

	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/ident"
)

// A maker makes one example, on a clock of its own.
type maker struct {
	*casework.Service
	options           casework.Options
	person            person
	staff             map[string]auth.Actor // by user name
	at                time.Time
	id                string
	employee, company auth.Actor
}

// make carries the example to the stage, step by step, some days apart.
func (m *maker) make(ctx context.Context, stage flexjob.Status) error {
	if err := m.draft(ctx); err != nil || stage == flexjob.Draft {
		return err
	}
	if err := m.save(ctx, m.company, m.person.companyPart()); err != nil {
		return err
	}
	if stage == flexjob.Withdrawn {
		return m.Do(ctx, m.employee, m.id, casework.Any, flexjob.Withdraw{Reason: "Vi blev ikke enige om vilkårene."})
	}
	m.pass(1)
	if err := m.send(ctx); err != nil || stage == flexjob.Received {
		return err
	}
	m.pass(2)
	switch stage {
	case flexjob.Returned:
		return m.Do(ctx, m.staff["mille"], m.id, casework.Any, flexjob.ReturnBlad1{Reason: "Beskriv, hvor mange timer ad gangen arbejdet ligger, og om der er faste mødetider."})
	case flexjob.Dismissed:
		return m.Dismiss(ctx, m.staff["tove"], m.id, casework.Any, "Der er ikke bevilget fleksjob, og der kan derfor ikke laves en vurdering. Du kan søge om at blive visiteret til fleksjob hos os.")
	}
	if err := m.assess(ctx); err != nil || stage == flexjob.Assessed {
		return err
	}
	m.pass(1)
	if err := m.issue(ctx); err != nil || stage == flexjob.Issued {
		return err
	}
	m.pass(1)
	if stage == flexjob.Replacing {
		return m.StartBlad2(ctx, m.staff["ulrik"], m.id, casework.Any, "Timetallet var skrevet forkert.")
	}
	return m.Do(ctx, m.staff["mille"], m.id, casework.Any, flexjob.CloseCase{Reason: "Parterne har indgået en ansættelsesaftale."})
}

func (m *maker) pass(days int) { m.at = m.at.AddDate(0, 0, days).Add(95 * time.Minute) }

// draft begins Blad 1: the employee writes, and the company comes in on a link
// of its own.
func (m *maker) draft(ctx context.Context) error {
	entered, err := m.Start(ctx, flexjob.Employee, "")
	if err != nil {
		return err
	}
	m.employee, m.id = entered.Actor, entered.Actor.Case
	start := ident.DateOf(m.at.AddDate(0, 0, 24))
	if err := m.save(ctx, m.employee, m.person.employeePart(start.String())); err != nil {
		return err
	}
	invitation, err := m.Invite(ctx, m.employee, m.id, "")
	if err != nil {
		return err
	}
	m.at = m.at.Add(3 * time.Hour)
	if entered, err = m.Enter(ctx, invitation.Code, "example"); err != nil {
		return err
	}
	m.company = entered.Actor
	return nil
}

// send answers the consent questions, one of them with a no, and signs.
func (m *maker) send(ctx context.Context) error {
	for i, p := range flexjob.Purposes() {
		if err := m.Do(ctx, m.employee, m.id, casework.Any, flexjob.AnswerConsent{Purpose: p, Given: i == 0}); err != nil {
			return err
		}
	}
	p, err := m.PreviewBlad1(ctx, m.employee, m.id, m.person.name)
	if err != nil {
		return err
	}
	return m.Sign(ctx, m.employee, m.id, m.person.name, p.Hash)
}

// assess confirms what is to be confirmed and writes Blad 2.
func (m *maker) assess(ctx context.Context) error {
	who := m.staff["mille"]
	for _, act := range []flexjob.Act{flexjob.Assign{Staff: who.Subject}, flexjob.ConfirmIdentity{}, flexjob.ConfirmGrant{}} {
		if err := m.Do(ctx, who, m.id, casework.Any, act); err != nil {
			return err
		}
	}
	if err := m.StartBlad2(ctx, who, m.id, casework.Any, ""); err != nil {
		return err
	}
	p := m.person
	return m.save(ctx, who, map[string]string{
		"grant.start": ident.DateOf(m.at.AddDate(-1, 0, 0)).String(), "grant.kind": "midlertidigt", "visitation.hours": p.visitationHours,
		"assessment.specialNeeds": p.needs, "assessment.hoursPerWeek": p.hours, "assessment.intensityPercent": p.percent,
		"assessment.justification": p.reasons, flexjob.DifferenceField: p.reason,
		"assessment.material": "Afgørelsen om fleksjob, beskrivelsen af jobbet på blad 1 og samtalen med parterne.",
	})
}

func (m *maker) issue(ctx context.Context) error {
	who := m.staff["ulrik"]
	p, err := m.PreviewBlad2(ctx, who, m.id)
	if err != nil {
		return err
	}
	return m.Issue(ctx, who, m.id, p.Hash)
}

// save writes fields that were empty.
func (m *maker) save(ctx context.Context, who auth.Actor, values map[string]string) error {
	var changes []flexjob.Change
	for _, id := range slices.Sorted(maps.Keys(values)) {
		if values[id] != "" {
			changes = append(changes, flexjob.Change{Field: id, New: values[id]})
		}
	}
	_, err := m.Save(ctx, who, m.id, changes)
	return err
}
