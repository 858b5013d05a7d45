package auth

import (
	"strings"
	"testing"
	"time"

	"ab325/internal/problem"
)

func TestCheckPassword(t *testing.T) {
	for _, password := range []string{
		"ridge copper lantern quiet",
		"regnbue cykel havre 7",
		"Kaffekop-og-mælkebøtte",
		"x7Gk2mQp9LwZ",
		"9f2c 81ab d03e",
		"vhpkqzjwtmbx",
		"giraffen spiste min ost",
		"æøåßüçñžđłśþ",
		"密码很长也很难猜对吧真的",
		strings.Repeat("ordet bøf ", 3) + "kz7 vinge grus",
	} {
		if err := CheckPassword(password, "Ane Eksempel", "ane@kommune.example"); err != nil {
			t.Errorf("CheckPassword(%q) = %v, want it taken", password, err)
		}
	}
}

func TestCheckPasswordRefuses(t *testing.T) {
	const (
		short = "mindst 12 tegn"
		long  = "højst være på 200 tegn"
		mine  = "ikke indeholde dit navn"
		easy  = "for let at gætte"
	)
	for _, test := range []struct{ password, want string }{
		{"", short},
		{"x7Gk2mQp9Lw", short},
		{"ååååååå", short}, // 14 bytes
		{"a\u030aa\u030aa\u030aa\u030aa\u030aa\u030aa\u030a", short},
		{strings.Repeat("x7Gk", 50) + "x", long},
		{"Eksempel-gk2mQp9Lw", mine},
		{"min EKSEMPEL gk2mQp9Lw", mine},
		{"vhpk-mailboks-zjwt", mine},
		{"password1234", easy},
		{"P@ssw0rd1234", easy},
		{"passwordpassword", easy},
		{"trustno1trustno1", easy},
		{"iloveyou1234", easy},
		{"Velkommen2026!", easy},
		{"Sommer2026!!", easy},
		{"Efterår2026!", easy},
		{"jobcenter1234", easy},
		{"Fleksjob2026!", easy},
		{"Kommune12345", easy},
		{"Adgangskode1", easy},
		{"adgangskode123456", easy},
		{"Mandag22112026", easy},
		{"22112026 22112026", easy},
		{"31-12-1985 31", easy},
		{"aaaaaaaaaaaa", easy},
		{strings.Repeat("a", 200), easy},
		{strings.Repeat("ab", 100), easy},
		{strings.Repeat("a1B", 66), easy},
		{"abcdefghijkl", easy},
		{"zyxwvutsrqpo", easy},
		{"123456789012", easy},
		{"098765432109", easy},
		{"qwertyuiopå1", easy},
		{"åpoiuytrewq1", easy},
		{"1qaz2wsx3edc", easy},
		{"dfghjkløcvbn", easy},
		{"kjhgfdsølkjh", easy},
		{"Mikkelsen1985!!", easy},
		{"AneAneAne2026", easy}, // a short name, which many words hold
		{"Michael Jackson1", easy},
	} {
		err := CheckPassword(test.password, "Ane Eksempel", "mailboks@kommune.example")
		p, ok := problem.As(err)
		if !ok || p.Kind != problem.Invalid || !strings.Contains(p.Detail, test.want) || len(p.Fields) != 1 || p.Fields[0].Text != p.Detail {
			t.Errorf("CheckPassword(%.30q) = %+v, want one that says %q", test.password, err, test.want)
			continue
		}
		if test.password != "" && strings.Contains(err.Error(), test.password) {
			t.Errorf("the problem with %q tells it", test.password)
		}
	}
}

// The longest password is checked in a time that nobody notices.
func TestCheckPasswordTime(t *testing.T) {
	if err := CheckPassword("ridge copper lantern quiet"); err != nil { // reads the lists
		t.Fatal(err)
	}
	var b strings.Builder
	for i := range maxPasswordRunes {
		b.WriteByte("abcdefghijklmnopqrstuvwxyz0123456789"[i*i%37%36])
	}
	start := time.Now()
	if err := CheckPassword(b.String()); err != nil {
		t.Fatal(err)
	}
	if d := time.Since(start); d > time.Second {
		t.Errorf("CheckPassword of %d characters takes %v, want less than a second", maxPasswordRunes, d)
	}
}

func TestKnownWords(t *testing.T) {
	words, err := knownWords()
	if err != nil {
		t.Fatal(err)
	}
	if len(words) < 50_000 {
		t.Errorf("%d words are known, want 50000 or more", len(words))
	}
	for _, w := range []string{"password", "123456", "michael", "anderson", "because", "adgangskode"} {
		if _, ok := words[w]; !ok {
			t.Errorf("%q is not known", w)
		}
	}
}
