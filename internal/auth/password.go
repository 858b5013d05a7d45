package auth

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"ab325/internal/problem"
)

// A Cost says how much work a password hash is, by argon2id.
type Cost struct {
	Memory  uint32 // KiB
	Time    uint32 // passes
	Threads uint8
}

// DefaultCost is above what OWASP's Password Storage Cheat Sheet asks for at
// least (19 MiB, 2 passes, 1 thread).
var DefaultCost = Cost{Memory: 32 << 10, Time: 3, Threads: 1}

// A Hasher hashes passwords, a few at a time: each hash takes the memory of
// its cost, and all others wait. It is safe for concurrent use.
type Hasher struct {
	rand  io.Reader
	cost  Cost
	slots chan struct{}
	decoy string // a hash of no password, for accounts that do not exist
}

// NewHasher returns a Hasher that takes its salts from rand and hashes at most
// atOnce passwords at the same time.
func NewHasher(rand io.Reader, cost Cost, atOnce int) *Hasher {
	return &Hasher{
		rand: rand, cost: cost, slots: make(chan struct{}, atOnce),
		decoy: phc{cost, make([]byte, saltSize), make([]byte, keySize)}.String(),
	}
}

// Hash returns what is stored of a password: a salted hash with its cost, as
// a PHC string.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	p := phc{cost: h.cost, salt: make([]byte, saltSize), key: make([]byte, keySize)}
	if _, err := io.ReadFull(h.rand, p.salt); err != nil {
		return "", fmt.Errorf("make a salt: %w", err)
	}
	key, err := h.derive(ctx, password, p)
	if err != nil {
		return "", err
	}
	p.key = key
	return p.String(), nil
}

// Verify reports whether password is the one that was hashed to stored, and if
// so, whether it should be hashed and stored anew, since the cost is another
// now. Where there is no account, stored is "" and the answer no; it takes as
// long to give as another.
func (h *Hasher) Verify(ctx context.Context, stored, password string) (ok, rehash bool, err error) {
	exists := stored != ""
	if !exists {
		stored = h.decoy
	}
	p, err := parsePHC(stored)
	if err != nil {
		return false, false, fmt.Errorf("read a password hash: %w", err)
	}
	key, err := h.derive(ctx, password, p)
	if err != nil {
		return false, false, err
	}
	ok = subtle.ConstantTimeCompare(key, p.key) == 1 && exists
	return ok, ok && p.cost != h.cost, nil
}

// derive returns the key of a password, of the length of p's. The same word
// typed on another keyboard can have other bytes, so it is normalized first.
func (h *Hasher) derive(ctx context.Context, password string, p phc) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-ctx.Done():
		return nil, &problem.Error{Kind: problem.Unavailable, Detail: "Der er travlt lige nu. Prøv igen om et øjeblik.", Err: ctx.Err()}
	}
	return argon2.IDKey([]byte(norm.NFC.String(password)), p.salt, p.cost.Time, p.cost.Memory, p.cost.Threads, uint32(len(p.key))), nil
}

const (
	saltSize  = 16
	keySize   = 32
	maxMemory = 64 << 10 // KiB; no stored hash may ask for more
)

// A phc is a hash in the PHC string format:
// $argon2id$v=19$m=32768,t=3,p=1$<salt>$<key>.
type phc struct {
	cost      Cost
	salt, key []byte
}

func (p phc) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.cost.Memory, p.cost.Time, p.cost.Threads,
		base64.RawStdEncoding.EncodeToString(p.salt), base64.RawStdEncoding.EncodeToString(p.key))
}

// parsePHC reads what String writes and nothing else, within bounds that keep
// a hash from taking all memory or for ever.
func parsePHC(s string) (p phc, err error) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 {
		return phc{}, errors.New("not a PHC string")
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.cost.Memory, &p.cost.Time, &p.cost.Threads); err != nil {
		return phc{}, errors.New("no argon2 cost")
	}
	p.salt, err = base64.RawStdEncoding.Strict().DecodeString(parts[4])
	if err != nil {
		return phc{}, errors.New("salt is not base64")
	}
	p.key, err = base64.RawStdEncoding.Strict().DecodeString(parts[5])
	if err != nil {
		return phc{}, errors.New("key is not base64")
	}
	if p.String() != s {
		return phc{}, errors.New("another algorithm, version or form")
	}
	if p.cost.Memory > maxMemory || p.cost.Time < 1 || p.cost.Time > 16 || p.cost.Threads < 1 || len(p.salt) < 8 || len(p.key) < 16 || len(p.key) > 64 {
		return phc{}, errors.New("cost or size out of bounds")
	}
	return p, nil
}
