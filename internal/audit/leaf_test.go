package audit

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

// Ids sort as their moments do, and tell them to the nanosecond.
func TestID(t *testing.T) {
	ids := []ID{
		{},
		NewID(time.Date(1969, 12, 31, 23, 59, 59, 0, time.UTC), 0),
		NewID(at, 0),
		NewID(at, 1),
		NewID(at, 256),
		NewID(at.Add(1), 0),
		NewID(at.Add(time.Second), 0),
	}
	if !slices.IsSortedFunc(ids, func(a, b ID) int { return bytes.Compare(a[:], b[:]) }) {
		t.Errorf("ids are not in order: %v", ids)
	}
	for _, id := range ids {
		if got, err := ParseID(id.String()); got != id || err != nil {
			t.Errorf("ParseID(%s) = %v, %v", id, got, err)
		}
	}
	if got := NewID(at, 7).At(); !got.Equal(at) || got.Location() != time.UTC {
		t.Errorf("At = %v, want %v in UTC", got, at)
	}
	if got, want := NewID(at, 255).Next(), NewID(at, 256); got != want || !bytes.Equal(got.Moment(), want.Moment()) {
		t.Errorf("Next = %v, want %v", got, want)
	}
	good := NewID(at, 0).String()
	for _, bad := range []string{"", "1", good[1:], good + "A", good[:26] + "!", good[:26] + "B"} {
		if _, err := ParseID(bad); err == nil {
			t.Errorf("ParseID(%q) takes it", bad)
		}
	}
}

// The leaf of an entry never changes, or no old checkpoint holds.
func TestLeafIsForEver(t *testing.T) {
	const want = "d3cf5eeec3804027c330c19cfdedaaf366a2cd6e50d2dc2262351f52ad8109be"
	if got := Leaf(NewID(at, 1), "c1", Hash{1}).String(); got != want {
		t.Errorf("Leaf = %s, want %s", got, want)
	}
}

// Nothing that a leaf is made of runs into what stands beside it.
func TestLeafTellsApart(t *testing.T) {
	id := NewID(at, 1)
	seen := map[Hash]string{Leaf(id, "c1", Hash{1}): "as is"}
	for name, leaf := range map[string]Hash{
		"another id":       Leaf(id.Next(), "c1", Hash{1}),
		"another case":     Leaf(id, "c2", Hash{1}),
		"no case":          Leaf(id, "", Hash{1}),
		"another digest":   Leaf(id, "c1", Hash{2}),
		"a longer case id": Leaf(id, "c1\x01", Hash{}),
	} {
		if other, ok := seen[leaf]; ok {
			t.Errorf("%s has the leaf of %s", name, other)
		}
		seen[leaf] = name
	}
}

func TestParseRecord(t *testing.T) {
	want := Record{Salt{1, 2}, entry()}
	want.At = at.UTC()
	body, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := ParseRecord(append([]byte("a line\n"), body...)); got != want || err != nil {
		t.Errorf("ParseRecord = %+v, %v, want %+v", got, err, want)
	}
	for _, bad := range []string{"", "{}", "\n", "\n{", "\n{\"salt\":\"\"}", "\n" + strings.Replace(string(body), "0102", "010", 1)} {
		if _, err := ParseRecord([]byte(bad)); err == nil {
			t.Errorf("ParseRecord(%.20q) takes it", bad)
		}
	}
}
