package sandbox

import (
	"context"
	"sync"
)

type forKey struct{}

// For returns a context for what is done for whoever has that name. A Box runs
// one of their tasks at a time, so that nobody who sends many files keeps it
// from everybody else. The name stays in this process.
func For(ctx context.Context, name string) context.Context {
	return context.WithValue(ctx, forKey{}, name)
}

// Whose returns the name that For gave, and whether it gave one.
func Whose(ctx context.Context) (name string, ok bool) {
	name, ok = ctx.Value(forKey{}).(string)
	return name, ok
}

// turns lets one at a time pass of those that have one name. In its zero value
// nobody has.
type turns struct {
	mu sync.Mutex
	of map[string]*turn
}

// A turn is had by whoever has put something into taken.
type turn struct {
	taken chan struct{}
	users int // who have it or wait for it
}

// join returns the turn of a name; leave is to be called by whoever does not
// wait for it or have it any more.
func (t *turns) join(name string) *turn {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.of == nil {
		t.of = map[string]*turn{}
	}
	one := t.of[name]
	if one == nil {
		one = &turn{taken: make(chan struct{}, 1)}
		t.of[name] = one
	}
	one.users++
	return one
}

func (t *turns) leave(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.of[name].users--; t.of[name].users == 0 {
		delete(t.of, name)
	}
}

// enter waits for the turn of the one that ctx is for, if it is for anybody, and
// then for one of the places. What it returns gives both back.
func (b *Box) enter(ctx context.Context) (leave func(), err error) {
	waiting, cancel := context.WithTimeoutCause(ctx, b.o.Wait, ErrBusy)
	defer cancel()
	name, named := Whose(ctx)
	if !named {
		if err := take(waiting, b.slots); err != nil {
			return nil, err
		}
		return func() { <-b.slots }, nil
	}
	own := b.turns.join(name)
	if err := take(waiting, own.taken); err != nil {
		b.turns.leave(name)
		return nil, err
	}
	end := func() { <-own.taken; b.turns.leave(name) }
	if err := take(waiting, b.slots); err != nil {
		end()
		return nil, err
	}
	return func() { <-b.slots; end() }, nil
}

// take puts something into places, or returns why ctx ended before there was
// room.
func take(ctx context.Context, places chan struct{}) error {
	select {
	case places <- struct{}{}: // also for who was kept waiting by the machine
		return nil
	default:
	}
	select {
	case places <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
