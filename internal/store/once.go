package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"ab325/internal/kv"
)

// ErrRepeated reports that a request has changed something before, and is
// here once more: its sender has not heard of the answer. Nothing was changed
// this time.
var ErrRepeated = errors.New("store: the request was carried out before")

// A claim is a request's right to change something, which can be had once.
type claim struct {
	key  kv.Key
	held atomic.Bool // it was had in a transaction that is durable
}

// onceKey is where a context keeps the claim.
type onceKey struct{}

// Once returns a context for one request, known by an id that its sender made
// and repeats when it sends the request again. The first Update with the
// context that changes something claims the id, in its own transaction: it and
// those after it go on, and with another context for the same id every Update
// that would change something, and every Update or View that fails, fails with
// ErrRepeated.
//
// What the log, sessions and parked posts get is no change: it may be written
// as often as it happens. Made is when the sender made the id, which says when
// it can be forgotten, see [Store.ForgetOnce]; it is part of the id. The id says
// nothing of anybody. The context is for one goroutine at a time.
func Once(ctx context.Context, made time.Time, id [16]byte) context.Context {
	return context.WithValue(ctx, onceKey{}, &claim{key: onceBefore(made).Text(string(id[:]))})
}

// Unclaimed returns ctx for what the service does by itself while it carries
// out a request: it is none of what the request may do once, and no part of its
// act, see [Reread].
func Unclaimed(ctx context.Context) context.Context {
	return context.WithValue(context.WithValue(ctx, onceKey{}, (*claim)(nil)), rereadKey{}, (*memory)(nil))
}

// Claimed reports whether an Update with a context from Once, or one made from
// it, has changed something.
func Claimed(ctx context.Context) bool {
	c := claimOf(ctx)
	return c != nil && c.held.Load()
}

func claimOf(ctx context.Context) *claim {
	c, _ := ctx.Value(onceKey{}).(*claim)
	return c
}

// onceBefore begins the keys of the ids that were made in an hour. The hour
// stands in front, so that they are written side by side, and forgotten so.
func onceBefore(made time.Time) kv.Key {
	return onceKeys.number(uint64(max(0, made.Unix()/int64(time.Hour/time.Second))))
}

// changing claims what the transaction's request may do once. Every method
// that changes what is kept for people calls it before it writes.
func (t *Tx) changing() error {
	if t.claim == nil || t.claimed || t.claim.held.Load() || t.w == nil {
		return nil
	}
	if err := t.Fresh(); err != nil {
		return err
	}
	t.claimed = true
	return t.write(t.claim.key, nil)
}

// Fresh fails with ErrRepeated where the request was carried out before: to be
// asked before anything is written outside of a transaction.
func (t *Tx) Fresh() error {
	if t.claim == nil || t.claimed || t.claim.held.Load() {
		return nil
	}
	switch _, err := t.r.Get(t.claim.key); {
	case err == nil:
		return ErrRepeated
	case !errors.Is(err, kv.ErrNotFound):
		return fmt.Errorf("claim: %w", err)
	}
	return nil
}

// once returns what the transaction's function failed with. Where the request
// was carried out before, that is why: the link is used, the case is signed.
func (t *Tx) once(err error) error {
	if err == nil {
		return nil
	}
	return cmp.Or(t.Fresh(), err)
}

// ForgetOnce forgets the requests whose ids were made before the hour of a
// time: repeated after that, they are carried out again.
func (s *Store) ForgetOnce(ctx context.Context, before time.Time) error {
	const each = 1000 // in one transaction, so that nobody waits for all
	for {
		var old []kv.Key
		err := s.Update(kv.WithReserve(ctx), func(t *Tx) error {
			old = old[:0]
			for pair, err := range t.r.Scan(onceKeys.key(), onceBefore(before)) {
				if err != nil {
					return fmt.Errorf("old requests: %w", err)
				}
				if old = append(old, pair.Key); len(old) == each {
					break
				}
			}
			for _, key := range old {
				if err := t.remove(key); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || len(old) < each {
			return err
		}
	}
}
