package audit

import (
	"bytes"
	"errors"
	"slices"
	"testing"
)

func TestVerify(t *testing.T) {
	for _, n := range []int{0, 1, 2, 255, 256, 257, 513, 66000} {
		l := newLog(t, n)
		last := l.checkpoint(t, uint64(n))
		want := Report{Entries: uint64(n), Signed: last}
		if n == 0 {
			want.Signed = Checkpoint{}
		}
		if got, err := l.verify(last, l.checkpoint(t, uint64(n)/2)); got != want || err != nil {
			t.Errorf("verify(%d entries) = %+v, %v, want %+v", n, got, err, want)
		}
	}
}

// erasedLog returns a log in which case c2 was erased, one of its entries
// before it had a number, and whose last entry has no number yet.
func erasedLog(t testing.TB) *log {
	t.Helper()
	l := newLog(t, 10)
	l.write(t, Entry{At: at, Actor: "a", Action: "open", Case: "c2", Result: "ok"})
	by := l.write(t, Entry{At: at, Actor: "a", Action: Erased, Case: "c2", Result: "ok"})
	for _, i := range []int{2, 7, 10} {
		l.erase(i, "c2", by)
	}
	l.number(t)
	l.write(t, entry())
	return l
}

func TestVerifyErased(t *testing.T) {
	l := erasedLog(t)
	want := Report{Entries: 12, Pending: 1, Erased: 3, Signed: l.checkpoint(t, 12)}
	if got, err := l.verify(want.Signed); got != want || err != nil {
		t.Errorf("verify = %+v, %v, want %+v", got, err, want)
	}
}

// Whatever is done to entries and tree, the place is found.
func TestVerifyFindsFaults(t *testing.T) {
	swap := func(l *log, i, j int) { l.entries[i], l.entries[j] = l.entries[j], l.entries[i] }
	for _, test := range []struct {
		name   string
		spoil  func(*log)
		number uint64
		want   Fault
	}{
		{"first removed", func(l *log) { l.entries = l.entries[1:] }, 1, Missing},
		{"third removed", func(l *log) { l.entries = slices.Delete(l.entries, 2, 3) }, 3, Missing},
		{"all removed", func(l *log) { l.entries = nil }, 1, Missing},
		{"third twice", func(l *log) { l.entries = append(l.entries, l.entries[2]) }, 3, PutIn},
		{"second and third changed places", func(l *log) {
			swap(l, 1, 2)
			l.entries[1].Number, l.entries[2].Number = 2, 3
		}, 2, Changed},
		{"third at another time", func(l *log) { l.entries[2].ID = l.entries[2].ID.Next() }, 3, Changed},
		{"number of none", func(l *log) { l.entries[2].Number = 99 }, 99, PutIn},
		{"waiting entry changed", func(l *log) { l.entries[12].Record[40] ^= 1 }, 0, Changed},
		{"waiting entry no entry", func(l *log) { l.entries[12].Record = nil }, 0, Changed},
		{"numbered entry made to wait", func(l *log) { l.entries[0].Number, l.entries[0].Leaf = 0, l.leaf(0) }, 1, Missing},
		{"stub of another case", func(l *log) { l.entries[2].Stub.Case = "c3" }, 3, Changed},
		{"stub with another digest", func(l *log) { l.entries[2].Stub.Digest[0] ^= 1 }, 3, Changed},
		{"stub that names nobody", func(l *log) { l.entries[2].Stub.By = ID{} }, 3, Unerased},
		{"stub that names an entry that is no erasure", func(l *log) { l.entries[2].Stub.By = l.entries[7].ID }, 3, Unerased},
		{"stub in a case that was not erased", func(l *log) { l.erase(3, "c3", l.entries[11].ID) }, 4, Unerased},
		{"stub that names an erasure that was refused", func(l *log) {
			by := l.write(t, Entry{At: at, Actor: "a", Action: Erased, Case: "c3", Result: "refused"})
			l.number(t)
			l.erase(3, "c3", by)
		}, 4, Unerased},
		{"stub of the erasure itself", func(l *log) { l.erase(11, "c2", l.entries[11].ID) }, 12, Unerased},
		{"stub behind the erasure", func(l *log) {
			l.write(t, Entry{At: at, Actor: "a", Action: "open", Case: "c2", Result: "ok"})
			l.erase(13, "c2", l.entries[11].ID)
		}, 0, Unerased},
		{"tree cut off at its end", func(l *log) {
			l.tiles[[2]uint64{0, 0}] = l.tiles[[2]uint64{0, 0}][:11*32]
			l.entries, l.size = l.entries[:11], 11
		}, 0, Short},
		{"tile gone", func(l *log) { delete(l.tiles, [2]uint64{0, 0}) }, 0, Damaged},
		{"tile too many", func(l *log) { l.tiles[[2]uint64{1, 0}] = make([]byte, 32) }, 0, Damaged},
		{"tile with half a hash", func(l *log) { l.tiles[[2]uint64{0, 0}] = l.tiles[[2]uint64{0, 0}][:383] }, 0, Damaged},
	} {
		l := erasedLog(t)
		c := l.checkpoint(t, 12)
		test.spoil(l)
		_, err := l.verify(c)
		got, ok := errors.AsType[*BrokenError](err)
		if !ok || got.Number != test.number || got.Fault != test.want {
			t.Errorf("%s: verify = %v, want entry %d to be %s", test.name, err, test.number, test.want)
		}
	}
}

// leaf returns the n-th leaf of the tree.
func (l *log) leaf(n uint64) Hash {
	h, _ := l.tree().leaf(n)
	return h
}

// Who writes the whole log anew, tree and all, is found by a checkpoint.
func TestVerifyRewritten(t *testing.T) {
	l := newLog(t, 300)
	forged := newLog(t, 300)
	c := l.checkpoint(t, 200)
	forged.entries[7].Record = bytes.Replace(forged.entries[7].Record, []byte("7f3c1a9e"), []byte("00000000"), 1)
	forged.tiles, forged.size = map[[2]uint64][]byte{}, 0
	for i := range forged.entries {
		e := &forged.entries[i]
		r, err := ParseRecord(e.Record)
		if err != nil {
			t.Fatal(err)
		}
		forged.pending = append(forged.pending, Leaf(e.ID, r.Case, Digest(e.Record)))
	}
	forged.number(t)
	if _, err := forged.verify(); err != nil {
		t.Fatalf("the forgery does not even hold together: %v", err)
	}
	_, err := forged.verify(c)
	if got, ok := errors.AsType[*BrokenError](err); !ok || got.Fault != Other {
		t.Errorf("verify = %v, want %s", err, Other)
	}
}

// Not one byte of a log, its tree or its pointers can be another without being
// found.
func TestVerifyFindsEveryByte(t *testing.T) {
	whole := erasedLog(t)
	c := whole.checkpoint(t, 12)
	try := func(what string, change func(*log)) {
		l := whole.clone()
		change(l)
		if _, err := l.verify(c); err == nil {
			t.Fatalf("%s is changed, and not found", what)
		}
	}
	flips := []byte{0x01, 0x20, 0x80}
	for i, e := range whole.entries {
		for _, flip := range flips {
			for j := range e.Record {
				try("a record", func(l *log) { l.entries[i].Record[j] ^= flip })
			}
			for j := range e.ID {
				try("an id", func(l *log) { l.entries[i].ID[j] ^= flip })
			}
			for j := range e.Leaf {
				if e.Number == 0 {
					try("a waiting leaf", func(l *log) { l.entries[i].Leaf[j] ^= flip })
				}
			}
			if e.Stub != nil {
				for j := range e.Stub.By {
					try("the name of an erasure", func(l *log) { l.entries[i].Stub.By[j] ^= flip })
				}
				for j := range e.Stub.Digest {
					try("a digest", func(l *log) { l.entries[i].Stub.Digest[j] ^= flip })
				}
			}
		}
		for bit := range 64 {
			try("a number", func(l *log) { l.entries[i].Number ^= 1 << bit })
		}
	}
	for k, data := range whole.tiles {
		for j := range data {
			for _, flip := range flips {
				try("a tile", func(l *log) { l.tiles[k][j] ^= flip })
			}
		}
	}
}

// A byte in any tile of a tree of three levels is found without any entry.
func TestVerifyFindsEveryTile(t *testing.T) {
	l := newLog(t, 66000)
	c := l.checkpoint(t, 66000)
	l.entries = nil
	for k, data := range l.tiles {
		if k[0] == 0 && k[1] > 1 && k[1] < 255 && k[1] != 77 {
			continue // it is as its neighbours
		}
		data[len(data)/2] ^= 1
		_, err := l.verify(c)
		if got, ok := errors.AsType[*BrokenError](err); !ok || got.Fault == Missing {
			t.Fatalf("tile %v is changed: verify = %v", k, err)
		}
		data[len(data)/2] ^= 1
	}
}

func FuzzParseProof(f *testing.F) {
	s := aSigner(f, "0a1b", 1)
	l := newLog(f, 5)
	f.Add(prove(f, l, s, 3))
	f.Add([]byte("{}"))
	records := map[string]bool{}
	for _, e := range l.entries {
		records[string(e.Record)] = true
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, _, err := check(data, s.Verifier)
		if err != nil {
			return
		}
		for _, e := range p.Entries {
			if e.Erased == nil && !records[e.Record] {
				t.Fatalf("a proof of an entry that is in no log: %s", e.Record)
			}
		}
	})
}
