package store

import (
	"context"
	"errors"
)

type restKey struct{}

// WithRest returns a context in which Check and VerifyLog call rest often,
// between two reads. So rest can make them leave disk and processor to others;
// its error ends them.
func WithRest(ctx context.Context, rest func() error) context.Context {
	return context.WithValue(ctx, restKey{}, rest)
}

// pause returns err, or why a long look must end.
func pause(ctx context.Context, err error) error {
	if rest, ok := ctx.Value(restKey{}).(func() error); ok && err == nil {
		err = rest()
	}
	return errors.Join(err, ctx.Err())
}
