package vault

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
)

// ErrKeyring reports a text that is not a whole keyring. It comes with what is
// wrong, never with a part of the text.
var ErrKeyring = errors.New("not a whole keyring")

const (
	keySize      = 32
	instanceSize = 16
	sumSize      = 8
	maxKeyring   = 64 << 10 // bytes of text
	ringBegin    = "ab325-keyring"
	ringVersion  = "1"

	// ringComment begins the text, for whoever comes upon the file.
	ringComment = "# The keys of an ab325 service. Without them, nothing that it holds can be read;\n" +
		"# with them and its data, everything can. Keep copies away from the data and its backups.\n"
)

// A Keyring holds the keys that lie outside the data folder. It does not
// change; the methods that begin with With return another. It is safe for
// concurrent use, and shows no secret however it is printed: only Text does.
type Keyring struct {
	instance [instanceSize]byte
	seeds    []secret
	wraps    []wrapKey
	indexes  []IndexKey
}

// A secret returns key material. It is a function because package fmt follows
// none, while it does follow pointers for a verb that it finds wrong: so
// whatever holds a secret can be printed, however that is done.
type secret func() *[keySize]byte

func hide(key *[keySize]byte) secret { return func() *[keySize]byte { return key } }

func newSecret() secret { return hide(new([keySize]byte)) }

// NewKeyring returns the keyring of a new instance, with one key of each kind.
// random must be secret: crypto/rand.Reader.
func NewKeyring(random io.Reader) (*Keyring, error) {
	k := &Keyring{}
	if _, err := io.ReadFull(random, k.instance[:]); err != nil {
		return nil, fmt.Errorf("make a keyring: %w", err)
	}
	for _, with := range []func(io.Reader) (*Keyring, error){
		func(r io.Reader) (*Keyring, error) { return k.WithNewSeed(r) },
		func(r io.Reader) (*Keyring, error) { return k.WithNewWrap(r) },
		func(r io.Reader) (*Keyring, error) { return k.WithNewIndex(r) },
	} {
		next, err := with(random)
		if err != nil {
			return nil, err
		}
		k = next
	}
	return k, nil
}

// Instance returns the name of the installation that the keys belong to: 32
// hexadecimal digits, which are no secret.
func (k *Keyring) Instance() string { return hex.EncodeToString(k.instance[:]) }

// Seed returns the Ed25519 seed, of 32 bytes, that new checkpoints are signed
// with.
func (k *Keyring) Seed() []byte { return slices.Clone(k.seeds[0]()[:]) }

// Seeds returns Seed and then the seeds of before, the newest first: what
// they signed still counts.
func (k *Keyring) Seeds() (seeds [][]byte) {
	for i := range k.seeds {
		seeds = append(seeds, slices.Clone(k.seeds[i]()[:]))
	}
	return seeds
}

// Index returns the index keys, the newest first: what is written is found by
// that one, and what was written before by the others.
func (k *Keyring) Index() []IndexKey { return slices.Clone(k.indexes) }

// Wraps returns the names of the wrapping keys, the newest first: that one
// wraps, the others only open. They are no secret.
func (k *Keyring) Wraps() (ids []string) {
	for i := range k.wraps {
		ids = append(ids, k.wraps[i].id.String())
	}
	return ids
}

// WithNewWrap returns the keyring with a new wrapping key first.
func (k *Keyring) WithNewWrap(random io.Reader) (*Keyring, error) {
	for {
		id, key, err := newKey(random)
		if err != nil {
			return nil, err
		}
		if !id.reserved() && !slices.ContainsFunc(k.wraps, func(w wrapKey) bool { return w.id == id }) {
			next := *k
			next.wraps = slices.Insert(slices.Clone(k.wraps), 0, newWrapKey(id, key))
			return &next, nil
		}
	}
}

// WithNewIndex returns the keyring with a new index key first.
func (k *Keyring) WithNewIndex(random io.Reader) (*Keyring, error) {
	for {
		id, key, err := newKey(random)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(k.indexes, func(i IndexKey) bool { return i.ID == id.String() }) {
			next := *k
			next.indexes = slices.Insert(slices.Clone(k.indexes), 0, newIndexKey(id.String(), key))
			return &next, nil
		}
	}
}

// WithNewSeed returns the keyring with a new seed to sign with.
func (k *Keyring) WithNewSeed(random io.Reader) (*Keyring, error) {
	_, key, err := newKey(random)
	if err != nil {
		return nil, err
	}
	next := *k
	next.seeds = slices.Insert(slices.Clone(k.seeds), 0, key)
	return &next, nil
}

// WithoutOldWraps returns the keyring without the wrapping keys behind the
// first. What they still wrap is lost when no copy of them is left.
func (k *Keyring) WithoutOldWraps() *Keyring {
	next := *k
	next.wraps = k.wraps[:1:1]
	return &next
}

// WithoutOldIndexes returns the keyring without the index keys behind the
// first.
func (k *Keyring) WithoutOldIndexes() *Keyring {
	next := *k
	next.indexes = k.indexes[:1:1]
	return &next
}

// newKey returns a new key and a name for it.
func newKey(random io.Reader) (id keyID, key secret, err error) {
	key = newSecret()
	if _, err = io.ReadFull(random, id[:]); err == nil {
		_, err = io.ReadFull(random, key()[:])
	}
	if err != nil {
		return keyID{}, nil, fmt.Errorf("make a key: %w", err)
	}
	return id, key, nil
}

// Text returns what ParseKeyring reads. It ends in a checksum, so that a text
// that lost its end is not taken for a whole one.
func (k *Keyring) Text() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s\ninstance %s\n", ringBegin, ringVersion, k.Instance())
	for _, s := range k.seeds {
		fmt.Fprintf(&b, "sign %s\n", encode(s))
	}
	for _, w := range k.wraps {
		fmt.Fprintf(&b, "wrap %s %s\n", w.id, encode(w.key))
	}
	for _, i := range k.indexes {
		fmt.Fprintf(&b, "index %s %s\n", i.ID, encode(i.key))
	}
	sum := sha256.Sum256(b.Bytes())
	fmt.Fprintf(&b, "end %x\n", sum[:sumSize])
	return append([]byte(ringComment), b.Bytes()...)
}

func encode(s secret) string { return base64.StdEncoding.EncodeToString(s()[:]) }

// String returns the names of the keys.
func (k *Keyring) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "keyring of %s: %d to sign, wrap", k.Instance(), len(k.seeds))
	for _, w := range k.wraps {
		b.WriteString(" " + w.id.String())
	}
	b.WriteString(", index")
	for _, i := range k.indexes {
		b.WriteString(" " + i.ID)
	}
	return b.String()
}

// Format implements fmt.Formatter: every verb writes String.
func (k *Keyring) Format(f fmt.State, _ rune) {
	if k == nil {
		io.WriteString(f, "no keyring")
		return
	}
	io.WriteString(f, k.String())
}

// LogValue implements slog.LogValuer.
func (k *Keyring) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(k)) }
