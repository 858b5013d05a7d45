package audit

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
)

var at = time.Date(2026, 11, 22, 9, 15, 0, 123456789, time.FixedZone("CET", 3600))

// entry is one of ours with every field in use.
func entry() Entry {
	return Entry{
		At:      at,
		Actor:   "staff/7f3c1a9e",
		Role:    "caseworker",
		Unit:    "0101",
		Action:  "assessment.issue",
		Case:    "0e8dd9b4-5f4b-4a55-8b0e-3c4f1c3f5a11",
		Object:  "blad2:2",
		Purpose: "decision",
		Result:  "ok",
		Detail:  sha256.Sum256([]byte("a record kept apart")),
	}
}

// chain returns n entries in order.
func chain(t *testing.T, n int) []Entry {
	t.Helper()
	var entries []Entry
	var last Entry
	for i := range n {
		e := entry()
		e.At = e.At.Add(time.Duration(i) * time.Minute)
		var err error
		if last, err = Append(last, e); err != nil {
			t.Fatal(err)
		}
		entries = append(entries, last)
	}
	return entries
}

func TestAppend(t *testing.T) {
	entries := chain(t, 2)
	first, second := entries[0], entries[1]
	if first.Seq != 1 || !first.Prev.IsZero() || first.Hash.IsZero() {
		t.Errorf("first entry has Seq %d, Prev %v, Hash %v", first.Seq, first.Prev, first.Hash)
	}
	if second.Seq != 2 || second.Prev != first.Hash || second.Hash == first.Hash {
		t.Errorf("second entry has Seq %d, Prev %v, Hash %v after %v", second.Seq, second.Prev, second.Hash, first.Hash)
	}
	if !first.At.Equal(at) || first.At.Location() != time.UTC {
		t.Errorf("first entry is at %v, want %v in UTC", first.At, at)
	}
	forged := entry()
	forged.Seq, forged.Prev, forged.Hash = 99, second.Hash, second.Hash
	if got, err := Append(Entry{}, forged); got != first || err != nil {
		t.Errorf("Append keeps the caller's place in the chain: %v, %v", got, err)
	}
}

// The encoding never changes, or no old chain can be verified.
func TestHashIsForEver(t *testing.T) {
	const want = "1eb94e8a40aa6980cce80ebaaafe54afdc44a20de2baddf3b22de95b56811a24"
	if got := chain(t, 2)[1].Hash.String(); got != want {
		t.Errorf("hash of the second entry = %s, want %s", got, want)
	}
}

// Every field is hashed, and no two fields run together.
func TestHashTellsFieldsApart(t *testing.T) {
	seen := map[Hash]string{}
	add := func(name string, change func(*Entry)) {
		e := Entry{At: at, Actor: "ab", Action: "c", Result: "d"}
		change(&e)
		if other, ok := seen[e.sum()]; ok {
			t.Errorf("entry %q has the hash of %q", name, other)
		}
		seen[e.sum()] = name
	}
	add("as is", func(*Entry) {})
	add("time", func(e *Entry) { e.At = e.At.Add(1) })
	add("second", func(e *Entry) { e.At = e.At.Add(time.Second) })
	add("seq", func(e *Entry) { e.Seq++ })
	add("detail", func(e *Entry) { e.Detail[31]++ })
	add("prev", func(e *Entry) { e.Prev[0]++ })
	for name, p := range map[string]func(*Entry) *string{
		"role":    func(e *Entry) *string { return &e.Role },
		"unit":    func(e *Entry) *string { return &e.Unit },
		"case":    func(e *Entry) *string { return &e.Case },
		"object":  func(e *Entry) *string { return &e.Object },
		"purpose": func(e *Entry) *string { return &e.Purpose },
	} {
		add(name, func(e *Entry) { *p(e) = "b" })
		add(name+" from actor", func(e *Entry) { e.Actor, *p(e) = "a", "b" })
	}
	add("actor", func(e *Entry) { e.Actor = "a" })
	add("action", func(e *Entry) { e.Action = "x" })
	add("result", func(e *Entry) { e.Result = "x" })
}

func TestAppendRefuses(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*Entry)
		want   error
	}{
		{"no actor", func(e *Entry) { e.Actor = "" }, errMissing},
		{"no action", func(e *Entry) { e.Action = "" }, errMissing},
		{"no result", func(e *Entry) { e.Result = "" }, errMissing},
		{"long", func(e *Entry) { e.Object = strings.Repeat("a", maxText+1) }, errLong},
		{"name", func(e *Entry) { e.Actor = "Ane Eksempel" }, errLetter},
		{"Danish letter", func(e *Entry) { e.Role = "sagsbehandler-Ø" }, errLetter},
		{"e-mail address", func(e *Entry) { e.Object = "ane@example.dk" }, errLetter},
		{"line break", func(e *Entry) { e.Result = "ok\n" }, errLetter},
		{"bytes that are no text", func(e *Entry) { e.Purpose = "\xff" }, errLetter},
		{"CPR number", func(e *Entry) { e.Case = "610170-0559" }, errCPR},
		{"CPR number in digits", func(e *Entry) { e.Actor = "6101700559" }, errCPR},
		{"CPR number in an id", func(e *Entry) { e.Object = "search/610170-0559/1" }, errCPR},
		{"CPR number after a colon", func(e *Entry) { e.Purpose = "cpr:6101700559" }, errCPR},
		{"CPR number with a dot", func(e *Entry) { e.Unit = "610170.0559" }, errCPR},
	} {
		e := entry()
		test.change(&e)
		got, err := Append(Entry{}, e)
		if !errors.Is(err, test.want) || got != (Entry{}) {
			t.Errorf("Append of an entry with %s = %v, want %v", test.name, err, test.want)
		}
		if err != nil && strings.Contains(err.Error(), "0559") {
			t.Errorf("the error for %s tells what it refused: %v", test.name, err)
		}
	}
	if _, err := Append(Entry{}, Entry{Actor: "a", Action: "b", Result: "c"}); err == nil {
		t.Error("Append takes an entry without time")
	}
}

// Ids that look a little like a CPR number are still ids.
func TestAppendTakesIDs(t *testing.T) {
	for _, id := range []string{
		"12345678-1234-4123-8123-123456789012",
		"ab123456-1234-4123-8123-123456789012",
		"2026-000123",
		"123456789",
		"12345678901",
		"123456-12345",
		"123456--1234",
		"a123456-1234",
		"123456-1234b",
		strings.Repeat("9", maxText),
		"sha256:" + Hash{1, 2, 3}.String(),
	} {
		e := entry()
		e.Object = id
		if _, err := Append(Entry{}, e); err != nil {
			t.Errorf("Append of an entry about %q: %v", id, err)
		}
	}
}

func TestHashText(t *testing.T) {
	want := Hash(sha256.Sum256(nil))
	text, err := json.Marshal(want)
	if err != nil || string(text) != `"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"` {
		t.Errorf("Marshal(hash) = %s, %v", text, err)
	}
	var got Hash
	if err := json.Unmarshal(text, &got); got != want || err != nil {
		t.Errorf("Unmarshal(%s) = %v, %v", text, got, err)
	}
	for _, bad := range []string{"", "e3", strings.Repeat("g", 64), strings.Repeat("0", 65)} {
		if err := got.UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("UnmarshalText(%q) takes it", bad)
		}
	}
}
