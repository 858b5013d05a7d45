package store

import (
	"encoding/json"
	"errors"
	"testing"

	"ab325/internal/audit"
)

// The proof of a case holds by the public key alone, and has what the log says.
func TestProve(t *testing.T) {
	s, _ := logOf(t, 300)
	checkpoint(t, s)
	write(t, s, 300, 10) // which the checkpoint does not have
	number(t, s)
	doUpdate(t, s, func(tx *Tx) error { return tx.eraseLog("c3", whyAt("gone", 0)) })
	v, err := audit.ParseKeys(s.LogKey().Keys()...)
	if err != nil {
		t.Fatal(err)
	}
	for caseID, want := range map[string]int{"c1": 43, "c3": 43, "c6": 42, "c7": 0} {
		var proof *audit.Proof
		doView(t, s, func(tx *Tx) (err error) {
			proof, err = tx.Prove(caseID)
			return err
		})
		data, err := json.Marshal(proof)
		if err != nil {
			t.Fatal(err)
		}
		if proof, err = audit.ParseProof(data); err != nil {
			t.Fatal(err)
		}
		c, err := proof.Check(v)
		if err != nil || c.Size != 300 || !c.Time.Equal(now) || len(proof.Entries) != want {
			t.Errorf("proof of %s: %d entries, %+v, %v, want %d", caseID, len(proof.Entries), c, err, want)
		}
		for _, e := range proof.Entries {
			if got, err := e.Entry(); got.Case != caseID || (got.Action == "open") == (caseID == "c3") || err != nil {
				t.Errorf("proof of %s has %+v, %v", caseID, got, err)
			}
		}
	}
}

func TestProveGrowth(t *testing.T) {
	s, db := logOf(t, 300)
	first := checkpoint(t, s)
	earlier := pairsOf(t, db)
	write(t, s, 300, 300)
	number(t, s)
	second := checkpoint(t, s)
	older := again(t, s, restore(t, earlier))
	write(t, older, 900, 300)
	number(t, older)
	fork := checkpoint(t, older)
	for _, test := range []struct {
		name       string
		s          *Store
		old, new   []byte
		prove, err error
	}{
		{"in order", s, first, second, nil, nil},
		{"backwards", s, second, first, nil, audit.ErrInconsistent},
		{"to a fork", s, first, fork, nil, audit.ErrInconsistent},
		{"to the future", again(t, s, restore(t, earlier)), first, second, ErrOlder, nil},
		{"from nothing", s, nil, second, audit.ErrForged, nil},
		{"to nothing", s, first, nil, audit.ErrForged, nil},
	} {
		var p *audit.Proof
		err := test.s.View(t.Context(), func(tx *Tx) (err error) {
			p, err = tx.ProveGrowth(test.old, test.new)
			return err
		})
		if !errors.Is(err, test.prove) {
			t.Errorf("ProveGrowth %s = %v, want %v", test.name, err, test.prove)
		}
		if err != nil {
			continue
		}
		if _, err := p.Check(test.s.LogKey()); !errors.Is(err, test.err) {
			t.Errorf("growth %s: %v, want %v", test.name, err, test.err)
		}
	}
}
