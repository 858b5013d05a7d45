package audit

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"testing"
)

// prove returns the proof of the entries at some indexes, as a file.
func prove(t testing.TB, l *log, s *Signer, indexes ...int) []byte {
	t.Helper()
	var entries []ProvenEntry
	for _, i := range indexes {
		e := l.entries[i]
		entries = append(entries, ProvenEntry{Number: e.Number, ID: e.ID, Record: string(e.Record), Erased: e.Stub})
	}
	c := l.checkpoint(t, l.size)
	p, err := l.tree().Prove(sign(t, s, c), c, entries)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func check(data []byte, v *Verifier) (*Proof, Checkpoint, error) {
	p, err := ParseProof(data)
	if err != nil {
		return nil, Checkpoint{}, err
	}
	c, err := p.Check(v)
	return p, c, err
}

func TestProof(t *testing.T) {
	l, s := newLog(t, 700), aSigner(t, "0a1b", 1)
	e := entry()
	e.Action, e.Case = Erased, "c2"
	by := l.write(t, e)
	l.number(t)
	l.erase(2, "c2", by)
	p, c, err := check(prove(t, l, s, 0, 2, 699, 700), s.Verifier)
	if err != nil || c != l.checkpoint(t, 701) || len(p.Entries) != 4 {
		t.Fatalf("Check = %+v, %v", c, err)
	}
	for i, want := range []string{entry().Action, "", entry().Action, Erased} {
		if got, err := p.Entries[i].Entry(); got.Action != want || err != nil {
			t.Errorf("entry %d = %+v, %v, want action %q", i, got, err, want)
		}
	}
	if got, _ := p.Entries[1].Entry(); !got.At.Equal(l.entries[2].ID.At()) || got.Case != "c2" {
		t.Errorf("the erased entry = %+v", got)
	}
	if _, _, err := check(prove(t, l, s, 0), aSigner(t, "0a1b", 2).Verifier); !errors.Is(err, ErrForeign) {
		t.Errorf("Check with another key = %v, want %v", err, ErrForeign)
	}
	for _, bad := range []string{"", "[]", "{}", `{"format":"ab325 proof 2"}`, `{"format":"ab325 proof 1","more":1}`} {
		if _, err := ParseProof([]byte(bad)); err == nil {
			t.Errorf("ParseProof(%q) takes it", bad)
		}
	}
	if _, err := l.tree().Prove(nil, Checkpoint{Size: 1}, []ProvenEntry{{Number: 2}}); err == nil {
		t.Error("Prove proves an entry behind the checkpoint")
	}
}

// A proof with another byte says the same or does not hold.
func TestProofFindsEveryByte(t *testing.T) {
	l, s := newLog(t, 5), aSigner(t, "0a1b", 1)
	data := prove(t, l, s, 3)
	want, _, err := check(data, s.Verifier)
	if err != nil {
		t.Fatal(err)
	}
	wantEntry, _ := want.Entries[0].Entry()
	for i := range data {
		for _, flip := range []byte{0x01, 0x02, 0x04, 0x10, 0x20, 0x80} {
			forged := bytes.Clone(data)
			forged[i] ^= flip
			got, _, err := check(forged, s.Verifier)
			if err != nil {
				continue
			}
			if len(got.Entries) != 1 || got.Entries[0].Number != 4 || got.Entries[0].ID != want.Entries[0].ID {
				t.Fatalf("byte %d is %q instead of %q, and not found", i, forged[i], data[i])
			}
			if e, err := got.Entries[0].Entry(); e != wantEntry || err != nil {
				t.Fatalf("byte %d is %q instead of %q, and the entry another", i, forged[i], data[i])
			}
		}
	}
}

// An entry both there and erased would say one thing and prove another.
func TestProofOfBoth(t *testing.T) {
	l, s := newLog(t, 5), aSigner(t, "0a1b", 1)
	p, _, err := check(prove(t, l, s, 3), s.Verifier)
	if err != nil {
		t.Fatal(err)
	}
	p.Entries[0].Erased = &Stub{Case: "c3", Digest: Digest([]byte(p.Entries[0].Record))}
	if _, err := p.Check(s.Verifier); err == nil {
		t.Error("Check takes an entry that is both erased and there")
	}
}

func TestProveGrowth(t *testing.T) {
	l, s := newLog(t, 700), aSigner(t, "0a1b", 1)
	other := newLog(t, 699)
	e := entry()
	e.Result = "refused"
	other.write(t, e)
	other.number(t)
	growth := func(earlier, c Checkpoint) error {
		p, err := l.tree().ProveGrowth(sign(t, s, earlier), earlier, sign(t, s, c), c)
		if err != nil {
			t.Fatal(err)
		}
		data, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = check(data, s.Verifier)
		return err
	}
	last := l.checkpoint(t, 700)
	for _, size := range []uint64{0, 1, 255, 256, 300, 699, 700} {
		if err := growth(l.checkpoint(t, size), last); err != nil {
			t.Errorf("growth from %d to 700: %v", size, err)
		}
	}
	if err := growth(l.checkpoint(t, 300), erasing(last)); err != nil {
		t.Errorf("growth with more erasures: %v", err)
	}
	otherErasures := func(c Checkpoint) Checkpoint {
		c = erasing(c)
		c.Erasures.Hash = Hash{}
		return c
	}
	for name, test := range map[string][2]Checkpoint{
		"of another log":          {other.checkpoint(t, 700), last},
		"from another end":        {{Size: 699, Root: other.checkpoint(t, 700).Root}, last},
		"backwards":               {last, l.checkpoint(t, 300)},
		"from nothing that is it": {{Size: 0, Root: last.Root}, last},
		"with fewer erasures":     {erasing(l.checkpoint(t, 300)), last},
		"with other erasures":     {erasing(l.checkpoint(t, 300)), otherErasures(last)},
	} {
		if err := growth(test[0], test[1]); !errors.Is(err, ErrInconsistent) {
			t.Errorf("growth %s = %v, want %v", name, err, ErrInconsistent)
		}
	}
	p, err := l.tree().ProveGrowth(sign(t, aSigner(t, "0a1b", 2), last), last, sign(t, s, last), last)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Check(s.Verifier); !errors.Is(err, ErrForeign) {
		t.Errorf("growth from a foreign checkpoint = %v, want %v", err, ErrForeign)
	}
	p, _ = l.tree().ProveGrowth(sign(t, s, l.checkpoint(t, 300)), l.checkpoint(t, 300), sign(t, s, last), last)
	p.Path = slices.Delete(p.Path, 0, 1)
	if _, err := p.Check(s.Verifier); !errors.Is(err, ErrInconsistent) {
		t.Errorf("growth with a shorter path = %v, want %v", err, ErrInconsistent)
	}
}
