package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"slices"

	"ab325/forms"
	"ab325/internal/form"
	"ab325/internal/pdf/read"
)

func readCommand() *command {
	return &command{
		name:  "read",
		usage: "FILLED.pdf",
		short: "print what was filled in on the form that is a PDF",
		long: `
Prints the values of a form that was filled in on a computer, as the document
that "ab325 render -in" takes. They are printed as they were typed; render says
what is wrong with them. The file is "-" for standard input.

Only a PDF with the fields of the form can be read: not one that was printed,
scanned or flattened. It is read in a process of its own, with bounded memory
and time.`,
		setup: func(*flag.FlagSet, *environ) action {
			return func(ctx context.Context, env *environ, args []string) error {
				switch len(args) {
				case 0:
					return misuse("read", "the file is missing")
				case 1:
					return readForm(ctx, env, args[0])
				}
				return misuse("read", "unexpected argument %q", args[1])
			}
		},
	}
}

func readForm(ctx context.Context, env *environ, name string) error {
	file, err := readInput(name, env.stdin)
	if err != nil {
		return err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, read.MaxSize+1))
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	editions, err := newestFirst()
	if err != nil {
		return err
	}
	reader, err := newReader()
	if err != nil {
		return err
	}
	fields, err := reader.Form(ctx, data)
	if err != nil {
		return err
	}
	def, values, err := read.Ours(editions, fields)
	if err != nil {
		return err
	}
	text, err := caseDocument(def, values)
	if err != nil {
		return err
	}
	_, err = env.stdout.Write(text)
	return err
}

// newestFirst returns every edition of the form.
func newestFirst() ([]*form.Definition, error) {
	ids, err := formEditions()
	if err != nil {
		return nil, err
	}
	slices.Reverse(ids)
	var editions []*form.Definition
	for _, id := range ids {
		def, err := form.Load(forms.FS, id)
		if err != nil {
			return nil, err
		}
		editions = append(editions, def)
	}
	return editions, nil
}

// caseDocument returns the document that form.ReadCase takes, with the values
// in the form's order.
func caseDocument(def *form.Definition, values form.Values) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	write := func(before string, v string) error {
		b.WriteString(before)
		err := enc.Encode(v)
		b.Truncate(b.Len() - 1) // the line break that Encode adds
		return err
	}
	if err := write("{\"edition\": ", def.ID); err != nil {
		return nil, err
	}
	b.WriteString(", \"values\": {")
	between := "\n  "
	for _, f := range def.Fields {
		value, ok := values[f.ID]
		if !ok {
			continue
		}
		if err := write(between, f.ID); err != nil {
			return nil, err
		}
		if err := write(": ", value); err != nil {
			return nil, err
		}
		between = ",\n  "
	}
	b.WriteString("\n}}\n")
	return b.Bytes(), nil
}
