package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"ab325/internal/audit"
	"ab325/internal/kv"
)

// restore returns a database of the pairs.
func restore(t testing.TB, pairs []kv.Pair) kv.DB {
	t.Helper()
	db := kv.Mem()
	err := db.Update(context.Background(), func(w kv.Tx) error {
		for _, pair := range pairs {
			if err := w.Put(pair.Key, pair.Value); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// change sets the value of a key behind the store's back; nil removes it.
func change(t testing.TB, db kv.DB, key []byte, fn func([]byte) []byte) {
	t.Helper()
	err := db.Update(context.Background(), func(w kv.Tx) error {
		value, err := w.Get(key)
		if err != nil {
			return err
		}
		if value = fn(value); value == nil {
			return w.Delete(key)
		}
		return w.Put(key, value)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// ofLog reports whether a key is one of the log's.
func ofLog(key []byte) bool {
	for _, p := range []prefix{logKeys, logCaseKeys, logNewKeys, logNumberKeys, tileKeys, checkpointKey} {
		if bytes.HasPrefix(key, p.key()) {
			return true
		}
	}
	return false
}

// tampered returns a store with everything that a log can have, and its pairs:
// entries of cases and of none, erased ones, and some that have no number yet.
func tampered(t testing.TB) (s *Store, pairs []kv.Pair, kept []audit.Checkpoint) {
	t.Helper()
	s, db := logOf(t, 12)
	err := s.Update(context.Background(), func(tx *Tx) error {
		return errors.Join(tx.eraseLog("c3", whyAt("gone", 24*time.Hour)), tx.Log(whyAt("search", 25*time.Hour)))
	})
	if err != nil {
		t.Fatal(err)
	}
	number(t, s)
	checkpoint(t, s)
	write(t, s, 2000, 2)
	report, err := s.VerifyLog(t.Context())
	if err != nil || report.Entries != 14 || report.Pending != 2 || report.Erased != 2 {
		t.Fatalf("VerifyLog = %+v, %v", report, err)
	}
	signed := checkpoint(t, s)
	c, err := s.LogKey().Open(signed)
	if err != nil {
		t.Fatal(err)
	}
	return s, pairsOf(t, db), []audit.Checkpoint{c}
}

// Not one byte of the log, of its tree, of its pointers or of its checkpoint
// can be another, in a key or in a value, without being found; and none of
// these pairs can be gone, or stand under another's key.
func TestVerifyLogFindsEveryByte(t *testing.T) {
	s, pairs, kept := tampered(t)
	try := func(what string, spoil func([]kv.Pair) []kv.Pair) {
		t.Helper()
		copied := make([]kv.Pair, len(pairs))
		for i, pair := range pairs {
			copied[i] = kv.Pair{Key: bytes.Clone(pair.Key), Value: bytes.Clone(pair.Value)}
		}
		_, err := again(t, s, restore(t, spoil(copied))).VerifyLog(t.Context(), kept...)
		if _, ok := errors.AsType[*audit.BrokenError](err); !ok {
			t.Fatalf("%s: VerifyLog = %v, want a fault", what, err)
		}
	}
	for i, pair := range pairs {
		name, _, _ := strings.Cut(string(pair.Key), "/")
		if !ofLog(pair.Key) {
			continue
		}
		for j := range pair.Value {
			try(fmt.Sprintf("byte %d of %s", j, name), func(p []kv.Pair) []kv.Pair { p[i].Value[j] ^= 0x01; return p })
		}
		for j := len(name) + 1; j < len(pair.Key); j++ {
			try(fmt.Sprintf("byte %d of the key of %s", j, name), func(p []kv.Pair) []kv.Pair { p[i].Key[j] ^= 0x01; return p })
		}
		try(name+" longer", func(p []kv.Pair) []kv.Pair { p[i].Value = append(p[i].Value, 0); return p })
		try(name+" shorter", func(p []kv.Pair) []kv.Pair {
			p[i].Value = p[i].Value[:max(0, len(p[i].Value)-1)]
			if name == "log-case" {
				p[i].Value = []byte{1} // it has nothing to lose
			}
			return p
		})
		try(name+" gone", func(p []kv.Pair) []kv.Pair { return append(p[:i], p[i+1:]...) })
		for j := range i {
			if other, _, _ := strings.Cut(string(pairs[j].Key), "/"); other == name && !bytes.Equal(pairs[i].Value, pairs[j].Value) {
				try(name+" changed places", func(p []kv.Pair) []kv.Pair { p[i].Value, p[j].Value = p[j].Value, p[i].Value; return p })
				break
			}
		}
	}
}

// Whoever can write the database and knows how it is made is found as well.
func TestVerifyLogFindsForgers(t *testing.T) {
	for _, test := range []struct {
		name  string
		spoil func(*testing.T, *Store)
		want  audit.Fault
	}{
		{"the last entry taken out, with all that points at it", func(t *testing.T, s *Store) {
			id := ids(t, s)[13]
			doUpdate(t, s, func(tx *Tx) error {
				tile, err := tx.tile(0, 0)
				return errors.Join(err, tx.remove(logKey(logKeys, id)), tx.remove(logKey(logNumberKeys, id)),
					tx.write(tileKey(0, 0), tile[:13*hashSize]))
			})
		}, audit.Short},
		{"everything taken out", func(t *testing.T, s *Store) {
			doUpdate(t, s, func(tx *Tx) error {
				for _, pair := range pairsOf(t, s.DB) {
					if ofLog(pair.Key) && !bytes.HasPrefix(pair.Key, checkpointKey.key()) {
						if err := tx.remove(pair.Key); err != nil {
							return err
						}
					}
				}
				return nil
			})
		}, audit.Short},
		{"everything taken out, the checkpoint too", func(t *testing.T, s *Store) {
			doUpdate(t, s, func(tx *Tx) error {
				for _, pair := range pairsOf(t, s.DB) {
					if err := tx.remove(pair.Key); err != nil {
						return err
					}
				}
				return nil
			})
		}, audit.Short}, // by the checkpoint kept elsewhere
		{"an entry of a case put in with its index and its number", func(t *testing.T, s *Store) {
			e := whyAt("open", 3*time.Hour)
			e.Case = "c1"
			doUpdate(t, s, func(tx *Tx) error {
				id, err := tx.log(e, audit.ID{})
				return errors.Join(err, tx.remove(logKey(logNewKeys, id)), tx.write(logKey(logNumberKeys, id), kv.Key(nil).Uint(5)))
			})
		}, audit.PutIn},
		{"an entry moved to another time", func(t *testing.T, s *Store) {
			id := ids(t, s)[12]
			moved := audit.NewID(now, 9)
			doUpdate(t, s, func(tx *Tx) error {
				for _, p := range []prefix{logKeys, logNumberKeys} {
					value, err := tx.r.Get(logKey(p, id))
					if err := errors.Join(err, tx.remove(logKey(p, id)), tx.write(logKey(p, moved), value)); err != nil {
						return err
					}
				}
				return nil
			})
		}, audit.Changed},
		{"an entry hidden behind another case's erasure", func(t *testing.T, s *Store) {
			all := ids(t, s)
			by := all[13]
			doView(t, s, func(tx *Tx) error {
				for e := range tx.AuditOf("c3") {
					by = e.ID
				}
				return nil
			})
			doUpdate(t, s, func(tx *Tx) error {
				record, err := tx.r.Get(logKey(logKeys, all[1]))
				return errors.Join(err, tx.put(auditErasedKind, logKey(logKeys, all[1]), audit.Stub{Case: "c3", Digest: audit.Digest(record), By: by}))
			})
		}, audit.Changed},
		{"an entry erased by nobody", func(t *testing.T, s *Store) {
			all := ids(t, s)
			doUpdate(t, s, func(tx *Tx) error {
				record, err := tx.r.Get(logKey(logKeys, all[1]))
				return errors.Join(err, tx.put(auditErasedKind, logKey(logKeys, all[1]), audit.Stub{Case: "c1", Digest: audit.Digest(record), By: all[5]}))
			})
		}, audit.Unerased},
		{"an entry taken from its case's list", func(t *testing.T, s *Store) {
			doUpdate(t, s, func(tx *Tx) error { return tx.remove(logCaseKey("c1", ids(t, s)[1])) })
		}, audit.Misplaced},
		{"an entry listed with another case", func(t *testing.T, s *Store) {
			doUpdate(t, s, func(tx *Tx) error { return tx.write(logCaseKey("c2", ids(t, s)[1]), nil) })
		}, audit.Stray},
		{"a number that no entry has, behind the last", func(t *testing.T, s *Store) {
			doUpdate(t, s, func(tx *Tx) error {
				return tx.write(logKey(logNumberKeys, audit.NewID(now.AddDate(1, 0, 0), 0)), kv.Key(nil).Uint(3))
			})
		}, audit.Missing},
		{"an entry that waits for its number and is not there, behind the last", func(t *testing.T, s *Store) {
			doUpdate(t, s, func(tx *Tx) error {
				return tx.write(logKey(logNewKeys, audit.NewID(now.AddDate(1, 0, 0), 0)), make([]byte, hashSize))
			})
		}, audit.Missing},
		{"an earlier checkpoint in the place of the last", func(t *testing.T, s *Store) {
			signed, err := s.signer.Sign(audit.Nothing())
			doUpdate(t, s, func(tx *Tx) error { return errors.Join(err, tx.write(checkpointKey.key(), signed)) })
		}, audit.Stale},
		{"a checkpoint of another installation", func(t *testing.T, s *Store) {
			signed, err := mem(t).signer.Sign(audit.Nothing())
			doUpdate(t, s, func(tx *Tx) error { return errors.Join(err, tx.write(checkpointKey.key(), signed)) })
		}, audit.Alien},
	} {
		s, pairs, kept := tampered(t)
		s = again(t, s, restore(t, pairs))
		test.spoil(t, s)
		_, err := s.VerifyLog(t.Context(), kept...)
		if got, ok := errors.AsType[*audit.BrokenError](err); !ok || got.Fault != test.want {
			t.Errorf("%s: VerifyLog = %v, want a log of which %s", test.name, err, test.want)
		}
	}
}
