package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"sync"
)

// ErrSeal reports sealed bytes that do not open: they were changed, or sealed
// with another key or for another place.
var ErrSeal = errors.New("it was changed, or sealed with another key or for another place")

// Overhead is how many bytes Seal adds: a nonce and a tag.
const Overhead = 12 + 16

// A Key seals the records of one case, or of the house. It is safe for
// concurrent use, and no verb of fmt shows it.
type Key struct {
	key  secret
	aead func() cipher.AEAD // hidden as a secret is
}

func newCaseKey(key secret) *Key { return &Key{key, newAEAD(key)} }

// newAEAD returns AES-256-GCM that makes a random nonce for each message and
// puts it in front. 2³² messages under one key are safe; a case has thousands.
func newAEAD(key secret) func() cipher.AEAD {
	block, err := aes.NewCipher(key()[:])
	if err != nil {
		panic(err) // the length is right
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err) // the block size is right
	}
	return func() cipher.AEAD { return aead }
}

// Seal returns plain encrypted, authenticated, and bound to the texts of
// bound in their order: it opens with the same only. The texts are not in it.
func (k *Key) Seal(plain []byte, bound ...string) []byte {
	return k.AppendSeal(make([]byte, 0, len(plain)+Overhead), plain, bound...)
}

// AppendSeal appends what Seal returns to dst, which must not overlap plain, and
// returns the longer slice.
func (k *Key) AppendSeal(dst, plain []byte, bound ...string) []byte {
	return k.aead().Seal(dst, nil, plain, lengthed(bound))
}

// Open returns what was sealed with this key and bound to the same texts, or
// ErrSeal.
func (k *Key) Open(sealed []byte, bound ...string) ([]byte, error) {
	return k.AppendOpen(nil, sealed, bound...)
}

// AppendOpen appends what Open returns to dst, which must not overlap sealed, and
// returns the longer slice.
func (k *Key) AppendOpen(dst, sealed []byte, bound ...string) ([]byte, error) {
	plain, err := k.aead().Open(dst, nil, sealed, lengthed(bound))
	if err != nil {
		return nil, ErrSeal
	}
	return plain, nil
}

// Index returns a key, derived from this one for a purpose, to find things by.
// Another purpose has another key.
func (k *Key) Index(purpose string) IndexKey {
	sum := newIndexKey("", k.key).Sum("ab325 index key", purpose)
	return newIndexKey("", hide(&sum))
}

// Format implements fmt.Formatter.
func (k *Key) Format(f fmt.State, _ rune) { io.WriteString(f, "(key)") }

// An IndexKey turns what something is found by into what is stored of that:
// equal values into equal hashes, and a hash into nothing, without the key.
type IndexKey struct {
	ID  string // its name in the keyring; no secret
	key secret
	sum func(data []byte) [sha256.Size]byte // hidden as a secret is
}

// newIndexKey returns the index key with a name. It keeps what it sums with, which
// takes as long to make as a sum.
func newIndexKey(id string, key secret) IndexKey {
	macs := &sync.Pool{New: func() any { return hmac.New(sha256.New, key()[:]) }}
	return IndexKey{id, key, func(data []byte) (sum [sha256.Size]byte) {
		h := macs.Get().(hash.Hash)
		defer macs.Put(h)
		h.Reset()
		h.Write(data)
		h.Sum(sum[:0])
		return sum
	}}
}

// Sum returns the hash of values, in their order: HMAC-SHA-256.
func (k IndexKey) Sum(values ...string) [sha256.Size]byte { return k.sum(lengthed(values)) }

// Format implements fmt.Formatter.
func (k IndexKey) Format(f fmt.State, _ rune) { io.WriteString(f, "index key "+k.ID) }

// lengthed returns texts, each behind its length, so that no two lists have
// the same bytes.
func lengthed(texts []string) []byte {
	size := 0
	for _, s := range texts {
		size += 4 + len(s)
	}
	b := make([]byte, 0, size)
	for _, s := range texts {
		b = append(binary.BigEndian.AppendUint32(b, uint32(len(s))), s...)
	}
	return b
}

// A keyID is the name of a wrapping key, in the keyring and in the slots that
// it wraps.
type keyID [4]byte

func (id keyID) String() string { return hex.EncodeToString(id[:]) }

// reserved reports whether id begins something else than a wrapped key: a slot
// that was never written, or an erased one.
func (id keyID) reserved() bool { return id == keyID{} || id == keyID([]byte(erasedSlot[:4])) }

// A wrapKey seals the keys in the slots.
type wrapKey struct {
	id   keyID
	key  secret
	aead func() cipher.AEAD
}

func newWrapKey(id keyID, key secret) wrapKey { return wrapKey{id, key, newAEAD(key)} }

// wrap returns the slot with the number, which holds key, wrapped with the
// first wrapping key and bound to the number and the instance.
func (k *Keyring) wrap(number uint64, key secret) (s slot) {
	w := &k.wraps[0]
	copy(s[:], w.id[:])
	w.aead().Seal(s[len(w.id):len(w.id)], nil, key()[:], k.place(w.id, number))
	return s
}

// unwrap returns the key in the slot with the number, or ErrErased,
// ErrWrapped or ErrDamaged.
func (k *Keyring) unwrap(number uint64, s *slot) (key secret, err error) {
	id := keyID(s[:4])
	if s.erased() {
		return nil, ErrErased
	} else if id.reserved() {
		return nil, ErrDamaged
	}
	for i := range k.wraps {
		w := &k.wraps[i]
		if w.id != id {
			continue
		}
		key = newSecret()
		if _, err := w.aead().Open(key()[:0], nil, s[len(id):], k.place(id, number)); err != nil {
			return nil, ErrDamaged
		}
		return key, nil
	}
	return nil, fmt.Errorf("%w: %s", ErrWrapped, id)
}

// place returns what a wrapped key is bound to.
func (k *Keyring) place(id keyID, number uint64) []byte {
	b := append(make([]byte, 0, len(id)+8+instanceSize), id[:]...)
	return append(binary.BigEndian.AppendUint64(b, number), k.instance[:]...)
}
