package accounts

import (
	"crypto/rand"
	"slices"
	"strings"
	"testing"
	"time"

	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/problem"
)

func TestSignIn(t *testing.T) {
	b := newBench(t)
	b.add(t, "Mette", roskilde, auth.Caseworker, auth.Issuer)
	gone := b.add(t, "gone", roskilde, auth.Caseworker)
	if err := b.DisableStaff(ctx, auth.System(), gone.Subject); err != nil {
		t.Fatal(err)
	}
	var refusal string
	for _, test := range []struct {
		name, password string
		ok             bool
	}{
		{"mette", password, true},
		{" METTE ", password, true},
		{"mette", password + " ", false},
		{"mette", "", false},
		{"nobody", password, false},
		{"", "", false},
		{"gone", password, false},
	} {
		in, err := b.SignIn(ctx, test.name, test.password, test.name+test.password)
		if (err == nil) != test.ok {
			t.Errorf("SignIn(%q, %q) = %v, want ok %v", test.name, test.password, err, test.ok)
			continue
		}
		if err == nil {
			who, err := b.Session(ctx, in.Token)
			if err != nil || who.Subject != in.Actor.Subject || !who.Has(auth.Issuer) || who.Municipality != roskilde || who.Assurance != flexjob.ByPassword {
				t.Errorf("Session = %+v, %v", who, err)
			}
			continue
		}
		p, ok := problem.As(err)
		if !ok || p.Kind != problem.Invalid || refusal != "" && p.Detail+p.Fields[0].Text != refusal {
			t.Errorf("SignIn(%q, %q) = %v, want the same answer as to any other", test.name, test.password, err)
		} else {
			refusal = p.Detail + p.Fields[0].Text
		}
	}
	refused := 0
	for _, line := range b.log(t) {
		if strings.HasSuffix(line, "sign-in refused") {
			refused++
		}
	}
	if refused != 5 {
		t.Errorf("the log has %d refused sign-ins, want 5", refused)
	}
}

// hook is randomness that calls itself first.
type hook func()

func (h hook) Read(p []byte) (int, error) {
	h()
	return rand.Read(p)
}

// A password that is changed while it is checked lets nobody in.
func TestSignInMeanwhile(t *testing.T) {
	for name, change := range map[string]func(b *bench, id string) error{
		"another password": func(b *bench, id string) error { return b.SetPassword(ctx, auth.System(), id, another) },
		"disabled":         func(b *bench, id string) error { return b.DisableStaff(ctx, auth.System(), id) },
	} {
		b := newBench(t)
		who := b.add(t, "mette", roskilde, auth.Caseworker)
		b.Rand = hook(func() { // the token is made after the password was checked
			b.Rand = rand.Reader
			if err := change(b, who.Subject); err != nil {
				t.Error(err)
			}
		})
		if _, err := b.SignIn(ctx, "mette", password, "client"); problem.Of(err) != problem.Invalid {
			t.Errorf("%s meanwhile: %v, want invalid", name, err)
		}
	}
}

// Guessing is slow for one account, from wherever, and for one client,
// whatever the account; the right password does not help while it waits.
func TestSignInThrottled(t *testing.T) {
	for name, guess := range map[string]func(i int) (username, client string){
		"one account": func(i int) (string, string) { return "mette", string(rune('a' + i)) },
		"one client":  func(i int) (string, string) { return string(rune('a'+i)) + "x", "client" },
	} {
		b := newBench(t)
		b.add(t, "mette", roskilde, auth.Caseworker)
		for i := range 8 {
			username, client := guess(i)
			b.SignIn(ctx, username, "wrong", client)
		}
		if _, err := b.SignIn(ctx, "mette", password, "client"); problem.Of(err) != problem.Unavailable {
			t.Errorf("%s: after many guesses: %v, want to be told to wait", name, err)
		}
		b.wait(time.Hour)
		if _, err := b.SignIn(ctx, "mette", password, "client"); err != nil {
			t.Errorf("%s: an hour later: %v", name, err)
		}
	}
}

// Guesses count after they ended, too: with a pause between them, each still
// makes the next wait longer.
func TestSignInThrottledSlowly(t *testing.T) {
	b := newBench(t)
	b.add(t, "mette", roskilde, auth.Caseworker)
	for i := range 20 {
		b.SignIn(ctx, "mette", "wrong", string(rune('a'+i)))
		b.wait(40 * time.Second)
	}
	if _, err := b.SignIn(ctx, "mette", password, "client"); problem.Of(err) != problem.Unavailable {
		t.Errorf("after 20 guesses in 13 minutes: %v, want to be told to wait", err)
	}
}

// Tries that succeed, or are refused because of the other key, slow nobody.
func TestSignInKeepsCount(t *testing.T) {
	b := newBench(t)
	b.add(t, "mette", roskilde, auth.Caseworker)
	for range 20 {
		b.signIn(t, "mette")
	}
	for range 8 {
		b.SignIn(ctx, "bo", "wrong", "elsewhere")
	}
	for range 8 { // refused for the account
		b.SignIn(ctx, "bo", "wrong", "client")
	}
	b.signIn(t, "mette")
}

func TestChangePasswordRefuses(t *testing.T) {
	b := newBench(t)
	who := b.add(t, "mette", roskilde, auth.Caseworker)
	for _, test := range []struct {
		name, old, new string
		who            auth.Actor
		kind           problem.Kind
		field          string
	}{
		{"a wrong one", "wrong", another, who, problem.Invalid, "old"},
		{"the same", password, password, who, problem.Invalid, "password"},
		{"a short one", password, "short", who, problem.Invalid, "password"},
		{"one with the name", password, "mette kaktus vognmand", who, problem.Invalid, "password"},
		{"by a party", password, another, auth.Actor{Provider: auth.PartyLink, Subject: who.Subject}, problem.Forbidden, ""},
	} {
		_, err := b.ChangePassword(ctx, test.who, test.old, test.new, "client")
		if got := fields(err); problem.Of(err) != test.kind || test.field != "" && !slices.Equal(got, []string{test.field}) {
			t.Errorf("%s: %v naming %q, want %s naming %s", test.name, err, got, test.kind, test.field)
		}
	}
	b.signIn(t, "mette")
}
