package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/kv"
)

// putBack makes a database what it was, but for its log.
func putBack(t *testing.T, db kv.DB, was []kv.Pair) {
	t.Helper()
	log := func(p kv.Pair) bool { return apart(p.Key) }
	for _, p := range slices.DeleteFunc(pairsOf(t, db), log) {
		rawPut(t, db, p.Key, nil)
	}
	for _, p := range slices.DeleteFunc(slices.Clone(was), log) {
		rawPut(t, db, p.Key, p.Value)
	}
}

// Each is changed, put back with all that leads to it, and, in the end, changed
// again until it is at the revision at which it was.
func TestCheckFindsWhatWasPutBack(t *testing.T) {
	for _, test := range []struct {
		name, what string
		change     func(*testing.T, *wholeStore)
	}{
		{"a case", "case case-1", func(t *testing.T, h *wholeStore) { save(t, h.Store, "case-1", func(*flexjob.Case) {}) }},
		{"an account", "account or setting s1", func(t *testing.T, h *wholeStore) {
			doUpdate(t, h.Store, func(tx *Tx) error {
				s, err := tx.Staff("s1")
				if err != nil {
					return err
				}
				e := why("staff-disable")
				e.Object, s.Disabled = "s1", now
				return tx.PutStaff(s, e)
			})
		}},
		{"an account that signs in", "account or setting s1", func(t *testing.T, h *wholeStore) {
			doUpdate(t, h.Store, func(tx *Tx) error {
				s, err := tx.Staff("s1")
				if err != nil {
					return err
				}
				e := why("sign-in")
				e.Actor, s.LastSignIn = "s1", now
				return tx.PutStaff(s, e)
			})
		}},
		{"a setting", "account or setting 0265", func(t *testing.T, h *wholeStore) {
			doUpdate(t, h.Store, func(tx *Tx) error {
				return tx.PutMunicipality(Municipality{Code: "0265", Enabled: true}, why("settings"))
			})
		}},
	} {
		h := whole(t, kv.Mem())
		was := pairsOf(t, h.DB)
		test.change(t, h)
		test.change(t, h)
		if got := faults(t, h.Store); len(got) > 0 {
			t.Fatalf("%s: Check of what is whole finds %q", test.name, got)
		}
		putBack(t, h.DB, was)
		wants := []string{"and the last that the log names is", "and the last that the log names is", "and changed again"}
		for i, want := range wants {
			got := faults(t, h.Store)
			if len(got) != 1 || !strings.HasPrefix(got[0], test.what+" ") && !strings.HasPrefix(got[0], test.what+":") || !strings.Contains(got[0], want) {
				t.Errorf("%s, put back and changed %d times: Check finds %q, want %q", test.name, i, got, want)
			}
			test.change(t, h)
		}
	}
}

// What the log says was made cannot vanish with all that leads to it.
func TestCheckFindsWhatVanished(t *testing.T) {
	h := whole(t, kv.Mem())
	was := pairsOf(t, h.DB)
	h.addCase(t, "case-3", "2026-000003")
	doUpdate(t, h.Store, func(tx *Tx) error {
		e := why("staff-add")
		e.Object = "s2"
		return errors.Join(tx.PutStaff(&Staff{ID: "s2", Username: "per", Roles: []auth.Role{auth.Auditor}}, e),
			tx.PutMunicipality(Municipality{Code: "0101"}, why("settings")))
	})
	putBack(t, h.DB, was)
	got := strings.Join(faults(t, h.Store), "\n")
	for _, want := range []string{"case case-3 was changed", "account or setting s2 was changed", "account or setting 0101 was changed"} {
		if strings.Count(got, want) != 1 {
			t.Errorf("Check finds %q, want once %q", got, want)
		}
	}
}

// A case whose log is from before revisions were noted is no fault, nor is one
// that was changed since.
func TestCheckOfOlderLogs(t *testing.T) {
	h := whole(t, kv.Mem())
	stripped := 0
	for _, p := range pairsOf(t, h.DB) {
		if !bytes.HasPrefix(p.Key, logKeys.key()) {
			continue
		}
		head, body, _ := bytes.Cut(p.Value, []byte("\n"))
		var e map[string]any
		if err := json.Unmarshal(body, &e); err != nil {
			t.Fatal(err)
		}
		if _, ok := e["rev"]; ok {
			stripped++
		}
		delete(e, "rev")
		body, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		rawPut(t, h.DB, p.Key, append(append(bytes.Replace(head, []byte(`"v":2`), []byte(`"v":1`), 1), '\n'), body...))
	}
	if stripped != 6 { // two of each case, one of the account, one of the setting
		t.Fatalf("%d entries named a revision, want 6", stripped)
	}
	for range 2 {
		if got := faults(t, h.Store); len(got) > 0 {
			t.Errorf("Check finds %q", got)
		}
		save(t, h.Store, "case-1", func(*flexjob.Case) {})
	}
}

// Only what saves a record names a revision.
func TestLogNamesNoRevision(t *testing.T) {
	h := whole(t, kv.Mem())
	e := why("open")
	e.Case, e.Revision = "case-1", 9
	doUpdate(t, h.Store, func(tx *Tx) error { return tx.Log(e) })
	doView(t, h.Store, func(tx *Tx) error {
		var got []int
		for e, err := range tx.AuditOf("case-1") {
			if err != nil {
				return err
			}
			got = append(got, e.Revision)
		}
		if want := []int{1, 2, 0}; !slices.Equal(got, want) {
			t.Errorf("the entries of the case name the revisions %v, want %v", got, want)
		}
		return nil
	})
}

// A case that is erased while Check looks is no fault, and hides none.
func TestCheckWhileCasesAreErased(t *testing.T) {
	for _, test := range []struct {
		name   string
		erased int // cases, one in each look
		spoilt bool
		want   int
		err    error
	}{
		{"none", 0, false, 0, nil}, {"one", 1, false, 0, nil}, {"two", 2, false, 0, nil}, {"one in each look", 3, false, 0, ErrErasing},
		{"none, with a fault", 0, true, 1, nil}, {"one, with a fault", 1, true, 1, nil},
	} {
		h := whole(t, kv.Mem())
		for _, id := range []string{"case-3", "case-4"} {
			h.addCase(t, id, "2026-00000"+id[5:])
		}
		doUpdate(t, h.Store, func(tx *Tx) error { return tx.write(yearKeys.number(2026), kv.Key(nil).Uint(4)) })
		if test.spoilt {
			if err := h.Files.Remove(h.files["case-1"]); err != nil {
				t.Fatal(err)
			}
		}
		ids, views, busy := []string{"case-2", "case-3", "case-4"}[:test.erased], 0, false
		s := h.on(t, &viewed{h.DB, func() {
			if busy {
				return
			}
			if views++; views%2 == 1 && len(ids) > 0 { // of two, the other is for documents
				busy = true
				eraseCase(t, h, ids[0])
				ids, busy = ids[1:], false
			}
		}})
		n := 0
		err := s.Check(t.Context(), now, func(string) { n++ })
		if n != test.want || !errors.Is(err, test.err) {
			t.Errorf("%s: Check finds %d, %v, want %d, %v", test.name, n, err, test.want, test.err)
		}
	}
}

// A viewed database calls a function in each View before what that is for.
type viewed struct {
	kv.DB
	in func()
}

func (v *viewed) View(ctx context.Context, fn func(kv.Reader) error) error {
	return v.DB.View(ctx, func(r kv.Reader) error {
		v.in()
		return fn(r)
	})
}
