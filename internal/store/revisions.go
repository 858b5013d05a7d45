package store

import (
	"hash/maphash"
	"maps"
	"slices"

	"ab325/internal/audit"
)

// The audit log names the revision that each change made of a case, an account
// or a setting, and nobody can change the log unseen. So a record that was put
// back as it was at an earlier time, with all that leads to it, is betrayed: it
// has another revision than the last that is named or, where it was changed
// again since, two changes made the same one.

// A span is the revisions of a record that entries name.
type span struct{ first, last, count int32 }

func (s span) with(rev int) span {
	r := int32(rev)
	if s.count == 0 {
		return span{r, r, 1}
	}
	return span{min(s.first, r), max(s.last, r), s.count + 1}
}

// revisions compares the revisions that the log names with those that records
// have. A million ids of cases would take a hundred megabytes: it keeps hashes of
// them, whose key nobody knows.
type revisions struct {
	seed  maphash.Seed
	cases map[uint64]span
	house map[string]span // of accounts and settings, by id
	kept  map[string]int  // the revisions that those have
}

func newRevisions() *revisions {
	return &revisions{seed: maphash.MakeSeed(), cases: map[uint64]span{}, house: map[string]span{}, kept: map[string]int{}}
}

// note notes what an entry names. Those from before revisions were noted name
// none.
func (r *revisions) note(e *audit.Entry) {
	switch id := changed(e); {
	case e.Revision <= 0:
	case e.Case != "":
		h := maphash.String(r.seed, id)
		r.cases[h] = r.cases[h].with(e.Revision)
	default:
		r.house[id] = r.house[id].with(e.Revision)
	}
}

// revision compares the revision of a case with those that the log names of it.
func (c *checker) revision(id string, rev int) {
	h := maphash.String(c.revisions.seed, id)
	c.oneRevision("case", id, rev, c.revisions.cases[h])
	delete(c.revisions.cases, h)
}

// forgetCase forgets what is named of a case that cannot be read.
func (r *revisions) forgetCase(id string) { delete(r.cases, maphash.String(r.seed, id)) }

func (c *checker) oneRevision(what, id string, rev int, named span) {
	switch {
	case named.count == 0: // the log is older than that
	case int(named.last) != rev:
		c.fault("%s %s is at revision %d, and the last that the log names is %d: an older one was put back, or it was changed without an entry",
			what, id, rev, named.last)
	case named.count != named.last-named.first+1:
		c.fault("%s %s: the log names %d changes, from revision %d to %d: an older one was put back, and changed again",
			what, id, named.count, named.first, named.last)
	}
}

// houseRevisions compares those of accounts and settings, when all were read,
// and looks for what the log names and that is not there.
func (c *checker) houseRevisions() error {
	r := c.revisions
	for _, id := range slices.Sorted(maps.Keys(r.kept)) {
		c.oneRevision("account or setting", id, r.kept[id], r.house[id])
	}
	for _, id := range slices.Sorted(maps.Keys(r.house)) {
		if _, ok := r.kept[id]; !ok {
			c.fault("account or setting %s was changed, as the log says, and is not there", id)
		}
	}
	if len(r.cases) == 0 {
		return nil
	}
	for e, err := range c.t.Audit(audit.ID{}) { // only to name them
		if err := c.pause(err); err != nil {
			return err
		}
		if e.Case == "" || e.Revision <= 0 {
			continue
		}
		if h := maphash.String(r.seed, e.Case); r.cases[h].count > 0 {
			delete(r.cases, h)
			c.fault("case %s was changed, as entry %s says, and is not there", e.Case, e.ID)
		}
	}
	return nil
}
