package boltkv

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ab325/internal/kv"
)

// What Updates read while the disk is busy is what they would read if all that
// ran before them were committed, less those that failed.
func TestPendingReadsAsCommitted(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 25))
	for range 30 {
		db := newDB(t, Options{})
		model := map[string]string{}
		for _, key := range keys {
			if rnd.IntN(2) == 0 {
				save(t, db, key, "committed")
				model[key] = "committed"
			}
		}
		let := make(chan struct{})
		db.durably = func(b []byte) error { <-let; return db.appendGroup(b) }
		var answers []<-chan error
		for n := range 12 {
			changed, failing := maps.Clone(model), n > 0 && rnd.IntN(3) == 0
			no := fmt.Errorf("no %d", n)
			answers = append(answers, ran(db, func(tx kv.Tx) error {
				for range rnd.IntN(5) {
					if err := changeOne(tx, rnd, changed, fmt.Sprint(n)); err != nil {
						return err
					}
					if diff := differs(tx, rnd, changed); diff != "" {
						t.Errorf("after the change of one of %d that ran (-want +got):\n%s", n, diff)
					}
				}
				if failing {
					return no
				}
				return nil
			}))
			if !failing {
				model = changed
			}
		}
		close(let)
		for _, a := range answers {
			<-a
		}
		if diff := cmp.Diff(model, pairs(t, db)); diff != "" {
			t.Errorf("what is kept (-want +got):\n%s", diff)
		}
	}
}

// keys are few, so that they are written again and again.
var keys = []string{"a", "a\x00", "aa", "ab", "b", "ba", "c", "d", "\xff"}

// changeOne changes one of the keys, in the model too.
func changeOne(tx kv.Tx, rnd *rand.Rand, model map[string]string, value string) error {
	key := keys[rnd.IntN(len(keys))]
	if rnd.IntN(3) == 0 {
		delete(model, key)
		return tx.Delete([]byte(key))
	}
	model[key] = value
	return tx.Put([]byte(key), []byte(value))
}

// differs reads by every way, and returns how that differs from the model.
func differs(r kv.Reader, rnd *rand.Rand, model map[string]string) string {
	bounds := append(slices.Clone(keys), "", "aab", "zz")
	start, end := bounds[rnd.IntN(len(bounds))], bounds[rnd.IntN(len(bounds))]
	var want []string
	for _, key := range slices.Sorted(maps.Keys(model)) {
		if key >= start && (end == "" || key < end) {
			want = append(want, key+"="+model[key])
		}
	}
	forth := texts(r.Scan([]byte(start), []byte(end)))
	back := texts(r.ScanBack([]byte(start), []byte(end)))
	slices.Reverse(back)
	diff := cmp.Diff(want, forth) + cmp.Diff(want, back)
	for _, key := range keys {
		value, err := r.Get([]byte(key))
		many, manyErr := r.GetMany([][]byte{[]byte(key)})
		is, there := model[key]
		if there != (err == nil) || there == errors.Is(err, kv.ErrNotFound) || string(value) != is || manyErr != nil || !bytes.Equal(many[0], value) {
			diff += fmt.Sprintf("Get(%q) = %q, %v, GetMany %q, %v, want %q\n", key, value, err, many, manyErr, is)
		}
	}
	return diff
}

func texts(scan iter.Seq2[kv.Pair, error]) (list []string) {
	for p, err := range scan {
		if err != nil {
			return append(list, err.Error())
		}
		list = append(list, string(p.Key)+"="+string(p.Value))
	}
	return list
}

// A scan that is left early reads no further, and may be left at any pair.
func TestPendingScanStops(t *testing.T) {
	db, _, begin, release := busy(t)
	first := begin(func(tx kv.Tx) error { return errors.Join(tx.Put([]byte("a"), nil), tx.Put([]byte("c"), nil)) })
	second := ran(db, func(tx kv.Tx) error {
		if err := tx.Put([]byte("b"), nil); err != nil {
			return err
		}
		for n := range 4 {
			got := 0
			for _, err := range tx.Scan(nil, nil) {
				if err != nil {
					return err
				}
				if got == n {
					break
				}
				got++
			}
			if want := min(n, 3); got != want {
				t.Errorf("a scan that is left after %d pairs has yielded %d", want, got)
			}
		}
		return nil
	})
	release()
	if err := errors.Join(<-first, <-second); err != nil {
		t.Error(err)
	}
}
