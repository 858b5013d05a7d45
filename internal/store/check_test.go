package store

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"ab325/internal/flexjob"
	"ab325/internal/kv"
)

// What Check alone cannot miss: of these, nothing tells that there was one.
var unmissed = []prefix{sessionKeys, parkedKeys, onceKeys}

// apart is what VerifyLog checks.
func apart(key []byte) bool {
	return bytes.HasPrefix(key, []byte("log")) || bytes.HasPrefix(key, tileKeys.key()) || bytes.HasPrefix(key, checkpointKey.key())
}

// No pair can be gone without being found.
func TestCheckFindsWhatIsMissing(t *testing.T) {
	h := whole(t, kv.Mem())
	if got := faults(t, h.Store); len(got) > 0 {
		t.Fatalf("Check of what is whole finds %q", got)
	}
	tried := 0
	for _, p := range pairsOf(t, h.DB) {
		skip := apart(p.Key)
		for _, at := range unmissed {
			skip = skip || bytes.HasPrefix(p.Key, at.key())
		}
		if skip {
			continue
		}
		tried++
		db := copyOf(t, h.DB)
		rawPut(t, db, p.Key, nil)
		if len(faults(t, h.on(t, db))) == 0 {
			t.Errorf("%q is gone, and Check finds nothing", p.Key)
		}
	}
	if tried < 40 {
		t.Errorf("%d pairs were tried", tried)
	}
}

// No byte can be another, in a key or in a value, without being found.
func TestCheckFindsWhatIsChanged(t *testing.T) {
	h := whole(t, kv.Mem())
	for _, p := range pairsOf(t, h.DB) {
		if apart(p.Key) || bytes.HasPrefix(p.Key, onceKeys.key()) {
			continue
		}
		for i := 0; i < len(p.Value); i += 1 + len(p.Value)/7 {
			value := bytes.Clone(p.Value)
			value[i] ^= 1
			db := copyOf(t, h.DB)
			rawPut(t, db, p.Key, value)
			// A counter that is higher only leaves numbers out.
			higher := counting(p.Key) && bytes.Compare(value, p.Value) > 0
			if len(faults(t, h.on(t, db))) == 0 && !higher {
				t.Errorf("%q has another byte %d, and Check finds nothing", p.Key, i)
			}
		}
		for i := 0; i < len(p.Key); i += 1 + len(p.Key)/7 {
			key := bytes.Clone(p.Key)
			key[i] ^= 1
			db := copyOf(t, h.DB)
			rawPut(t, db, p.Key, nil)
			rawPut(t, db, key, p.Value)
			if len(faults(t, h.on(t, db))) == 0 {
				t.Errorf("%q stands at %q, and Check finds nothing", p.Key, key)
			}
		}
	}
}

func counting(key []byte) bool {
	for _, at := range []prefix{yearKeys, slotCount, messageNumber} {
		if bytes.HasPrefix(key, at.key()) {
			return true
		}
	}
	return false
}

// What is there and should not be is found, and what is wrong is said.
func TestCheckFindsWhatIsWrong(t *testing.T) {
	for _, test := range []struct {
		name  string
		spoil func(*testing.T, *wholeStore)
		want  string
	}{
		{"a key too many that finds a case", func(t *testing.T, h *wholeStore) {
			rawPut(t, h.DB, findKeys.under("some hash").text("case-1"), []byte{})
		}, "has no such key"},
		{"a key of a case that there is not", func(t *testing.T, h *wholeStore) {
			rawPut(t, h.DB, findKeys.under("some hash").text("case-9"), []byte{})
		}, "which is not there"},
		{"a key that finds a case and more", func(t *testing.T, h *wholeStore) {
			doView(t, h.Store, func(tx *Tx) error {
				is, err := tx.Case("case-1")
				if err == nil {
					rawPut(t, h.DB, findKeys.under(hashed(tx.indexes[0], ByNumber, is.Number)).text("case-1").Text("more"), []byte{})
				}
				return err
			})
		}, "cannot be found by number"},
		{"a document of another case", func(t *testing.T, h *wholeStore) {
			rawPut(t, h.DB, fileKeys.text(h.files["case-1"]), []byte("case-2"))
		}, "leads to"},
		{"a key of no kind", func(t *testing.T, h *wholeStore) { rawPut(t, h.DB, []byte("secret/x"), []byte("y")) }, "of no kind"},
		{"a row that is not the case's", func(t *testing.T, h *wholeStore) {
			doUpdate(t, h.Store, func(tx *Tx) error {
				row, err := tx.row("case-1")
				if err != nil {
					return err
				}
				row.Row.JobTitle = "Direktør"
				return tx.putSealed(rowKind, rowKeys.text("case-1"), row.slot, row.Row.Revision, row.entry)
			})
		}, "is not what the case gives"},
		{"a document that is missing", func(t *testing.T, h *wholeStore) {
			if err := h.Files.Remove(h.files["case-2"]); err != nil {
				t.Fatal(err)
			}
		}, "is missing"},
		{"a document that is another", func(t *testing.T, h *wholeStore) {
			sealed, err := h.keychain().seal(kind{name: "file"}, 2, 1, []byte("another"), fileSeal, "case-2", h.files["case-2"])
			if err != nil {
				t.Fatal(err)
			}
			h.replaceFile(t, h.files["case-2"], sealed)
		}, "is not the one that was kept"},
		{"a document that was changed", func(t *testing.T, h *wholeStore) {
			sealed, err := h.Files.Read(h.files["case-2"])
			if err != nil {
				t.Fatal(err)
			}
			sealed[len(sealed)-1] ^= 1
			h.replaceFile(t, h.files["case-2"], sealed)
		}, "was changed"},
		{"a key that was erased, and its case not", func(t *testing.T, h *wholeStore) {
			if err := h.Vault.Erase(1, "case-1", now); err != nil {
				t.Fatal(err)
			}
		}, "is left of a case that was erased"},
		{"two cases with one key", func(t *testing.T, h *wholeStore) {
			doUpdate(t, h.Store, func(tx *Tx) error {
				c, err := tx.Case("case-2")
				if err != nil {
					return err
				}
				row, err := tx.row("case-2")
				if err != nil {
					return err
				}
				if err := tx.putSealed(caseKind, caseKeys.text("case-2"), 1, c.Revision, c); err != nil {
					return err
				}
				return tx.putSealed(rowKind, rowKeys.text("case-2"), 1, c.Revision, row.entry)
			})
		}, "which is another's"},
		{"an index key that is lost", func(t *testing.T, h *wholeStore) {
			doUpdate(t, h.Store, func(tx *Tx) error {
				row, err := tx.row("case-1")
				if err != nil {
					return err
				}
				row.Index = "ffffffff"
				return tx.putSealed(rowKind, rowKeys.text("case-1"), row.slot, row.Row.Revision, row.entry)
			})
		}, "the keyring does not have"},
		{"a number twice", func(t *testing.T, h *wholeStore) {
			c := aCase("case-3", "2026-000001")
			create(t, h.Store, c)
		}, "finds 2 cases"},
	} {
		h := whole(t, kv.Mem())
		test.spoil(t, h)
		got := faults(t, h.Store)
		if !strings.Contains(strings.Join(got, "\n"), test.want) {
			t.Errorf("%s: Check finds %q, want %q", test.name, got, test.want)
		}
		for _, mark := range wholeMarks {
			if strings.Contains(strings.Join(got, "\n"), mark) {
				t.Errorf("%s: Check says %q", test.name, mark)
			}
		}
	}
}

func (h *wholeStore) replaceFile(t *testing.T, id string, data []byte) {
	t.Helper()
	if err := h.Files.Remove(id); err != nil {
		t.Fatal(err)
	}
	if err := h.Files.Write(t.Context(), id, data); err != nil {
		t.Fatal(err)
	}
}

// A document that no case refers to is a fault once it is old; a file that was
// made ahead of one that never came is none.
func TestCheckLooseFiles(t *testing.T) {
	h := whole(t, kv.Mem())
	if err := h.Files.Write(t.Context(), strings.Repeat("0e", 16), nil); err != nil {
		t.Fatal(err)
	}
	loose, err := h.WriteFile(t.Context(), "case-1", []byte("never referred to"))
	if err := errors.Join(err, h.Files.Wait(loose)); err != nil {
		t.Fatal(err)
	}
	for before, want := range map[time.Time]int{time.Now().Add(-time.Hour): 0, time.Now().Add(time.Hour): 1} {
		n := 0
		if err := h.Check(t.Context(), before, func(string) { n++ }); n != want || err != nil {
			t.Errorf("Check(%v) finds %d, %v, want %d", before, n, err, want)
		}
	}
}

// Documents are told apart by their case, and by whether it refers to them.
func TestDocuments(t *testing.T) {
	h := whole(t, kv.Mem())
	loose, err := h.WriteFile(t.Context(), "case-1", []byte("not referred to"))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ caseID, file, want string }{
		{"case-1", h.files["case-1"], "%PDF-1.7 bilag om ryggen case-1"},
		{"case-2", h.files["case-2"], "%PDF-1.7 bilag om ryggen case-2"},
		{"case-1", h.files["case-2"], ""},
		{"case-1", loose, ""},
		{"case-9", h.files["case-1"], ""},
		{"case-1", "../keys", ""},
	} {
		data, err := h.ReadFile(t.Context(), test.caseID, test.file)
		if string(data) != test.want || (err == nil) != (test.want != "") {
			t.Errorf("ReadFile(%s, %s) = %q, %v, want %q", test.caseID, test.file, data, err, test.want)
		}
	}
	if id, err := h.WriteFile(t.Context(), "case-9", []byte("x")); err == nil {
		t.Errorf("WriteFile of no case = %q", id)
	}
	err = h.Update(t.Context(), func(tx *Tx) error {
		c, err := tx.Case("case-2")
		if err != nil {
			return err
		}
		c.Revision++
		c.Attachments = append(c.Attachments, flexjob.Attachment{ID: "a2", File: h.files["case-1"]})
		return tx.PutCase(c, why("attach"))
	})
	if err == nil {
		t.Error("a case takes another's document")
	}
}
