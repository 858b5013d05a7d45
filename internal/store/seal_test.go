package store

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"ab325/internal/flexjob"
	"ab325/internal/kv"
)

// A sealed value opens where it was put and nowhere else, whatever somebody
// who can write the file makes of its plain line.
func TestMovedRecordDoesNotOpen(t *testing.T) {
	h := whole(t, kv.Mem())
	values := map[string][]byte{}
	for _, p := range pairsOf(t, h.DB) {
		values[string(p.Key)] = p.Value
	}
	one, other := caseKeys.text("case-1"), caseKeys.text("case-2")
	value := func(k kv.Key) string { return string(values[string(k)]) }
	for _, test := range []struct {
		name   string
		k      kind
		key    kv.Key
		record string
	}{
		{"another case", caseKind, other, value(one)},
		{"another case, with its key", caseKind, other, strings.Replace(value(one), `"key":1}`, `"key":2}`, 1)},
		{"another revision", caseKind, one, strings.Replace(value(one), `"rev":2`, `"rev":3`, 1)},
		{"another kind", rowKind, rowKeys.text("case-1"), strings.Replace(value(one), `"case"`, `"row"`, 1)},
		{"the house's key", caseKind, one, strings.Replace(value(one), `"key":1}`, `"key":0}`, 1)},
		{"a key that there is not", caseKind, one, strings.Replace(value(one), `"key":1}`, `"key":99999}`, 1)},
		{"no key", caseKind, one, strings.Replace(value(one), `,"key":1}`, `}`, 1)},
		{"another body", caseKind, one, strings.SplitAfter(value(one), "\n")[0] + strings.SplitAfterN(value(other), "\n", 2)[1]},
		{"the plain text", caseKind, one, strings.SplitAfter(value(one), "\n")[0] + `{"ID":"case-1"}`},
		{"no body", caseKind, one, strings.SplitAfter(value(one), "\n")[0]},
		{"another space", caseKind, one, strings.Replace(value(one), `,"v"`, `, "v"`, 1)},
		{"another link", linkKind, linkKeys.text("l-case-2"), value(linkKeys.text("l-case-1"))},
		{"another account", staffKind, staffKeys.text("s2"), value(staffKeys.text("s1"))},
		{"another session", sessionKind, sessionKeys.text(hashOf("x").String()), value(sessionKeys.text(hashOf("tokencase-1").String()))},
		{"another message", messageKind, messageKeys.number(9), value(messageKeys.number(1))},
		{"another municipality", municipalityKind, municipalityKeys.text("0101"), value(municipalityKeys.text("0265"))},
		{"another parked post", parkedKind, parkedKeys.text("employee/case-2").Text("p1"), value(parkedKeys.text("employee/case-1").Text("p1"))},
	} {
		if test.record == "" || test.record == value(test.key) {
			t.Fatalf("%s: the test changes nothing", test.name)
		}
		var v any
		if _, err := h.keychain().decode(test.k, test.key, []byte(test.record), &v); err == nil {
			t.Errorf("%s: it opens", test.name)
		}
	}
	var v any
	if record, err := h.keychain().seal(auditKind, house, 1, nil); err == nil {
		t.Errorf("a record of a kind that is open is sealed: %q", record)
	}
	if _, err := h.keychain().decode(caseKind, one, values[string(one)], &v); err != nil {
		t.Errorf("where it was put: %v", err)
	}
}

// Whatever byte is changed in a stored value, it is an error and never another
// value.
func TestChangedByte(t *testing.T) {
	h := whole(t, kv.Mem())
	schema, keys := newSchema(), h.keychain()
	for _, p := range pairsOf(t, h.DB) {
		sec, err := schema.of(p.Key)
		if err != nil {
			t.Fatal(err)
		}
		if sec.new == nil || sec.kind.open { // the log is proven otherwise
			continue
		}
		for i := range p.Value {
			for _, bit := range []byte{1, 0x80} {
				changed := bytes.Clone(p.Value)
				changed[i] ^= bit
				if _, err := keys.decode(sec.kind, p.Key, changed, sec.new()); err == nil {
					t.Errorf("%q opens with byte %d of %d changed: %q", p.Key, i, len(p.Value), changed[max(0, i-9):i+1])
				}
			}
		}
	}
	for id, file := range h.files {
		sealed, err := h.Files.Read(file)
		if err != nil {
			t.Fatal(err)
		}
		for i := range sealed {
			changed := bytes.Clone(sealed)
			changed[i] ^= 1
			if _, _, err := keys.open(fileKind, changed, fileSeal, id, file); err == nil {
				t.Errorf("a document opens with byte %d of %d changed", i, len(sealed))
			}
		}
	}
}

// forms returns the shapes in which a mark might stand in a file.
func forms(mark string) map[string][]byte {
	wide := func(order binary.AppendByteOrder) (b []byte) {
		for _, u := range utf16.Encode([]rune(mark)) {
			b = order.AppendUint16(b, u)
		}
		return b
	}
	latin := make([]byte, 0, len(mark))
	for _, r := range mark {
		latin = append(latin, byte(r))
	}
	all := map[string][]byte{
		"as it is": []byte(mark), "in lower case": []byte(strings.ToLower(mark)), "in upper case": []byte(strings.ToUpper(mark)),
		"UTF-16": wide(binary.LittleEndian), "UTF-16BE": wide(binary.BigEndian), "Latin-1": latin,
		"hex": []byte(hex.EncodeToString([]byte(mark))), "HEX": []byte(strings.ToUpper(hex.EncodeToString([]byte(mark)))),
		"percent": []byte(url.QueryEscape(mark)), "percent, of a path": []byte(url.PathEscape(mark)),
		"backwards": backwardsOf(mark),
	}
	// In base64, a text begins at any of three places within a group, and what
	// stands beside it changes the letters at its ends.
	for shift := range 3 {
		text := append(bytes.Repeat([]byte("x"), shift), mark...)
		for name, enc := range map[string]*base64.Encoding{"base64": base64.RawStdEncoding, "base64url": base64.RawURLEncoding} {
			whole := enc.EncodeToString(text[:len(text)/3*3])
			all[name+" at "+string(rune('0'+shift))] = []byte(whole[min(len(whole), 4*((shift+2)/3)):])
		}
	}
	return all
}

func backwardsOf(s string) []byte {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return b
}

// Nothing about a person stands in what is stored, neither in keys nor in
// values nor in the folder of documents and keys nor in their names.
func TestNothingReadableIsStored(t *testing.T) {
	h := whole(t, kv.Mem())
	stored := map[string][]byte{}
	for _, p := range pairsOf(t, h.DB) {
		stored["key "+string(p.Key)] = p.Key
		stored["value at "+string(p.Key)] = p.Value
	}
	files := 0
	err := filepath.WalkDir(h.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		stored["name "+path] = []byte(d.Name())
		if d.IsDir() {
			return nil
		}
		files++
		stored["file "+path], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 4 {
		t.Fatalf("%d files are stored, want keys, their log and two documents", files)
	}
	for _, mark := range wholeMarks {
		for name, form := range forms(mark) {
			for where, b := range stored {
				if len(form) >= 6 && bytes.Contains(b, form) {
					t.Errorf("%q, %s, is in %q", mark, name, where)
				}
			}
		}
	}
	// The marks are there, sealed: else this shows nothing.
	if got := find(t, h.Store, ByCPR, "610190-1234"); len(got) != 2 {
		t.Errorf("Find = %q, want both cases", got)
	}
	plain := openedText(t, h)
	for _, mark := range wholeMarks {
		normal := strings.ReplaceAll(mark, "6101901234", "610190-1234")
		if !strings.Contains(strings.ToLower(plain), strings.ToLower(normal)) && !strings.HasPrefix(mark, "%PDF") && mark != "ABCD-EFGH" {
			t.Errorf("%q is not even in what was sealed", mark)
		}
	}
}

// openedText returns the bodies of all records.
func openedText(t *testing.T, h *wholeStore) string {
	t.Helper()
	var b strings.Builder
	schema, keys := newSchema(), h.keychain()
	for _, p := range pairsOf(t, h.DB) {
		sec, err := schema.of(p.Key)
		if err != nil {
			t.Fatal(err)
		}
		if sec.new == nil {
			continue
		}
		_, body, err := keys.open(sec.kind, p.Value, string(p.Key))
		if err != nil {
			t.Fatal(err)
		}
		b.Write(body)
	}
	return b.String()
}

// An older value of the same record that somebody puts back is found: of a case
// when it is read, of an account when somebody signs in, and by a check.
func TestOlderValuePutBack(t *testing.T) {
	h := whole(t, kv.Mem())
	before := map[string][]byte{}
	for _, p := range pairsOf(t, h.DB) {
		before[string(p.Key)] = p.Value
	}
	save(t, h.Store, "case-1", func(*flexjob.Case) {})
	doUpdate(t, h.Store, func(tx *Tx) error {
		s, err := tx.Staff("s1")
		if err != nil {
			return err
		}
		s.Disabled = now
		if err := tx.PutStaff(s, why("disable")); err != nil {
			return err
		}
		return tx.EndLinks("case-1", "employee")
	})
	for _, test := range []struct {
		name string
		keys []kv.Key
		read func(*Tx) error
	}{
		{"case", []kv.Key{caseKeys.text("case-1")}, func(tx *Tx) error { _, err := tx.Case("case-1"); return err }},
		{"row", []kv.Key{rowKeys.text("case-1")}, func(tx *Tx) error { _, err := tx.Case("case-1"); return err }},
		{"account", []kv.Key{staffKeys.text("s1")}, func(tx *Tx) error { _, err := tx.StaffNamed("mette.moeller"); return err }},
		{"link", []kv.Key{linkKeys.text("l-case-1")}, nil},
	} {
		db := copyOf(t, h.DB)
		for _, key := range test.keys {
			rawPut(t, db, key, before[string(key)])
		}
		s := h.on(t, db)
		if test.read != nil {
			if err := s.View(context.Background(), test.read); err == nil {
				t.Errorf("%s: the older value is read", test.name)
			}
		}
		if len(faults(t, s)) == 0 {
			t.Errorf("%s: the older value passes the check", test.name)
		}
	}
}
