package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strings"
	"unicode"

	"ab325/forms"
	"ab325/internal/form"
	"ab325/internal/ident"
	"ab325/internal/pdf"
	"ab325/internal/problem"
)

func renderCommand() *command {
	return &command{
		name:  "render",
		usage: "-in CASE.json -out FORM.pdf",
		short: "print the whole form, filled from a file, as a PDF",
		long: `
Prints the whole form as a PDF, filled with the values of a file like

  {"edition": "ab325/2020-03",
   "values": {"employee.name": "Karla Nørby", "job.startDate": "1.12.2026",
              "assessment.hoursPerWeek": "12,5", "assessment.sendToCompany": true}}

Values are written as a person would type them; a tick is "ja", "nej", true or
false. A value that is not there is an empty box. The same file gives the same
bytes. When something in the file is wrong, each fault is a line on standard
error, and no PDF is written.`,
		setup: func(flags *flag.FlagSet, _ *environ) action {
			in := flags.String("in", "", "read the case from this `file`; - is standard input")
			out := flags.String("out", "", "write the PDF to this `file`; - is standard output")
			return func(_ context.Context, env *environ, args []string) error {
				switch {
				case len(args) > 0:
					return misuse("render", "unexpected argument %q", args[0])
				case *in == "":
					return misuse("render", "-in is missing: the file with the case")
				case *out == "":
					return misuse("render", "-out is missing: where the PDF goes")
				}
				return render(env, *in, *out)
			}
		},
	}
}

func render(env *environ, in, out string) error {
	input, err := readInput(in, env.stdin)
	if err != nil {
		return err
	}
	defer input.Close()
	data, err := renderCase(input)
	if err != nil {
		return err
	}
	return writeOutput(out, data, env.stdout)
}

// renderCase returns the whole form filled with the case that r holds. It
// reads no clock: whether a date lies in the future is not asked.
func renderCase(r io.Reader) ([]byte, error) {
	load := func(id string) (*form.Definition, error) { return form.Load(forms.FS, id) }
	def, values, err := form.ReadCase(r, load, ident.Date{})
	wrong, ok := problem.As(err)
	if err != nil && (!ok || def == nil) {
		return nil, err
	}
	engine, err := pdf.Compile(def)
	if err != nil {
		return nil, fmt.Errorf("prepare the pages of %s: %w", def.ID, err)
	}
	var faults []problem.Field
	if wrong != nil {
		faults = wrong.Fields
	}
	if faults = append(faults, lettersLacking(engine, def, values)...); faults != nil {
		return nil, &problem.Error{Kind: problem.Invalid, Fields: faults}
	}
	return engine.Append(nil, &pdf.Record{Sheet: pdf.Whole, Values: values, Reference: values["assessment.reference"]})
}

// lettersLacking returns a fault for each value with a letter that the PDF's
// fonts do not have. Only what is printed matters.
func lettersLacking(engine *pdf.Engine, def *form.Definition, values form.Values) (faults []problem.Field) {
	for i := range def.Fields {
		field := &def.Fields[i]
		if len(field.Sheets) == 0 {
			continue
		}
		if lacks := engine.Lacks(values[field.ID]); len(lacks) > 0 {
			faults = append(faults, problem.Field{ID: field.ID, Text: lacksText(lacks)})
		}
	}
	return faults
}

// lacksText names the letters, by number too: one that cannot be printed may
// not show on a screen either, or turn the line round.
func lacksText(lacks []rune) string {
	names := make([]string, len(lacks))
	for i, r := range lacks {
		names[i] = fmt.Sprintf("U+%04X", r)
		if unicode.IsPrint(r) {
			names[i] = fmt.Sprintf("«%c» (%s)", r, names[i])
		}
	}
	what, them := "tegnet", "det"
	if len(lacks) > 1 {
		what, them = "tegnene", "dem"
	}
	return fmt.Sprintf("Blanketten kan ikke vise %s %s. Skriv %s på en anden måde", what, strings.Join(names, ", "), them)
}
