package audit

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"slices"
	"strings"
	"testing"
)

func all(entries []Entry) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for _, e := range entries {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func TestVerify(t *testing.T) {
	for _, n := range []int{0, 1, 2, 100} {
		entries := chain(t, n)
		var want Entry
		if n > 0 {
			want = entries[n-1]
		}
		if got, last, err := Verify(all(entries)); got != n || last != want || err != nil {
			t.Errorf("Verify(%d entries) = %d, %v, %v", n, got, last, err)
		}
	}
}

// Whatever is done to the chain's entries, the place is found.
func TestVerifyFindsFaults(t *testing.T) {
	other, err := Append(Entry{}, Entry{At: at, Actor: "x", Action: "y", Result: "z"})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name  string
		spoil func([]Entry) []Entry
		want  BrokenError
	}{
		{"first removed", func(c []Entry) []Entry { return c[1:] }, BrokenError{1, OutOfOrder}},
		{"third removed", func(c []Entry) []Entry { return slices.Delete(c, 2, 3) }, BrokenError{3, OutOfOrder}},
		{"third removed, the rest counted anew", func(c []Entry) []Entry {
			c = slices.Delete(c, 2, 3)
			for i := range c[2:] {
				c[2+i].Seq--
				c[2+i].Hash = c[2+i].sum()
			}
			return c
		}, BrokenError{3, Unlinked}},
		{"third twice", func(c []Entry) []Entry { return slices.Insert(c, 3, c[2]) }, BrokenError{4, OutOfOrder}},
		{"second and third changed places", func(c []Entry) []Entry { c[1], c[2] = c[2], c[1]; return c }, BrokenError{2, OutOfOrder}},
		{"stranger put in", func(c []Entry) []Entry { return slices.Insert(c, 2, other) }, BrokenError{3, OutOfOrder}},
		{"stranger put in, made to fit", func(c []Entry) []Entry {
			fits, _ := Append(c[1], other)
			return slices.Insert(c, 2, fits)
		}, BrokenError{4, OutOfOrder}},
		{"first is another chain's", func(c []Entry) []Entry { c[0] = other; return c }, BrokenError{2, Unlinked}},
		{"third hashed anew after a change", func(c []Entry) []Entry {
			c[2].Actor = "somebody-else"
			c[2].Hash = c[2].sum()
			return c
		}, BrokenError{4, Unlinked}},
		{"last changed", func(c []Entry) []Entry { c[len(c)-1].Result = "denied"; return c }, BrokenError{5, Changed}},
	} {
		n, last, err := Verify(all(test.spoil(chain(t, 5))))
		got, ok := errors.AsType[*BrokenError](err)
		if !ok || *got != test.want {
			t.Errorf("%s: Verify = %v, want %v", test.name, err, &test.want)
			continue
		}
		if uint64(n) != got.Seq-1 || last.Seq != got.Seq-1 {
			t.Errorf("%s: Verify counts %d up to %d, want %d", test.name, n, last.Seq, got.Seq-1)
		}
	}
}

// A chain cut at its end is whole; only its last entry tells.
func TestVerifyShortened(t *testing.T) {
	entries := chain(t, 5)
	n, last, err := Verify(all(entries[:4]))
	if n != 4 || last != entries[3] || err != nil {
		t.Errorf("Verify(4 of 5 entries) = %d, entry %d, %v", n, last.Seq, err)
	}
}

func TestVerifyPassesErrorsOn(t *testing.T) {
	entries := chain(t, 3)
	broken := func(yield func(Entry, error) bool) {
		if yield(entries[0], nil) && yield(Entry{}, io.ErrUnexpectedEOF) {
			t.Error("Verify reads on after an error")
		}
	}
	n, last, err := Verify(broken)
	if n != 1 || last != entries[0] || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("Verify = %d, entry %d, %v, want 1, 1, %v", n, last.Seq, err, io.ErrUnexpectedEOF)
	}
}

func export(t *testing.T, entries []Entry) []byte {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	for _, e := range entries {
		if err := enc.Encode(e); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

func TestRead(t *testing.T) {
	want := chain(t, 3)
	data := export(t, want)
	if n := bytes.Count(data, []byte("\n")); n != 3 {
		t.Fatalf("export has %d lines, want 3", n)
	}
	var got []Entry
	for e, err := range Read(bytes.NewReader(data)) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, e)
	}
	if !slices.Equal(got, want) {
		t.Errorf("Read = %v, want %v", got, want)
	}
	for e, err := range Read(bytes.NewReader(data)) {
		if e != want[0] || err != nil {
			t.Errorf("first of Read = %v, %v", e, err)
		}
		break // Read must stop here
	}
	for _, bad := range []string{"{", "[]", `{"seq":"1"}`, " {}", strings.Replace(string(data), ",", ", ", 1)} {
		if _, _, err := Verify(Read(strings.NewReader(bad))); err == nil {
			t.Errorf("an export that begins with %.9q is taken", bad)
		}
	}
}

// Not one byte of an export can be another without being found.
func TestReadFindsEveryByte(t *testing.T) {
	entries := chain(t, 3)
	data := export(t, entries)
	for i := range data {
		for _, flip := range []byte{0x01, 0x02, 0x20, 0x80} {
			forged := bytes.Clone(data)
			forged[i] ^= flip
			n, last, err := Verify(Read(bytes.NewReader(forged)))
			if err == nil && (n != len(entries) || last != entries[len(entries)-1] || data[i] != '\n') {
				t.Fatalf("byte %d of the export is %q instead of %q, and not found", i, forged[i], data[i])
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"seq":1,"at":"2026-11-22T08:15:00Z","actor":"a","action":"b","result":"c","prev":"00","hash":"00"}`))
	f.Add([]byte("{}\n{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for e, err := range Read(bytes.NewReader(data)) {
			if err != nil {
				return
			}
			form, err := json.Marshal(e)
			if err != nil || !bytes.Contains(data, form) {
				t.Fatalf("Read gives an entry that the export does not hold: %s, %v", form, err)
			}
		}
	})
}
