package auth

import (
	"bytes"
	"crypto/rand"
	"regexp"
	"strings"
	"testing"
)

func TestNewToken(t *testing.T) {
	form := regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)
	seen := map[string]bool{}
	for range 1000 {
		secret, hash, err := NewToken(rand.Reader)
		if err != nil || !form.MatchString(secret) || seen[secret] {
			t.Fatalf("NewToken = %q, %v, want 43 new characters", secret, err)
		}
		if hash != HashToken(secret) {
			t.Fatalf("NewToken(%q) and HashToken have different hashes", secret)
		}
		seen[secret] = true
	}
	a, _, _ := NewToken(bytes.NewReader(make([]byte, 32)))
	if a != strings.Repeat("A", 43) {
		t.Errorf("NewToken(zeros) = %q, want all 32 bytes of the source and nothing else", a)
	}
}

// A source of randomness that ends must never give a short secret.
func TestNoRandomness(t *testing.T) {
	if secret, hash, err := NewToken(bytes.NewReader(make([]byte, 31))); err == nil || secret != "" || hash != [32]byte{} {
		t.Errorf("NewToken(31 bytes) = %q, %v", secret, err)
	}
	if code, err := NewCode(bytes.NewReader(make([]byte, 11))); err == nil || code != "" {
		t.Errorf("NewCode(11 bytes) = %q, %v", code, err)
	}
}

func TestNewCode(t *testing.T) {
	form := regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$`)
	letters := map[rune]int{}
	seen := map[string]bool{}
	const n = 4000
	for range n {
		code, err := NewCode(rand.Reader)
		if err != nil || !form.MatchString(code) || seen[code] {
			t.Fatalf("NewCode = %q, %v, want a new code", code, err)
		}
		seen[code] = true
		for _, r := range strings.ReplaceAll(code, "-", "") {
			letters[r]++
		}
	}
	// 1500 of each are expected, with a standard deviation of 38.
	for _, r := range codeLetters {
		if letters[r] < 1200 || letters[r] > 1800 {
			t.Errorf("%d of %d letters are %c, want about one in 32", letters[r], n*12, r)
		}
	}
}

func TestHashCode(t *testing.T) {
	want := HashCode("K0QM-41WT-9VPD")
	for _, typed := range []string{
		"k0qm-41wt-9vpd",
		"K0QM41WT9VPD",
		" K0QM 41WT 9VPD \r\n",
		"KOQM-4IWT-9UPD",
		"koqm-4lwt-9upd",
		"K0QM\u201341WT\u00a09VPD",
		"K.0.Q.M.4.1.W.T.9.V.P.D",
	} {
		if HashCode(typed) != want {
			t.Errorf("HashCode(%q) is another than that of the code", typed)
		}
	}
	for _, typed := range []string{"", "K0QM-41WT-9VP", "K0QM-41WT-9VPDD", "K0QM-14WT-9VPD", "KØQM-41WT-9VPD"} {
		if HashCode(typed) == want {
			t.Errorf("HashCode(%q) is that of another code", typed)
		}
	}
	if HashToken("K0QM41WT9VPD") == want {
		t.Error("a code and a token of the same text have the same hash")
	}
}
