package store

import (
	"context"
	"errors"
	"fmt"

	"ab325/internal/audit"
	"ab325/internal/kv"
)

// The vault is never older than the database: a key is there before its case
// is, and an erasure stands in the vault's log before the case is forgotten. So
// a vault that has less than the database knows of is an old copy, put back by
// mistake or to bring somebody back who was erased.

// ErrVaultOlder reports a vault that lacks keys, or erasures, that the database
// knows of.
var ErrVaultOlder = errors.New("the vault is older than the database")

// vaultHolds returns ErrVaultOlder where the vault is. It costs two reads.
func (t *Tx) vaultHolds() error {
	given, err := t.counter(slotCount.key())
	if err != nil {
		return err
	}
	if n := t.store.Vault.Len(); n <= given {
		return fmt.Errorf("%w: it has %d keys, and %d were given", ErrVaultOlder, n, given+1)
	}
	known, err := t.counter(erasedBytes.key())
	if err != nil {
		return err
	}
	if n := t.store.Vault.ErasureBytes(); n < known {
		return fmt.Errorf("%w: its log of erasures has %d bytes, and had %d", ErrVaultOlder, n, known)
	}
	return nil
}

// erasures returns what the vault's log of erasures is.
func (s *Store) erasures() (audit.Beginning, error) {
	n := s.Vault.ErasureBytes()
	sum, _, err := s.Vault.ErasureSum(n)
	if err != nil || n == 0 {
		return audit.Beginning{}, err
	}
	return audit.Beginning{Bytes: n, Hash: sum}, nil
}

// goesOn returns ErrVaultOlder unless the vault's log of erasures begins with
// what a checkpoint has of it: so who can write the database, and the vault, but
// not sign, cannot undo an erasure by taking it out of both.
func (s *Store) goesOn(was audit.Beginning) error {
	if was.Bytes == 0 {
		return nil
	}
	sum, ok, err := s.Vault.ErasureSum(was.Bytes)
	switch {
	case err != nil:
		return err
	case !ok:
		return fmt.Errorf("%w: its log of erasures has %d bytes, and %d were signed", ErrVaultOlder, s.Vault.ErasureBytes(), was.Bytes)
	case sum != was.Hash:
		return fmt.Errorf("%w: its log of erasures has other lines than were signed", ErrVaultOlder)
	}
	return nil
}

// signedErasures returns ErrVaultOlder unless the vault has the erasures that
// were last signed here.
func (t *Tx) signedErasures() error {
	_, c, err := t.LastCheckpoint()
	if err != nil {
		return err
	}
	return t.store.goesOn(c.Erasures)
}

// noteErased notes how long the vault's log of erasures is, which only grows.
func (t *Tx) noteErased() error {
	n := t.store.Vault.ErasureBytes()
	if n == 0 {
		return nil
	}
	return t.write(erasedBytes.key(), kv.Key(nil).Uint(n))
}

// ErasuresCopied returns how long the vault's log of erasures was when its keys
// were last copied to where the service keeps backups, as NoteCopied noted it.
func (s *Store) ErasuresCopied(ctx context.Context) (n uint64, err error) {
	err = s.View(ctx, func(t *Tx) (err error) {
		n, err = t.counter(copiedBytes.key())
		return err
	})
	return n, err
}

// NoteCopied notes that a copy of the vault's keys was made when its log of
// erasures was n bytes long, so that another start knows of it.
func (s *Store) NoteCopied(ctx context.Context, n uint64) error {
	return s.Update(kv.WithReserve(ctx), func(t *Tx) error {
		return t.write(copiedBytes.key(), kv.Key(nil).Uint(n))
	})
}

// erased compares the cases that the vault's log has as erased with those that
// the audit log has, which nobody can change unseen: an old vault and an old
// case that are put back together fit each other, and not what was signed.
func (c *checker) erased(byVault map[string]bool) error {
	for e, err := range c.t.Audit(audit.ID{}) {
		if err := c.pause(err); err != nil {
			c.fault("%v", err)
			return c.ctx.Err()
		}
		if !e.Erases() {
			continue
		}
		values, err := c.t.r.GetMany([][]byte{caseKeys.text(e.Case), rowKeys.text(e.Case), erasingKeys.text(e.Case)})
		if err != nil {
			return err
		}
		if values[0] != nil || values[1] != nil {
			c.fault("case %s was erased, as entry %s says, and is there", e.Case, e.ID)
		}
		if values[2] == nil && !byVault[e.Case] {
			c.fault("case %s was erased, as entry %s says, and the vault does not know of it", e.Case, e.ID)
		}
	}
	return nil
}
