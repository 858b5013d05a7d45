package flexjob

import (
	"testing"

	"ab325/internal/ident"
)

func TestRuleR21ComplaintDeadline(t *testing.T) {
	var tests []struct {
		Channel                                 Channel
		Sent, Received, Strict, CitizenFriendly ident.Date
		Why                                     string
	}
	readVectors(t, "deadlines.json", &tests)
	if len(tests) != 23 {
		t.Fatalf("%d vectors in deadlines.json, want 23", len(tests))
	}
	for _, test := range tests {
		for mode, want := range map[CalendarMode]ident.Date{
			Strict:          test.Strict,
			CitizenFriendly: test.CitizenFriendly,
			"":              test.CitizenFriendly,
		} {
			received, last := ComplaintDeadline(test.Channel, test.Sent, mode)
			if received != test.Received || last != want {
				t.Errorf("ComplaintDeadline(%s, %v, %q) = %v, %v, want %v, %v (%s)",
					test.Channel, test.Sent, mode, received, last, test.Received, want, test.Why)
			}
		}
	}
}

// What is on the page is there at once, as in Digital Post.
func TestRuleR21Page(t *testing.T) {
	for day := range 400 {
		sent := ident.NewDate(2026, 11, 1).AddDays(day)
		received, last := ComplaintDeadline(Page, sent, CitizenFriendly)
		wantReceived, wantLast := ComplaintDeadline(DigitalPost, sent, CitizenFriendly)
		if received != wantReceived || last != wantLast {
			t.Errorf("ComplaintDeadline(page, %v) = %v, %v, want %v, %v", sent, received, last, wantReceived, wantLast)
		}
	}
}

// Whatever the day, the last day is a workday at least four weeks after the
// receipt, and the friendly mode is never the stricter one.
func TestRuleR21AtLeastFourWeeks(t *testing.T) {
	for day := range 40 * 366 {
		sent := ident.NewDate(2015, 1, 1).AddDays(day)
		for _, channel := range []Channel{Page, DigitalPost, Letter} {
			received, strict := ComplaintDeadline(channel, sent, Strict)
			_, friendly := ComplaintDeadline(channel, sent, CitizenFriendly)
			if n := received.Days(strict); n < 28 || n > 33 || !Workday(strict) || !Workday(friendly) || friendly.Before(strict) {
				t.Errorf("ComplaintDeadline(%s, %v): %d days to %v, friendly %v", channel, sent, n, strict, friendly)
			}
		}
	}
	if received, last := ComplaintDeadline(Letter, ident.Date{}, Strict); !received.IsZero() || !last.IsZero() {
		t.Errorf("ComplaintDeadline of none = %v, %v, want none", received, last)
	}
}

func TestRuleR21InTime(t *testing.T) {
	last := ident.NewDate(2026, 12, 21)
	for _, test := range []struct {
		complaint ident.Date
		want      bool
	}{
		{last.AddDays(-28), true},
		{last, true},
		{last.AddDays(1), false},
	} {
		if got := InTime(last, test.complaint); got != test.want {
			t.Errorf("InTime(%v, %v) = %t, want %t", last, test.complaint, got, test.want)
		}
	}
}
