package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"time"

	"ab325/internal/store"
)

// healthTime is how long a service that is well takes at most to say so.
const healthTime = 4 * time.Second

func healthCommand() *command {
	return &command{
		name:  "health",
		short: "ask the running service whether it is well",
		long: `
Asks the service that runs on the data folder whether its database answers and
its pages are served. Prints "ok", or says what is wrong and exits 1; no service
at all is wrong too.`,
		setup: func(flags *flag.FlagSet, env *environ) action {
			var dir string
			dataFlag(flags, env, &dir)
			return func(ctx context.Context, env *environ, args []string) error {
				if len(args) > 0 {
					return misuse("health", "unexpected argument %q", args[0])
				}
				return health(ctx, env, folder(dir))
			}
		},
	}
}

func health(ctx context.Context, env *environ, dir string) error {
	ctx, cancel := context.WithTimeout(ctx, healthTime)
	defer cancel()
	err := askService(ctx, dir, healthTask, nil, &console{Writer: env.stdout})
	switch {
	case errors.Is(err, errNotRunning):
		return hinted(fmt.Errorf("%s: %w", dir, err), "ab325 serve starts it, and -data names its folder")
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("the service took longer than %v to answer", healthTime)
	}
	return err
}

func (op *operator) reportHealth(ctx context.Context, _ []byte, out *console) error {
	if err := op.healthy(ctx); err != nil {
		return err
	}
	if err := op.probe(ctx); err != nil {
		return err
	}
	_, err := fmt.Fprintln(out, "ok")
	return err
}

// healthy returns what keeps the service from its work, if anything does.
func (op *operator) healthy(ctx context.Context) error {
	if err := op.db.Err(); err != nil {
		return err
	}
	return op.store.View(ctx, func(*store.Tx) error { return nil })
}
