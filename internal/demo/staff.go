package demo

import (
	"context"

	"ab325/internal/accounts"
	"ab325/internal/auth"
	"ab325/internal/flexjob"
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

// addStaff makes the accounts and returns who they are, by user name.
func addStaff(ctx context.Context, o Options) (map[string]auth.Actor, error) {
	actors := map[string]auth.Actor{}
	for _, s := range staff {
		id, err := o.Accounts.AddStaff(ctx, auth.System(), accounts.NewStaff{
			Username: s.username, Name: s.name, Roles: s.roles, Municipality: Home, Password: o.Password,
		})
		if err != nil {
			return nil, err
		}
		actors[s.username] = auth.Actor{Provider: auth.StaffAccount, Subject: id, Assurance: flexjob.ByPassword, Roles: s.roles, Municipality: Home}
	}
	return actors, nil
}

// setPasswords gives the example staff the password of this start.
func setPasswords(ctx context.Context, o Options) error {
	for _, name := range Usernames() {
		who, err := o.Accounts.StaffNamed(ctx, name)
		if err != nil {
			return err
		}
		if err := o.Accounts.SetPassword(ctx, auth.System(), who.ID, o.Password); err != nil {
			return err
		}
	}
	return nil
}
