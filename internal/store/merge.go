package store

import (
	"bytes"
	"iter"

	"ab325/internal/ident"
	"ab325/internal/kv"
)

// A scan yields pairs whose keys are what follows a prefix.
type scan = iter.Seq2[kv.Pair, error]

// listScan reads the list keys that begin with a prefix: only those before a
// day, unless it is zero; and of those only what comes behind the key that
// ends so, or with back before it, unless end is nil.
func (t *Tx) listScan(prefix kv.Key, before ident.Date, end []byte, back bool) scan {
	from, to := kv.Range(prefix)
	if !before.IsZero() {
		to = dated(prefix, before)
	}
	if at := bytes.Join([][]byte{prefix, end}, nil); end != nil && back && bytes.Compare(at, to) < 0 {
		to = at
	} else if end != nil && !back {
		from = append(at, 0) // the first key that can follow it
	}
	pairs := t.r.Scan
	if back {
		pairs = t.r.ScanBack
	}
	return func(yield func(kv.Pair, error) bool) {
		if bytes.Compare(from, to) >= 0 {
			return
		}
		for pair, err := range pairs(from, to) {
			pair.Key = bytes.TrimPrefix(pair.Key, prefix)
			if !yield(pair, err) {
				return
			}
		}
	}
}

// merged yields the pairs of scans, each in order, in the order of all their
// keys. It reads one pair ahead of each and no further.
func merged(scans []scan, back bool) scan {
	return func(yield func(kv.Pair, error) bool) {
		type head struct {
			pair kv.Pair
			err  error
			next func() (kv.Pair, error, bool)
		}
		var heads []*head
		for _, s := range scans {
			next, stop := iter.Pull2(s)
			defer stop()
			h := &head{next: next}
			var ok bool
			if h.pair, h.err, ok = next(); ok {
				heads = append(heads, h)
			}
		}
		for len(heads) > 0 {
			first := 0
			for i, h := range heads {
				if order := bytes.Compare(h.pair.Key, heads[first].pair.Key); h.err != nil || order < 0 != back && order != 0 {
					first = i
				}
				if h.err != nil {
					break
				}
			}
			h := heads[first]
			if !yield(h.pair, h.err) || h.err != nil {
				return
			}
			var ok bool
			if h.pair, h.err, ok = h.next(); !ok {
				heads = append(heads[:first], heads[first+1:]...)
			}
		}
	}
}
