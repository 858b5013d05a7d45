package store

import (
	"fmt"
	"iter"

	"ab325/internal/audit"
	"ab325/internal/kv"
)

// Log adds an entry at the end of the audit log: of what was opened or
// searched, or refused. What changes a record has its entry from the method
// that saves it.
func (t *Tx) Log(e audit.Entry) error {
	var last audit.Entry
	for is, err := range backwards[audit.Entry](t, auditKind, auditKeys) {
		if err != nil {
			return fmt.Errorf("log: %w", err)
		}
		last = *is
		break
	}
	e, err := audit.Append(last, e)
	if err != nil {
		return fmt.Errorf("log: %w", err)
	}
	if err := t.put(auditKind, auditKeys.number(e.Seq), e); err != nil {
		return err
	}
	if e.Case == "" {
		return nil
	}
	return t.write(auditCaseKeys.text(e.Case).Uint(e.Seq), nil)
}

// Audit yields the entries of the log from the given place on, in order. The
// first place is 1.
func (t *Tx) Audit(from uint64) iter.Seq2[audit.Entry, error] {
	_, end := kv.Range(auditKeys.key())
	return logged(t.r.Scan(auditKeys.number(from), end))
}

// AuditBack yields the entries of the log before the given place, latest
// first; 0 begins with the last.
func (t *Tx) AuditBack(before uint64) iter.Seq2[audit.Entry, error] {
	start, end := kv.Range(auditKeys.key())
	if before != 0 {
		end = auditKeys.number(before)
	}
	return logged(t.r.ScanBack(start, end))
}

// logged decodes the entries of the log among pairs.
func logged(pairs iter.Seq2[kv.Pair, error]) iter.Seq2[audit.Entry, error] {
	return func(yield func(audit.Entry, error) bool) {
		for e, err := range records[audit.Entry](auditKind, pairs) {
			if err != nil {
				yield(audit.Entry{}, fmt.Errorf("audit log: %w", err))
				return
			}
			if !yield(*e, nil) {
				return
			}
		}
	}
}

// AuditOf yields the entries of the log that are about one case, in order.
func (t *Tx) AuditOf(caseID string) iter.Seq2[audit.Entry, error] {
	return func(yield func(audit.Entry, error) bool) {
		p := auditCaseKeys.text(caseID)
		for pair, err := range t.r.Scan(kv.Range(p)) {
			e := new(audit.Entry)
			if err == nil {
				parts := kv.Split(pair.Key, p)
				if seq := parts.Uint(); parts.End() == nil {
					e, err = get[audit.Entry](t, auditKind, auditKeys.number(seq))
				} else {
					err = parts.End()
				}
			}
			if err != nil {
				yield(audit.Entry{}, fmt.Errorf("audit log of a case: %w", err))
				return
			}
			if !yield(*e, nil) {
				return
			}
		}
	}
}
