// Package demo fills an empty installation with invented people, so that the
// service can be tried at once.
//
// Everything is made through package casework, as people would have made it,
// on the days on which they would have: so the examples hold whatever the
// rules hold.
package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"ab325/internal/accounts"
	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// The municipalities of the example: the first has the staff, the second is
// there to forward cases to.
const (
	Home  = "0492" // Ærø
	Other = "0482" // Langeland
)

// Options are what the examples are made with.
type Options struct {
	Casework casework.Options // Now is the clock of the service
	Accounts *accounts.Service
	Password string // of every example member of staff
}

// Doors are the ways in that are printed at a start.
type Doors struct{ Employee, Company, Caseworker casework.Access }

// Open makes the examples unless all of them were made, sets the example staff's
// password, and returns new ways into the example draft. What is left of
// examples that somebody was making when the program ended is erased first.
func Open(ctx context.Context, o Options) (Doors, error) {
	s, err := casework.New(o.Casework)
	if err != nil {
		return Doors{}, err
	}
	_, err = o.Accounts.StaffNamed(ctx, lastHired)
	switch {
	case problem.Of(err) == problem.NotFound:
		if err := anew(ctx, s, o); err != nil {
			return Doors{}, fmt.Errorf("make the examples: %w", err)
		}
	case err != nil:
		return Doors{}, err
	}
	if _, err := hire(ctx, o, Usernames()...); err != nil {
		return Doors{}, err
	}
	first, err := draft(ctx, o)
	if err != nil {
		return Doors{}, err
	}
	var d Doors
	if d.Employee, err = s.GiveAccess(ctx, auth.System(), first, flexjob.Employee); err != nil {
		return Doors{}, err
	}
	if d.Company, err = s.GiveAccess(ctx, auth.System(), first, flexjob.Company); err != nil {
		return Doors{}, err
	}
	who, err := o.Accounts.StaffNamed(ctx, Caseworker)
	if err != nil {
		return Doors{}, err
	}
	d.Caseworker, err = s.DemoAccess(ctx, who.ID)
	return d, err
}

// anew erases every case and makes the examples. The account that says that all
// are made comes last. Where anybody but the examples has an account it erases
// nothing.
func anew(ctx context.Context, s *casework.Service, o Options) error {
	var ids []string
	err := o.Casework.Store.View(ctx, func(tx *store.Tx) error {
		for member, err := range tx.AllStaff() {
			if err != nil {
				return err
			}
			if !slices.Contains(Usernames(), member.Username) {
				return errors.New("somebody has an account who is no example: choose another data folder, or remove this one if nobody needs what is in it")
			}
		}
		ids = nil
		for row, err := range tx.Rows() {
			if err != nil {
				return err
			}
			ids = append(ids, row.ID)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := s.Erase(ctx, auth.System(), id, casework.Any, casework.Erasure{Reason: casework.ReasonMistake, Unfinished: true}); err != nil {
			return err
		}
	}
	if err := seed(ctx, o); err != nil {
		return err
	}
	_, err = hire(ctx, o, lastHired)
	return err
}

// draft returns the id of the example draft: of all examples, which were made
// before the last account, it was begun last. Its number tells nothing: in
// January the others have last year's.
func draft(ctx context.Context, o Options) (id string, err error) {
	last, err := o.Accounts.StaffNamed(ctx, lastHired)
	if err != nil {
		return "", err
	}
	err = o.Casework.Store.View(ctx, func(tx *store.Tx) error {
		var begun time.Time
		id = ""
		for row, err := range tx.Rows() {
			if err != nil {
				return err
			}
			if row.Created.After(begun) && !row.Created.After(last.Created) {
				begun, id = row.Created, row.ID
			}
		}
		return nil
	})
	if err == nil && id == "" {
		err = errors.New("all example cases are erased: remove the data folder, and the next start makes them anew")
	}
	return id, err
}

// stages are how far each example has come; the first stays a draft.
var stages = []flexjob.Status{
	flexjob.Draft, flexjob.Received, flexjob.Assessed, flexjob.Issued, flexjob.Returned, flexjob.Issued, flexjob.Received, flexjob.Closed,
	flexjob.Assessed, flexjob.Issued, flexjob.Received, flexjob.Dismissed, flexjob.Received, flexjob.Replacing, flexjob.Withdrawn, flexjob.Received,
	flexjob.Received, flexjob.Assessed, flexjob.Issued, flexjob.Received, flexjob.Closed, flexjob.Received, flexjob.Assessed, flexjob.Issued,
}

func seed(ctx context.Context, o Options) error {
	if err := settings(ctx, o); err != nil {
		return err
	}
	actors, err := hire(ctx, o, "mille", "ulrik", "tove")
	if err != nil {
		return err
	}
	now := o.Casework.Now()
	for i, stage := range stages {
		m := maker{person: people[i%len(people)], staff: actors, at: begun(now, i)}
		m.options = o.Casework
		m.options.Now = func() time.Time { return m.at }
		if m.Service, err = casework.New(m.options); err != nil {
			return err
		}
		if i == 0 {
			m.at = now.Add(-4 * time.Hour) // both parties have been in by now
		}
		if err := m.make(ctx, stage); err != nil {
			return fmt.Errorf("%s: %w", stage, err)
		}
	}
	return nil
}

// begun returns when the i-th example was begun: a morning, up to two months
// ago, so that some answers are over the service goal.
func begun(now time.Time, i int) time.Time {
	day := now.AddDate(0, 0, -7-i*41%50)
	return time.Date(day.Year(), day.Month(), day.Day(), 8, 15+i, 0, 0, day.Location())
}

func settings(ctx context.Context, o Options) error {
	for _, m := range []store.Municipality{
		{
			Code: Home, Enabled: true, Address: "Jobcenter Ærø\nStatene 2\n5970 Ærøskøbing", Contact: "Fleksjobteamet", Phone: "12 34 56 78",
			Email: "jobcenter@example.dk", Hours: "Mandag til fredag kl. 9-14", ServiceGoalDays: 21,
			DPOName: "Databeskyttelsesrådgiveren i Ærø Kommune", DPOContact: "dpo@example.dk",
		},
		{
			Code: Other, Enabled: true, Address: "Jobcenter Langeland\nFredensvej 1\n5900 Rudkøbing", Contact: "Jobcenteret", Phone: "87 65 43 21",
			Email: "jobcenter.langeland@example.dk", Hours: "Mandag til torsdag kl. 10-15", ServiceGoalDays: 28,
			DPOName: "Databeskyttelsesrådgiveren i Langeland Kommune", DPOContact: "dpo.langeland@example.dk",
		},
	} {
		if err := o.Accounts.PutSettings(ctx, auth.System(), m); err != nil {
			return err
		}
	}
	return nil
}

// employeePart returns what the employee writes on Blad 1.
func (p person) employeePart(start string) map[string]string {
	return map[string]string{
		"employee.municipality": Home, "employee.name": p.name, "employee.cpr": p.cpr, "employee.address": p.address,
		"job.title": p.title, "job.startDate": start, "job.description": p.description,
	}
}

// companyPart returns what the company writes on Blad 1.
func (p person) companyPart() map[string]string {
	return map[string]string{
		"company.name": p.company, "company.cvr": p.cvr, "company.contactPerson": p.contact, "company.phone": p.phone,
		"company.address": p.companyAddress, "company.email": "kontor@example.dk",
	}
}
