package accounts

import (
	"testing"
	"time"

	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/problem"
)

func TestParkedPost(t *testing.T) {
	b := newBench(t)
	b.add(t, "mette", roskilde, auth.Caseworker)
	stranger := b.add(t, "bo", roskilde, auth.Caseworker)
	in := b.signIn(t, "mette")
	form := map[string][]string{"assessment.justification": {"Åse kan …"}}
	b.wait(30*time.Minute + 24*time.Hour - time.Second)
	if who, err := b.Ended(ctx, in.Token); err != nil || who.Subject != in.Actor.Subject {
		t.Errorf("Ended = %+v, %v, want whose session it was", who, err)
	}
	id, err := b.ParkPost(ctx, in.Token, "/jobcenter/sager/c1/blad2", form)
	if err != nil {
		t.Fatal(err)
	}
	for name, who := range map[string]auth.Actor{"a colleague": stranger, "a stranger": {}, "a party": {Provider: auth.PartyLink, Party: flexjob.Employee, Case: "c1"}} {
		if _, err := b.ParkedPost(ctx, who, id); problem.Of(err) != problem.NotFound {
			t.Errorf("ParkedPost by %s = %v, want not found", name, err)
		}
	}
	again := b.signIn(t, "mette").Actor
	post, err := b.ParkedPost(ctx, again, id)
	if err != nil || post.Path != "/jobcenter/sager/c1/blad2" || post.Form["assessment.justification"][0] != "Åse kan …" {
		t.Errorf("ParkedPost = %+v, %v", post, err)
	}
	if err := b.ForgetPost(ctx, again, id); err != nil {
		t.Fatal(err)
	}
	if _, err := b.ParkedPost(ctx, again, id); problem.Of(err) != problem.NotFound {
		t.Errorf("ParkedPost once forgotten = %v, want not found", err)
	}
	b.wait(time.Second)
	for name, token := range map[string]string{"a day after its end": in.Token, "no session": "x"} {
		if _, err := b.ParkPost(ctx, token, "/", form); problem.Of(err) != problem.Unknown {
			t.Errorf("ParkPost %s = %v, want unknown", name, err)
		}
		if who, err := b.Ended(ctx, token); problem.Of(err) != problem.Unknown || who.Subject != "" {
			t.Errorf("Ended %s = %+v, %v, want unknown", name, who, err)
		}
	}
}

// A party comes back with another link and finds its post; the other does not.
func TestParkedPostOfParty(t *testing.T) {
	b := newBench(t)
	in := b.start(t, b.link(t, "l1", flexjob.Employee))
	if err := b.EndSession(ctx, in.Token); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for range maxParked + 2 {
		b.wait(time.Second)
		id, err := b.ParkPost(ctx, in.Token, "/ansat/c1/job", nil)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	for i, id := range ids {
		_, err := b.ParkedPost(ctx, b.link(t, "l2", flexjob.Employee), id)
		if kept := i >= 2; (err == nil) != kept {
			t.Errorf("post %d of %d: %v, want kept %v", i+1, len(ids), err, kept)
		}
	}
	if _, err := b.ParkedPost(ctx, b.link(t, "l3", flexjob.Company), ids[5]); problem.Of(err) != problem.NotFound {
		t.Errorf("the other party's post = %v, want not found", err)
	}
}
