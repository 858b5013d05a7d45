package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"

	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/ident"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// eraseInput asks for a case to be erased.
type eraseInput struct {
	Number     string
	Reason     casework.EraseReason
	Unfinished bool

	// To and Key are where the copy of the keys goes, and whom it is for, while
	// no service runs that knows.
	To, Key string
}

func eraseCommand() *command {
	return &command{
		name:  "erase",
		usage: "[-data FOLDER] [-keys FOLDER] -reason REASON [-unfinished] NUMBER",
		short: "erase a case for ever",
		long: `
Erases the case with the given number for ever: its records, documents, messages
and links, and the key that they are encrypted with, so that no copy of them can
be read any more, in a backup no more than here. It cannot be undone. The audit
log keeps that it was done, when, and for which reason:

	retention  it need not be kept any more, and is archived where it has to be
	abandoned  it will never be finished, and nobody needs it
	mistake    it should not have been made
	right      the person has the right to it

A team leader does the same on the case's page. The command is for what nobody at
a jobcenter can open, such as a draft that was never sent. What is not settled
keeps a case from being erased, unless -unfinished says that it is to go all the
same.

The copy of the keys beside the backups is made anew before this says that the
case is erased. Where that takes longer than half a minute, it says that it will
follow, and ab325 health tells while it has not. While no service runs, the copy
goes where AB325_BACKUP_TO and AB325_BACKUP_KEY say.`,
		setup: func(flags *flag.FlagSet, env *environ) action {
			var at place
			var in eraseInput
			placeFlags(flags, env, &at)
			flags.StringVar((*string)(&in.Reason), "reason", "", "why: retention, abandoned, mistake or right (`reason`)")
			flags.BoolVar(&in.Unfinished, "unfinished", false, "erase it although something in it is not settled")
			return func(ctx context.Context, env *environ, args []string) error {
				if len(args) != 1 {
					return misuse("erase", "name one case, by its number")
				}
				in.To, in.Key = env.getenv("AB325_BACKUP_TO"), env.getenv("AB325_BACKUP_KEY")
				in.Number = args[0]
				if !slices.Contains(casework.EraseReasons(), in.Reason) {
					return misuse("erase", "-reason is retention, abandoned, mistake or right")
				}
				return perform(ctx, env, at, eraseTask, in, false)
			}
		},
	}
}

// eraseCase erases a case, with the service's own casework where it runs, so
// that its directory of names forgets the case too.
func (op *operator) eraseCase(ctx context.Context, input []byte, out *console) error {
	var in eraseInput
	if err := json.Unmarshal(input, &in); err != nil {
		return fmt.Errorf("read what to erase: %w", err)
	}
	cases := op.cases
	if cases == nil {
		options, err := caseOptions(op, &config{})
		if err != nil {
			return err
		}
		if cases, err = casework.New(options); err != nil {
			return err
		}
	}
	id, loose, err := op.erasable(ctx, in.Number)
	if err != nil {
		return err
	}
	if len(loose) > 0 && !in.Unfinished {
		return hinted(fmt.Errorf("case %s is not settled: %s", in.Number, looseText(loose)), "-unfinished erases it all the same")
	}
	if err := cases.Erase(ctx, auth.System(), id, casework.Any, casework.Erasure{Reason: in.Reason, Unfinished: in.Unfinished}); err != nil {
		return err
	}
	return op.sayErased(ctx, in, out)
}

// sayErased says that a case is erased when the copy of the keys has followed,
// or could not soon.
func (op *operator) sayErased(ctx context.Context, in eraseInput, out *console) error {
	out.progress(progress{Step: "copying the keys that are left to the backups"})
	text := "erased case %s\n"
	if !op.keysFollowed(ctx) {
		text += "the copy of the keys in the backups still has its key: a new one follows by itself, and ab325 health tells while it has not\n"
	}
	if _, err := fmt.Fprintf(out, text, in.Number); err != nil || op.duty != nil {
		return err
	}
	return op.lastCopies(ctx, in.To, in.Key, out)
}

// looseText says what is not settled.
func looseText(loose []flexjob.LooseEnd) string {
	words := map[flexjob.LooseEnd]string{
		flexjob.LooseCase:      "it has not ended",
		flexjob.LooseComplaint: "the employee can still complain",
		flexjob.LooseReceipt:   "it was sent and not received",
		flexjob.LooseSheet:     "a Blad 2 is being written",
		flexjob.LooseConsent:   "a question of consent is not answered",
		flexjob.LooseWish:      "one party has asked the other to correct something",
	}
	var all []string
	for _, end := range loose {
		all = append(all, words[end])
	}
	return strings.Join(all, ", ")
}

// erasable returns the id of the case with a number, and what in it is not
// settled.
func (op *operator) erasable(ctx context.Context, number string) (id string, loose []flexjob.LooseEnd, err error) {
	err = op.store.View(ctx, func(tx *store.Tx) error {
		ids, err := tx.Find(store.ByNumber, number)
		if err != nil || len(ids) == 0 {
			return errors.Join(err, problem.New(problem.NotFound, ""))
		}
		id = ids[0]
		c, err := tx.Case(id)
		if err == nil {
			loose = c.LooseEnds(ident.DateOf(op.now()))
		}
		return err
	})
	if problem.Of(err) == problem.NotFound {
		err = hinted(fmt.Errorf("there is no case %q", number), "a case is named by its number, as 2026-000123")
	}
	return id, loose, err
}
