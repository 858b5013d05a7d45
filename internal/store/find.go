package store

import (
	"encoding/hex"
	"slices"
	"strings"

	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/ident"
	"ab325/internal/vault"
)

// A Lookup is what a case can be found by, apart from names.
type Lookup string

// The lookups. A value is compared in its normal form.
const (
	ByCPR       Lookup = "cpr"       // of the employee, while it is a CPR number
	ByCVR       Lookup = "cvr"       // of the company, while it is a CVR number
	ByNumber    Lookup = "number"    // the case's own, "2026-000123"
	ByReference Lookup = "reference" // the municipality's own; case and spaces do not count
	ByCode      Lookup = "code"      // that a kept document is checked by, however it is typed
	ByDocument  Lookup = "document"  // SHA-256 of a kept document without its seal, in hexadecimal
)

// Find returns the ids of the cases that have the value, sorted. A value that
// is not of its kind is in none.
func (t *Tx) Find(by Lookup, value string) (found []string, err error) {
	value, ok := normal(by, value)
	if !ok {
		return nil, nil
	}
	for _, key := range t.indexes { // more than one while they are changed
		ids, err := t.ids(findKeys.under(hashed(key, by, value)))
		if err != nil {
			return nil, err
		}
		found = append(found, ids...)
	}
	slices.Sort(found)
	return slices.Compact(found), nil
}

// hashed returns what stands for a value in a key.
func hashed(key vault.IndexKey, by Lookup, value string) string {
	sum := key.Sum(string(by), value)
	return string(sum[:])
}

// normal returns the form of value that equal ones share, if it is of its
// kind.
func normal(by Lookup, value string) (string, bool) {
	switch by {
	case ByCPR:
		n, err := ident.ParseCPR(value, ident.Date{})
		return n.Digits(), err == nil
	case ByCVR:
		n, err := ident.ParseCVR(value)
		return n.String(), err == nil
	case ByCode:
		h := auth.HashCode(value)
		return string(h[:]), value != ""
	}
	value = strings.ToLower(strings.Join(strings.Fields(value), ""))
	return value, value != ""
}

// findable returns the keyed hashes that c is found by, each once.
func findable(key vault.IndexKey, c *flexjob.Case) (hashes [][]byte) {
	add := func(by Lookup, value string) {
		if value, ok := normal(by, value); ok {
			hashes = append(hashes, []byte(hashed(key, by, value)))
		}
	}
	add(ByCPR, c.Blad1["employee.cpr"].Value)
	add(ByCVR, c.Blad1["company.cvr"].Value)
	add(ByNumber, c.Number)
	for i := range c.Blad2s {
		if b := &c.Blad2s[i]; b.Dropped == nil {
			add(ByReference, c.Blad2Values(b)["case.externalRef"])
		}
	}
	for _, k := range c.Kept() {
		add(ByCode, k.Code)
		if k.File != "" {
			add(ByDocument, hex.EncodeToString(k.Hash[:]))
		}
	}
	slices.SortFunc(hashes, slices.Compare)
	return slices.CompactFunc(hashes, slices.Equal)
}
