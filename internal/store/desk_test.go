package store

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// A noted is a body that has of each kind of what may be kept of it by mistake.
type noted struct {
	Text  string            `json:"text"`
	Bytes []byte            `json:"bytes"`
	Raw   json.RawMessage   `json:"raw"`
	Texts map[string]string `json:"texts"`
	At    time.Time         `json:"at"`
}

// A body is one value and nothing else, of known fields.
func TestDeskDecode(t *testing.T) {
	for _, test := range []struct {
		body string
		ok   bool
	}{
		{`{"text":"a"}`, true},
		{" {\"text\":\"a\"}\n", true}, // as golden files end
		{`{"text":"a"} {"text":"b"}`, false},
		{`{"text":"a"}}`, false},
		{`{"text":"a"}]`, false},
		{`{"text":"a"}x`, false},
		{`{"text":"a"},`, false},
		{`{"text":"a","other":1}`, false},
		{`{"text":1}`, false},
		{`{"text":"a"`, false},
		{``, false},
	} {
		for _, before := range []string{"", `{"text":"` + strings.Repeat("b", 5000) + `"}`} {
			d := new(desk)
			if before != "" {
				if err := d.decode([]byte(before), new(noted)); err != nil {
					t.Fatal(err)
				}
			}
			var v noted
			if err := d.decode([]byte(test.body), &v); (err == nil) != test.ok || test.ok && v.Text != "a" {
				t.Errorf("decode(%q) behind %d bytes = %v, text %q", test.body, len(before), err, v.Text)
			}
		}
	}
}

// What is wrong in a body is told without telling what stands there.
func TestDeskDecodeWrong(t *testing.T) {
	for body, want := range map[string]string{
		`{"texts":{"a":8325}}`:     `what stands at "/texts/a" is no string`,
		`{"text":["Jens Jensen"]}`: `what stands at "/text" is no string`,
		`{"at":"Jens Jensen"}`:     `what stands at "/at" is no time.Time`,
		`{"bytes":"Jens Jensen"}`:  `what stands at "/bytes" is no []uint8`,
	} {
		if err := new(desk).decode([]byte(body), new(noted)); err == nil || err.Error() != want {
			t.Errorf("decode(%s) = %v, want %s", body, err, want)
		}
	}
}

// What was read at a desk stays as it was when the next is read there, and a
// body that was made is that of json.Marshal.
func TestDeskAgain(t *testing.T) {
	d := new(desk)
	at := time.Date(2026, 11, 2, 9, 0, 0, 1, time.UTC)
	var all []noted
	for i := range 3 {
		c := string(rune('a' + i))
		v := noted{Text: strings.Repeat(c, 30), Bytes: []byte(strings.Repeat(c, 20)), Raw: json.RawMessage(`"` + c + c + `"`), Texts: map[string]string{c: "<" + c + ">"}, At: at.AddDate(0, 0, i)}
		want, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		body, err := d.encode(v)
		if err != nil || !bytes.Equal(body, want) {
			t.Fatalf("encode = %s, %v, want %s", body, err, want)
		}
		d.plain = append(d.plain[:0], body...)
		all = append(all, noted{})
		if err := d.decode(d.plain, &all[i]); err != nil {
			t.Fatal(err)
		}
	}
	for i, v := range all {
		c := string(rune('a' + i))
		if v.Text != strings.Repeat(c, 30) || string(v.Bytes) != strings.Repeat(c, 20) || string(v.Raw) != `"`+c+c+`"` || v.Texts[c] != "<"+c+">" || !v.At.Equal(at.AddDate(0, 0, i)) {
			t.Errorf("the value of %q is %+v", c, v)
		}
	}
}

// A desk where something went wrong, or that has become big, is not used again;
// the others are.
func TestDesksLeave(t *testing.T) {
	h := mem(t)
	keys := h.keychain()
	sealed := func(body string) []byte {
		record, err := keys.seal(linkKind, house, 1, []byte(body), "key")
		if err != nil {
			t.Fatal(err)
		}
		return record
	}
	var v Link
	for range 100 { // the pool may lose any, and must not hand out a bad one
		if _, err := keys.decode(linkKind, []byte("key"), sealed(`{"id":"l1"`), &v); err == nil {
			t.Fatal("half a body is read")
		}
		if _, err := keys.decode(linkKind, []byte("key"), sealed(`{"id":"l1"}{"id":"l2"}`), &v); err == nil {
			t.Fatal("two bodies are read as one")
		}
		if _, err := keys.decode(linkKind, []byte("key"), sealed(`{"id":"l3"}`), &v); err != nil || v.ID != "l3" {
			t.Fatalf("the next body is read as %q, %v, want l3", v.ID, err)
		}
	}
	var some desks
	reused := func(d *desk) (n int) {
		for range 100 {
			some.leave(d)
			if some.take() == d {
				n++
			}
		}
		return n
	}
	if n := reused(new(desk)); n == 0 {
		t.Error("no desk is used again")
	}
	if n := reused(&desk{plain: make([]byte, biggestDesk+1)}); n > 0 {
		t.Errorf("a desk with %d bytes is used again", biggestDesk+1)
	}
}
