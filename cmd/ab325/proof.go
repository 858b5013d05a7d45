package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"ab325/internal/audit"
	"ab325/internal/store"
)

// moment returns an instant as commands print it.
func moment(at time.Time) string { return at.UTC().Format("2006-01-02 15:04:05 UTC") }

func printJSON(out io.Writer, v any) error {
	text, err := json.MarshalIndent(v, "", "\t")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s\n", text)
	return err
}

// verifyProof checks a proof by the public key alone, and prints what it
// proves.
func verifyProof(env *environ, name, key string) error {
	v, err := audit.ParseKeys(strings.Fields(key)...)
	if err != nil {
		return hinted(err, "audit key prints it, on the machine of the installation")
	}
	text, err := readFile(name, maxProof)
	if err != nil {
		return err
	}
	proof, err := audit.ParseProof(text)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if _, err := proof.Check(v); err != nil {
		return hinted(fmt.Errorf("%s proves nothing: %w", name, err), "somebody changed it, or -key is another installation's")
	}
	return printProof(env.stdout, proof, v)
}

// maxProof is more bytes than a proof of a case has: of 100 000 entries.
const maxProof = 256 << 20

// printProof prints what a proof that holds proves.
func printProof(out io.Writer, p *audit.Proof, v *audit.Verifier) error {
	c, err := v.Open([]byte(p.Checkpoint))
	if err != nil {
		return err
	}
	if p.Earlier != "" {
		earlier, err := v.Open([]byte(p.Earlier))
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "the log of %d entries, signed at %s,\nbegins with the log of %d entries, signed at %s\n",
			c.Size, moment(c.Time), earlier.Size, moment(earlier.Time))
		return err
	}
	if _, err := fmt.Fprintf(out, "%d entries are in the log of %d entries, signed at %s\n", len(p.Entries), c.Size, moment(c.Time)); err != nil {
		return err
	}
	for i := range p.Entries {
		if err := printEntry(out, &p.Entries[i]); err != nil {
			return err
		}
	}
	return nil
}

func printEntry(out io.Writer, p *audit.ProvenEntry) error {
	e, err := p.Entry()
	if err != nil {
		return err
	}
	what := strings.Join(strings.Fields(strings.Join([]string{e.Action, e.Result, e.Role, e.Unit, e.Actor, e.Object}, " ")), " ")
	if p.Erased != nil {
		what = "erased with its case, as entry " + p.Erased.By.String() + " says"
	}
	_, err = fmt.Fprintf(out, "%8d  %s  %s\n", p.Number, moment(e.At), what)
	return err
}

// maxCheckpoints is more bytes than a file of checkpoints has, of one each minute
// for some years.
const maxCheckpoints = 1 << 30

// compareAtOnce is how many checkpoints are compared with one question.
const compareAtOnce = 1000

// compareCheckpoints compares the data with every checkpoint in a file, and
// prints how many there are.
func compareCheckpoints(ctx context.Context, env *environ, at place, name string) error {
	file, err := readFile(name, maxCheckpoints)
	if err != nil {
		return err
	}
	n := 0
	var some [][]byte
	ask := func() error {
		if err := perform(ctx, env, at, auditHoldsTask, some, false); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		n, some = n+len(some), nil
		return nil
	}
	for signed := range audit.Notes(file) {
		if some = append(some, signed); len(some) < compareAtOnce {
			continue
		}
		if err := ask(); err != nil {
			return err
		}
	}
	if len(some) > 0 {
		if err := ask(); err != nil {
			return err
		}
	}
	if n == 0 {
		return fmt.Errorf("%s: no checkpoint in it", name)
	}
	_, err = fmt.Fprintf(env.stdout, "the log holds the %d checkpoints in %s\n", n, name)
	return err
}

// holdsAudit compares the data with signed checkpoints.
func (op *operator) holdsAudit(ctx context.Context, input []byte, _ *console) error {
	var notes [][]byte
	if err := json.Unmarshal(input, &notes); err != nil {
		return fmt.Errorf("read what is asked for: %w", err)
	}
	for _, signed := range notes {
		if err := op.store.Holds(ctx, signed); err != nil {
			if c, openErr := op.store.LogKey().Open(signed); openErr == nil {
				err = fmt.Errorf("the checkpoint of %s: %w", moment(c.Time), err)
			}
			return hinted(err, holdsHint(err))
		}
	}
	return nil
}

// holdsHint says what may be the matter with a checkpoint that the data do not
// hold.
func holdsHint(err error) string {
	if errors.Is(err, store.ErrForeign) {
		return "somebody changed the file, or the power went while it was written; audit key prints whose checkpoints are taken"
	}
	return keepHint + "; a backup that was restored explains it too, and the log says so"
}
