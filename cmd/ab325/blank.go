package main

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"

	"ab325/forms"
	"ab325/internal/form"
	"ab325/internal/pdf"
)

func blankCommand() *command {
	return &command{
		name:  "blank",
		usage: "-out BLANK.pdf",
		short: "write the form as a PDF to fill in on a computer or by hand",
		long: `
Writes the whole form with nothing in it: to be filled in with any program that
fills in PDF forms, or printed and filled in by hand. Its fields are named like
the values of "ab325 render", which "ab325 read" prints from the filled-in file.
The same edition gives the same bytes.`,
		setup: func(flags *flag.FlagSet, _ *environ) action {
			out := flags.String("out", "", "write the PDF to this `file`; - is standard output")
			edition := flags.String("edition", "", "this edition of the form, by its `id`; the newest if empty")
			return func(_ context.Context, env *environ, args []string) error {
				switch {
				case len(args) > 0:
					return misuse("blank", "unexpected argument %q", args[0])
				case *out == "":
					return misuse("blank", "-out is missing: where the PDF goes")
				}
				return blank(env, *edition, *out)
			}
		},
	}
}

func blank(env *environ, edition, out string) error {
	ids, err := formEditions()
	if err != nil {
		return err
	}
	if edition == "" {
		edition = ids[len(ids)-1]
	}
	if !slices.Contains(ids, edition) {
		return misuse("blank", "no edition %q; there is: %s", edition, strings.Join(ids, ", "))
	}
	def, err := form.Load(forms.FS, edition)
	if err != nil {
		return err
	}
	engine, err := pdf.Compile(def)
	if err != nil {
		return fmt.Errorf("prepare the pages of %s: %w", edition, err)
	}
	data, err := engine.Blank()
	if err != nil {
		return fmt.Errorf("draw the blank of %s: %w", edition, err)
	}
	return writeOutput(out, data, env.stdout)
}
