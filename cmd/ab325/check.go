package main

import (
	"context"
	"flag"
	"fmt"
)

func checkCommand() *command {
	return &command{
		name:  "check",
		usage: "[-data FOLDER] [-keys FOLDER]",
		short: "read everything, and compare it with what it was made of",
		long: `
Reads all records and documents, derives again whatever is derived from them,
and compares: rows of lists, what finds a case by number, counters, keys. Looks
for documents that no case has, and for those that a case has and that are not
there. Prints what is not as it should be, and then exits 1.`,
		setup: func(flags *flag.FlagSet, env *environ) action {
			var at place
			placeFlags(flags, env, &at)
			return func(ctx context.Context, env *environ, args []string) error {
				if len(args) > 0 {
					return misuse("check", "unexpected argument %q", args[0])
				}
				return perform(ctx, env, at, checkTask, nil, false)
			}
		},
	}
}

// maxFaults is how many faults check prints: who has so many restores.
const maxFaults = 200

func (op *operator) check(ctx context.Context, _ []byte, out *console) error {
	out.progress(progress{Step: "reading everything"})
	faults := 0
	err := op.store.Check(ctx, op.now().Add(-looseFor), func(fault string) {
		if faults++; faults <= maxFaults {
			fmt.Fprintln(out, fault) // who asked may have gone; the count is kept
		}
	})
	switch {
	case err != nil:
		return err
	case faults > 0:
		return hinted(fmt.Errorf("%d things are not as they should be", faults), "keep the data folder as it is, and restore the newest backup: ab325 restore -h")
	}
	_, err = fmt.Fprintln(out, "everything is as it should be")
	return err
}
