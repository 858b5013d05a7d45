package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"ab325/internal/casework"
	"ab325/internal/problem"
)

func exportCommand() *command {
	return &command{
		name:  "export",
		usage: "-user USERNAME -out FILE.zip [-data FOLDER] [-keys FOLDER]",
		short: "write all cases, the staff and the settings into one readable file",
		long: `
Writes every case with its documents and its log, the staff and the settings into
one zip file, readable and not encrypted. Only an administrator of the whole
installation may: the password is asked for on the terminal, and is the first
line of standard input in a script. That it was done stands in the audit log, of
each case too.`,
		setup: func(flags *flag.FlagSet, env *environ) action {
			var at place
			placeFlags(flags, env, &at)
			var w wantedExport
			flags.StringVar(&w.Username, "user", "", "the administrator's user `name`")
			out := flags.String("out", "", "the `file` to make, which must not exist")
			return func(ctx context.Context, env *environ, args []string) (err error) {
				if len(args) > 0 {
					return misuse("export", "unexpected argument %q", args[0])
				}
				if w.Username == "" || *out == "" {
					return misuse("export", "-user and -out are needed")
				}
				if w.Password, err = knownPassword(env); err != nil {
					return err
				}
				return export(ctx, env, at, w, *out)
			}
		},
	}
}

// A wantedExport says who wants everything.
type wantedExport struct{ Username, Password string }

// export has everything written to a new file, which nobody else can read, and
// which is whole or not there.
func export(ctx context.Context, env *environ, at place, w wantedExport, name string) (err error) {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return hinted(err, "-out names a file that does not exist yet")
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(name))
		}
	}()
	err = performTo(ctx, env, at, exportTask, w, false, file)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.stdout, "%s, %s: not encrypted, so keep it accordingly\n", filepath.Base(name), byteCount(info.Size()))
	return err
}

// exportAll writes everything to who asked, if they may have it.
func (op *operator) exportAll(ctx context.Context, input []byte, out *console) error {
	var w wantedExport
	if err := json.Unmarshal(input, &w); err != nil {
		return fmt.Errorf("read who wants it: %w", err)
	}
	who, err := op.accounts.Identify(ctx, w.Username, w.Password, "command")
	if problem.Of(err) == problem.Forbidden {
		return hinted(err, "ab325 user password "+w.Username+" does so, and so does the first sign-in on the pages")
	}
	if err != nil {
		return err
	}
	options, err := caseOptions(op, &config{})
	if err != nil {
		return err
	}
	cases, err := casework.New(options)
	if err != nil {
		return err
	}
	return cases.Export(ctx, who, struct{ io.Writer }{out}, func(done, total int64) {
		out.progress(progress{"writing", done, total, " cases"})
	})
}
