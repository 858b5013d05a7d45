package audit

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A Checkpoint says what the log was at a moment: its first Size entries are
// those of the tree with this root. Signed, it is a note:
//
//	ab325/INSTANCE
//	SIZE
//	ROOT, in base64
//	time 2026-11-22T08:15:00Z
//	erasures BYTES HASH, in base64
//
//	— ab325/INSTANCE SIGNATURE
//
// The line of erasures is there once something was erased.
type Checkpoint struct {
	Size uint64
	Root Hash
	Time time.Time // when it was signed, to the second

	// Erasures is what the log of erasures was, a file beside this log: who
	// shortens it, so that a case comes back, does not fit what was signed.
	Erasures Beginning
}

// A Beginning is what a file that only grows begins with: so many bytes, which
// have this SHA-256 hash. The zero Beginning is that of every file.
type Beginning struct {
	Bytes uint64
	Hash  Hash
}

// Nothing returns the checkpoint of a log without entries. Every log continues
// it.
func Nothing() Checkpoint {
	root, _ := tlog.TreeHash(0, nil) // which reads nothing, so nothing can go wrong
	return Checkpoint{Root: Hash(root)}
}

// What can be wrong with a signed checkpoint.
var (
	ErrForeign = errors.New("audit: the checkpoint is signed by another installation, or by nobody")
	ErrForged  = errors.New("audit: the checkpoint is not what was signed")
)

// origin begins every checkpoint of an installation.
func origin(instance string) string { return "ab325/" + instance }

// What begins the lines that say when, and what was erased.
const (
	timeLine     = "time "
	erasuresLine = "erasures "
)

// A Signer signs the checkpoints of one installation.
type Signer struct {
	*Verifier
	private ed25519.PrivateKey
}

// NewSigner returns the signer whose private key is made of a seed of 32 bytes.
// What was signed with earlier seeds is still the installation's. The instance
// is the installation's id, and has neither space nor plus.
func NewSigner(instance string, seed []byte, earlier ...[]byte) (*Signer, error) {
	s := &Signer{Verifier: &Verifier{}}
	for i, seed := range append([][]byte{seed}, earlier...) {
		if len(seed) != ed25519.SeedSize {
			return nil, fmt.Errorf("audit: a seed of %d bytes, want %d", len(seed), ed25519.SeedSize)
		}
		private := ed25519.NewKeyFromSeed(seed)
		key, err := note.NewEd25519VerifierKey(origin(instance), private.Public().(ed25519.PublicKey))
		if err != nil {
			return nil, fmt.Errorf("audit: %w", err)
		}
		if err := s.add(key); err != nil {
			return nil, err
		}
		if i == 0 {
			s.private = private
		}
	}
	return s, nil
}

// Sign returns the signed checkpoint.
func (s *Signer) Sign(c Checkpoint) ([]byte, error) {
	return note.Sign(&note.Note{Text: s.text(c)}, signing{s.known[0], s.private})
}

// signing is a note.Signer.
type signing struct {
	note.Verifier
	key ed25519.PrivateKey
}

func (s signing) Sign(msg []byte) ([]byte, error) { return ed25519.Sign(s.key, msg), nil }

// A Verifier tells whether a checkpoint was signed by one installation. It
// knows its public keys, and is safe for concurrent use.
type Verifier struct {
	known []note.Verifier // newest first; all of the same name
	keys  []string
}

// ParseKeys returns the verifier that knows public keys of one installation, as
// Keys returns them.
func ParseKeys(keys ...string) (*Verifier, error) {
	v := &Verifier{}
	for _, key := range keys {
		if err := v.add(key); err != nil {
			return nil, err
		}
	}
	if len(v.known) == 0 {
		return nil, errors.New("audit: no public key")
	}
	return v, nil
}

func (v *Verifier) add(key string) error {
	n, err := note.NewVerifier(key)
	if err != nil {
		return fmt.Errorf("audit: public key: %w", err)
	}
	if len(v.known) > 0 && n.Name() != v.origin() {
		return errors.New("audit: public keys of several installations")
	}
	v.known, v.keys = append(v.known, n), append(v.keys, key)
	return nil
}

// Keys returns the public keys, newest first, each in one line of text:
// "ab325/INSTANCE+HASH+KEY".
func (v *Verifier) Keys() []string { return slices.Clone(v.keys) }

func (v *Verifier) origin() string { return v.known[0].Name() }

// Open returns the checkpoint that a note says, or ErrForeign or ErrForged. It
// takes no other bytes than those that Sign returned.
func (v *Verifier) Open(signed []byte) (Checkpoint, error) {
	n, err := note.Open(signed, note.VerifierList(v.known...))
	if _, ok := errors.AsType[*note.UnverifiedNoteError](err); ok {
		return Checkpoint{}, ErrForeign
	}
	if err != nil {
		return Checkpoint{}, ErrForged
	}
	// A note's reader takes more than one form of the same.
	sig, err := base64.StdEncoding.DecodeString(n.Sigs[0].Base64)
	if err != nil || string(signed) != n.Text+"\n\u2014 "+v.origin()+" "+base64.StdEncoding.EncodeToString(sig)+"\n" {
		return Checkpoint{}, ErrForged
	}
	return v.parse(n.Text)
}

func (v *Verifier) parse(text string) (c Checkpoint, err error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 5 && len(lines) != 6 {
		return c, ErrForged
	}
	size, sizeErr := strconv.ParseInt(lines[1], 10, 64)
	root, rootErr := tlog.ParseHash(lines[2])
	at, timeErr := time.Parse(time.RFC3339, strings.TrimPrefix(lines[3], timeLine))
	c = Checkpoint{Size: uint64(size), Root: Hash(root), Time: at}
	erasedErr := c.Erasures.parse(lines[4])
	if err := errors.Join(sizeErr, rootErr, timeErr, erasedErr); err != nil || size < 0 || text != v.text(c) {
		return Checkpoint{}, ErrForged
	}
	return c, nil
}

// text returns what is signed of a checkpoint.
func (v *Verifier) text(c Checkpoint) string {
	text := fmt.Sprintf("%s\n%d\n%s\n%s%s\n", v.origin(), c.Size, tlog.Hash(c.Root), timeLine, c.Time.UTC().Format(time.RFC3339))
	if e := c.Erasures; e.Bytes > 0 {
		text += fmt.Sprintf("%s%d %s\n", erasuresLine, e.Bytes, tlog.Hash(e.Hash))
	}
	return text
}

// parse reads the line that says what was erased, or an empty one.
func (b *Beginning) parse(line string) (err error) {
	if line == "" {
		return nil
	}
	bytes, hash, _ := strings.Cut(strings.TrimPrefix(line, erasuresLine), " ")
	if b.Bytes, err = strconv.ParseUint(bytes, 10, 64); err != nil {
		return err
	}
	sum, err := tlog.ParseHash(hash)
	b.Hash = Hash(sum)
	return err
}

// Notes yields the signed checkpoints of a file that they were appended to, each
// with an empty line behind it. What is no checkpoint, or a part of one, is
// yielded too: it will not open.
func Notes(file []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for rest := block(file); len(rest) > 0; rest = block(rest) {
			end := blockEnd(rest)
			if signatures := block(rest[end:]); bytes.HasPrefix(signatures, []byte("\u2014 ")) {
				end = len(rest) - len(signatures) + blockEnd(signatures)
			}
			if !yield(rest[:end]) {
				return
			}
			rest = rest[end:]
		}
	}
}

// block returns text from its first line on that is not empty.
func block(text []byte) []byte { return bytes.TrimLeft(text, "\n") }

// blockEnd returns where the first empty line of text begins.
func blockEnd(text []byte) int {
	if i := bytes.Index(text, []byte("\n\n")); i >= 0 {
		return i + 1
	}
	return len(text)
}
