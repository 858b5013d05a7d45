package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"time"

	"ab325/internal/audit"
	"ab325/internal/store"
)

// healthTime is how long a service that is well takes at most to say so.
const healthTime = 4 * time.Second

func healthCommand() *command {
	return &command{
		name:  "health",
		usage: "[-data FOLDER] [-live]",
		short: "ask the running service whether it is well",
		long: `
Asks the service that runs on the data folder whether its database answers and
its pages are served, how old the last good backup and the last checkpoint of
the log are, and which of its jobs fail. Prints "ok" and that, or says what is
wrong and exits 1: no service at all, no answer, a backup or a checkpoint that is
older than twice the time between two, a disk so full that changes are refused,
data of which the last check has found that they are not as they should be, a
seal whose certificate ended, documents that have waited for their seal for more
than a day. It prints a warning from 60 days before the certificate's end, and where
the seal does not work: it is tried again if the last trial is an hour old, and
where that takes longer than 2 seconds, what the last one found is told meanwhile.

With -live it asks only whether the service answers, for a manager that starts
one anew which does not: a backup that cannot be made is no reason to.`,
		setup: func(flags *flag.FlagSet, env *environ) action {
			var dir string
			dataFlag(flags, env, &dir)
			live := flags.Bool("live", false, "ask only whether it answers")
			return func(ctx context.Context, env *environ, args []string) error {
				if len(args) > 0 {
					return misuse("health", "unexpected argument %q", args[0])
				}
				return health(ctx, env, folder(dir), *live)
			}
		},
	}
}

func health(ctx context.Context, env *environ, dir string, live bool) error {
	ctx, cancel := context.WithTimeout(ctx, healthTime)
	defer cancel()
	input, err := json.Marshal(live)
	if err != nil {
		return err // unreachable: it is a bool
	}
	err = askService(ctx, dir, healthTask, input, &console{Writer: env.stdout})
	switch {
	case errors.Is(err, errNotRunning):
		return hinted(fmt.Errorf("%s: %w", dir, err), "ab325 serve starts it, and -data names its folder")
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("the service took longer than %v to answer", healthTime)
	}
	return err
}

func (op *operator) reportHealth(ctx context.Context, input []byte, out *console) error {
	var live bool
	if err := json.Unmarshal(input, &live); err != nil {
		return fmt.Errorf("read what to ask: %w", err)
	}
	if err := op.healthy(ctx); err != nil {
		return err
	}
	if err := op.duty.probe(ctx); err != nil {
		return err
	}
	if live {
		_, err := fmt.Fprintln(out, "ok")
		return err
	}
	return op.reportKept(ctx, out)
}

// reportKept says how old the last backup and checkpoint are, and which jobs
// fail. What is too old is an error; what fails may go well again before that.
func (op *operator) reportKept(ctx context.Context, out *console) error {
	var signed audit.Checkpoint
	err := op.store.View(ctx, func(tx *store.Tx) (err error) {
		_, signed, err = tx.LastCheckpoint()
		return err
	})
	if err != nil {
		return err
	}
	if err := op.store.Space(); err != nil {
		return hinted(fmt.Errorf("the disk is full, so changes are refused: %w", err), "make room where "+op.at.data+" is, or move it to a larger disk; what was saved is safe")
	}
	found := op.found.Load()
	if found != nil && found.faults > 0 {
		return hinted(fmt.Errorf("%d things are not as they should be, as was found %s ago", found.faults, ageOf(op.now().Sub(found.at))),
			"ab325 check looks again, and lists them; "+restoreHint)
	}
	lines, late := op.keptLines(signed.Time)
	if found != nil {
		lines = append(lines, "last check of all data: "+ageOf(op.now().Sub(found.at))+" old, and nothing was wrong")
	}
	if op.backups.keysLack() {
		lines = append(lines, "the copy of the keys in the backups still has those of erased cases: a new one follows")
	}
	sealed, wrong, err := op.reportSeal(ctx)
	if err != nil {
		return err
	}
	lines, late = append(lines, sealed...), append(late, wrong...)
	for _, job := range op.duty.jobs.States() {
		if job.Failing() && job.Name != sealCheckJob { // which is told of above
			lines = append(lines, fmt.Sprintf("the job %s fails: %v", job.Name, job.Err))
		}
	}
	if late != nil {
		return hinted(errors.Join(late...), "the service's log says why; ab325 backup makes a backup now")
	}
	for _, line := range append([]string{"ok"}, lines...) {
		if _, err := fmt.Fprintln(out, line); err != nil {
			return err
		}
	}
	return nil
}

// keptLines says how old the last backup is, and the last checkpoint, which was
// signed then, and what of that is too old.
func (op *operator) keptLines(signed time.Time) (lines []string, late []error) {
	last, _, _ := op.backups.state()
	now, since := op.now(), op.duty.since
	for _, kept := range []struct {
		what  string
		at    time.Time
		every time.Duration
	}{
		{"good backup", last.At, op.backups.config.every},
		{"checkpoint of the log", signed, checkpointEvery},
	} {
		if kept.every == 0 {
			continue // example data
		}
		age := "none yet"
		if !kept.at.IsZero() {
			age = ageOf(now.Sub(kept.at)) + " old"
		}
		lines = append(lines, "last "+kept.what+": "+age)
		if now.Sub(kept.at) > 2*kept.every && now.Sub(since) > 2*kept.every { // else it has had no time to catch up
			late = append(late, fmt.Errorf("the last %s: %s, and one is due every %v", kept.what, age, kept.every))
		}
	}
	return lines, late
}

// ageOf returns d in the unit that suits it.
func ageOf(d time.Duration) string {
	switch {
	case d < 2*time.Minute:
		return fmt.Sprintf("%d seconds", d/time.Second)
	case d < 2*time.Hour:
		return fmt.Sprintf("%d minutes", d/time.Minute)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d hours", d/time.Hour)
	}
	return fmt.Sprintf("%d days", d/(24*time.Hour))
}

// healthy returns what keeps the service from its work, if anything does.
func (op *operator) healthy(ctx context.Context) error {
	if err := op.db.Err(); err != nil {
		return err
	}
	return op.store.View(ctx, func(*store.Tx) error { return nil })
}
