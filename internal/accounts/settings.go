package accounts

import (
	"context"
	"net/mail"
	"strings"
	"unicode/utf8"

	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/form"
	"ab325/internal/ident"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// Settings returns what is set for the municipality with the given code. One
// that nobody has set anything for has empty settings and is not served.
func (s *Service) Settings(ctx context.Context, code string) (m store.Municipality, err error) {
	err = s.Store.View(ctx, func(tx *store.Tx) error { m, err = tx.Municipality(code); return err })
	return m, err
}

// Served reports whether the jobcenter of the municipality with the given code
// receives Blad 1 here.
func (s *Service) Served(ctx context.Context, code string) (bool, error) {
	m, err := s.Settings(ctx, code)
	return m.Enabled, err
}

// Enabled returns the settings of every municipality that is served, by code.
func (s *Service) Enabled(ctx context.Context) (list []store.Municipality, err error) {
	err = s.Store.View(ctx, func(tx *store.Tx) error {
		list = nil
		for m, err := range tx.Municipalities() {
			if err != nil {
				return err
			}
			if m.Enabled {
				list = append(list, *m)
			}
		}
		return nil
	})
	return list, err
}

// PutSettings saves what is set for a municipality, in normal form. What is
// wrong is an Invalid problem that names its fields: code, address, contact,
// phone, email, hours, serviceGoalDays, deadlineMode, dpoName, dpoContact. One
// that is to be served needs them all, but only one of phone and email.
func (s *Service) PutSettings(ctx context.Context, who auth.Actor, m store.Municipality) error {
	if err := mayManage(who, m.Code); err != nil {
		return err
	}
	m.Address = form.Clean(form.Lines, m.Address)
	for _, line := range []*string{&m.Contact, &m.Phone, &m.Email, &m.Hours, &m.DPOName, &m.DPOContact} {
		*line = form.Clean(form.Text, *line)
	}
	if m.DeadlineMode == "" {
		m.DeadlineMode = flexjob.CitizenFriendly
	}
	faults := s.settingsFaults(&m)
	if phone, err := ident.ParsePhone(m.Phone); err == nil {
		m.Phone = phone.String()
	}
	if err := invalid(faults); err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx *store.Tx) error {
		return tx.PutMunicipality(m, s.entry(who, "settings", m.Code))
	})
}

// A setting is one text of a municipality's settings.
type setting struct {
	id, value string
	max       int    // runes
	missing   string // what to do where it is empty
}

func (s *Service) settingsFaults(m *store.Municipality) (faults []problem.Field) {
	add := func(id, text string) { faults = append(faults, problem.Field{ID: id, Text: text}) }
	if !s.isMunicipality(m.Code) {
		add("code", "Vælg en kommune på listen")
	}
	for _, f := range []setting{
		{"address", m.Address, 1000, "Indtast jobcenterets navn og adresse"},
		{"contact", m.Contact, 140, "Indtast, hvem man kan spørge"}, // «pligt til at rådgive» (R49)
		{"hours", m.Hours, 140, "Indtast, hvornår jobcenteret kan kontaktes"},
		{"dpoName", m.DPOName, 140, "Indtast navnet på kommunens databeskyttelsesrådgiver"}, // «databeskyttelsesrådgiver» (R31)
		{"dpoContact", m.DPOContact, 140, "Indtast, hvordan man kontakter databeskyttelsesrådgiveren"},
	} {
		if f.value == "" && m.Enabled {
			add(f.id, f.missing)
		} else if utf8.RuneCountInString(f.value) > f.max {
			add(f.id, "Teksten er for lang. Gør den kortere")
		}
	}
	faults = append(faults, reachFaults(m)...)
	// «angive en forventet sagsbehandlingstid» (R34)
	if m.ServiceGoalDays < 0 || m.ServiceGoalDays > 365 || m.Enabled && m.ServiceGoalDays == 0 {
		add("serviceGoalDays", "Indtast servicemålet som et antal dage fra 1 til 365")
	}
	if m.DeadlineMode != flexjob.CitizenFriendly && m.DeadlineMode != flexjob.Strict {
		add("deadlineMode", "Vælg, hvordan klagefristen regnes ud")
	}
	return faults
}

// reachFaults returns what is wrong with the ways to reach a jobcenter, one of
// which there must be.
func reachFaults(m *store.Municipality) (faults []problem.Field) {
	if m.Phone == "" && m.Email == "" && m.Enabled {
		return []problem.Field{{ID: "phone", Text: "Indtast et telefonnummer eller en e-mailadresse"}}
	}
	if m.Phone != "" {
		if _, err := ident.ParsePhone(m.Phone); err != nil {
			faults = append(faults, problem.Field{ID: "phone", Text: "Indtast telefonnummeret med 8 cifre, fx 12 34 56 78"})
		}
	}
	if m.Email != "" {
		a, err := mail.ParseAddress(m.Email)
		if err != nil || a.Address != m.Email || !strings.Contains(m.Email[strings.LastIndexByte(m.Email, '@'):], ".") {
			faults = append(faults, problem.Field{ID: "email", Text: "Indtast en e-mailadresse i formatet navn@eksempel.dk"})
		}
	}
	return faults
}
