package store

import (
	"errors"
	"fmt"
	"iter"

	"ab325/internal/audit"
	"ab325/internal/flexjob"
)

var municipalities = table[Municipality]{kind: municipalityKind, at: municipalityKeys}

// A Municipality is what an administrator has set for one municipality. What
// is empty has not been set.
type Municipality struct {
	Code    string `json:"code"`    // four digits
	Enabled bool   `json:"enabled"` // its jobcenter receives Blad 1 here
	Address string `json:"address"` // «Jobcenterets navn og adresse», in lines
	Contact string `json:"contact"` // whom to ask
	Phone   string `json:"phone"`
	Email   string `json:"email"`
	Hours   string `json:"hours"` // when somebody answers, in words

	ServiceGoalDays int                  `json:"serviceGoalDays"` // from received to the expected answer
	DeadlineMode    flexjob.CalendarMode `json:"deadlineMode"`

	DPOName    string `json:"dpoName"`    // the data protection officer
	DPOContact string `json:"dpoContact"` // telephone, e-mail or address
}

// Municipality returns what is set for the municipality with the given code;
// of one that nobody has set anything for, its code alone.
func (t *Tx) Municipality(code string) (Municipality, error) {
	m, err := municipalities.get(t, municipalityKeys.text(code))
	if errors.Is(err, errNone) {
		return Municipality{Code: code}, nil
	} else if err != nil {
		return Municipality{}, fmt.Errorf("municipality %s: %w", code, err)
	}
	return *m, nil
}

// Municipalities yields every municipality that something is set for, by code.
func (t *Tx) Municipalities() iter.Seq2[*Municipality, error] {
	return municipalities.all(t)
}

// PutMunicipality saves what is set for a municipality, with the audit entry
// that explains the change; its object is the code.
func (t *Tx) PutMunicipality(m Municipality, why audit.Entry) error {
	rev, err := municipalities.advance(t, municipalityKeys.text(m.Code), house, &m)
	if err != nil {
		return err
	}
	return t.logChange(why, m.Code, rev)
}
