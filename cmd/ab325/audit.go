package main

import (
	"context"
	"errors"
	"flag"
	"fmt"

	"ab325/internal/audit"
)

func auditVerifyCommand() *command {
	return &command{
		name:  "audit verify",
		short: "check that the audit log is whole and in order",
		long: `
Reads the whole audit log and checks that no entry was changed, removed, moved or
put in since it was written. Prints how many there are; where the log is broken,
it says at which entry, and exits 1.`,
		setup: func(flags *flag.FlagSet, env *environ) action {
			var dir string
			dataFlag(flags, env, &dir)
			return func(ctx context.Context, env *environ, args []string) error {
				if len(args) > 0 {
					return misuse("audit verify", "unexpected argument %q", args[0])
				}
				return perform(ctx, env, folder(dir), auditVerifyTask, nil, false)
			}
		},
	}
}

func (op *operator) verifyAudit(ctx context.Context, _ []byte, out *console) error {
	report, err := op.store.VerifyLog(ctx)
	if broken, ok := errors.AsType[*audit.BrokenError](err); ok {
		return hinted(fmt.Errorf("the audit log is broken: %w", broken),
			"keep the data folder as it is, and compare it with a backup")
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d entries, whole and in order\n", report.Entries+report.Pending)
	return err
}
