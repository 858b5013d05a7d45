package main

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"ab325/internal/accounts"
	"ab325/internal/auth"
	"ab325/internal/ident"
)

func userAddCommand() *command {
	return &command{
		name:  "user add",
		usage: "[-data FOLDER] -name NAME -roles ROLES [-municipality CODE] USERNAME",
		short: "give a member of staff an account; the first administrator too",
		long: `
Makes an account for a member of staff. The password is asked for on the
terminal; in a script it is the first line of standard input. You know it, so
whom it is for chooses another at the first sign-in. An administrator
or auditor without a municipality is one of the whole installation, and the
first account is such an administrator: they add the others on their pages.

  ab325 user add -name "Karla Nørby" -roles administrator karla`,
		setup: func(flags *flag.FlagSet, env *environ) action {
			var at place
			placeFlags(flags, env, &at)
			a := newUser{}
			flags.StringVar(&a.Name, "name", "", "the person's whole `name`, as it stands in letters")
			roles := flags.String("roles", "", "what the person is there to do, of "+roleNames()+"; several with commas")
			flags.StringVar(&a.Municipality, "municipality", "", "the `code` or name of the municipality whose cases the person sees")
			return func(ctx context.Context, env *environ, args []string) (err error) {
				if a.Username, err = onlyUser("user add", args); err != nil {
					return err
				}
				if a.Name == "" || *roles == "" {
					return misuse("user add", "-name and -roles are needed")
				}
				if a.Roles, err = parseRoles(*roles); err != nil {
					return err
				}
				if a.Password, err = askPassword(env); err != nil {
					return err
				}
				return perform(ctx, env, at, userAddTask, a, true)
			}
		},
	}
}

func userListCommand() *command {
	return &command{
		name:  "user list",
		usage: "[-data FOLDER]",
		short: "list the accounts of the staff",
		long:  "Lists the accounts of the staff: one line each, by user name.",
		setup: func(flags *flag.FlagSet, env *environ) action {
			var at place
			placeFlags(flags, env, &at)
			return func(ctx context.Context, env *environ, args []string) error {
				if len(args) > 0 {
					return misuse("user list", "unexpected argument %q", args[0])
				}
				return perform(ctx, env, at, userListTask, nil, false)
			}
		},
	}
}

func userPasswordCommand() *command {
	return &command{
		name:  "user password",
		usage: "[-data FOLDER] USERNAME",
		short: "choose a password of one's own, as on the pages",
		long: `
Changes the password of whoever knows it, as the page for that does, and ends the
sessions of the account. It is for an administrator who needs a command before the
service runs. Both passwords are asked for on the terminal; in a script they are
the first two lines of standard input, the old one first.`,
		setup: func(flags *flag.FlagSet, env *environ) action {
			var at place
			placeFlags(flags, env, &at)
			return func(ctx context.Context, env *environ, args []string) (err error) {
				var p newPassword
				if p.Username, err = onlyUser("user password", args); err != nil {
					return err
				}
				if p.Old, p.New, err = askPasswords(env); err != nil {
					return err
				}
				return perform(ctx, env, at, userPasswordTask, p, false)
			}
		},
	}
}

func userDisableCommand() *command {
	return &command{
		name:  "user disable",
		usage: "[-data FOLDER] USERNAME",
		short: "end an account, and the sessions it has",
		long: `
Ends an account: nobody signs in with it any more, and its sessions end at once.
The account stays in the list, since cases and the log name it.`,
		setup: func(flags *flag.FlagSet, env *environ) action {
			var at place
			placeFlags(flags, env, &at)
			return func(ctx context.Context, env *environ, args []string) error {
				name, err := onlyUser("user disable", args)
				if err != nil {
					return err
				}
				return perform(ctx, env, at, userDisableTask, name, false)
			}
		},
	}
}

// parseRoles reads roles with commas between them.
func parseRoles(text string) (roles []auth.Role, err error) {
	for name := range strings.SplitSeq(text, ",") {
		role := auth.Role(strings.TrimSpace(name))
		if !slices.Contains(auth.Roles(), role) {
			return nil, &failure{text: fmt.Sprintf("unknown role %q", role), hint: "there is " + roleNames(), usage: true}
		}
		roles = append(roles, role)
	}
	return roles, nil
}

// onlyUser returns the user name that is the command's only argument.
func onlyUser(command string, args []string) (string, error) {
	switch len(args) {
	case 0:
		return "", misuse(command, "the user name is missing")
	case 1:
		return args[0], nil
	}
	return "", misuse(command, "unexpected argument %q after the user name", args[1])
}

func roleNames() string {
	var names []string
	for _, role := range auth.Roles() {
		names = append(names, string(role))
	}
	return strings.Join(names, ", ")
}

// A newUser is what user add says.
type newUser struct {
	Username, Name, Municipality, Password string
	Roles                                  []auth.Role
}

func (op *operator) addUser(ctx context.Context, input []byte, out *console) error {
	var a newUser
	if err := json.Unmarshal(input, &a); err != nil {
		return fmt.Errorf("read what to add: %w", err)
	}
	_, err := op.accounts.AddStaff(ctx, auth.System(), accounts.NewStaff{
		Username: a.Username, Name: a.Name, Roles: a.Roles, Password: a.Password,
		Municipality: op.municipality(a.Municipality),
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "added %s\n", a.Username)
	return err
}

// municipality returns the code of the municipality with the given name, or
// what it was given.
func (op *operator) municipality(name string) string {
	for _, m := range op.accounts.Municipalities {
		if strings.EqualFold(m.Name, name) || strings.EqualFold(m.Authority, name) {
			return m.Code
		}
	}
	return name
}

func (op *operator) listUsers(ctx context.Context, _ []byte, out *console) error {
	list, err := op.accounts.ListStaff(ctx, auth.System())
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "USERNAME\tNAME\tMUNICIPALITY\tROLES\tSIGNED IN\tSTATE")
	for _, a := range list {
		roles := make([]string, len(a.Roles))
		for i, role := range a.Roles {
			roles[i] = string(role)
		}
		state := "active"
		switch {
		case a.Disabled:
			state = "disabled"
		case a.Given:
			state = "password given"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", a.Username, a.Name, cmp.Or(a.Municipality, "all"), strings.Join(roles, ","), dayOf(a.LastSignIn), state)
	}
	return table.Flush()
}

// dayOf returns the Danish day of t, so that a list tells who has long not
// been here.
func dayOf(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return ident.DateOf(t).ISO()
}

// A newPassword is what user password says.
type newPassword struct{ Username, Old, New string }

func (op *operator) choosePassword(ctx context.Context, input []byte, out *console) error {
	var p newPassword
	if err := json.Unmarshal(input, &p); err != nil {
		return fmt.Errorf("read whose password it is: %w", err)
	}
	if err := op.accounts.ChoosePassword(ctx, p.Username, p.Old, p.New, "command"); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "%s has another password\n", p.Username)
	return err
}

func (op *operator) disableUser(ctx context.Context, input []byte, out *console) error {
	var username string
	if err := json.Unmarshal(input, &username); err != nil {
		return fmt.Errorf("read whom to disable: %w", err)
	}
	a, err := op.accounts.StaffNamed(ctx, username)
	if err != nil {
		return hinted(err, "ab325 user list shows who there is")
	}
	if err := op.accounts.DisableStaff(ctx, auth.System(), a.ID); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "disabled %s\n", a.Username)
	return err
}
