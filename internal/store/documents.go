package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"ab325/internal/auth"
	"ab325/internal/files"
	"ab325/internal/flexjob"
)

// A document is sealed as the id of what it begins with, and the bytes behind
// that, see common.go. fileSeal is what they are sealed as, with the case and the
// id of the document.
const fileSeal = "ab325 document"

// WriteFile keeps a document of a case that exists and returns its id. The case
// refers to it by that from its next [Tx.PutCase] on, which is not committed
// before the document is durable; one that no case refers to is removed after a
// while, by SweepFiles.
func (s *Store) WriteFile(ctx context.Context, caseID string, data []byte) (file string, err error) {
	return s.WriteDocument(ctx, caseID, nil, data)
}

// WriteDocument does what WriteFile does with a document in two parts, of which
// the first is the same in many, and says nothing about anybody. That is kept
// once, and remembered: it must not be changed any more.
func (s *Store) WriteDocument(ctx context.Context, caseID string, common, own []byte) (file string, err error) {
	var slot uint64
	var keys *keychain
	err = s.View(ctx, func(t *Tx) error {
		row, err := t.row(caseID)
		if errors.Is(err, errNone) {
			return auth.ErrNoCase
		}
		slot, keys = row.slot, t.keys
		return err
	})
	if err != nil {
		return "", fmt.Errorf("keep a document of case %s: %w", caseID, err)
	}
	f, err := s.Files.New()
	if err != nil {
		return "", err
	}
	defer f.Discard()
	begin, err := s.common(ctx, common)
	if err != nil {
		return "", fmt.Errorf("keep what documents begin with: %w", err)
	}
	space := s.sealed.Get().(*[]byte)
	defer s.sealed.Put(space)
	body := append(append((*space)[:0], begin[:]...), own...)
	if *space, err = keys.appendSeal(body, fileKind, slot, 1, body, fileSeal, caseID, f.ID()); err != nil {
		return "", fmt.Errorf("keep a document of case %s: %w", caseID, err)
	}
	if err := s.writeFile(ctx, f, (*space)[len(body):]); err != nil {
		return "", unavailable(err)
	}
	return f.ID(), nil
}

func (s *Store) writeFile(ctx context.Context, f *files.Unwritten, sealed []byte) error {
	if s.Space != nil {
		if err := s.Space(); err != nil {
			return err
		}
	}
	if err := f.Write(ctx, sealed); err != nil || len(sealed) <= awaited {
		return err
	}
	return s.Files.Wait(f.ID())
}

// awaited is how many bytes of a document a commit may wait for, which others
// wait for, too. One that is longer is durable before its change begins to wait
// for its turn.
const awaited = 64 << 10

// ReadFile returns a document that the case refers to, or a NotFound problem.
func (s *Store) ReadFile(ctx context.Context, caseID, file string) ([]byte, error) {
	var slot uint64
	err := s.View(ctx, func(t *Tx) error {
		row, err := t.row(caseID)
		if errors.Is(err, errNone) || err == nil && !slices.Contains(row.Files, file) {
			return auth.ErrNoCase
		}
		slot = row.slot
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("document %s of case %s: %w", file, caseID, err)
	}
	begin, data, err := openFile(s.keychain(), s.Files, caseID, file, slot)
	if err == nil && begin != (commonID{}) {
		err = s.View(ctx, func(t *Tx) (err error) {
			data, err = t.joined(begin, data)
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("document %s of case %s: %w", file, caseID, err)
	}
	return data, nil
}

// openFile returns the bytes of a document, which must be sealed with the key
// of its case: the id of the common ones, and those behind them.
func openFile(keys *keychain, from *files.Store, caseID, file string, slot uint64) (begin commonID, data []byte, err error) {
	sealed, err := from.Read(file)
	if err != nil {
		return begin, nil, err
	}
	h, begin, data, err := keys.openFile(sealed, caseID, file)
	if err == nil && *h.Slot != slot {
		err = fmt.Errorf("it is sealed with key %d, and the case with key %d", *h.Slot, slot)
	}
	return begin, data, err
}

// openFile opens a document. Before the second version they had nothing in
// common, and no id of it.
func (c *keychain) openFile(sealed []byte, caseID, file string) (h header, begin commonID, data []byte, err error) {
	h, data, err = c.open(fileKind, sealed, fileSeal, caseID, file)
	if err != nil || h.Version == 1 {
		return h, begin, data, err
	}
	if len(data) < len(begin) {
		return h, begin, nil, errors.New("it is too short for a document")
	}
	return h, commonID(data[:len(begin)]), data[len(begin):], nil
}

// filesOf returns the ids of the documents that c refers to, sorted: what was
// removed from it is still told of, and kept until the case is erased.
func filesOf(c *flexjob.Case) (ids []string) {
	for i := range c.Attachments {
		ids = append(ids, c.Attachments[i].File)
	}
	for _, k := range c.Kept() {
		ids = append(ids, k.File)
		if k.Seal != nil {
			ids = append(ids, k.Seal.File)
		}
	}
	ids = slices.DeleteFunc(ids, func(id string) bool { return id == "" })
	slices.Sort(ids)
	return slices.Compact(ids)
}

// newFiles has the commit wait for the documents that the case refers to first
// now. It refuses one that another case has.
func (t *Tx) newFiles(caseID string, was, now []string) error {
	for _, file := range now {
		if slices.Contains(was, file) {
			continue
		}
		if is, err := t.pointer(fileKeys.text(file)); err == nil && is != caseID {
			return fmt.Errorf("document %s of case %s is case %s's", file, caseID, is)
		} else if err != nil && !errors.Is(err, errNone) {
			return err
		}
		t.w.Await(func() error { return t.store.Files.Wait(file) })
	}
	return nil
}
