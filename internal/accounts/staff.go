package accounts

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"ab325/internal/auth"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// Staff is a member of staff as others see them.
type Staff struct {
	ID           string
	Username     string
	Name         string
	Roles        []auth.Role
	Municipality string // code; "" for the whole installation
	Disabled     bool
	Created      time.Time
	LastSignIn   time.Time // zero where there is none

	// Given tells that the password was given by somebody else, who knows it.
	// Its owner is to choose another before anything else: the pages see to it.
	Given bool
}

func (s *Service) view(a *store.Staff) Staff {
	return Staff{ID: a.ID, Username: a.Username, Name: a.Name, Roles: a.Roles, Municipality: a.Municipality,
		Disabled: !a.Disabled.IsZero(), Created: a.Created, LastSignIn: a.LastSignIn, Given: s.given(a)}
}

// given reports whether an account has a password that may not be kept.
func (s *Service) given(a *store.Staff) bool { return !a.PasswordOwn && !s.KeepGiven }

// NewStaff is what an account begins with. There is no default password, and
// whom the account is for chooses another at the first sign-in.
type NewStaff struct {
	Username     string
	Name         string
	Roles        []auth.Role
	Municipality string // code; "" only for administrators and auditors
	Password     string
}

// AddStaff makes an account and returns its id. The program itself adds the
// first administrator, by a command; later ones are added by an administrator.
// What is wrong with a is an Invalid problem that names its fields: username,
// name, roles, municipality, password; a user name that is taken a Conflict.
func (s *Service) AddStaff(ctx context.Context, who auth.Actor, a NewStaff) (string, error) {
	if err := mayManage(who, a.Municipality); err != nil {
		return "", err
	}
	a.Username, a.Name = oneLine(a.Username), oneLine(a.Name)
	faults := s.faults(&a)
	switch err := auth.CheckPassword(a.Password, a.Username, a.Name); {
	case problem.Of(err) == problem.Invalid:
		p, _ := problem.As(err)
		faults = append(faults, p.Fields...)
	case err != nil:
		return "", err
	}
	if err := invalid(faults); err != nil {
		return "", err
	}
	hash, err := s.Hasher.Hash(ctx, a.Password)
	if err != nil {
		return "", err
	}
	id, err := s.newID()
	if err != nil {
		return "", err
	}
	account := &store.Staff{ID: id, Username: a.Username, Name: a.Name, Password: hash,
		Roles: sorted(a.Roles), Municipality: a.Municipality, Created: s.now()}
	return id, s.Store.Update(ctx, func(tx *store.Tx) error {
		return tx.PutStaff(account, s.entry(who, "staff-add", id))
	})
}

// oneLine returns s as it is kept: normalized, with single spaces.
func oneLine(s string) string { return strings.Join(strings.Fields(norm.NFC.String(s)), " ") }

func sorted(roles []auth.Role) []auth.Role {
	roles = slices.Clone(roles)
	slices.Sort(roles)
	return slices.Compact(roles)
}

// faults returns what is wrong with a, but for its password.
func (s *Service) faults(a *NewStaff) (faults []problem.Field) {
	add := func(id, text string) { faults = append(faults, problem.Field{ID: id, Text: text}) }
	if n := utf8.RuneCountInString(a.Username); n < 2 || n > 60 || strings.ContainsFunc(a.Username, notInUsername) {
		add("username", "Brugernavnet skal være på 2-60 tegn: bogstaver, tal, punktum, bindestreg, understreg og @")
	}
	if n := utf8.RuneCountInString(a.Name); n == 0 || n > 140 {
		add("name", "Indtast navnet, højst 140 tegn")
	}
	if text := s.roleFault(a.Roles, a.Municipality); text != "" {
		add("roles", text)
	}
	if a.Municipality != "" && !s.isMunicipality(a.Municipality) {
		add("municipality", "Vælg en kommune på listen")
	}
	return faults
}

func notInUsername(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(".-_@", r)
}

// roleFault returns what is wrong with the roles of somebody in a
// municipality, or "".
func (s *Service) roleFault(roles []auth.Role, municipality string) string {
	if len(roles) == 0 {
		return "Vælg mindst én rolle"
	}
	for _, r := range roles {
		if !slices.Contains(auth.Roles(), r) {
			return "Vælg roller på listen"
		}
		if municipality == "" && r != auth.Administrator && r != auth.Auditor {
			return "Kun en administrator eller revisor kan være uden kommune: vælg en kommune til en " + r.Danish()
		}
	}
	return ""
}

// Staff returns the account with the given id, or a NotFound problem.
func (s *Service) Staff(ctx context.Context, id string) (Staff, error) {
	return s.look(ctx, func(tx *store.Tx) (*store.Staff, error) { return tx.Staff(id) })
}

// StaffNamed returns the account with the given user name, or a NotFound
// problem.
func (s *Service) StaffNamed(ctx context.Context, username string) (Staff, error) {
	return s.look(ctx, func(tx *store.Tx) (*store.Staff, error) { return tx.StaffNamed(oneLine(username)) })
}

func (s *Service) look(ctx context.Context, find func(*store.Tx) (*store.Staff, error)) (found Staff, err error) {
	err = s.Store.View(ctx, func(tx *store.Tx) error {
		a, err := find(tx)
		if err == nil {
			found = s.view(a)
		}
		return err
	})
	return found, err
}

// ListStaff returns the accounts that who may know of, by user name: all, for
// the program itself and administrators of the whole installation; those of
// their own municipality, for other staff; none for anybody else.
func (s *Service) ListStaff(ctx context.Context, who auth.Actor) (list []Staff, err error) {
	every := mayManage(who, "") == nil
	if !every && (!who.Staff() || who.Municipality == "") {
		return nil, nil
	}
	err = s.Store.View(ctx, func(tx *store.Tx) error {
		list = nil
		for a, err := range tx.AllStaff() {
			if err != nil {
				return err
			}
			if every || a.Municipality == who.Municipality {
				list = append(list, s.view(a))
			}
		}
		return nil
	})
	slices.SortFunc(list, func(a, b Staff) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Username), strings.ToLower(b.Username)), strings.Compare(a.ID, b.ID))
	})
	return list, err
}

// SetRoles gives an account other roles. They count from its next request.
// Nobody can give themselves any.
func (s *Service) SetRoles(ctx context.Context, who auth.Actor, id string, roles []auth.Role) error {
	if who.Subject == id {
		return problem.New(problem.Forbidden, "Du kan ikke ændre dine egne roller. Bed en anden administrator om det.")
	}
	return s.change(ctx, who, id, "staff-roles", func(a *store.Staff) error {
		if text := s.roleFault(roles, a.Municipality); text != "" {
			return invalid([]problem.Field{{ID: "roles", Text: text}})
		}
		a.Roles = sorted(roles)
		return nil
	})
}

// DisableStaff ends an account, and with it its sessions. The account is kept,
// since cases and the log name it. Nobody can disable themselves.
func (s *Service) DisableStaff(ctx context.Context, who auth.Actor, id string) error {
	if who.Subject == id {
		return problem.New(problem.Forbidden, "Du kan ikke spærre dig selv. Bed en anden administrator om det.")
	}
	return s.change(ctx, who, id, "staff-disable", func(a *store.Staff) error {
		if a.Disabled.IsZero() {
			a.Disabled = s.now()
		}
		return nil
	})
}

// EnableStaff lets a disabled account sign in again.
func (s *Service) EnableStaff(ctx context.Context, who auth.Actor, id string) error {
	return s.change(ctx, who, id, "staff-enable", func(a *store.Staff) error {
		a.Disabled, a.SessionsFrom = time.Time{}, s.now()
		return nil
	})
}

// SetPassword gives an account another password, for who has forgotten theirs,
// and ends its sessions. Unless it is who's own, its owner chooses another at the
// next sign-in.
func (s *Service) SetPassword(ctx context.Context, who auth.Actor, id, password string) error {
	is, err := s.Staff(ctx, id)
	if err != nil {
		return err
	}
	if err := mayManage(who, is.Municipality); err != nil {
		return err
	}
	if err := auth.CheckPassword(password, is.Username, is.Name); err != nil {
		return err
	}
	hash, err := s.Hasher.Hash(ctx, password)
	if err != nil {
		return err
	}
	return s.change(ctx, who, id, "staff-password", func(a *store.Staff) error {
		a.Password, a.PasswordOwn, a.SessionsFrom = hash, who.Subject == id, s.now()
		return nil
	})
}

// change lets f change an account that who may manage, and saves it.
func (s *Service) change(ctx context.Context, who auth.Actor, id, action string, f func(*store.Staff) error) error {
	return s.Store.Update(ctx, func(tx *store.Tx) error {
		a, err := tx.Staff(id)
		if err != nil {
			return err
		}
		if err := mayManage(who, a.Municipality); err != nil {
			return err
		}
		if err := f(a); err != nil {
			return err
		}
		return tx.PutStaff(a, s.entry(who, action, id))
	})
}
