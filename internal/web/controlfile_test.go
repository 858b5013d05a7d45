package web

import (
	"strings"
	"testing"
	"time"

	"ab325/internal/casework"
	"ab325/internal/pdf/read"
	"ab325/internal/pdf/seal"
)

// TestForeignSeal: of a file that is not known here no more is said than what its
// seal shows. Whoever stole the municipality's key can make one that looks like
// its own, and anybody one in its name.
func TestForeignSeal(t *testing.T) {
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	of := func(level seal.Level, trust seal.Trust, change ...func(*casework.ControlledSeal)) casework.ControlledSeal {
		k := casework.ControlledSeal{Seal: read.Seal{State: seal.Intact, Trust: trust, Level: level, By: "Vestby Kommune", At: at}}
		k.Proven = level != seal.BB && trust == seal.Trusted
		k.Stood = level == seal.BLT && trust == seal.Trusted
		k.Own = trust == seal.Trusted
		for _, f := range change {
			f(&k)
		}
		return k
	}
	state := func(s seal.State) func(*casework.ControlledSeal) {
		return func(k *casework.ControlledSeal) { k.State = s }
	}
	stranger := func(k *casework.ControlledSeal) { k.Own, k.By = false, "Anden A/S" }
	demo := func(k *casework.ControlledSeal) { k.Demo, k.By = true, seal.DemoName }
	const ours, worth = "Filen er forseglet med kommunens certifikat og ikke ændret siden", "Vi har den ikke nu, måske fordi sagen er slettet."
	const spent, unproven = "Filen viser heller ikke, om certifikatet var spærret", "Tidspunktet er kun seglets eget udsagn"
	for _, test := range []struct {
		title   string
		seals   []casework.ControlledSeal
		variant string
		says    []string
		hides   []string
	}{
		{"all that can be", []casework.ControlledSeal{of(seal.BLT, seal.Trusted)}, "success", []string{ours, worth, "kl. 10.00 (bevist af et tidsstempel)", "Er certifikatet spærret?: Nej, ikke da filen blev forseglet"}, []string{spent, unproven, "siger kun"}},
		{"with a timestamp", []casework.ControlledSeal{of(seal.BT, seal.Trusted)}, "warning", []string{ours + ", men vi kender den ikke", worth, spent, "(bevist af et tidsstempel)", "Er certifikatet spærret?: Det viser filen ikke"}, []string{unproven}},
		{"a signature alone", []casework.ControlledSeal{of(seal.BB, seal.Trusted)}, "warning", []string{ours + ", men vi kender den ikke", worth, spent, unproven, "kl. 10.00 (tidspunktet er kun seglets eget udsagn)", "Er certifikatet spærret?: Det viser filen ikke"}, []string{"bevist af"}},
		{"another's, of the same authority", []casework.ControlledSeal{of(seal.BLT, seal.Trusted, stranger)}, "warning", []string{"det er ikke kommunen, der har forseglet den", "Forseglet af: Anden A/S"}, []string{"kommunens certifikat", worth}},
		{"anybody's", []casework.ControlledSeal{of(seal.BB, seal.Unknown)}, "warning", []string{"men vi kender den ikke", "Alle kan lave et segl", "Forseglet af: Vestby Kommune (siger kun seglet selv)"}, []string{ours}},
		{"outdated", []casework.ControlledSeal{of(seal.BB, seal.Outdated)}, "warning", []string{"Alle kan lave et segl", "(certifikatet er udløbet, og intet beviser, at filen blev forseglet før)"}, []string{ours}},
		{"made when it was outdated", []casework.ControlledSeal{of(seal.BT, seal.Outdated, func(k *casework.ControlledSeal) { k.Proven = true })}, "warning", []string{"(certifikatet gjaldt ikke, da filen blev forseglet)"}, []string{ours}},
		{"revoked", []casework.ControlledSeal{of(seal.BT, seal.Revoked)}, "error", []string{"et certifikat, der er spærret", "Stol ikke på den", "Er certifikatet spærret?: Ja"}, []string{ours}},
		{"a demonstration's", []casework.ControlledSeal{of(seal.BB, seal.Trusted, demo)}, "warning", []string{"et segl til demonstration", "ikke et gyldigt segl"}, []string{ours}},
		{"ours, and another's on top", []casework.ControlledSeal{of(seal.BLT, seal.Trusted, state(seal.Extended)), of(seal.BB, seal.Unknown)}, "warning", []string{"Der er føjet noget til filen"}, []string{ours}},
		{"another's, and ours on top", []casework.ControlledSeal{of(seal.BB, seal.Unknown, state(seal.Extended)), of(seal.BLT, seal.Trusted)}, "success", []string{ours}, nil},
		{"changed, and another's on top", []casework.ControlledSeal{of(seal.BLT, seal.Unknown, state(seal.Changed)), of(seal.BB, seal.Unknown)}, "error", []string{"Filen er ændret"}, []string{ours}},
		{"unreadable", []casework.ControlledSeal{of("", seal.Unknown, state(seal.Unreadable))}, "warning", []string{"Seglet kan ikke kontrolleres", "Stol ikke på filen"}, []string{ours, "Vestby"}},
		{"none", nil, "warning", []string{"Filen er ikke forseglet"}, nil},
	} {
		page := &controlPage{}
		page.tellFile(&casework.ControlledFile{Seals: test.seals})
		text := page.Result.Heading + "\n" + page.Result.Text
		for _, r := range page.Rows {
			text += "\n" + r.Label + ": " + r.Value
		}
		if page.Result.Variant != test.variant {
			t.Errorf("%s: shown as %s, want %s", test.title, page.Result.Variant, test.variant)
		}
		for _, want := range test.says {
			if !strings.Contains(text, want) {
				t.Errorf("%s: it does not say %q:\n%s", test.title, want, text)
			}
		}
		for _, bad := range test.hides {
			if strings.Contains(text, bad) {
				t.Errorf("%s: it says %q:\n%s", test.title, bad, text)
			}
		}
	}
}
