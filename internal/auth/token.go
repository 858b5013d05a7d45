package auth

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
)

// NewToken returns a new secret of 256 bits for a link or a session, as 43
// characters that can stand in a link as they are, and the hash that is stored
// in its place.
func NewToken(rand io.Reader) (secret string, hash [32]byte, err error) {
	var b [32]byte
	if _, err := io.ReadFull(rand, b[:]); err != nil {
		return "", hash, fmt.Errorf("make a token: %w", err)
	}
	secret = base64.RawURLEncoding.EncodeToString(b[:])
	return secret, HashToken(secret), nil
}

// HashToken returns what is stored of a token. It takes any text: that of a
// token that was never made is found nowhere.
func HashToken(secret string) [32]byte { return sha256.Sum256([]byte("token\n" + secret)) }

// codeLetters is what a code is written with: no letter looks like another or
// like a digit, and with no U there are fewer words.
const codeLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// codeGroup is how many letters of a code stand together.
const codeGroup = 4

// NewCode returns a new code of 60 bits that a person can type:
// "K7QM-4XWT-9HPD". Codes are guessed for, so whoever takes one throttles.
func NewCode(rand io.Reader) (code string, err error) { return newCode(rand, 3*codeGroup) }

// NewControlCode returns a new code of 80 bits that a document is checked by:
// "7K3M-QX9B-2HDW-R5TZ". It opens nothing, and stands on paper for years.
func NewControlCode(rand io.Reader) (code string, err error) { return newCode(rand, 4*codeGroup) }

func newCode(rand io.Reader, letters int) (code string, err error) {
	b := make([]byte, letters)
	if _, err := io.ReadFull(rand, b); err != nil {
		return "", fmt.Errorf("make a code: %w", err)
	}
	var s strings.Builder
	for i, c := range b {
		if i > 0 && i%codeGroup == 0 {
			s.WriteByte('-')
		}
		s.WriteByte(codeLetters[int(c)%len(codeLetters)]) // 32 divides 256: no letter is likelier
	}
	return s.String(), nil
}

// HashCode returns what is stored of a code. However it is typed, the hash is
// the same: case, spaces, hyphens and dots make no difference, and a letter
// that is in no code counts as what it looks like.
func HashCode(code string) [32]byte {
	return sha256.Sum256([]byte("code\n" + readCode.Replace(strings.ToUpper(code))))
}

var readCode = strings.NewReplacer(
	"O", "0", "I", "1", "L", "1", "U", "V",
	" ", "", "\t", "", "\r", "", "\n", "", "\u00a0", "",
	"-", "", "\u2010", "", "\u2011", "", "\u2012", "", "\u2013", "", "\u2014", "", "\u2212", "", ".", "",
)
