package store

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"ab325/internal/audit"
	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/kv"
	"ab325/internal/problem"
)

var links = table[Link]{kind: linkKind, at: linkKeys, index: func(l *Link, rev int) []kv.Pair {
	pairs := []kv.Pair{{Key: linkTokenKeys.text(l.Hash.String()), Value: []byte(l.ID)}}
	if !l.CodeKey.IsZero() {
		pairs = append(pairs, kv.Pair{Key: linkCodeKeys.text(l.CodeKey.String()), Value: []byte(l.ID)})
	}
	if l.Case != "" {
		pairs = append(pairs, kv.Pair{Key: linkCaseKeys.text(l.Case).Text(l.ID), Value: kv.Key(nil).Uint(uint64(rev))})
	}
	return pairs
}}

// A Link is one party's way into one case: a secret that is carried in an
// address, and a short code that can be typed instead. The store holds
// neither.
type Link struct {
	ID       string     `json:"id"`   // random; stands in the case and the audit log
	Hash     audit.Hash `json:"hash"` // of the secret
	CodeHash audit.Hash `json:"-"`    // of the code; set to save a new one, never read back
	CodeKey  audit.Hash `json:"code"` // keyed hash of CodeHash: a code can be guessed, so its hash must not be

	Case    string        `json:"case"` // id
	Party   flexjob.Party `json:"party"`
	Kind    LinkKind      `json:"kind"`
	Address string        `json:"address"` // e-mail address that it was sent to, or ""
	Created time.Time     `json:"created"`
	Expires time.Time     `json:"expires"`
	Used    time.Time     `json:"used"`  // an invitation that has brought the party in; zero before
	Staff   string        `json:"staff"` // of LinkDemo: the staff id
}

// LinkKind says what a link is for.
type LinkKind string

// The kinds of links.
const (
	LinkInvitation LinkKind = "invitation" // brings a party in, once
	LinkReturn     LinkKind = "return"     // the way back of a party that is in
	LinkDemo       LinkKind = "demo"       // signs a member of staff in; made in a demonstration alone
)

// Ended reports whether EndLinks ended the link before its time.
func (l *Link) Ended() bool { return !l.Expires.After(l.Created) }

// Link returns the link with the given id, or a NotFound problem.
func (t *Tx) Link(id string) (Link, error) {
	l, err := links.get(t, linkKeys.text(id))
	if errors.Is(err, errNone) {
		return Link{}, noLink()
	} else if err != nil {
		return Link{}, fmt.Errorf("link %s: %w", id, err)
	}
	return *l, nil
}

func noLink() error {
	return problem.New(problem.NotFound, "Linket eller koden findes ikke. Kontrollér, at det hele er skrevet af, eller bed om et nyt.")
}

// LinkBySecret returns the link with the given secret or code, usable or not,
// or a NotFound problem.
func (t *Tx) LinkBySecret(secret string) (Link, error) {
	id, err := t.pointer(linkTokenKeys.text(audit.Hash(auth.HashToken(secret)).String()))
	if errors.Is(err, errNone) {
		id, err = t.linkByCode(auth.HashCode(secret))
	}
	if errors.Is(err, errNone) {
		return Link{}, noLink()
	} else if err != nil {
		return Link{}, err
	}
	return t.Link(id)
}

func (t *Tx) linkByCode(code audit.Hash) (id string, err error) {
	key, err := t.codeKey(code)
	if err != nil {
		return "", err
	}
	return t.pointer(linkCodeKeys.text(key.String()))
}

// PutLink saves a link. Its secret and its case never change; setting CodeHash
// gives it a new code in place of the old one. A code that another link has is
// a Conflict problem.
func (t *Tx) PutLink(l Link) error {
	if !l.CodeHash.IsZero() {
		key, err := t.codeKey(l.CodeHash)
		if err != nil {
			return err
		}
		l.CodeKey = key
	}
	if !l.CodeKey.IsZero() {
		id, err := t.pointer(linkCodeKeys.text(l.CodeKey.String()))
		if err != nil && !errors.Is(err, errNone) {
			return err
		}
		if err == nil && id != l.ID {
			return problem.New(problem.Conflict, "Koden er optaget. Prøv igen for at få en anden.")
		}
	}
	slot, err := t.slotOf(l.Case)
	if err != nil {
		return fmt.Errorf("link %s: %w", l.ID, err)
	}
	return links.save(t, linkKeys.text(l.ID), slot, &l)
}

// codeKey returns the keyed hash that a code is found by. The key is in the
// vault: a code must not be found by somebody who has the database alone and
// tries them all.
func (t *Tx) codeKey(h audit.Hash) (audit.Hash, error) {
	sum, err := t.keyed("code", string(h[:]))
	if err != nil {
		return audit.Hash{}, err
	}
	return audit.Hash([]byte(sum)), nil
}

// LinksOf returns all links of a case, in no particular order.
func (t *Tx) LinksOf(caseID string) ([]Link, error) {
	ids, err := t.ids(linkCaseKeys.under(caseID))
	if err != nil {
		return nil, err
	}
	list := make([]Link, len(ids))
	for i, id := range ids {
		if list[i], err = t.Link(id); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// EndLinks ends the party's links to a case, but those with the ids to keep,
// as if they had expired when they were made. They are kept, so that who
// comes with one can be told.
func (t *Tx) EndLinks(caseID string, party flexjob.Party, keep ...string) error {
	list, err := t.LinksOf(caseID)
	if err != nil {
		return err
	}
	for _, l := range list {
		if l.Party != party || l.Ended() || slices.Contains(keep, l.ID) {
			continue
		}
		l.Expires = l.Created
		if err := t.PutLink(l); err != nil {
			return err
		}
	}
	return nil
}
