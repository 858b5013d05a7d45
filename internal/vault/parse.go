package vault

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// ParseKeyring reads what Text returned, or the same with other white space:
// the environment of a container may have no lines. Anything else is
// ErrKeyring, a text that lost its end or had a letter changed too.
func ParseKeyring(text []byte) (*Keyring, error) {
	if len(text) > maxKeyring {
		return nil, fmt.Errorf("%w: it has %d bytes, more than any", ErrKeyring, len(text))
	}
	var words []string
	for line := range bytes.Lines(text) {
		if !bytes.HasPrefix(line, []byte("#")) {
			words = append(words, strings.Fields(string(line))...)
		}
	}
	p := ringParser{words: words}
	k := p.keyring()
	if p.err != nil {
		return nil, p.err
	}
	if !slices.Equal(words, strings.Fields(strings.TrimPrefix(string(k.Text()), ringComment))) {
		return nil, fmt.Errorf("%w: its checksum is of another text", ErrKeyring)
	}
	return k, nil
}

// A ringParser takes words from the front until the first error.
type ringParser struct {
	words []string
	err   error
}

func (p *ringParser) keyring() *Keyring {
	k := &Keyring{}
	p.expect(ringBegin)
	p.expect(ringVersion)
	p.expect("instance")
	p.hexadecimal(k.instance[:])
	for p.next("sign") {
		k.seeds = append(k.seeds, p.secret())
	}
	for p.next("wrap") {
		var id keyID
		p.hexadecimal(id[:])
		if id.reserved() || slices.ContainsFunc(k.wraps, func(w wrapKey) bool { return w.id == id }) {
			p.fail("two wrapping keys have one name")
		}
		k.wraps = append(k.wraps, newWrapKey(id, p.secret()))
	}
	for p.next("index") {
		var id keyID
		p.hexadecimal(id[:])
		if slices.ContainsFunc(k.indexes, func(i IndexKey) bool { return i.ID == id.String() }) {
			p.fail("two index keys have one name")
		}
		k.indexes = append(k.indexes, newIndexKey(id.String(), p.secret()))
	}
	p.expect("end")
	var sum [sumSize]byte
	p.hexadecimal(sum[:])
	if len(k.seeds) == 0 || len(k.wraps) == 0 || len(k.indexes) == 0 {
		p.fail("a kind of key is missing")
	}
	return k
}

func (p *ringParser) fail(why string) {
	if p.err == nil {
		p.err = fmt.Errorf("%w: %s", ErrKeyring, why)
	}
}

// take returns the next word, or "" at the end or after an error.
func (p *ringParser) take() string {
	if p.err != nil || len(p.words) == 0 {
		return ""
	}
	word := p.words[0]
	p.words = p.words[1:]
	return word
}

func (p *ringParser) expect(word string) {
	if p.take() != word {
		p.fail(word + " is missing at its place")
	}
}

// next takes the next word if it is this one.
func (p *ringParser) next(word string) bool {
	if p.err != nil || len(p.words) == 0 || p.words[0] != word {
		return false
	}
	p.take()
	return true
}

func (p *ringParser) hexadecimal(dst []byte) {
	b, err := hex.DecodeString(p.take())
	if err != nil || len(b) != len(dst) {
		p.fail("a name or number is not whole")
		return
	}
	copy(dst, b)
}

func (p *ringParser) secret() secret {
	b, err := base64.StdEncoding.Strict().DecodeString(p.take())
	if err != nil || len(b) != keySize {
		p.fail("a key is not whole")
		return newSecret()
	}
	return hide((*[keySize]byte)(b))
}
