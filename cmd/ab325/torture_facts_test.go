package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"ab325/internal/audit"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/store"
)

// Facts are what a folder holds, by what is saved together: cases with all that
// belongs to them, the office, the sessions. A request may save one after the
// other, and be over in between.
type facts map[string][]string

// factsOf returns what the data in home hold, as the next start finds them,
// without what is random or tells the time. Where they are not whole it returns
// what is wrong with them. The cases of others, who were at work at the same
// time, are left out.
func factsOf(home string, others []string) (f facts, err error) {
	op, err := openData(filepath.Join(home, "data"), world(), false)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, op.close()) }()
	if err := errors.Join(op.db.Check(), wholeData(op)); err != nil {
		return nil, err
	}
	f = facts{}
	add := func(group, kind string, v any) { f[group] = append(f[group], describe(kind, v)...) }
	err = op.store.View(context.Background(), func(tx *store.Tx) error {
		return errors.Join(gatherCases(tx, others, add), gatherOffice(tx, add), gatherLog(tx, others, add))
	})
	for _, lines := range f {
		slices.Sort(lines)
	}
	return f, err
}

func gatherCases(tx *store.Tx, others []string, add func(group, kind string, v any)) error {
	for row, err := range tx.Rows() {
		if err != nil {
			return err
		}
		if slices.Contains(others, row.ID) {
			continue
		}
		c, err := tx.Case(row.ID)
		if err != nil {
			return err
		}
		links, err := tx.LinksOf(row.ID)
		if err != nil {
			return err
		}
		if err := unseal(tx, c); err != nil {
			return err
		}
		add("cases", "case", c)
		add("cases", "links", links)
	}
	for m, err := range tx.Messages() {
		if err != nil {
			return err
		}
		if !slices.Contains(others, m.Case) {
			add("cases", "message", m)
		}
	}
	return nil
}

// unseal takes the seals out of a case: the service puts them there by itself
// after a request, one after the other, and they are no part of what the request
// did. Each is to have its entry in the log.
func unseal(tx *store.Tx, c *flexjob.Case) error {
	seals, entries := 0, 0
	for _, k := range c.Kept() {
		if k.Seal != nil {
			seals++
			k.Document.Seal = nil
		}
	}
	for e, err := range tx.AuditOf(c.ID) {
		if err != nil {
			return err
		}
		if e.Action == casework.SealAction {
			entries++
		}
	}
	if seals != entries {
		return fmt.Errorf("case %s has %d seals, and %d entries of the log say so", c.ID, seals, entries)
	}
	c.Revision, c.Settled = c.Revision-seals, 0
	return nil
}

func gatherOffice(tx *store.Tx, add func(group, kind string, v any)) error {
	for s, err := range tx.AllStaff() {
		if err != nil {
			return err
		}
		add("office", "staff "+s.Username, s)
	}
	for m, err := range tx.Municipalities() {
		if err != nil {
			return err
		}
		add("office", "municipality", m)
	}
	sessions := 0
	for _, err := range tx.Sessions() {
		if err != nil {
			return err
		}
		sessions++
	}
	add("sessions", "number", sessions)
	return nil
}

func gatherLog(tx *store.Tx, others []string, add func(group, kind string, v any)) error {
	for e, err := range tx.Audit(audit.ID{}) {
		if err != nil {
			return err
		}
		switch text := e.Role + " " + e.Action + " " + e.Result; {
		case e.Action == casework.SealAction: // see unseal
		case e.Case == "":
			add("office", "log", text)
		case !slices.Contains(others, e.Case):
			add("cases", "log", text)
		}
	}
	return nil
}

// wavering is text that differs from one run to the next: ids, hashes, times,
// addresses.
var wavering = regexp.MustCompile(`[0-9A-Z]{4}(-[0-9A-Z]{4}){3}|[0-9A-Za-z+/=_-]{22,}|[0-9a-f]{8,}|\d{4}-\d\d-\d\dT[^"]*|\$argon2.*|127\.0\.0\.1:\d+`)

// describe returns a line for each value in v.
func describe(name string, v any) (lines []string) {
	text, err := json.Marshal(v)
	if err != nil {
		return []string{name + ": " + err.Error()}
	}
	var tree any
	if err := json.Unmarshal(text, &tree); err != nil {
		return []string{name + ": " + err.Error()}
	}
	var walk func(name string, v any)
	walk = func(name string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for key, value := range v {
				walk(name+"."+wavering.ReplaceAllString(key, "*"), value)
			}
		case []any:
			if len(v) == sha256.Size {
				lines = append(lines, name+" = *") // a hash
				return
			}
			for _, value := range v {
				walk(name+"[]", value)
			}
		case string:
			lines = append(lines, name+" = "+wavering.ReplaceAllString(v, "*"))
		default:
			if strings.HasSuffix(name, ".Size") {
				v = "*" // of a document, which tells the time
			}
			lines = append(lines, fmt.Sprint(name, " = ", v))
		}
	}
	walk(name, tree)
	return lines
}

// wholeData returns what is wrong with the data where they are compared with
// themselves. A document that nothing refers to is not wrong: it was kept for a
// change that did not come.
func wholeData(op *operator) error {
	var faults error
	report := func(fault string) { faults = errors.Join(faults, errors.New(fault)) }
	err := op.store.Check(context.Background(), time.Time{}, report)
	_, broken := op.store.VerifyLog(context.Background())
	return errors.Join(faults, err, broken)
}

// among returns nothing if each part of f is as before or as after a request,
// or in between, where that makes several changes; otherwise how it differs.
func (f facts) among(before, after facts) string {
	var b strings.Builder
	for group, lines := range f {
		if !wholly(before[group], lines, after[group]) {
			fmt.Fprintf(&b, "%s differ from before by\n%sand from after by\n%s", group, differences(before[group], lines), differences(after[group], lines))
		}
	}
	return b.String()
}

// wholly reports whether lines are those of before or of after or, where the
// case has a revision between theirs, between them: each change gives it a new
// one. What only looks is logged by itself, and so may be between in any case.
func wholly(before, lines, after []string) bool {
	looksBefore, before := apart(before)
	looks, lines := apart(lines)
	looksAfter, after := apart(after)
	if !between(looksBefore, looks, looksAfter) {
		return false
	}
	if slices.Equal(lines, before) || slices.Equal(lines, after) {
		return true
	}
	first, now, last := revision(before), revision(lines), revision(after)
	return first < now && now < last && between(before, lines, after)
}

// apart returns the entries of those who only looked, and the rest.
func apart(lines []string) (looks, rest []string) {
	for _, line := range lines {
		if looking.MatchString(line) {
			looks = append(looks, line)
		} else {
			rest = append(rest, line)
		}
	}
	return looks, rest
}

var looking = regexp.MustCompile(`^log = \S* (open|fetch|preview|print-draft|search|read-log|read-own-log|check-log) `)

// between reports whether each of the lines, but for the revision, is there as
// often as before, as after, or in between.
func between(before, lines, after []string) bool {
	a, n, b := counts(before), counts(lines), counts(after)
	for line := range counts(slices.Concat(before, lines, after)) {
		if !strings.HasPrefix(line, revisionLine) && (n[line] < min(a[line], b[line]) || n[line] > max(a[line], b[line])) {
			return false
		}
	}
	return true
}

const revisionLine = "case.Revision = "

func revision(lines []string) (n int) {
	for _, line := range lines {
		if text, ok := strings.CutPrefix(line, revisionLine); ok {
			n, _ = strconv.Atoi(text) // describe wrote a number
		}
	}
	return n
}

func counts(lines []string) map[string]int {
	n := map[string]int{}
	for _, line := range lines {
		n[line]++
	}
	return n
}

// differences returns in a few lines how got differs from want.
func differences(want, got []string) string {
	var b strings.Builder
	w, g := counts(want), counts(got)
	for _, line := range slices.Sorted(maps.Keys(counts(slices.Concat(want, got)))) {
		if n := g[line] - w[line]; n != 0 {
			fmt.Fprintf(&b, "  %+d %s\n", n, line)
		}
	}
	return b.String()
}
