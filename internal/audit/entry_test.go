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

		Revision: 12,
	}
}

func TestChecked(t *testing.T) {
	want := entry()
	want.At = at.UTC()
	if got, err := entry().Checked(); got != want || err != nil {
		t.Errorf("Checked = %+v, %v, want %+v", got, err, want)
	}
}

func TestCheckedRefuses(t *testing.T) {
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
		got, err := e.Checked()
		if !errors.Is(err, test.want) || got != (Entry{}) {
			t.Errorf("Checked of an entry with %s = %v, want %v", test.name, err, test.want)
		}
		if err != nil && strings.Contains(err.Error(), "0559") {
			t.Errorf("the error for %s tells what it refused: %v", test.name, err)
		}
	}
	if _, err := (Entry{Actor: "a", Action: "b", Result: "c"}).Checked(); err == nil {
		t.Error("Checked takes an entry without time")
	}
	negative := entry()
	negative.Revision = -1
	if _, err := negative.Checked(); err == nil {
		t.Error("Checked takes an entry with a revision below 0")
	}
}

// Ids that look a little like a CPR number are still ids.
func TestCheckedTakesIDs(t *testing.T) {
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
		if _, err := e.Checked(); err != nil {
			t.Errorf("Checked of an entry about %q: %v", id, err)
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
