package main

import (
	"context"
	"strings"

	"ab325/internal/accounts"
	"ab325/internal/store"
	"ab325/internal/web"
)

// shownMunicipality returns whom the pages name: the municipality, where the
// installation serves only one.
func shownMunicipality(staff *accounts.Service) func(context.Context) (web.Municipality, error) {
	return func(ctx context.Context) (web.Municipality, error) {
		served, err := staff.Enabled(ctx)
		if err != nil || len(served) != 1 {
			return web.Municipality{}, err
		}
		for _, m := range staff.Municipalities {
			if m.Code == served[0].Code {
				return shown(m.Authority, served[0]), nil
			}
		}
		return web.Municipality{}, nil
	}
}

// shown returns what pages say of a municipality and of what is set for it.
func shown(authority string, m store.Municipality) web.Municipality {
	lines := strings.Split(m.Address, "\n")
	officer := web.Officer{Name: m.DPOName}
	switch {
	case strings.Contains(m.DPOContact, "@"):
		officer.Email = m.DPOContact
	case strings.Trim(m.DPOContact, "+0123456789 ") == "":
		officer.Phone = m.DPOContact
	default:
		officer.Address = m.DPOContact
	}
	return web.Municipality{
		Name: authority, Unit: lines[0], Address: lines[1:],
		Phone: m.Phone, Email: m.Email, Hours: m.Hours, Protection: officer,
	}
}
