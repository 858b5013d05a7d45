package accounts

import (
	"slices"
	"testing"
	"time"

	"ab325/internal/audit"
	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// kind returns "ok" or the kind of the problem that the session is.
func (b *bench) kind(t *testing.T, token string) problem.Kind {
	t.Helper()
	switch _, err := b.Session(ctx, token); {
	case err == nil:
		return "ok"
	case problem.Of(err) == "":
		t.Fatal(err)
		return ""
	default:
		return problem.Of(err)
	}
}

func (b *bench) expect(t *testing.T, what, token string, want problem.Kind) {
	t.Helper()
	if got := b.kind(t, token); got != want {
		t.Errorf("%s: the session is %q, want %q", what, got, want)
	}
}

func TestStaffSession(t *testing.T) {
	b := newBench(t)
	who := b.add(t, "mette", roskilde, auth.Caseworker)
	b.expect(t, "no token", "", problem.Unknown)
	b.expect(t, "a made-up token", "x", problem.Unknown)

	in := b.signIn(t, "mette")
	if want := b.clock.Add(12 * time.Hour); !in.Ends.Equal(want) {
		t.Errorf("the session ends at %v, want %v", in.Ends, want)
	}
	b.wait(30*time.Minute - time.Second)
	b.expect(t, "just within the idle time", in.Token, "ok")
	b.wait(30*time.Minute - time.Second)
	b.expect(t, "again", in.Token, "ok")
	b.wait(30 * time.Minute)
	b.expect(t, "idle for 30 minutes", in.Token, problem.Expired)

	in = b.signIn(t, "mette")
	for range 12*4 - 1 {
		b.wait(15 * time.Minute)
		b.expect(t, "used all day", in.Token, "ok")
	}
	b.wait(15 * time.Minute)
	b.expect(t, "after 12 hours", in.Token, problem.Expired)

	in = b.signIn(t, "mette")
	if err := b.SetRoles(ctx, auth.System(), who.Subject, []auth.Role{auth.Auditor}); err != nil {
		t.Fatal(err)
	}
	if now, err := b.Session(ctx, in.Token); err != nil || !slices.Equal(now.Roles, []auth.Role{auth.Auditor}) {
		t.Errorf("after other roles: %v, %v, want the auditor's", now.Roles, err)
	}
	if err := b.EndSession(ctx, in.Token); err != nil {
		t.Fatal(err)
	}
	b.expect(t, "once ended", in.Token, problem.Expired)
	if err := b.EndSession(ctx, "x"); err != nil {
		t.Errorf("EndSession of no session = %v", err)
	}
}

func TestSessionsEndWithTheAccount(t *testing.T) {
	b := newBench(t)
	who := b.add(t, "mette", roskilde, auth.Caseworker)
	one, two := b.signIn(t, "mette"), b.signIn(t, "mette")
	b.wait(time.Minute)
	changed, err := b.ChangePassword(ctx, one.Actor, password, another, "client")
	if err != nil {
		t.Fatal(err)
	}
	b.expect(t, "the caller's, after another password", one.Token, problem.Expired)
	b.expect(t, "another, after another password", two.Token, problem.Expired)
	b.expect(t, "the new one", changed.Token, "ok")
	if _, err := b.SignIn(ctx, "mette", password, "client"); problem.Of(err) != problem.Invalid {
		t.Errorf("SignIn with the old password = %v, want invalid", err)
	}

	b.wait(time.Minute)
	if err := b.SetPassword(ctx, auth.System(), who.Subject, password); err != nil {
		t.Fatal(err)
	}
	b.expect(t, "after the administrator's password", changed.Token, problem.Expired)

	in := b.signIn(t, "mette")
	b.wait(time.Second)
	if err := b.DisableStaff(ctx, auth.System(), who.Subject); err != nil {
		t.Fatal(err)
	}
	b.expect(t, "of a disabled account", in.Token, problem.Expired)
	if _, err := b.StartSession(ctx, who); problem.Of(err) != problem.Forbidden {
		t.Errorf("StartSession of a disabled account = %v, want forbidden", err)
	}
	if err := b.EnableStaff(ctx, auth.System(), who.Subject); err != nil {
		t.Fatal(err)
	}
	b.expect(t, "from before it was disabled", in.Token, problem.Expired)
	b.expect(t, "once enabled", b.signIn(t, "mette").Token, "ok")
}

// link saves a link of a party, of a case that there is then, and returns its
// actor.
func (b *bench) link(t *testing.T, id string, party flexjob.Party) auth.Actor {
	t.Helper()
	err := b.Store.Update(ctx, func(tx *store.Tx) error {
		if _, err := tx.Case("c1"); problem.Of(err) == problem.NotFound {
			why := audit.Entry{At: b.clock, Actor: id, Action: "start", Result: "ok"}
			if err := tx.PutCase(&flexjob.Case{ID: "c1", Revision: 1}, why); err != nil {
				return err
			}
		} else if err != nil {
			return err
		}
		return tx.PutLink(store.Link{ID: id, Hash: auth.HashToken(id), Case: "c1", Party: party, Kind: store.LinkReturn,
			Created: b.clock, Expires: b.clock.AddDate(0, 0, 14)})
	})
	if err != nil {
		t.Fatal(err)
	}
	return auth.Actor{Provider: auth.PartyLink, Subject: id, Assurance: flexjob.ByLink, Party: party, Case: "c1"}
}

func (b *bench) start(t *testing.T, who auth.Actor) SignedIn {
	t.Helper()
	in, err := b.StartSession(ctx, who)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func TestPartySession(t *testing.T) {
	b := newBench(t)
	in := b.start(t, b.link(t, "l1", flexjob.Employee))
	b.wait(14*24*time.Hour - time.Second)
	b.expect(t, "for 14 days, unused", in.Token, "ok")
	b.wait(time.Second)
	b.expect(t, "after 14 days", in.Token, problem.Expired)

	one, other := b.start(t, b.link(t, "l2", flexjob.Employee)), b.start(t, b.link(t, "l3", flexjob.Company))
	if err := b.Store.Update(ctx, func(tx *store.Tx) error { return tx.EndLinks("c1", flexjob.Employee) }); err != nil {
		t.Fatal(err)
	}
	b.expect(t, "of a link that was ended", one.Token, problem.Expired)
	b.expect(t, "of the other party's", other.Token, "ok")
	b.expect(t, "of no link", b.start(t, auth.Actor{Provider: auth.PartyLink, Subject: "l9", Party: flexjob.Employee, Case: "c1"}).Token, problem.Expired)
}

// The last use is written at most once a minute.
func TestSessionSeen(t *testing.T) {
	b := newBench(t)
	b.add(t, "mette", roskilde, auth.Caseworker)
	in := b.signIn(t, "mette")
	began := b.clock
	for _, test := range []struct {
		after, seen time.Duration
	}{{59 * time.Second, 0}, {time.Minute, time.Minute}, {119 * time.Second, time.Minute}, {2 * time.Minute, 2 * time.Minute}} {
		b.clock = began.Add(test.after)
		b.expect(t, test.after.String(), in.Token, "ok")
		err := b.Store.View(ctx, func(tx *store.Tx) error {
			session, err := tx.Session(auth.HashToken(in.Token))
			if err == nil && !session.Seen.Equal(began.Add(test.seen)) {
				t.Errorf("used after %v: seen after %v, want %v", test.after, session.Seen.Sub(began), test.seen)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestSweep(t *testing.T) {
	b := newBench(t)
	who := b.add(t, "mette", roskilde, auth.Caseworker)
	old := b.signIn(t, "mette")
	id, err := b.ParkPost(ctx, old.Token, "/", nil)
	if err != nil {
		t.Fatal(err)
	}
	sweep := func() {
		t.Helper()
		if err := b.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
	}
	b.wait(30*time.Minute + 24*time.Hour - time.Second)
	sweep()
	b.expect(t, "remembered", old.Token, problem.Expired)
	b.wait(time.Second)
	fresh := b.signIn(t, "mette")
	sweep()
	b.expect(t, "forgotten", old.Token, problem.Unknown)
	b.expect(t, "going on", fresh.Token, "ok")
	if _, err := b.ParkedPost(ctx, who, id); err != nil {
		t.Errorf("a post of yesterday: %v", err)
	}
	b.wait(13 * 24 * time.Hour)
	sweep()
	if _, err := b.ParkedPost(ctx, who, id); problem.Of(err) != problem.NotFound {
		t.Errorf("a post of two weeks ago: %v, want not found", err)
	}
}
