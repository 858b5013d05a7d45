package flexjob

import (
	"strconv"
	"time"
)

// A Kept is a document that is valid and kept: a Blad 1 as it was signed, or a
// copy of a Blad 2 as it was issued. It is valid from then on, sealed or not.
type Kept struct {
	ID    string // names it within the case: "blad1-1", "blad2-…-employee"
	Valid time.Time
	*Document
}

// Kept returns the documents that are kept, each kind oldest first.
func (c *Case) Kept() (all []Kept) {
	for i := range c.Signatures {
		s := &c.Signatures[i]
		all = append(all, Kept{"blad1-" + strconv.Itoa(i+1), s.By.At, &s.Document})
	}
	for i := range c.Blad2s {
		b := &c.Blad2s[i]
		if b.Issue == nil {
			continue
		}
		for j := range b.Issue.Copies {
			k := &b.Issue.Copies[j]
			all = append(all, Kept{"blad2-" + b.ID + "-" + string(k.To), b.Issue.By.At, &k.Document})
		}
	}
	return all
}

// Waits reports whether the document is kept and has no seal yet.
func (d *Document) Waits() bool { return d.File != "" && d.Seal == nil }

// Length returns how many bytes the file has that people get: with the seal,
// if there is one.
func (d *Document) Length() int {
	if d.Seal == nil {
		return d.Size
	}
	return d.Size + d.Seal.Size
}

// Unsealed returns since when a document of the case has waited for its seal,
// the first of them; zero if none does.
func (c *Case) Unsealed() (since time.Time) {
	for _, k := range c.Kept() {
		if k.Waits() && (since.IsZero() || k.Valid.Before(since)) {
			since = k.Valid
		}
	}
	return since
}

// Seal puts a seal behind the document that waits for it, and counts the
// revision up; who saw the case before it has seen all that people did. It
// reports false, and changes nothing, if no such document waits.
func (c *Case) Seal(file string, s Seal) bool {
	for _, k := range c.Kept() {
		if k.File != file || !k.Waits() {
			continue
		}
		k.Document.Seal = &s
		if c.Settled == 0 {
			c.Settled = c.Revision
		}
		c.Revision++
		return true
	}
	return false
}

// Advance counts the revision up after a change that people made.
func (c *Case) Advance() { c.Revision, c.Settled = c.Revision+1, 0 }

// Seen reports whether who saw the case at a revision has seen all that people
// did since: what followed it, if anything did, were seals.
func (c *Case) Seen(revision int) bool {
	return revision == c.Revision || c.Settled > 0 && revision >= c.Settled && revision < c.Revision
}
