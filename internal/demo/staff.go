package demo

import (
	"context"
	"slices"

	"ab325/internal/accounts"
	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/problem"
)

// staff are the example members of staff.
var staff = []struct {
	username, name string
	roles          []auth.Role
}{
	{"mille", "Mille Nørgaard Højbjerg", []auth.Role{auth.Caseworker}},
	{"ulrik", "Ulrik Damgaard", []auth.Role{auth.Caseworker, auth.Issuer}},
	{"tove", "Tove Lindskov", []auth.Role{auth.Caseworker, auth.Issuer, auth.TeamLeader}},
	{"admin", "Aksel Rønne", []auth.Role{auth.Administrator}},
	{"revisor", "Rita Elmelund", []auth.Role{auth.Auditor}},
}

// Caseworker is the user name of the one whose address is printed, who may
// issue.
const Caseworker = "ulrik"

// Usernames returns the user names of the example staff.
func Usernames() []string {
	names := make([]string, len(staff))
	for i, s := range staff {
		names[i] = s.username
	}
	return names
}

// lastHired is the user name of the one whose account is made when all examples
// are: without it, they are not whole.
const lastHired = "revisor"

// hire gives the example staff with those user names the password of this start,
// and those of them an account who have none. It returns who they are, by user
// name.
func hire(ctx context.Context, o Options, usernames ...string) (map[string]auth.Actor, error) {
	actors := map[string]auth.Actor{}
	for _, s := range staff {
		if !slices.Contains(usernames, s.username) {
			continue
		}
		who, err := o.Accounts.StaffNamed(ctx, s.username)
		switch {
		case err == nil:
			err = o.Accounts.SetPassword(ctx, auth.System(), who.ID, o.Password)
		case problem.Of(err) == problem.NotFound:
			who.ID, err = o.Accounts.AddStaff(ctx, auth.System(), accounts.NewStaff{
				Username: s.username, Name: s.name, Roles: s.roles, Municipality: Home, Password: o.Password,
			})
		}
		if err != nil {
			return nil, err
		}
		actors[s.username] = auth.Actor{Provider: auth.StaffAccount, Subject: who.ID, Assurance: flexjob.ByPassword, Roles: s.roles, Municipality: Home}
	}
	return actors, nil
}
