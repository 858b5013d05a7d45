package main

import (
	"context"
	"errors"
	"flag"
	"fmt"

	"ab325/internal/audit"
	"ab325/internal/store"
)

func auditVerifyCommand() *command {
	return &command{
		name:  "audit verify",
		short: "check that the audit log is whole and in order",
		long: `
Reads the whole audit log and checks that no entry was changed, removed, moved or
put in since it was written: each names the one before it by hash. Prints how
many there are and the last one's hash; where the log breaks, it says at which
entry, and exits 1.`,
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
	return op.store.View(ctx, func(tx *store.Tx) error {
		n, last, err := audit.Verify(tx.Audit(1))
		if broken, ok := errors.AsType[*audit.BrokenError](err); ok {
			return hinted(fmt.Errorf("the audit log is broken: entry %d is %s", broken.Seq, broken.Fault),
				"keep the data folder as it is, and compare it with a backup")
		}
		if err != nil {
			return err
		}
		if n == 0 {
			_, err = fmt.Fprintln(out, "the audit log is empty")
			return err
		}
		_, err = fmt.Fprintf(out, "%d entries, whole and in order\nlast %s at %s\n", n, last.Hash, last.At.Format("2006-01-02T15:04:05Z"))
		return err
	})
}
