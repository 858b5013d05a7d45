package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"ab325/forms"
	"ab325/internal/caselist"
	"ab325/internal/casework"
	"ab325/internal/demo"
	"ab325/internal/form"
	"ab325/internal/pdf"
)

// caseOptions returns what casework on the operator's data is made of.
func caseOptions(op *operator, c *config) (o casework.Options, err error) {
	editions, current, err := readEditions()
	if err != nil {
		return o, err
	}
	pdfs, err := newReader()
	if err != nil {
		return o, err
	}
	o = casework.Options{
		Store:          op.store,
		Directory:      caselist.New(),
		Accounts:       op.accounts,
		Editions:       editions,
		Current:        current,
		Municipalities: op.accounts.Municipalities,
		BaseURL:        c.baseURL,
		Delivers:       c.demo, // where a page shows the mail that would be sent
		Demo:           c.demo,
		PDFs:           pdfs,
		Now:            op.now,
		Rand:           op.random,
	}
	if op.seal != nil {
		o.Sealer = op.seal.Sealer
	}
	return o, nil
}

// formID is the form that the service is for, which editions are of.
const formID = "ab325/"

// readEditions makes every edition ready to be asked for and printed, and
// returns the id of the newest.
func readEditions() (map[string]casework.Edition, string, error) {
	ids, err := formEditions()
	if err != nil {
		return nil, "", err
	}
	editions := make(map[string]casework.Edition, len(ids))
	for _, id := range ids {
		def, err := form.Load(forms.FS, id)
		if err != nil {
			return nil, "", err
		}
		engine, err := pdf.Compile(def)
		if err != nil {
			return nil, "", fmt.Errorf("prepare the pages of %s: %w", id, err)
		}
		editions[id] = casework.Edition{Form: def, Print: engine}
	}
	return editions, ids[len(ids)-1], nil // their names are dates
}

// formEditions returns the ids of every edition of the form, the newest last.
func formEditions() ([]string, error) {
	ids, err := form.Editions(forms.FS)
	if err != nil {
		return nil, err
	}
	ids = slices.DeleteFunc(ids, func(id string) bool { return !strings.HasPrefix(id, formID) })
	if len(ids) == 0 {
		return nil, errors.New("no edition of the form was built into this program")
	}
	return ids, nil
}

// openDemo makes the examples, where there are none, and prints where to
// begin: addresses and a password that are new at every start.
func openDemo(ctx context.Context, o casework.Options, out io.Writer) error {
	password := strings.ToLower(rand.Text()[:16])
	doors, err := demo.Open(ctx, demo.Options{Casework: o, Accounts: o.Accounts, Password: password})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, `
Example data: everybody in it is invented. Open these side by side:

  employee    %s
  company     %s
  caseworker  %s

The staff signs in at %s/jobcenter/log-ind as %s,
with the password %s

`, doors.Employee.Link, doors.Company.Link, doors.Caseworker.Link, o.BaseURL, strings.Join(demo.Usernames(), ", "), password)
	return err
}
