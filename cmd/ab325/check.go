package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"time"

	"ab325/internal/audit"
	"ab325/internal/store"
)

func checkCommand() *command {
	return &command{
		name:  "check",
		usage: "[-data FOLDER] [-keys FOLDER]",
		short: "read everything, and compare it with what it was made of",
		long: `
Reads all records and documents, derives again whatever is derived from them,
and compares: rows of lists, what finds a case by number, counters, keys, what
the log says was changed; and verifies the log. Looks for documents that no case
has, and for those that a case has and that are not there. Prints what is not as
it should be, and then exits 1.

The running service does the same each day, slowly, and ab325 health tells what
it found last.`,
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
	told := 0
	f, err := op.look(ctx, func(fault string) {
		if told++; told <= maxFaults {
			fmt.Fprintln(out, fault) // who asked may have gone; the count is kept
		}
	})
	switch {
	case err != nil:
		return err
	case f.faults > 0:
		return hinted(fmt.Errorf("%d things are not as they should be", f.faults), restoreHint)
	}
	_, err = fmt.Fprintln(out, "everything is as it should be")
	return err
}

const restoreHint = "keep the data folder as it is, and restore the newest backup: ab325 restore -h"

// A finding is what came of reading everything.
type finding struct {
	at     time.Time // when it was read
	faults int       // how many; what they are stands in no log, since keys do that hide CPR numbers
}

// look reads everything, calls report with each fault, and remembers what came
// of it.
func (op *operator) look(ctx context.Context, report func(fault string)) (*finding, error) {
	f := new(finding)
	note := func(fault string) { f.faults++; report(fault) }
	if err := op.store.Check(ctx, op.now().Add(-looseFor), note); err != nil {
		return nil, err
	}
	kept, err := op.kept()
	if err != nil {
		return nil, err
	}
	_, err = op.store.VerifyLog(ctx, kept...)
	if broken, ok := errors.AsType[*audit.BrokenError](err); ok {
		note("the log: " + broken.Error())
	} else if err != nil {
		return nil, err
	}
	f.at = op.now()
	op.found.Store(f)
	return f, nil
}

// lookDaily reads everything as nobody would notice, and says in the service's
// log if something is not as it should be. Health and the page of administrators
// say so until a look finds nothing.
func (op *operator) lookDaily(ctx context.Context) error {
	f, err := op.look(gently(ctx, op.now), func(string) {})
	if err == nil && f.faults > 0 {
		op.duty.log.Error("the data are not as they should be: ab325 check lists how", "faults", f.faults)
	}
	return err
}

// A look that is gentle works so long, and rests three times as long: it has a
// quarter of the disk and of one processor.
const (
	lookStretch = 10 * time.Millisecond
	lookRest    = 3
)

// gently returns a context in which the store's long looks leave others most of
// the disk and the processor.
func gently(ctx context.Context, now func() time.Time) context.Context {
	began := now()
	return store.WithRest(ctx, func() error {
		worked := now().Sub(began)
		if worked < lookStretch {
			return nil
		}
		err := rest(ctx, lookRest*worked)
		began = now()
		return err
	})
}
