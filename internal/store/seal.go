package store

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"ab325/internal/kv"
	"ab325/internal/vault"
)

// A record about a person is sealed with the key of its case, or of the house
// where it is of no case. What it is sealed with, byte for byte, are its header
// line and the key that it stands at: so a value that was moved to another
// case, key, kind or revision, or changed anywhere, does not open.
const recordSeal = "ab325 record"

// house is the slot of the key of the house: staff and what is theirs, and
// settings.
const house = vault.House

var (
	errOpen   = errors.New("the record is not sealed")
	errSealed = errors.New("the record is sealed, and must not be")
)

// A keychain opens the keys of a vault and keeps the last ones for the next
// record of the same transaction, or of the same act, see [Act]. It is safe for
// concurrent use.
type keychain struct {
	vault *vault.Vault
	desks *desks
	mu    sync.Mutex
	keys  map[uint64]*vault.Key // guarded by mu
}

func newKeychain(v *vault.Vault, d *desks) *keychain {
	return &keychain{vault: v, desks: d, keys: make(map[uint64]*vault.Key)}
}

// keptKeys is how many keys a keychain keeps: a transaction is about a case or
// two, and one that reads all of them meets each key once.
const keptKeys = 16

// key returns the key in a slot.
func (c *keychain) key(slot uint64) (*vault.Key, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if k, ok := c.keys[slot]; ok {
		return k, nil
	}
	k, err := c.vault.Key(slot)
	if err != nil {
		return nil, err
	}
	if len(c.keys) == keptKeys {
		clear(c.keys)
	}
	c.keys[slot] = k
	return k, nil
}

// seal returns the record with the given body, bound to its header and what
// else is given.
func (c *keychain) seal(k kind, slot uint64, rev int, body []byte, bound ...string) ([]byte, error) {
	return c.appendSeal(nil, k, slot, rev, body, bound...)
}

// appendSeal appends what seal returns to dst, and returns the longer slice.
func (c *keychain) appendSeal(dst []byte, k kind, slot uint64, rev int, body []byte, bound ...string) ([]byte, error) {
	if k.open {
		return nil, fmt.Errorf("encode %s: %w", k.name, errSealed)
	}
	secret, err := c.key(slot)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", k.name, err)
	}
	h := header{k.name, k.version(), rev, &slot}
	line := string(h.append(nil))
	dst = slices.Grow(dst, len(line)+1+len(body)+vault.Overhead)
	return secret.AppendSeal(append(append(dst, line...), '\n'), body, append([]string{recordSeal, line}, bound...)...), nil
}

// decode reads the record at key, sealed or open as its kind is, into v.
func (c *keychain) decode(k kind, key kv.Key, record []byte, v any) (header, error) {
	d := c.desks.take()
	h, body, err := c.appendOpen(d.plain[:0], k, record, string(key))
	if err == nil {
		if !k.open {
			d.plain = body
		}
		err = k.read(d, h.Version, body, v)
	}
	c.desks.leave(d)
	return h, err
}

// open returns the header and body of a record that is bound to what is given.
func (c *keychain) open(k kind, record []byte, bound ...string) (header, []byte, error) {
	return c.appendOpen(nil, k, record, bound...)
}

// appendOpen is open with a body that is appended to dst, unless the record is
// open.
func (c *keychain) appendOpen(dst []byte, k kind, record []byte, bound ...string) (header, []byte, error) {
	h, line, body, err := k.split(record)
	switch {
	case err != nil:
		return h, nil, err
	case k.open && h.Slot != nil:
		return h, nil, fmt.Errorf("decode %s: %w", k.name, errSealed)
	case k.open:
		return h, body, nil
	case h.Slot == nil:
		return h, nil, fmt.Errorf("decode %s: %w", k.name, errOpen)
	}
	secret, err := c.key(*h.Slot)
	if err != nil {
		return h, nil, fmt.Errorf("decode %s: %w", k.name, err)
	}
	plain, err := secret.AppendOpen(dst, body, append([]string{recordSeal, string(line)}, bound...)...)
	if err != nil {
		return h, nil, fmt.Errorf("decode %s: sealed with key %d: %w", k.name, *h.Slot, err)
	}
	return h, plain, nil
}

// putSealed writes a sealed record at key.
func (t *Tx) putSealed(k kind, key kv.Key, slot uint64, rev int, v any) error {
	if k.kept {
		if err := t.changing(); err != nil {
			return err
		}
	}
	d := t.keys.desks.take()
	err := t.sealOn(d, k, key, slot, rev, v)
	t.keys.desks.leave(d)
	return err
}

// sealOn makes a sealed record on a desk, and writes it.
func (t *Tx) sealOn(d *desk, k kind, key kv.Key, slot uint64, rev int, v any) error {
	body, err := d.encode(v)
	if err != nil {
		return fmt.Errorf("encode %s: %w", k.name, err)
	}
	if d.sealed, err = t.keys.appendSeal(d.sealed[:0], k, slot, rev, body, string(key)); err != nil {
		return err
	}
	return t.write(key, d.sealed)
}
