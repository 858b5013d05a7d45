package audit

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func sign(t testing.TB, s *Signer, c Checkpoint) []byte {
	t.Helper()
	signed, err := s.Sign(c)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

func TestSign(t *testing.T) {
	s, want := aSigner(t, "0a1b", 1), newLog(t, 9).checkpoint(t, 9)
	signed := sign(t, s, want)
	if lines := strings.Split(string(signed), "\n"); lines[0] != "ab325/0a1b" || lines[1] != "9" || lines[3] != "time 2026-11-22T08:15:00Z" {
		t.Errorf("Sign = %s", signed)
	}
	v, err := ParseKeys(s.Keys()...)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := v.Open(signed); got != want || err != nil {
		t.Errorf("Open = %+v, %v, want %+v", got, err, want)
	}
	other, err := note.NewVerifier(s.Keys()[0]) // by the library alone, as another program would
	if err != nil {
		t.Fatal(err)
	}
	if _, err := note.Open(signed, note.VerifierList(other)); err != nil {
		t.Errorf("another program's Open: %v", err)
	}
}

// erasing is a checkpoint of a log beside which something was erased.
func erasing(c Checkpoint) Checkpoint {
	c.Erasures = Beginning{Bytes: 61, Hash: sha256.Sum256([]byte("a line"))}
	return c
}

// What was erased stands in a line of its own, and where nothing was the note is
// as it was before there was one.
func TestSignErasures(t *testing.T) {
	s, plain := aSigner(t, "0a1b", 1), newLog(t, 9).checkpoint(t, 9)
	want := erasing(plain)
	signed := sign(t, s, want)
	if lines := strings.Split(string(signed), "\n"); lines[4] != "erasures 61 "+tlog.Hash(want.Erasures.Hash).String() {
		t.Errorf("Sign = %s", signed)
	}
	if got, err := s.Open(signed); got != want || err != nil {
		t.Errorf("Open = %+v, %v, want %+v", got, err, want)
	}
	if lines := strings.Split(string(sign(t, s, plain)), "\n"); lines[4] != "" {
		t.Errorf("without erasures the fifth line is %q", lines[4])
	}
}

func TestOpenForeign(t *testing.T) {
	ours, c := aSigner(t, "0a1b", 1), Nothing()
	for name, signed := range map[string][]byte{
		"another key":      sign(t, aSigner(t, "0a1b", 2), c),
		"another instance": sign(t, aSigner(t, "ffff", 1), c),
	} {
		if _, err := ours.Open(signed); !errors.Is(err, ErrForeign) {
			t.Errorf("Open(signed by %s) = %v, want %v", name, err, ErrForeign)
		}
	}
}

// After a change of keys both are the installation's, and the new one signs.
func TestSignWithNewKey(t *testing.T) {
	old := aSigner(t, "0a1b", 1)
	s, err := NewSigner("0a1b", slices.Repeat([]byte{2}, 32), slices.Repeat([]byte{1}, 32))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Open(sign(t, old, Nothing())); err != nil {
		t.Errorf("Open of what the old key signed: %v", err)
	}
	signed := sign(t, s, Nothing())
	if _, err := s.Open(signed); err != nil {
		t.Errorf("Open of what the new key signed: %v", err)
	}
	if _, err := old.Open(signed); !errors.Is(err, ErrForeign) {
		t.Errorf("Open by who knows the old key alone = %v, want %v", err, ErrForeign)
	}
}

// Not one byte of a signed checkpoint can be another, one more or one less.
func TestOpenFindsEveryByte(t *testing.T) {
	s := aSigner(t, "0a1b", 1)
	signed := sign(t, s, erasing(newLog(t, 9).checkpoint(t, 9)))
	for i := range signed {
		for flip := 1; flip < 256; flip++ {
			forged := slices.Clone(signed)
			forged[i] ^= byte(flip)
			if _, err := s.Open(forged); err == nil {
				t.Fatalf("byte %d is %q instead of %q, and not found", i, forged[i], signed[i])
			}
		}
		if _, err := s.Open(slices.Delete(slices.Clone(signed), i, i+1)); err == nil {
			t.Fatalf("byte %d is gone, and not missed", i)
		}
		if _, err := s.Open(slices.Insert(slices.Clone(signed), i, '\n')); err == nil {
			t.Fatalf("a line break before byte %d is not found", i)
		}
	}
	for _, more := range []string{"\n", "x", string(signed[bytes.Index(signed, []byte("\u2014")):])} {
		if _, err := s.Open(append(slices.Clone(signed), more...)); err == nil {
			t.Errorf("%q behind the end is not found", more)
		}
	}
}

// What our key signed is still no checkpoint if it says something else.
func TestOpenRefuses(t *testing.T) {
	s := aSigner(t, "0a1b", 1)
	good := strings.Split(string(sign(t, s, Nothing())), "\n")[:4]
	for _, test := range []struct {
		line int
		text string
	}{
		{0, "ab325/other"}, {1, "-1"}, {1, "+1"}, {1, "01"}, {1, "1e3"}, {2, "root"}, {3, "2026-11-22T08:15:00Z"}, {3, "time now"}, {3, good[3] + "\nmore"},
		{3, good[3] + "\nerasures 0 " + good[2]}, {3, good[3] + "\nerasures 061 " + good[2]}, {3, good[3] + "\nerasures 61"},
		{3, good[3] + "\n61 " + good[2]}, {3, good[3] + "\nerasures 61 " + good[2] + "\nmore"}, {3, "erasures 61 " + good[2]},
	} {
		lines := slices.Clone(good)
		lines[test.line] = test.text
		signed, err := note.Sign(&note.Note{Text: strings.Join(lines, "\n") + "\n"}, signing{s.known[0], s.private})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Open(signed); !errors.Is(err, ErrForged) {
			t.Errorf("Open with the line %q = %v, want %v", test.text, err, ErrForged)
		}
	}
}

func TestNewSignerRefuses(t *testing.T) {
	if _, err := NewSigner("a b", make([]byte, 32)); err == nil {
		t.Error("NewSigner takes an instance with a space")
	}
	if _, err := NewSigner("a", make([]byte, 31)); err == nil {
		t.Error("NewSigner takes a seed of 31 bytes")
	}
	for _, bad := range []string{"", "a+b", "ab325/0a1b+00000000+AAAA"} {
		if _, err := ParseKeys(bad); err == nil {
			t.Errorf("ParseKeys(%q) takes it", bad)
		}
	}
	if _, err := ParseKeys(); err == nil {
		t.Error("ParseKeys takes no key at all")
	}
	if _, err := ParseKeys(aSigner(t, "a", 1).Keys()[0], aSigner(t, "b", 1).Keys()[0]); err == nil {
		t.Error("ParseKeys takes keys of two installations")
	}
}

func TestNotes(t *testing.T) {
	s := aSigner(t, "0a1b", 1)
	var file []byte
	want := 3
	for range want {
		file = append(append(file, sign(t, s, Nothing())...), '\n')
	}
	for _, file := range [][]byte{file, bytes.TrimRight(file, "\n"), append([]byte("\n"), file...)} {
		n := 0
		for signed := range Notes(append(file, '\n')) {
			if _, err := s.Open(signed); err != nil {
				t.Errorf("note %d: %v: %q", n, err, signed)
			}
			n++
		}
		if n != want {
			t.Errorf("%d notes, want %d", n, want)
		}
	}
	for range Notes([]byte("\n\n")) {
		t.Error("a note in an empty file")
	}
	for range Notes(file) {
		break // Notes must stop here
	}
	for signed := range Notes([]byte("no checkpoint")) {
		if _, err := s.Open(signed); err == nil {
			t.Error("what is no checkpoint opens")
		}
	}
}
