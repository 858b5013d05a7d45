package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ab325/internal/audit"
	"ab325/internal/auth"
	"ab325/internal/kv"
)

// A case is erased in two steps, each of which may be interrupted and is then
// taken up again. First, in one transaction, its records go, and an erasing
// stands for what is left to do. Then its key is destroyed, so that whatever
// is left of it anywhere, in free pages of the file or on a backup, does not
// open any more; then its documents are removed; then the erasing is.

// An erasing is a case whose records are gone, and whose key and documents are
// yet to follow.
type erasing struct {
	Slot  uint64    `json:"slot"`
	Files []string  `json:"files"`
	At    time.Time `json:"at"`
}

// Erase removes a case and all that is kept of it: its messages, links and
// their codes, the sessions begun with them and what was posted there, and what
// the audit log says of it, save this: the entry that explains it, and that
// there were others. Its key and documents follow at once, by
// [Store.FinishErasures]. A case that there is not is a NotFound problem.
func (t *Tx) Erase(caseID string, why audit.Entry) error {
	if t.w == nil {
		return errReadOnly
	}
	if err := t.changing(); err != nil {
		return err
	}
	row, err := t.row(caseID)
	if errors.Is(err, errNone) {
		return auth.ErrNoCase
	} else if err != nil {
		return fmt.Errorf("erase case %s: %w", caseID, err)
	}
	for _, part := range []func(string) error{t.eraseLinks, t.eraseSessions, t.eraseParked, t.eraseMessages} {
		if err := part(caseID); err != nil {
			return fmt.Errorf("erase case %s: %w", caseID, err)
		}
	}
	if err := t.eraseRow(caseID, row, why.At); err != nil {
		return fmt.Errorf("erase case %s: %w", caseID, err)
	}
	return t.eraseLog(caseID, why)
}

// eraseRow removes the case itself with its row, and notes what is left to do.
func (t *Tx) eraseRow(caseID string, row place, at time.Time) error {
	if err := t.put(erasingKind, erasingKeys.text(caseID), erasing{row.slot, row.Files, at}); err != nil {
		return err
	}
	for _, key := range []kv.Key{caseKeys.text(caseID), rowKeys.text(caseID)} {
		if err := t.remove(key); err != nil {
			return err
		}
	}
	delete(t.rows, caseID)
	delete(t.read, caseID)
	if err := t.point(row.index(), nil); err != nil {
		return err
	}
	return t.relist(&row.Row, &Row{})
}

func (t *Tx) eraseLinks(caseID string) error {
	ids, err := t.ids(linkCaseKeys.under(caseID))
	for _, id := range ids {
		err = errors.Join(err, links.forget(t, linkKeys.text(id)))
	}
	return err
}

func (t *Tx) eraseSessions(caseID string) error {
	hashes, err := t.ids(sessionCaseKeys.under(caseID))
	for _, hash := range hashes {
		err = errors.Join(err, sessions.forget(t, sessionKeys.text(hash)))
	}
	return err
}

func (t *Tx) eraseParked(caseID string) error {
	keys, err := t.keysUnder(parkedCaseKeys.under(caseID), func(parts *kv.Parts) kv.Key {
		return parkedKeys.text(parts.Text()).Text(parts.Text())
	})
	for _, key := range keys {
		err = errors.Join(err, parkedPosts.forget(t, key))
	}
	return err
}

func (t *Tx) eraseMessages(caseID string) error {
	keys, err := t.messagesOf(caseID)
	for _, key := range keys {
		err = errors.Join(err, messages.forget(t, key))
	}
	return err
}

// keysUnder returns what f makes of the rest of each key beginning with p.
func (t *Tx) keysUnder(p prefix, f func(*kv.Parts) kv.Key) (keys []kv.Key, err error) {
	for pair, err := range t.r.Scan(kv.Range(p.key())) {
		if err != nil {
			return nil, fmt.Errorf("read index: %w", err)
		}
		parts := kv.Split(pair.Key, p.key())
		keys = append(keys, f(parts))
		if err := parts.End(); err != nil {
			return nil, fmt.Errorf("read index: %w", err)
		}
	}
	return keys, nil
}

// FinishErasures destroys the keys and removes the documents of the cases that
// were erased and returns how many they were. It is to be called after
// each [Tx.Erase], and at every start for those that were interrupted.
func (s *Store) FinishErasures(ctx context.Context) (n int, err error) {
	var ids []string
	var all []*erasing
	// What is destroyed stays destroyed, so what says so must be durable: a View
	// may see it a moment before.
	err = s.Look(ctx, func(t *Tx) (err error) {
		all = nil
		if ids, err = t.ids(erasingKeys); err != nil {
			return err
		}
		for e, err := range records[erasing](t, erasingKind, t.r.Scan(kv.Range(erasingKeys.key()))) {
			if err != nil {
				return err
			}
			all = append(all, e)
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("finish erasures: %w", err)
	}
	for i, id := range ids {
		if err := s.finishErasure(ctx, id, all[i]); err != nil {
			return i, fmt.Errorf("finish erasing case %s: %w", id, err)
		}
	}
	return len(ids), nil
}

func (s *Store) finishErasure(ctx context.Context, caseID string, e *erasing) error {
	if err := s.Vault.Erase(e.Slot, caseID, e.At); err != nil {
		return err
	}
	for _, file := range e.Files {
		if err := s.Files.Remove(file); err != nil {
			return err
		}
	}
	return s.Update(kv.WithReserve(ctx), func(t *Tx) error {
		return errors.Join(t.remove(erasingKeys.text(caseID)), t.noteErased())
	})
}
