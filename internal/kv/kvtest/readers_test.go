package kvtest

import (
	"bytes"
	"errors"
	"iter"
	"slices"
	"strconv"
	"time"

	"ab325/internal/kv"
)

type scanFunc = func(start, end []byte) iter.Seq2[kv.Pair, error]

// altered is a reader that does some things differently.
type altered struct {
	kv.Reader
	get        func(key []byte) ([]byte, error)
	many       func(keys [][]byte) ([][]byte, error)
	scan, back scanFunc
}

func (a *altered) Get(key []byte) ([]byte, error) {
	if a.get != nil {
		return a.get(key)
	}
	return a.Reader.Get(key)
}

func (a *altered) GetMany(keys [][]byte) ([][]byte, error) {
	if a.many != nil {
		return a.many(keys)
	}
	return a.Reader.GetMany(keys)
}

func (a *altered) Scan(start, end []byte) iter.Seq2[kv.Pair, error] {
	if a.scan != nil {
		return a.scan(start, end)
	}
	return a.Reader.Scan(start, end)
}

func (a *altered) ScanBack(start, end []byte) iter.Seq2[kv.Pair, error] {
	if a.back != nil {
		return a.back(start, end)
	}
	return a.Reader.ScanBack(start, end)
}

// alteredTx is a transaction that does some things differently.
type alteredTx struct {
	kv.Tx
	put    func(key, value []byte) error
	delete func(key []byte) error
}

func (a *alteredTx) Put(key, value []byte) error {
	if a.put != nil {
		return a.put(key, value)
	}
	return a.Tx.Put(key, value)
}

func (a *alteredTx) Delete(key []byte) error {
	if a.delete != nil {
		return a.delete(key)
	}
	return a.Tx.Delete(key)
}

func nilForMissing(r kv.Reader) kv.Reader {
	return &altered{Reader: r, get: func(key []byte) ([]byte, error) {
		v, err := r.Get(key)
		if errors.Is(err, kv.ErrNotFound) {
			err = nil
		}
		return v, err
	}}
}

func getManySkips(r kv.Reader) kv.Reader {
	return &altered{Reader: r, many: func(keys [][]byte) ([][]byte, error) {
		values, err := r.GetMany(keys)
		return slices.DeleteFunc(values, func(v []byte) bool { return v == nil }), err
	}}
}

func nilForEmpty(r kv.Reader) kv.Reader {
	empty := func(v []byte) []byte {
		if len(v) == 0 {
			return nil
		}
		return v
	}
	return &altered{Reader: r,
		get: func(key []byte) ([]byte, error) {
			v, err := r.Get(key)
			return empty(v), err
		},
		many: func(keys [][]byte) ([][]byte, error) {
			values, err := r.GetMany(keys)
			for i := range values {
				values[i] = empty(values[i])
			}
			return values, err
		},
	}
}

// inOrder makes both scans read all, change the list, and yield what is left.
func inOrder(r kv.Reader, change func([]kv.Pair) []kv.Pair) *altered {
	listed := func(scan scanFunc) scanFunc {
		return func(start, end []byte) iter.Seq2[kv.Pair, error] {
			return func(yield func(kv.Pair, error) bool) {
				var all []kv.Pair
				for p, err := range scan(start, end) {
					if err != nil {
						yield(p, err)
						return
					}
					all = append(all, p)
				}
				for _, p := range change(all) {
					if !yield(p, nil) {
						return
					}
				}
			}
		}
	}
	return &altered{Reader: r, scan: listed(r.Scan), back: listed(r.ScanBack)}
}

func eager(r kv.Reader) kv.Reader {
	return inOrder(r, func(all []kv.Pair) []kv.Pair { return all })
}

func foldedOrder(r kv.Reader) kv.Reader {
	return inOrder(r, func(all []kv.Pair) []kv.Pair {
		slices.SortFunc(all, func(a, b kv.Pair) int {
			return bytes.Compare(bytes.ToUpper(a.Key), bytes.ToUpper(b.Key))
		})
		return all
	})
}

// eagerElsewhere takes its time as a server does that reads the whole range.
func eagerElsewhere(r kv.Reader) kv.Reader {
	slow := func(scan scanFunc) scanFunc {
		return func(start, end []byte) iter.Seq2[kv.Pair, error] {
			time.Sleep(10 * time.Millisecond)
			return scan(start, end)
		}
	}
	return &altered{Reader: r, scan: slow(r.Scan), back: slow(r.ScanBack)}
}

func endIncluded(r kv.Reader) kv.Reader {
	return &altered{Reader: r, scan: func(start, end []byte) iter.Seq2[kv.Pair, error] {
		if len(end) > 0 {
			end = append(slices.Clone(end), 0)
		}
		return r.Scan(start, end)
	}}
}

// stopsAtHole stops where a number is missing.
func stopsAtHole(r kv.Reader) kv.Reader {
	a := inOrder(r, func(all []kv.Pair) []kv.Pair {
		for i := 1; i < len(all); i++ {
			a, _ := strconv.Atoi(string(all[i-1].Key))
			b, _ := strconv.Atoi(string(all[i].Key))
			if a-b > 1 {
				return all[:i]
			}
		}
		return all
	})
	a.scan = nil
	return a
}

// sharesValues hands out memory that later writes use again.
func sharesValues() *broken {
	shared := map[string][]byte{}
	return &broken{
		reader: func(r kv.Reader) kv.Reader {
			return &altered{Reader: r, get: func(key []byte) ([]byte, error) {
				v, err := r.Get(key)
				shared[string(key)] = v
				return v, err
			}}
		},
		tx: func(tx kv.Tx) kv.Tx {
			return &alteredTx{Tx: tx, put: func(key, value []byte) error {
				copy(shared[string(key)], value)
				return tx.Put(key, value)
			}}
		},
	}
}

func cutsKeys(tx kv.Tx) kv.Tx {
	return &alteredTx{Tx: tx, put: func(key, value []byte) error { return tx.Put(key[:min(len(key), 255)], value) }}
}

func cutsValues(tx kv.Tx) kv.Tx {
	return &alteredTx{Tx: tx, put: func(key, value []byte) error { return tx.Put(key, value[:min(len(value), 65535)]) }}
}

func noDeletes(tx kv.Tx) kv.Tx {
	return &alteredTx{Tx: tx, delete: func([]byte) error { return nil }}
}

// ignoresFailures does not remember that a Put was refused.
func ignoresFailures(tx kv.Tx) kv.Tx {
	return &alteredTx{Tx: tx, put: func(key, value []byte) error {
		if len(key) == 0 {
			return kv.ErrKey
		}
		return tx.Put(key, value)
	}}
}
