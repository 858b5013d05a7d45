// Package kv defines the one storage abstraction of the program: an ordered
// set of byte keys and values with serializable transactions.
//
// The needs are kept small on purpose, so that an embedded file (boltkv),
// memory (Mem) and, one day, a database server can all meet them exactly, and
// so that everything above is written and tested once. Package kvtest holds
// the tests that every engine must pass; Guard and GuardReader enforce the
// part of the contract that is the same for all of them.
package kv

import (
	"context"
	"errors"
	"iter"
)

// MaxKey and MaxValue are the most bytes of a key and of a value. What is
// bigger belongs in a file beside the database.
const (
	MaxKey   = 1024
	MaxValue = 64 << 20
)

// The errors of the contract. Others come from the engine or the caller's
// function. All may be wrapped: compare with errors.Is.
var (
	// ErrNotFound reports that a key has no value.
	ErrNotFound = errors.New("kv: not found")

	// ErrBusy reports that an Update was not started, because too many wait
	// already. The caller may try again later.
	ErrBusy = errors.New("kv: busy")

	// ErrFull reports that an Update was not carried out, because the disk has
	// too little room left for it. Reading goes on. See WithReserve.
	ErrFull = errors.New("kv: disk is nearly full")

	// ErrFailed reports that the database could not make a change durable, now
	// or earlier. What it holds is uncertain, so it answers nothing any more:
	// the process should end, and open it anew.
	ErrFailed = errors.New("kv: database failed")

	// ErrClosed reports a use after Close.
	ErrClosed = errors.New("kv: database is closed")

	// ErrEnded reports a use of a Reader or Tx after its function returned.
	ErrEnded = errors.New("kv: transaction has ended")

	// ErrScanning reports a Put or Delete in the body of a loop over Scan or
	// ScanBack of the same transaction.
	ErrScanning = errors.New("kv: write during a scan")

	// ErrKey reports a Put or Delete whose key is empty or longer than MaxKey.
	ErrKey = errors.New("kv: key is empty or too long")

	// ErrValue reports a Put whose value is longer than MaxValue.
	ErrValue = errors.New("kv: value is too long")
)

type reserveKey struct{}

// WithReserve returns a context whose Updates may use the room that an engine
// keeps back from the others, before it answers ErrFull. It is for what frees
// more than it takes, and for what must not stop: erasing and logging.
func WithReserve(ctx context.Context) context.Context {
	return context.WithValue(ctx, reserveKey{}, true)
}

// MayUseReserve tells an engine whether ctx is from WithReserve.
func MayUseReserve(ctx context.Context) bool { return ctx.Value(reserveKey{}) != nil }

// A DB is an ordered key-value database. It is safe for concurrent use.
//
// Transactions are serializable, and in real time: what Update acknowledged is
// seen by every transaction that starts afterwards. A function passed to View
// or Update must not start another transaction of the same DB, nor share its
// Reader or Tx with other goroutines.
type DB interface {
	// View calls fn with a consistent snapshot and returns its error. It
	// returns without calling fn if ctx has ended.
	View(ctx context.Context, fn func(Reader) error) error

	// Update calls fn in a read-write transaction. If fn returns nil, and each
	// Put, Delete and read in it succeeded, its writes are committed together
	// and are durable when Update returns nil; otherwise none is kept and the
	// error is returned. If fn panics or calls runtime.Goexit, none is kept,
	// and the caller's goroutine goes on with that.
	//
	// Update may call fn more than once, so fn must have no effect outside
	// the transaction: it must not send mail, write files or change captured
	// variables that it does not first reset. Only the last call counts.
	//
	// While Update waits for its turn, an ending ctx makes it return without
	// having called fn. Later than that ctx is not regarded; an error at
	// commit does not tell whether the writes were kept.
	Update(ctx context.Context, fn func(Tx) error) error

	// Close waits for the transactions under way and releases the database.
	Close() error
}

// A Reader reads within a transaction. It must not be used after the function
// it was passed to returns. What it returns are copies: callers may keep and
// change them.
type Reader interface {
	// Get returns the value of key, or ErrNotFound. An empty value is not nil.
	Get(key []byte) ([]byte, error)

	// GetMany returns the values of keys, in their order; nil for a key that
	// has none. It asks the engine once, however many they are.
	GetMany(keys [][]byte) ([][]byte, error)

	// Scan yields the pairs with start ≤ key < end in byte order, and reads no
	// further than the loop goes. An empty end is no bound. An error comes
	// last. The loop body may read, but not write.
	Scan(start, end []byte) iter.Seq2[Pair, error]

	// ScanBack yields what Scan does in descending order.
	ScanBack(start, end []byte) iter.Seq2[Pair, error]
}

// A Tx reads and writes within a transaction. It sees its own writes.
type Tx interface {
	Reader

	// Put sets the value of key. It keeps neither slice; nil is an empty value.
	Put(key, value []byte) error

	// Delete removes key and its value. A key that has none is no error.
	Delete(key []byte) error

	// Await has the commit wait for what the writes refer to and lies elsewhere:
	// they are not kept before wait, which may be called in another goroutine,
	// has returned nil. Others may wait with it, so it should not take long. If
	// it returns an error, Update fails, and the database may have failed with
	// it. Where fn fails, or writes nothing, nothing may be waited for.
	Await(wait func() error)
}

// A Pair is one key and its value.
type Pair struct{ Key, Value []byte }
