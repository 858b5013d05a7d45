package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ab325/internal/audit"
	"ab325/internal/flexjob"
	"ab325/internal/ident"
)

var update = flag.Bool("update", false, "write the golden files that are missing")

// stored lists every kind of record with the struct that it holds.
var stored = []struct {
	kind kind
	new  func() any
}{
	{caseKind, func() any { return new(flexjob.Case) }},
	{rowKind, func() any { return new(entry) }},
	{auditKind, func() any { return new(audit.Record) }},
	{auditErasedKind, func() any { return new(audit.Stub) }},
	{staffKind, func() any { return new(Staff) }},
	{sessionKind, func() any { return new(Session) }},
	{parkedKind, func() any { return new(Parked) }},
	{linkKind, func() any { return new(Link) }},
	{messageKind, func() any { return new(Message) }},
	{municipalityKind, func() any { return new(Municipality) }},
	{erasingKind, func() any { return new(erasing) }},
}

// Every field of what is stored survives, however deep, and stands in the
// golden file of the current version.
func TestGolden(t *testing.T) {
	for _, s := range stored {
		full := s.new()
		fill(t, reflect.ValueOf(full).Elem(), s.kind.name)
		name := golden(s.kind, s.kind.version())
		if _, err := os.Stat(name); *update && errors.Is(err, os.ErrNotExist) {
			if err := os.WriteFile(name, indent(t, s.kind, full), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		got := s.new()
		if err := decode(s.kind, mustRead(t, name), got); err != nil {
			t.Errorf("%s: %v\n%s", name, err, howto)
		} else if diff := cmp.Diff(full, got, values); diff != "" {
			t.Errorf("%s differs from a %T with every field set (-want +got):\n%s%s", name, full, diff, howto)
		}
	}
}

const howto = `If an installation may hold records of this version, append an upgrade to the kind,
which makes a new version, and run the test with -update. If none does, delete the file and run it with -update.`

// Every version that has ever been written still reads.
func TestGoldenOld(t *testing.T) {
	for _, s := range stored {
		for v := 1; v < s.kind.version(); v++ {
			if err := decode(s.kind, mustRead(t, golden(s.kind, v)), s.new()); err != nil {
				t.Errorf("%s: %v", golden(s.kind, v), err)
			}
		}
	}
	names, err := filepath.Glob("testdata/*.golden")
	if err != nil {
		t.Fatal(err)
	}
	want := 0
	for _, s := range stored {
		want += s.kind.version()
	}
	if len(names) != want {
		t.Errorf("testdata has %d golden files, want %d, one for each version of each kind", len(names), want)
	}
}

func golden(k kind, version int) string {
	return fmt.Sprintf("testdata/%s.v%d.golden", k.name, version)
}

func mustRead(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// indent returns a record that can be read in review. JSON takes the space.
func indent(t *testing.T, k kind, v any) []byte {
	t.Helper()
	record, err := encode(k, v)
	if err != nil {
		t.Fatal(err)
	}
	head, body, _ := bytes.Cut(record, []byte("\n"))
	out := bytes.NewBuffer(append(head, '\n'))
	if err := json.Indent(out, body, "", "\t"); err != nil {
		t.Fatal(err)
	}
	return append(out.Bytes(), '\n')
}

// values compares what has no exported fields as values.
var values = cmp.Options{
	cmp.Comparer(func(a, b ident.Date) bool { return a == b }),
	cmp.Comparer(func(a, b ident.CPR) bool { return a == b }),
	cmp.Comparer(func(a, b ident.CVR) bool { return a == b }),
	cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".CodeHash" }, cmp.Ignore()), // not stored
}

// fill sets every field below v to a value that differs from zero and, as far
// as its type allows, from its neighbours.
func fill(t *testing.T, v reflect.Value, path string) {
	t.Helper()
	seed := sha256.Sum256([]byte(path))
	n := int(seed[0])
	switch x := v.Addr().Interface().(type) {
	case *time.Time:
		*x = time.Date(2026, 12, 1, 13, n%60, int(seed[1])%60, 1000*n, time.UTC)
		return
	case *ident.Date:
		*x = ident.NewDate(2026, 1, 1).AddDays(n)
		return
	case *ident.CPR:
		*x, _ = ident.ParseCPR("610190-1234", ident.Date{})
		return
	case *ident.CVR:
		*x, _ = ident.ParseCVR("99999993")
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), path)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i), path+"."+v.Type().Field(i).Name)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fill(t, v.Index(i), fmt.Sprintf("%s[%d]", path, i))
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(t, v.Index(i), fmt.Sprintf("%s[%d]", path, i))
		}
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(t, key, path+" key")
		fill(t, value, path+" value")
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.String:
		v.SetString(path[strings.LastIndexByte(path, '.')+1:] + " æøå")
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(n) + 1)
	case reflect.Uint64, reflect.Uint8:
		v.SetUint(uint64(n%255) + 1)
	case reflect.Bool:
		v.SetBool(true)
	default:
		t.Fatalf("%s: fill does not know %v", path, v.Type())
	}
}

func TestDecodeRefuses(t *testing.T) {
	k := kind{name: "thing"}
	for _, test := range []struct{ name, record string }{
		{"nothing", ""},
		{"no header", `{"a":1}`},
		{"another kind", `{"kind":"think","v":1}` + "\n" + `{"a":1}`},
		{"a newer version", `{"kind":"thing","v":2}` + "\n" + `{"a":1}`},
		{"version 0", `{"kind":"thing","v":0}` + "\n" + `{"a":1}`},
		{"no body", `{"kind":"thing","v":1}` + "\n"},
		{"a field too many", `{"kind":"thing","v":1}` + "\n" + `{"a":1,"b":2}`},
		{"another type", `{"kind":"thing","v":1}` + "\n" + `{"a":"x"}`},
		{"more after the body", `{"kind":"thing","v":1}` + "\n" + `{"a":1}{}`},
	} {
		var v struct{ A int }
		if err := decode(k, []byte(test.record), &v); err == nil {
			t.Errorf("%s: decode(%q) has no error", test.name, test.record)
		}
	}
}

// A record goes through every upgrade from its own version on, in order.
func TestUpgrade(t *testing.T) {
	step := func(from, to string) func([]byte) ([]byte, error) {
		return func(body []byte) ([]byte, error) {
			if !bytes.Contains(body, []byte(from)) {
				return nil, errors.New("not the version before")
			}
			return bytes.ReplaceAll(body, []byte(from), []byte(to)), nil
		}
	}
	k := kind{name: "thing", upgrades: []func([]byte) ([]byte, error){step("one", "two"), step("two", "three")}}
	for _, test := range []struct {
		record, want string
		ok           bool
	}{
		{`{"kind":"thing","v":1}` + "\n" + `"one"`, "three", true},
		{`{"kind":"thing","v":2}` + "\n" + `"two"`, "three", true},
		{`{"kind":"thing","v":3}` + "\n" + `"three"`, "three", true},
		{`{"kind":"thing","v":2}` + "\n" + `"one"`, "", false},
	} {
		var got string
		if err := decode(k, []byte(test.record), &got); got != test.want || (err == nil) != test.ok {
			t.Errorf("decode(%q) = %q, %v, want %q", test.record, got, err, test.want)
		}
	}
	if record, err := encode(k, "new"); err != nil || string(record) != `{"kind":"thing","v":3}`+"\n"+`"new"` {
		t.Errorf("encode = %q, %v, want version 3", record, err)
	}
}

// A record of an earlier version is read out of a database, wherever it is met,
// and written back in the version of today: a real one, of the first version of
// a link, by a program in which the address has become a list of addresses.
func TestUpgradeInPlace(t *testing.T) {
	type link struct {
		ID, Hash, Code, Case, Party, Kind, Created, Expires, Used, Staff string
		Addresses                                                        []string
	}
	split := func(body []byte) ([]byte, error) {
		var m map[string]any
		if err := json.Unmarshal(body, &m); err != nil {
			return nil, err
		}
		m["addresses"] = []any{m["address"]}
		delete(m, "address")
		return json.Marshal(m)
	}
	later := table[link]{kind: kind{name: linkKind.name, upgrades: []func([]byte) ([]byte, error){split}}, at: linkKeys}
	_, first, _ := bytes.Cut(mustRead(t, golden(linkKind, 1)), []byte("\n"))
	key := linkKeys.text("l1")
	s := mem(t)
	doUpdate(t, s, func(tx *Tx) error {
		record, err := tx.keys.seal(linkKind, house, 1, first, string(key))
		if err != nil {
			return err
		}
		return tx.write(key, record)
	})
	doUpdate(t, s, func(tx *Tx) error {
		for l, err := range later.all(tx) {
			if err != nil || len(l.Addresses) != 1 || l.Addresses[0] != "Address æøå" || l.ID != "ID æøå" {
				t.Errorf("scanned %+v, %v", l, err)
			}
		}
		l, err := later.get(tx, key)
		if err != nil {
			return err
		}
		l.Addresses = append(l.Addresses, "ny@example.dk")
		return later.save(tx, key, house, l)
	})
	doView(t, s, func(tx *Tx) error {
		record, err := tx.r.Get(key)
		if head, _, _ := bytes.Cut(record, []byte("\n")); string(head) != `{"kind":"link","v":2,"rev":2,"key":0}` || err != nil {
			t.Errorf("written back as %s, %v, want version 2", head, err)
		}
		if l, err := later.get(tx, key); err != nil || len(l.Addresses) != 2 {
			t.Errorf("read again: %+v, %v", l, err)
		}
		if _, err := get[Link](tx, kind{name: linkKind.name}, key); err == nil {
			t.Error("the earlier program reads a record of the later one, and would lose the addresses")
		}
		return nil
	})
}

// A header is read in the one form in which it is written, so that nothing can
// be written into it beside what is read.
func TestHeader(t *testing.T) {
	slot := uint64(1 << 40)
	for _, h := range []header{{Kind: "case", Version: 1}, {"case", 2, 3, &slot}, {"row", 12, 0, new(uint64)}} {
		var got header
		if err := got.parse(h.append(nil)); err != nil || !cmp.Equal(got, h) {
			t.Errorf("parse(%s) = %+v, %v", h.append(nil), got, err)
		}
	}
	for _, line := range []string{
		"", "{}", `{"kind":"case"}`, `{"kind":"case","v":}`, `{"kind":"case","v":01}`, `{"kind":"case","v":+1}`, `{"kind":"case","v":1} `,
		`{"kind":"case","v":1,"x":2}`, `{"kind":"case","v":1,"rev":2}`, `{"kind":"case","v":1,"key":2}`, `{"kind":"case","v":1,"rev":2,"key":-1}`,
		`{"kind":"case","v":1,"rev":2,"key":3,"key":4}`, `{"kind":"case","v":1,"rev":2,"key":18446744073709551616}`, `"case","v":1}`,
	} {
		var h header
		if err := h.parse([]byte(line)); err == nil {
			t.Errorf("parse(%s) = %+v, want an error", line, h)
		}
	}
}
