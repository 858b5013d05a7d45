package store

import (
	"bytes"
	"iter"

	"ab325/internal/kv"
)

// CaseIDs yields the ids of all cases that come after the given one, in their
// order; "" begins with the first. So a task that takes long goes from case to
// case without a view that is open all the time.
func (t *Tx) CaseIDs(after string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		start, end := kv.Range(caseKeys.key())
		if after != "" {
			start = caseKeys.text(after)
		}
		for pair, err := range t.r.Scan(start, end) {
			if err != nil {
				yield("", err)
				return
			}
			if after != "" && bytes.Equal(pair.Key, start) {
				continue
			}
			parts := kv.Split(pair.Key, caseKeys.key())
			id := parts.Text()
			if !yield(id, parts.End()) || parts.End() != nil {
				return
			}
		}
	}
}
