package backup

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"
)

// ErrSecret reports that a secret key was given where a public one belongs.
var ErrSecret = errors.New("this is the secret key; the public one begins with age1")

// ParseRecipients reads public keys, age1…, with commas or spaces between.
func ParseRecipients(text string) (to []age.Recipient, err error) {
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == ' ' }) {
		if strings.HasPrefix(strings.ToUpper(word), "AGE-SECRET-KEY-") {
			return nil, ErrSecret // and says no more of it
		}
		one, err := age.ParseRecipients(strings.NewReader(word))
		if err != nil || len(one) != 1 {
			return nil, fmt.Errorf("%q is not a public key of age", word)
		}
		to = append(to, one...)
	}
	if to == nil {
		return nil, errors.New("no public key")
	}
	if _, err := age.Encrypt(io.Discard, to...); err != nil {
		return nil, errors.New("these public keys cannot be used together: all must be post-quantum ones (age1pq1…), or none")
	}
	return to, nil
}

var errNoKey = errors.New("no public key to encrypt to")

// withOwn returns a new key of this process's own and the recipients with it:
// of their kind, since age does not let a weaker key open what is encrypted to
// a stronger one.
func withOwn(to []age.Recipient) (age.Identity, []age.Recipient, error) {
	if len(to) == 0 {
		return nil, nil, errNoKey
	}
	if _, ok := to[0].(*age.HybridRecipient); ok {
		own, err := age.GenerateHybridIdentity()
		if err != nil {
			return nil, nil, err
		}
		return own, append([]age.Recipient{own.Recipient()}, to...), nil
	}
	own, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, nil, err
	}
	return own, append([]age.Recipient{own.Recipient()}, to...), nil
}
