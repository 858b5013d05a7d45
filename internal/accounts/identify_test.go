package accounts

import (
	"slices"
	"testing"

	"ab325/internal/auth"
	"ab325/internal/problem"
)

// Who a command is for is not shown by a password that somebody else knows.
func TestIdentify(t *testing.T) {
	b := newBench(t)
	who := b.add(t, "mette", "", auth.Administrator)
	if _, err := b.Identify(ctx, "mette", password, "command"); problem.Of(err) != problem.Forbidden {
		t.Errorf("with a given password: %v, want forbidden", err)
	}
	if err := b.ChoosePassword(ctx, "mette", password, another, "command"); err != nil {
		t.Fatal(err)
	}
	if got, err := b.Identify(ctx, "mette", another, "command"); err != nil || got.Subject != who.Subject {
		t.Errorf("Identify = %+v, %v, want %s", got, err, who.Subject)
	}
	id := who.Subject
	if got, want := b.log(t)[1:], []string{id + " identify refused", id + " password ok", id + " identify ok"}; !slices.Equal(got, want) {
		t.Errorf("log = %q, want %q", got, want)
	}
}
