package accounts

import (
	"crypto/rand"
	"slices"
	"testing"
	"time"

	"ab325/internal/auth"
	"ab325/internal/problem"
)

// given reports whether a sign-in with a password says that another must be
// chosen.
func (b *bench) given(t *testing.T, username, password string) bool {
	t.Helper()
	b.wait(time.Minute)
	in, err := b.SignIn(ctx, username, password, "client")
	if err != nil {
		t.Fatal(err)
	}
	return in.Given
}

// A password that somebody else gave is known as such until its owner chooses
// another, and again when somebody gives another one.
func TestGivenPassword(t *testing.T) {
	b := newBench(t)
	admin := b.add(t, "admin", roskilde, auth.Administrator)
	who := b.add(t, "mette", roskilde, auth.Caseworker)
	expect := func(when, password string, want bool) {
		t.Helper()
		is, err := b.Staff(ctx, who.Subject)
		if got := b.given(t, "mette", password); err != nil || got != want || is.Given != want {
			t.Errorf("%s: sign-in %v, account %v, %v, want %v", when, got, is.Given, err, want)
		}
	}
	expect("a new account", password, true)
	if _, err := b.ChangePassword(ctx, who, password, "short", "client"); problem.Of(err) != problem.Invalid {
		t.Errorf("ChangePassword to a short one = %v", err)
	}
	expect("after a password that was refused", password, true)
	if _, err := b.ChangePassword(ctx, who, password, another, "client"); err != nil {
		t.Fatal(err)
	}
	expect("after choosing one", another, false)
	if err := b.DisableStaff(ctx, admin, who.Subject); err != nil {
		t.Fatal(err)
	}
	if err := b.EnableStaff(ctx, admin, who.Subject); err != nil {
		t.Fatal(err)
	}
	expect("after coming back", another, false)
	if err := b.SetPassword(ctx, admin, who.Subject, password); err != nil {
		t.Fatal(err)
	}
	expect("after another was given", password, true)
	if err := b.ChoosePassword(ctx, " METTE ", password, another, "client"); err != nil {
		t.Fatal(err)
	}
	expect("after choosing by a command", another, false)

	if err := b.SetPassword(ctx, admin, admin.Subject, another); err != nil {
		t.Fatal(err)
	}
	if b.given(t, "admin", another) {
		t.Error("the administrator made the password alone, and is to choose another")
	}
	b.add(t, "bo", roskilde, auth.Caseworker)
	b.KeepGiven = true
	if b.given(t, "bo", password) {
		t.Error("an example's password is to be changed")
	}
}

// The command for choosing a password asks for as much as the page: who guesses is
// refused, slowed down and logged, and what is chosen must be another, and good.
func TestChoosePasswordRefuses(t *testing.T) {
	b := newBench(t)
	who := b.add(t, "mette", roskilde, auth.Caseworker)
	for _, test := range []struct{ name, username, old, new, field string }{
		{"a wrong one", "mette", "wrong", another, "username"},
		{"nobody's", "nobody", password, another, "username"},
		{"the same", "mette", password, password, "password"},
		{"a short one", "mette", password, "short", "password"},
	} {
		err := b.ChoosePassword(ctx, test.username, test.old, test.new, "command")
		if got := fields(err); problem.Of(err) != problem.Invalid || !slices.Equal(got, []string{test.field}) {
			t.Errorf("%s: %v naming %q, want %q", test.name, err, got, test.field)
		}
	}
	if got, want := b.log(t)[1:], []string{who.Subject + " sign-in refused", "stranger sign-in refused"}; !slices.Equal(got, want) {
		t.Errorf("log = %q, want %q", got, want)
	}
	for range 8 {
		b.ChoosePassword(ctx, "mette", "wrong", another, "command")
	}
	if err := b.ChoosePassword(ctx, "mette", password, another, "command"); problem.Of(err) != problem.Unavailable {
		t.Errorf("after many guesses: %v, want to be told to wait", err)
	}
	in := b.signInLater(t, "mette")
	if err := b.ChoosePassword(ctx, "mette", password, another, "command"); err != nil {
		t.Fatal(err)
	}
	b.wait(time.Second)
	b.expect(t, "after another password", in.Token, problem.Expired)
}

// signInLater signs in when nobody has to wait any more.
func (b *bench) signInLater(t *testing.T, username string) SignedIn {
	t.Helper()
	b.wait(time.Hour)
	in := b.signIn(t, username)
	b.wait(time.Second)
	return in
}

// A password that is changed, or an account that is ended, while its owner chooses
// another one stays so.
func TestChangePasswordMeanwhile(t *testing.T) {
	for name, change := range map[string]func(b *bench, id string) error{
		"given another": func(b *bench, id string) error {
			return b.SetPassword(ctx, auth.System(), id, "en blå kande uden hank 12")
		},
		"disabled": func(b *bench, id string) error { return b.DisableStaff(ctx, auth.System(), id) },
	} {
		b := newBench(t)
		who := b.add(t, "mette", roskilde, auth.Caseworker)
		b.Rand = hook(func() { // the token is made after the passwords were checked
			b.Rand = rand.Reader
			if err := change(b, who.Subject); err != nil {
				t.Error(err)
			}
		})
		if _, err := b.ChangePassword(ctx, who, password, another, "client"); problem.Of(err) != problem.Conflict {
			t.Errorf("%s meanwhile: %v, want a conflict", name, err)
		}
	}
}
