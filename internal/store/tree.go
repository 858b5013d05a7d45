package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ab325/internal/audit"
	"ab325/internal/kv"
)

// hashSize is the bytes of a hash in a tile.
const hashSize = len(audit.Hash{})

// What Holds finds.
var (
	// ErrOlder means that the data lack entries that a checkpoint had: they are
	// an older copy, or were cut off.
	ErrOlder = errors.New("store: the data are older than the checkpoint")

	// ErrForeign means that the checkpoint is of another installation's data.
	ErrForeign = errors.New("store: the data are another installation's than the checkpoint")

	// ErrChanged means that the log has other entries than a checkpoint had.
	ErrChanged = errors.New("store: the log has other entries than the checkpoint")
)

// Number gives the entries of the log that have none yet, at most limit of
// them, their places in the tree, in the order of time. It returns how many it
// gave; fewer than limit means that none is left. It may be stopped at any
// point and called again, and by several at once.
func (s *Store) Number(ctx context.Context, limit int) (n int, err error) {
	err = s.Update(kv.WithReserve(ctx), func(t *Tx) error {
		n = 0
		ids, leaves, err := t.newEntries(limit)
		if err != nil || len(ids) == 0 {
			return err
		}
		size, err := t.logSize()
		if err != nil {
			return err
		}
		for i, id := range ids {
			if err := t.write(logKey(logNumberKeys, id), kv.Key(nil).Uint(size+uint64(i)+1)); err != nil {
				return err
			}
			if err := t.remove(logKey(logNewKeys, id)); err != nil {
				return err
			}
		}
		tiles, err := t.logTree(size).Grow(leaves)
		if err != nil {
			return err
		}
		for _, tile := range tiles {
			if err := t.write(tileKey(tile.Level, tile.N), tile.Data); err != nil {
				return err
			}
		}
		n = len(ids)
		return nil
	})
	return n, err
}

// newEntries returns the first entries that have no number, with their leaves.
func (t *Tx) newEntries(limit int) (ids []audit.ID, leaves []audit.Hash, err error) {
	for pair, err := range t.r.Scan(kv.Range(logNewKeys.key())) {
		if err != nil {
			return nil, nil, fmt.Errorf("number the log: %w", err)
		}
		if len(ids) == limit {
			break
		}
		id, err := logID(pair.Key, logNewKeys.key())
		if err != nil || len(pair.Value) != hashSize {
			return nil, nil, errors.Join(errors.New("number the log: an entry without its hash"), err)
		}
		ids, leaves = append(ids, id), append(leaves, audit.Hash(pair.Value))
	}
	return ids, leaves, nil
}

func tileKey(level, n uint64) kv.Key { return tileKeys.number(level).Uint(n) }

// logSize returns how many entries the tree has.
func (t *Tx) logSize() (uint64, error) {
	p := tileKeys.number(0)
	for pair, err := range t.r.ScanBack(kv.Range(p)) {
		if err != nil {
			return 0, fmt.Errorf("size of the log: %w", err)
		}
		parts := kv.Split(pair.Key, p)
		n, hashes := parts.Uint(), len(pair.Value)/hashSize
		if parts.End() != nil || hashes < 1 || hashes > audit.TileWidth || n >= 1<<40 {
			return 0, &audit.BrokenError{Fault: audit.Damaged}
		}
		return n*audit.TileWidth + uint64(hashes), nil
	}
	return 0, nil
}

// logTree returns the tree of the log's first size entries.
func (t *Tx) logTree(size uint64) *audit.Tree { return audit.NewTree(size, t.tile) }

func (t *Tx) tile(level, n uint64) ([]byte, error) { return t.r.Get(tileKey(level, n)) }

// Checkpoint signs what the log's tree is now, and the vault's log of erasures,
// keeps the signed note, and returns it. When it returns, all that the note speaks of is durable, so the
// note can be kept elsewhere as the mark of what the data hold at least. It
// signs nothing that does not continue the checkpoint before: that is
// ErrChanged, ErrOlder or ErrVaultOlder.
func (s *Store) Checkpoint(ctx context.Context, now time.Time) (signed []byte, err error) {
	err = s.Update(kv.WithReserve(ctx), func(t *Tx) error {
		if _, last, err := t.LastCheckpoint(); err != nil {
			return err
		} else if err := t.holds(last); err != nil {
			return err
		}
		size, err := t.logSize()
		if err != nil {
			return err
		}
		root, err := t.logTree(size).Root(size)
		if err != nil {
			return err
		}
		erasures, err := s.erasures()
		if err != nil {
			return err
		}
		if signed, err = s.signer.Sign(audit.Checkpoint{Size: size, Root: root, Time: now, Erasures: erasures}); err != nil {
			return err
		}
		return t.write(checkpointKey.key(), signed)
	})
	return signed, err
}

// Signed reports whether the last checkpoint that was signed here has every
// entry of the tree, and every erasure.
func (s *Store) Signed(ctx context.Context) (signed bool, err error) {
	err = s.View(ctx, func(t *Tx) error {
		_, last, err := t.LastCheckpoint()
		if err != nil {
			return err
		}
		size, err := t.logSize()
		signed = last.Size == size && last.Erasures.Bytes == s.Vault.ErasureBytes()
		return err
	})
	return signed, err
}

// LogKey returns the public key that checkpoints are verified with.
func (s *Store) LogKey() *audit.Verifier { return s.signer.Verifier }

// LastCheckpoint returns the last checkpoint that was signed here, as a note
// and as what it says. Where there was none, the note is nil and the checkpoint
// that of an empty log. One of another installation is ErrForeign.
func (t *Tx) LastCheckpoint() (signed []byte, c audit.Checkpoint, err error) {
	signed, err = t.r.Get(checkpointKey.key())
	if errors.Is(err, kv.ErrNotFound) {
		return nil, audit.Nothing(), nil
	} else if err != nil {
		return nil, c, fmt.Errorf("last checkpoint: %w", err)
	}
	if c, err = t.store.LogKey().Open(signed); err != nil {
		return nil, c, fmt.Errorf("%w: %w", ErrForeign, err)
	}
	return signed, c, nil
}

// Holds compares the data with a signed checkpoint that was kept elsewhere. It
// returns nil if the log begins with exactly the entries that the checkpoint
// had, as far as the tree tells (VerifyLog reads the entries too), and the
// vault has every erasure that it had; else ErrForeign, ErrOlder, ErrChanged or
// ErrVaultOlder.
func (s *Store) Holds(ctx context.Context, signed []byte) error {
	c, err := s.LogKey().Open(signed)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrForeign, err)
	}
	return s.View(ctx, func(t *Tx) error {
		if _, _, err := t.LastCheckpoint(); err != nil {
			return err
		}
		return t.holds(c)
	})
}

// holds reports whether the tree, and the vault's log of erasures, begin with
// those of a checkpoint.
func (t *Tx) holds(c audit.Checkpoint) error {
	size, err := t.logSize()
	if err != nil {
		return err
	}
	if c.Size > size {
		return fmt.Errorf("%w: it has %d entries, the data %d", ErrOlder, c.Size, size)
	}
	if root, err := t.logTree(size).Root(c.Size); err != nil {
		return err
	} else if root != c.Root {
		return fmt.Errorf("%w: among the first %d", ErrChanged, c.Size)
	}
	return t.store.goesOn(c.Erasures)
}

// Prove returns the proof that the entries about a case are in the log of the
// last checkpoint, those that are. Another process signs one each minute.
func (t *Tx) Prove(caseID string) (*audit.Proof, error) {
	signed, c, err := t.LastCheckpoint()
	if err != nil {
		return nil, err
	}
	var entries []audit.ProvenEntry
	p := logCaseKeys.text(caseID)
	for pair, err := range t.r.Scan(kv.Range(p)) {
		if err != nil {
			return nil, fmt.Errorf("prove: %w", err)
		}
		id, err := logID(pair.Key, p)
		if err != nil {
			return nil, err
		}
		if e, err := t.proven(id); err != nil {
			return nil, err
		} else if e.Number > 0 && e.Number <= c.Size {
			entries = append(entries, e)
		}
	}
	return t.logTree(c.Size).Prove(signed, c, entries)
}

// proven returns an entry with its number and what it says.
func (t *Tx) proven(id audit.ID) (e audit.ProvenEntry, err error) {
	numbers, err := t.LogNumbers([]audit.ID{id})
	if err != nil {
		return e, err
	}
	record, err := t.r.Get(logKey(logKeys, id))
	if err != nil {
		return e, fmt.Errorf("prove entry %s: %w", id, err)
	}
	e = audit.ProvenEntry{ID: id, Number: numbers[0]}
	if erasedRecord(record) {
		e.Erased = new(audit.Stub)
		return e, decode(auditErasedKind, record, e.Erased)
	}
	e.Record = string(record)
	return e, nil
}

// ProveGrowth returns the proof that the log of a signed checkpoint begins with
// that of an earlier one, or a proof that will not hold if it does not. A
// checkpoint that the data are older than is ErrOlder.
func (t *Tx) ProveGrowth(earlier, signed []byte) (*audit.Proof, error) {
	old, err := t.store.LogKey().Open(earlier)
	if err != nil {
		return nil, fmt.Errorf("the first checkpoint: %w", err)
	}
	c, err := t.store.LogKey().Open(signed)
	if err != nil {
		return nil, fmt.Errorf("the second checkpoint: %w", err)
	}
	size, err := t.logSize()
	if err != nil {
		return nil, err
	}
	if c.Size > size {
		return nil, fmt.Errorf("%w: it has %d entries, the data %d", ErrOlder, c.Size, size)
	}
	return t.logTree(size).ProveGrowth(earlier, old, signed, c)
}

// VerifyLog computes the whole log anew and compares it with the tree, and the
// tree with the last checkpoint that was signed here and those that were kept
// elsewhere. What is broken first is an *audit.BrokenError. It does not find
// that entries were cut off which are later than every checkpoint: those of
// the last minute.
func (s *Store) VerifyLog(ctx context.Context, kept ...audit.Checkpoint) (report audit.Report, err error) {
	err = s.View(ctx, func(t *Tx) error {
		report, err = (&logCheck{ctx: ctx, tx: t}).run(kept)
		return err
	})
	return report, err
}
