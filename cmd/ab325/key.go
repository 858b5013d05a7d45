package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"ab325/internal/store"
	"ab325/internal/vault"
)

func keyChangeCommand() *command {
	return &command{
		name:  "key change",
		usage: "[-data FOLDER] [-keys FOLDER]",
		short: "change the keys of the keyring, while the service runs",
		long: `
Makes a new wrapping key and a new index key, moves everything to them while the
service goes on, makes a copy of the keys where backups are made, and destroys
the old keys. It can be interrupted: it goes on at the next start, or when it is
asked for again. Afterwards copy the keyring to where its copy is kept.`,
		setup: func(flags *flag.FlagSet, env *environ) action {
			var at place
			placeFlags(flags, env, &at)
			return func(ctx context.Context, env *environ, args []string) error {
				if len(args) > 0 {
					return misuse("key change", "unexpected argument %q", args[0])
				}
				return perform(ctx, env, at, keyChangeTask, nil, false)
			}
		},
	}
}

// changeKeys changes the keys for a person. When they go, it goes on.
func (op *operator) changeKeys(ctx context.Context, _ []byte, out *console) error {
	ctx, end := op.lasting(ctx)
	defer end()
	out.progress(progress{Step: "moving everything to new keys"})
	if err := op.keys.begin(ctx); err != nil {
		return err
	}
	err := op.store.Update(ctx, func(tx *store.Tx) error { return tx.Log(op.entry("key-change")) })
	if err != nil {
		return err
	}
	if _, err = fmt.Fprintf(out, "the keys are changed, and the old ones destroyed; copy %s to where its copy is kept\n", op.keys.place.name); err != nil || op.backups.config.to != "" {
		return err
	}
	_, err = fmt.Fprintln(out, "no copy of the keys that was made before opens any more: make a backup now")
	return err
}

// finishKeys goes on with a change of keys that was interrupted, or that the
// service manager began.
func (op *operator) finishKeys(ctx context.Context) error {
	unused, err := op.keys.finish(ctx)
	if err != nil && !errors.Is(err, errChanging) {
		return err
	}
	if len(unused) > 0 {
		op.duty.log.Warn(unusedText(op.keys.place, unused))
	}
	return nil
}

func keyNewCommand() *command {
	return &command{
		name:  "key new",
		usage: "[-from FILE [-sign]]",
		short: "print a keyring for the service manager to keep",
		long: `
Prints a new keyring, for a service that is given it: as the systemd credential
ab325.key or in the variable AB325_KEYRING. Where neither is, the service makes
and keeps one by itself.

With -from it prints that keyring with new keys before the old. A service that
is restarted with it moves everything to them while it runs, and says when the
old ones can be removed: ab325 key trim. With -sign there is a new key to sign
the log's checkpoints with, too; the old one stays, to verify by. Give the new
public key (ab325 audit key) to those who keep checkpoints.`,
		setup: func(flags *flag.FlagSet, env *environ) action {
			sign := flags.Bool("sign", false, "make a new signing key too")
			return ringCommand("key new", func(env *environ, from string) (*vault.Keyring, error) {
				return newRing(env, from, *sign)
			})(flags, env)
		},
	}
}

// newRing returns a new keyring, or the one in a file with new keys.
func newRing(env *environ, from string, sign bool) (*vault.Keyring, error) {
	if from == "" {
		return vault.NewKeyring(env.random)
	}
	ring, err := ringFrom(env, from)
	if err != nil {
		return nil, err
	}
	if sign {
		if ring, err = ring.WithNewSeed(env.random); err != nil {
			return nil, err
		}
	}
	if ring, err = ring.WithNewWrap(env.random); err != nil {
		return nil, err
	}
	return ring.WithNewIndex(env.random)
}

func keyTrimCommand() *command {
	return &command{
		name:  "key trim",
		usage: "-from FILE",
		short: "print a keyring without the keys that were changed",
		long: `
Prints a keyring without the keys behind the first of their kind. They must not
be removed before the service says that nothing needs them any more.`,
		setup: ringCommand("key trim", func(env *environ, from string) (*vault.Keyring, error) {
			if from == "" {
				return nil, misuse("key trim", "-from is missing")
			}
			ring, err := ringFrom(env, from)
			if err != nil {
				return nil, err
			}
			return ring.WithoutOldWraps().WithoutOldIndexes(), nil
		}),
	}
}

// ringCommand sets up a command that prints what make returns.
func ringCommand(name string, make func(env *environ, from string) (*vault.Keyring, error)) func(*flag.FlagSet, *environ) action {
	return func(flags *flag.FlagSet, env *environ) action {
		from := flags.String("from", "", "the `file` with a keyring, or - for standard input")
		return func(_ context.Context, env *environ, args []string) error {
			if len(args) > 0 {
				return misuse(name, "unexpected argument %q", args[0])
			}
			ring, err := make(env, *from)
			if err != nil {
				return err
			}
			_, err = env.stdout.Write(ring.Text())
			return err
		}
	}
}

// ringFrom reads a keyring from a file, or from standard input for "-".
func ringFrom(env *environ, name string) (*vault.Keyring, error) {
	file, err := readInput(name, env.stdin)
	if err != nil {
		return nil, hinted(err, "-from names a file, or - for standard input")
	}
	defer file.Close()
	text, err := io.ReadAll(file)
	if err != nil {
		return nil, err
	}
	return vault.ParseKeyring(text)
}
