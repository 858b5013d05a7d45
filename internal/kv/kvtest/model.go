package kvtest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"ab325/internal/kv"
)

// An op is one random step of a transaction.
type op struct {
	kind       byte // 'p' put, 'd' delete, 'r' delete a range, 's' compare scans
	key, value string
}

// checkModel runs random transactions on db and on a map, and compares what
// they see, inside and after, whether they commit or not.
func checkModel(ctx context.Context, db kv.DB) error {
	rnd := rand.New(rand.NewPCG(325, 2020))
	key := func() string { return fmt.Sprintf("%03d", rnd.IntN(600)) }
	model := map[string]string{}
	undo := errors.New("undo")
	for n := range 60 {
		ops := make([]op, 1+rnd.IntN(80))
		for i := range ops {
			ops[i] = op{kind: "ppppppppdddrss"[rnd.IntN(14)], key: key(), value: key()}
			if ops[i].kind == 'p' {
				ops[i].value = strings.Repeat("v", rnd.IntN(1500))
			}
		}
		keep := rnd.IntN(4) > 0
		var after map[string]string
		err := db.Update(ctx, func(tx kv.Tx) error {
			after = maps.Clone(model)
			for i, o := range ops {
				if err := step(tx, after, o); err != nil {
					return faultf("transaction %d, step %d, %c %s: %w", n, i, o.kind, o.key, err)
				}
			}
			if !keep {
				return undo
			}
			return nil
		})
		if keep && err == nil {
			model = after
		} else if keep || !errors.Is(err, undo) {
			return faultf("Update that keeps: %t, has error %v", keep, err)
		}
		if err := db.View(ctx, func(r kv.Reader) error { return sameAs(r, model) }); err != nil {
			return faultf("after transaction %d: %w", n, err)
		}
	}
	return nil
}

func step(tx kv.Tx, model map[string]string, o op) error {
	switch o.kind {
	case 'p':
		model[o.key] = o.value
		return tx.Put([]byte(o.key), []byte(o.value))
	case 'd':
		delete(model, o.key)
		return tx.Delete([]byte(o.key))
	case 'r':
		keys, err := collect(tx.Scan([]byte(o.key), []byte(o.value)))
		for _, k := range keys {
			delete(model, k)
			err = errors.Join(err, tx.Delete([]byte(k)))
		}
		return err
	}
	return sameBothWays(tx, slices.Sorted(maps.Keys(model)), o.key, o.value)
}

// sameAs compares all pairs with the model's.
func sameAs(r kv.Reader, model map[string]string) error {
	keys := slices.Sorted(maps.Keys(model))
	if err := sameBothWays(r, keys, "", ""); err != nil {
		return err
	}
	for p, err := range r.Scan(nil, nil) {
		if err != nil {
			return err
		}
		v, err := r.Get(p.Key)
		if want := model[string(p.Key)]; string(p.Value) != want || string(v) != want || err != nil {
			return faultf("key %q has a value of %d bytes by Scan and %d, %v by Get, want %d",
				p.Key, len(p.Value), len(v), err, len(want))
		}
	}
	return nil
}
