package flexjob

import (
	"slices"
	"testing"

	"ab325/internal/ident"
)

// What keeps a case from being erased, in every status and around the last day
// to complain.
func TestRuleR30LooseEnds(t *testing.T) {
	during, after := dayAfter, dayAfter.AddDays(1)
	for _, test := range []struct {
		status Status
		today  ident.Date
		want   []LooseEnd
	}{
		{Draft, during, []LooseEnd{LooseCase, LooseWish}}, {Returned, during, []LooseEnd{LooseCase, LooseConsent, LooseWish}},
		// Whoever signs is asked for consent.
		{Sent, during, []LooseEnd{LooseCase, LooseReceipt, LooseConsent}}, {Received, during, []LooseEnd{LooseCase, LooseConsent}},
		{Assessed, during, []LooseEnd{LooseCase, LooseSheet, LooseConsent}},
		{Issued, during, []LooseEnd{LooseCase, LooseComplaint, LooseConsent}}, {Issued, after, []LooseEnd{LooseCase, LooseConsent}},
		{Replacing, after, []LooseEnd{LooseCase, LooseSheet, LooseConsent}},
		{Closed, during, []LooseEnd{LooseComplaint}}, {Closed, after, nil},
		{Dismissed, during, []LooseEnd{LooseComplaint}}, {Dismissed, after, nil},
		{Withdrawn, during, nil}, {Forwarded, during, nil},
	} {
		if got := cases(t)[test.status].LooseEnds(test.today); !slices.Equal(got, test.want) {
			t.Errorf("LooseEnds of a case that is %s on %s = %q, want %q", test.status, test.today, got, test.want)
		}
	}
	for _, end := range []LooseEnd{LooseCase, LooseComplaint, LooseReceipt, LooseSheet, LooseConsent, LooseWish} {
		if end.Danish() == "" {
			t.Errorf("%s has no words", end)
		}
	}
}
