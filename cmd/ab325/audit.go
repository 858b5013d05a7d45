package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"

	"ab325/internal/audit"
	"ab325/internal/store"
)

func auditVerifyCommand() *command {
	return &command{
		name:  "audit verify",
		usage: "[-data FOLDER] [-checkpoint FILE] | -proof FILE -key KEY",
		short: "check that the audit log is whole and in order",
		long: `
Reads the whole audit log, computes its tree of hashes anew, and compares it with
the last checkpoint that was signed: it finds every entry that was changed,
removed, moved or put in. With -checkpoint it also compares the log with the
checkpoints in a file that was kept elsewhere, which finds whoever has changed
the data folder and all that lies beside it. Prints how many entries there are;
where the log is broken, it says where, and exits 1.

With -proof it needs no data: it checks a proof that audit prove or audit
consistent wrote, by the public key that audit key prints, and prints what is
proven.`,
		setup: func(flags *flag.FlagSet, env *environ) action {
			var at place
			var checkpoints, proof, key string
			placeFlags(flags, env, &at)
			flags.StringVar(&checkpoints, "checkpoint", "", "compare with the signed checkpoints in this `file`")
			flags.StringVar(&proof, "proof", "", "check the proof in this `file`")
			flags.StringVar(&key, "key", "", "the public `key` of the installation that signed the proof")
			return func(ctx context.Context, env *environ, args []string) error {
				switch {
				case len(args) > 0:
					return misuse("audit verify", "unexpected argument %q", args[0])
				case (proof == "") != (key == ""):
					return misuse("audit verify", "-proof and -key go together")
				case proof != "" && checkpoints != "":
					return misuse("audit verify", "-proof and -checkpoint do not go together")
				case proof != "":
					return verifyProof(env, proof, key)
				case checkpoints != "":
					if err := compareCheckpoints(ctx, env, at, checkpoints); err != nil {
						return err
					}
				}
				return perform(ctx, env, at, auditVerifyTask, nil, false)
			}
		},
	}
}

func auditProveCommand() *command {
	return &command{
		name:  "audit prove",
		usage: "[-data FOLDER] CASE",
		short: "prove what the audit log says of a case",
		long: `
Prints a proof, in JSON, of every entry about a case: a checkpoint of the whole
log, signed now, and the hashes that lead from each entry to it. The case is
named by its number or its id. Whoever has the public key (audit key) can check
the proof with audit verify -proof, without the log. The entries hold ids and
hashes, and no names.`,
		setup: func(flags *flag.FlagSet, env *environ) action {
			var at place
			placeFlags(flags, env, &at)
			return func(ctx context.Context, env *environ, args []string) error {
				if len(args) != 1 {
					return misuse("audit prove", "name one case, by its number or its id")
				}
				return perform(ctx, env, at, auditProveTask, args[0], false)
			}
		},
	}
}

// growthInput asks whether the log of one checkpoint begins with another's.
type growthInput struct {
	Old, New []byte
	Proof    bool // print the proof
}

func auditConsistentCommand() *command {
	return &command{
		name:  "audit consistent",
		usage: "[-data FOLDER] [-proof] OLD NEW",
		short: "check that the log only grew between two checkpoints",
		long: `
Checks that the audit log of the checkpoint in the file NEW begins with the log of
the one in OLD, entry for entry. Of a file with several checkpoints it takes the
last. With -proof it prints the proof, in JSON, which whoever has the public key
can check with audit verify -proof.`,
		setup: func(flags *flag.FlagSet, env *environ) action {
			var at place
			var in growthInput
			placeFlags(flags, env, &at)
			flags.BoolVar(&in.Proof, "proof", false, "print the proof")
			return func(ctx context.Context, env *environ, args []string) (err error) {
				if len(args) != 2 {
					return misuse("audit consistent", "name two files with checkpoints, the older one first")
				}
				if in.Old, err = lastNote(args[0]); err != nil {
					return err
				}
				if in.New, err = lastNote(args[1]); err != nil {
					return err
				}
				return perform(ctx, env, at, auditConsistentTask, in, false)
			}
		},
	}
}

func auditKeyCommand() *command {
	return &command{
		name:  "audit key",
		short: "print the public key that checkpoints are signed with",
		long: `
Prints the public key that proofs and checkpoints of the audit log are verified
with, in one line; after a change of keys the earlier ones too, a line each. It is
no secret: keep it where whoever runs the service cannot change it.`,
		setup: func(flags *flag.FlagSet, env *environ) action {
			var at place
			placeFlags(flags, env, &at)
			return func(ctx context.Context, env *environ, args []string) error {
				if len(args) > 0 {
					return misuse("audit key", "unexpected argument %q", args[0])
				}
				return perform(ctx, env, at, auditKeyTask, nil, false)
			}
		},
	}
}

// keepHint is what to do with a log that is broken.
const keepHint = "keep the data folder as it is, and compare it with a backup"

func (op *operator) verifyAudit(ctx context.Context, _ []byte, out *console) error {
	kept, err := op.kept()
	if err != nil {
		return hinted(err, keepHint)
	}
	report, err := op.store.VerifyLog(ctx, kept...)
	if broken, ok := errors.AsType[*audit.BrokenError](err); ok {
		return hinted(fmt.Errorf("the audit log is broken: %w", broken), keepHint)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d entries, whole and in order%s\n", report.Entries+report.Pending, erasedText(report.Erased))
	if err != nil || report.Signed.Size == 0 {
		return err
	}
	_, err = fmt.Fprintf(out, "%d of them signed at %s\n", report.Signed.Size, moment(report.Signed.Time))
	return err
}

func erasedText(n uint64) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("; %d erased with their cases", n)
}

func (op *operator) proveAudit(ctx context.Context, input []byte, out *console) error {
	var name string
	if err := json.Unmarshal(input, &name); err != nil {
		return fmt.Errorf("read what is asked for: %w", err)
	}
	if err := op.checkpoint(ctx); err != nil { // which the newest entries are in
		return err
	}
	var proof *audit.Proof
	err := op.store.View(ctx, func(tx *store.Tx) error {
		ids, err := tx.Find(store.ByNumber, name)
		if err != nil {
			return err
		}
		id := name
		if len(ids) > 0 {
			id = ids[0]
		}
		proof, err = tx.Prove(id)
		return err
	})
	if err != nil {
		return err
	}
	if len(proof.Entries) == 0 {
		return hinted(fmt.Errorf("the audit log says nothing of a case %q", name), "a case is named by its number, as 2026-000123, or by its id")
	}
	return printJSON(out, proof)
}

func (op *operator) consistentAudit(ctx context.Context, input []byte, out *console) error {
	var in growthInput
	if err := json.Unmarshal(input, &in); err != nil {
		return fmt.Errorf("read what is asked for: %w", err)
	}
	var proof *audit.Proof
	err := op.store.View(ctx, func(tx *store.Tx) (err error) {
		proof, err = tx.ProveGrowth(in.Old, in.New)
		return err
	})
	if err != nil {
		return err
	}
	if _, err := proof.Check(op.store.LogKey()); err != nil {
		return hinted(err, "keep both files and the data folder as they are; they show that entries were changed or removed, unless an older backup was restored in between")
	}
	if in.Proof {
		return printJSON(out, proof)
	}
	return printProof(out, proof, op.store.LogKey())
}

func (op *operator) printAuditKey(_ context.Context, _ []byte, out *console) error {
	for _, key := range op.store.LogKey().Keys() {
		if _, err := fmt.Fprintln(out, key); err != nil {
			return err
		}
	}
	return nil
}

// lastNote returns the last signed checkpoint in a file.
func lastNote(name string) (last []byte, err error) {
	file, err := readFile(name, maxCheckpoints)
	if err != nil {
		return nil, err
	}
	for signed := range audit.Notes(file) {
		last = signed
	}
	if last == nil {
		return nil, fmt.Errorf("%s: no checkpoint in it", name)
	}
	return last, nil
}
