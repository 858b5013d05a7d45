package auth

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/ccojocar/zxcvbn-go/data"
	"golang.org/x/text/unicode/norm"

	"ab325/internal/ident"
	"ab325/internal/problem"
)

// What a password has to be, after NIST SP 800-63B: long, and not one that is
// guessed early. No rules about kinds of characters: they make passwords worse.
const (
	minPasswordRunes = 12
	maxPasswordRunes = 200
	minPasswordBits  = 33 // ten thousand million guesses, zxcvbn's best class
	longestPiece     = 40 // runes; no word or row of keys is longer
)

// CheckPassword returns an Invalid problem if a password is too short, too
// long, holds what is known of the person (name, user name, e-mail address),
// or is guessed early by somebody who tries breached passwords, names and
// words, and what people do to them.
func CheckPassword(password string, personal ...string) error {
	password = norm.NFC.String(password)
	switch n := utf8.RuneCountInString(password); {
	case n < minPasswordRunes:
		return badPassword(fmt.Sprintf("Adgangskoden skal være på mindst %d tegn", minPasswordRunes))
	case n > maxPasswordRunes:
		return badPassword(fmt.Sprintf("Adgangskoden må højst være på %d tegn", maxPasswordRunes))
	}
	words, err := knownWords()
	if err != nil {
		return fmt.Errorf("read the list of passwords: %w", err)
	}
	mine := personalWords(personal)
	for _, w := range mine {
		if utf8.RuneCountInString(w) >= 4 && strings.Contains(strings.ToLower(password), w) {
			return badPassword("Adgangskoden må ikke indeholde dit navn, brugernavn eller din e-mailadresse")
		}
	}
	rank := func(w string) (int, bool) {
		if slices.Contains(mine, w) {
			return 1, true
		}
		r, ok := words[w]
		return r, ok
	}
	if guessBits(password, rank) < minPasswordBits {
		return badPassword("Adgangskoden er for let at gætte. Vælg fx fire ord, der ikke hører sammen")
	}
	return nil
}

func badPassword(text string) error {
	return &problem.Error{Kind: problem.Invalid, Detail: text, Fields: []problem.Field{{ID: "password", Text: text}}}
}

// personalWords returns the words of texts in lower case, of an e-mail address
// without those of its domain, which are its owner's.
func personalWords(texts []string) (words []string) {
	for _, s := range texts {
		s, _, _ = strings.Cut(s, "@")
		words = append(words, strings.FieldsFunc(strings.ToLower(norm.NFC.String(s)), func(r rune) bool {
			return class(r) == symbol
		})...)
	}
	return words
}

// knownWords returns breached passwords, names and words, each with its rank
// in its list: the lower, the earlier it is guessed. The lists are those of
// zxcvbn; the Danish words are ours.
var knownWords = sync.OnceValues(func() (map[string]int, error) {
	ranks := map[string]int{}
	add := func(w string, rank int) {
		if old, ok := ranks[w]; !ok || rank < old {
			ranks[w] = rank
		}
	}
	for _, name := range []string{"Passwords", "MaleNames", "FemaleNames", "Surnames", "English"} {
		b, err := data.Asset("data/" + name + ".json")
		if err != nil {
			return nil, err
		}
		var file struct{ List []string }
		if err := json.Unmarshal(b, &file); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for i, w := range file.List {
			add(strings.ToLower(w), i+1)
		}
	}
	for _, w := range strings.Fields(danishWords) {
		add(w, 50)
	}
	return ranks, nil
})

// danishWords are what Danes build passwords from, most of all in an office.
const danishWords = `velkommen adgangskode kodeord hemmelig hemmeligt password admin test login skift nulstil
	januar februar marts april maj juni juli august september oktober november december
	forår sommer efterår vinter jul påske ferie mandag tirsdag onsdag torsdag fredag lørdag søndag
	danmark dansk københavn kbh aarhus århus odense aalborg ålborg esbjerg randers kolding horsens vejle roskilde
	brøndby fck agf fodbold håndbold elsker kærlighed skat familie mor far søn datter hund kat hest kaffe
	jobcenter kommune kommunen borger borgerservice rådhus rådhuset fleksjob fleks ab325 blanket
	sagsbehandler medarbejder leder afdeling kontor arbejde computer hejsa goddag farvel tak`

// guessBits estimates the number of guesses that a password takes, as a power
// of two. Whoever guesses is taken to know how it was made: the password is
// cut into the pieces that are guessed earliest together, as zxcvbn does
// (Wheeler, "zxcvbn: Low-Budget Password Strength Estimation", 2016).
func guessBits(password string, rank func(string) (int, bool)) float64 {
	s := []rune(strings.ToLower(password))
	best := make([]float64, len(s)+1) // best[j] is the bits of s[:j]
	for j := 1; j <= len(s); j++ {
		best[j] = best[j-1] + charBits(s[j-1])
		for i := range j - 1 {
			best[j] = min(best[j], best[i]+pieceBits(s, i, j, rank))
		}
	}
	return best[len(s)]
}

// pieceBits returns the bits of s[i:j] as one piece, infinitely many if it is
// none. Each has one bit more for being cut there.
func pieceBits(s []rune, i, j int, rank func(string) (int, bool)) float64 {
	piece, n := s[i:j], j-i
	bits := math.Inf(1)
	if i >= n && slices.Equal(s[i-n:i], piece) { // what stands before, again
		return 1
	}
	if n >= 3 && strings.Contains(string(s[:i]), string(piece)) { // or further before
		return 1 + math.Log2(float64(i))
	}
	if n > longestPiece {
		return bits
	}
	if steps(piece) || keyRow(piece) {
		bits = charBits(piece[0]) + math.Log2(float64(n))
	}
	if n == 4 && digitsOnly(piece) && (piece[0] == '1' && piece[1] == '9' || piece[0] == '2' && piece[1] == '0') {
		bits = min(bits, math.Log2(200)) // a year
	}
	if date(piece) {
		bits = min(bits, math.Log2(366*100))
	}
	if r, ok := rank(string(piece)); ok {
		bits = min(bits, math.Log2(float64(r)))
	}
	if r, ok := rank(unleet(piece)); ok {
		bits = min(bits, math.Log2(float64(r))+2)
	}
	return 1 + bits
}

// date reports whether s is a date, or six or eight digits that may be one.
func date(s []rune) bool {
	_, err := ident.ParseDate(string(s))
	return err == nil || (len(s) == 6 || len(s) == 8) && digitsOnly(s)
}

// steps reports whether the runes go up, down or stay, one by one: abcd, 4321,
// aaaa.
func steps(s []rune) bool {
	d := s[1] - s[0]
	if d < -1 || d > 1 {
		return false
	}
	for i := 2; i < len(s); i++ {
		if s[i]-s[i-1] != d {
			return false
		}
	}
	return true
}

// keyRow reports whether s stands on a row of the Danish keyboard, in either
// direction.
func keyRow(s []rune) bool {
	back := slices.Clone(s)
	slices.Reverse(back)
	const rows = "½1234567890+´ qwertyuiopå¨ asdfghjklæø' <zxcvbnm,.- 1qaz2wsx3edc4rfv5tgb6yhn7ujm qazwsxedcrfvtgbyhnujm"
	return strings.Contains(rows, string(s)) || strings.Contains(rows, string(back))
}

// unleet undoes what people think makes a word hard to guess.
func unleet(s []rune) string {
	return strings.Map(func(r rune) rune {
		if i := strings.IndexRune("013457@$!", r); i >= 0 {
			return rune("oieastasi"[i])
		}
		return r
	}, string(s))
}

const (
	letter = iota
	digit
	symbol
)

func class(r rune) int {
	switch {
	case '0' <= r && r <= '9':
		return digit
	case 'a' <= r && r <= 'z', r > 127:
		return letter
	}
	return symbol
}

// charBits returns the bits of a character that follows from nothing.
func charBits(r rune) float64 {
	return [...]float64{letter: math.Log2(26), digit: math.Log2(10), symbol: math.Log2(33)}[class(r)]
}

func digitsOnly(s []rune) bool {
	return !slices.ContainsFunc(s, func(r rune) bool { return class(r) != digit })
}
