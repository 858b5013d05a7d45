package vault

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Check looks at every key, and compares the erased ones with the log of
// erasures. It reports each fault with the slot that has it, and returns an
// error if it cannot do so. Keys may be made and erased meanwhile.
func (v *Vault) Check(ctx context.Context, report func(slot uint64, fault error)) error {
	logged, err := v.logged()
	if err != nil {
		return err
	}
	erased := map[uint64]bool{}
	for n := range v.Len() {
		if n%step == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		_, err := v.Key(n)
		switch {
		case v.Err() != nil:
			return v.Err()
		case errors.Is(err, ErrErased):
			erased[n] = true
		case err != nil:
			report(n, err)
		case logged[n]:
			report(n, fmt.Errorf("vault: key %d opens, and the log says that it was erased", n))
		}
	}
	if logged, err = v.logged(); err != nil { // with what was erased meanwhile
		return err
	}
	for _, n := range slices.Sorted(maps.Keys(erased)) {
		if !logged[n] {
			report(n, fmt.Errorf("vault: key %d is erased, and the log does not say so", n))
		}
	}
	return nil
}

// logged returns the slots that the log of erasures names.
func (v *Vault) logged() (map[uint64]bool, error) {
	slots := map[uint64]bool{}
	for e, err := range v.Erasures() {
		if err != nil {
			return nil, err
		}
		slots[e.Slot] = true
	}
	return slots, nil
}
