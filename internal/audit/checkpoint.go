package audit

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"iter"
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
//
//	— ab325/INSTANCE SIGNATURE
type Checkpoint struct {
	Size uint64
	Root Hash
	Time time.Time // when it was signed, to the second
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

// timeLine begins the line that says when.
const timeLine = "time "

// A Signer signs the checkpoints of one installation.
type Signer struct {
	*Verifier
	private ed25519.PrivateKey
}

// NewSigner returns the signer whose private key is made of a seed of 32 bytes.
// The instance is the installation's id, and has neither space nor plus.
func NewSigner(instance string, seed []byte) (*Signer, error) {
	if len(seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("audit: a seed of %d bytes, want %d", len(seed), ed25519.SeedSize)
	}
	key := ed25519.NewKeyFromSeed(seed)
	text, err := note.NewEd25519VerifierKey(origin(instance), key.Public().(ed25519.PublicKey))
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	v, err := ParseKey(text)
	if err != nil {
		return nil, err
	}
	return &Signer{v, key}, nil
}

// Sign returns the signed checkpoint.
func (s *Signer) Sign(c Checkpoint) ([]byte, error) {
	return note.Sign(&note.Note{Text: s.text(c)}, signing{s.note, s.private})
}

// signing is a note.Signer.
type signing struct {
	note.Verifier
	key ed25519.PrivateKey
}

func (s signing) Sign(msg []byte) ([]byte, error) { return ed25519.Sign(s.key, msg), nil }

// A Verifier tells whether a checkpoint was signed by one installation. It
// knows its public key, and is safe for concurrent use.
type Verifier struct {
	note note.Verifier
	key  string
}

// ParseKey reads a public key as Key returns it.
func ParseKey(text string) (*Verifier, error) {
	v, err := note.NewVerifier(text)
	if err != nil {
		return nil, fmt.Errorf("audit: public key: %w", err)
	}
	return &Verifier{v, text}, nil
}

// Key returns the public key in one line of text: "ab325/INSTANCE+HASH+KEY".
func (v *Verifier) Key() string { return v.key }

func (v *Verifier) origin() string { return v.note.Name() }

// Open returns the checkpoint that a note says, or ErrForeign or ErrForged. It
// takes no other bytes than those that Sign returned.
func (v *Verifier) Open(signed []byte) (Checkpoint, error) {
	n, err := note.Open(signed, note.VerifierList(v.note))
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
	if len(lines) != 5 {
		return c, ErrForged
	}
	size, sizeErr := strconv.ParseInt(lines[1], 10, 64)
	root, rootErr := tlog.ParseHash(lines[2])
	at, timeErr := time.Parse(time.RFC3339, strings.TrimPrefix(lines[3], timeLine))
	c = Checkpoint{uint64(size), Hash(root), at}
	if err := errors.Join(sizeErr, rootErr, timeErr); err != nil || size < 0 || text != v.text(c) {
		return Checkpoint{}, ErrForged
	}
	return c, nil
}

// text returns what is signed of a checkpoint.
func (v *Verifier) text(c Checkpoint) string {
	return fmt.Sprintf("%s\n%d\n%s\n%s%s\n", v.origin(), c.Size, tlog.Hash(c.Root), timeLine, c.Time.UTC().Format(time.RFC3339))
}

// Notes yields the signed checkpoints of a file that they were appended to, each
// with an empty line behind it. What is no checkpoint is yielded too: it will
// not open.
func Notes(file []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for file = bytes.TrimLeft(file, "\n"); len(file) > 0; file = bytes.TrimLeft(file, "\n") {
			end := len(file)
			if text := bytes.Index(file, []byte("\n\n")); text >= 0 {
				if signatures := bytes.Index(file[text+2:], []byte("\n\n")); signatures >= 0 {
					end = text + 2 + signatures + 1
				}
			}
			if !yield(file[:end]) {
				return
			}
			file = file[end:]
		}
	}
}
