package store

import (
	"errors"
	"fmt"
	"iter"
	"time"

	"ab325/internal/kv"
	"ab325/internal/problem"
)

var parkedPosts = table[Parked]{kind: parkedKind, at: parkedKeys, index: func(p *Parked, _ int) []kv.Pair {
	if p.Case == "" {
		return nil
	}
	return []kv.Pair{{Key: parkedCaseKeys.text(p.Case).Text(p.Subject).Text(p.ID)}}
}}

// Parked is what somebody posted after their session had ended, kept until
// they are back.
type Parked struct {
	ID      string              `json:"id"`
	Subject string              `json:"subject"` // whose session it was, by ids; nobody else gets it
	Case    string              `json:"case"`    // the one case of a party, which it is erased with; "" of staff
	Path    string              `json:"path"`    // where it was posted to
	Form    map[string][]string `json:"form"`
	At      time.Time           `json:"at"`
}

// Parked returns the subject's parked post with the given id, or a NotFound
// problem.
func (t *Tx) Parked(subject, id string) (*Parked, error) {
	p, err := parkedPosts.get(t, parkedKeys.text(subject).Text(id))
	if errors.Is(err, errNone) {
		return nil, problem.New(problem.NotFound, "Det, du havde skrevet, er ikke gemt længere. Åbn sagen igen, og skriv det på ny.")
	}
	return p, err
}

// ParkedOf yields the subject's parked posts, in no particular order.
func (t *Tx) ParkedOf(subject string) iter.Seq2[*Parked, error] {
	return all[Parked](t, parkedKind, parkedKeys.under(subject))
}

// AllParked yields every parked post, in no particular order.
func (t *Tx) AllParked() iter.Seq2[*Parked, error] { return parkedPosts.all(t) }

// PutParked saves a parked post.
func (t *Tx) PutParked(p *Parked) error {
	slot, err := t.slotOf(p.Case)
	if err != nil {
		return fmt.Errorf("parked post: %w", err)
	}
	return parkedPosts.save(t, parkedKeys.text(p.Subject).Text(p.ID), slot, p)
}

// ForgetParked removes a parked post.
func (t *Tx) ForgetParked(subject, id string) error {
	return parkedPosts.forget(t, parkedKeys.text(subject).Text(id))
}
