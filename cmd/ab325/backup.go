package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"path/filepath"

	"filippo.io/age"

	"ab325/internal/backup"
)

func backupCommand() *command {
	return &command{
		name:  "backup",
		usage: "[-data FOLDER] [-keys FOLDER] [-to FOLDER|FILE.age] [-key age1…] [-keep N]",
		short: "copy everything into one encrypted file, and check it",
		long: `
Makes a backup: one file of everything, encrypted to the municipality's public
key, and beside it a file of the keys that open it (….keys.age). It is read back
and checked before it gets its name, so a file of that name is a good one. The
service goes on meanwhile.

Without -to and -key they are what the running service was told, or what
AB325_BACKUP_TO and AB325_BACKUP_KEY say. The running service makes backups by
itself; see ab325 serve -h.`,
		setup: func(flags *flag.FlagSet, env *environ) action {
			var at place
			placeFlags(flags, env, &at)
			var b wantedBackup
			flags.StringVar(&b.To, "to", setting(env, "AB325_BACKUP_TO", ""), "make it in this `folder`, or as this file (AB325_BACKUP_TO)")
			flags.StringVar(&b.Key, "key", setting(env, "AB325_BACKUP_KEY", ""), "the public `key` of age that it is encrypted to (AB325_BACKUP_KEY)")
			flags.IntVar(&b.Keep, "keep", 0, "then remove the oldest in the folder, but for this `number`; 0 removes none")
			return func(ctx context.Context, env *environ, args []string) (err error) {
				if len(args) > 0 {
					return misuse("backup", "unexpected argument %q", args[0])
				}
				if b.To != "" { // the service has another working folder
					if b.To, err = filepath.Abs(b.To); err != nil {
						return err
					}
				}
				return perform(ctx, env, at, backupTask, b, false)
			}
		},
	}
}

// A wantedBackup is what backup asks for.
type wantedBackup struct {
	To, Key string // "" for those that the service has
	Keep    int    // 0 for all
}

// backUp makes a backup for a person. When they go, it goes on.
func (op *operator) backUp(ctx context.Context, input []byte, out *console) error {
	var b wantedBackup
	if err := json.Unmarshal(input, &b); err != nil {
		return fmt.Errorf("read what to back up: %w", err)
	}
	target, err := op.backups.target(b)
	if err != nil {
		return err
	}
	ctx, end := op.lasting(ctx)
	defer end()
	made, err := op.backups.make(ctx, target, out)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s\n%s, written, read back and checked; its keys are in %s\n", made.Path, byteCount(made.Size), filepath.Base(made.KeysPath))
	return err
}

// A target is where backups go, whom they are for and how many stay.
type target struct {
	place *backup.Place
	to    []age.Recipient
	keep  int // 0 for all
}

// openTarget returns the target that a configuration names.
func openTarget(to, key string, keep int) (target, error) {
	recipients, err := backup.ParseRecipients(key)
	if err != nil {
		return target{}, hinted(fmt.Errorf("the key to encrypt backups to: %w", err), "age-keygen prints it as the public key, age1…")
	}
	at, err := backup.At(to)
	if err != nil {
		return target{}, hinted(err, "make the folder or mount it; a file's name ends in .age")
	}
	return target{at, recipients, keep}, nil
}

// errNoTarget means that nobody said where backups go.
var errNoTarget = errors.New("where the backup goes, or whom it is encrypted to, was not said")

// target returns where a backup goes that a person wants.
func (b *backups) target(wanted wantedBackup) (target, error) {
	if wanted.To == "" {
		wanted.To = b.config.to
	}
	if wanted.Key == "" {
		wanted.Key = b.config.key
	}
	if wanted.To == "" || wanted.Key == "" {
		return target{}, hinted(errNoTarget, "-to names a folder or a file, -key the public key of age")
	}
	if wanted.To == b.config.to && wanted.Keep == 0 {
		wanted.Keep = b.config.keep
	}
	return openTarget(wanted.To, wanted.Key, wanted.Keep)
}
