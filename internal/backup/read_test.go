package backup

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"syscall"
	"testing"

	"filippo.io/age"
)

// A disk that does not read is no damaged backup, and neither is one that was
// told to stop.
func TestReadFails(t *testing.T) {
	_, identity, o := prepared(t)
	made, err := Make(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(made.Path)
	if err != nil {
		t.Fatal(err)
	}
	for _, cause := range []error{&os.PathError{Op: "read", Path: "x", Err: syscall.EIO}, context.Canceled} {
		for _, n := range []int{10, 5000, len(data) / 2} {
			src := io.MultiReader(bytes.NewReader(data[:n]), readerFunc(func([]byte) (int, error) { return 0, cause }))
			r, err := NewReader(src, identity)
			if err == nil {
				_, _, err = drain(r)
			}
			if !errors.Is(err, cause) || errors.Is(err, ErrDamaged) {
				t.Errorf("read that fails after %d bytes = %v, want %v alone", n, err, cause)
			}
		}
	}
}

// A file that was cut off or changed anywhere is found out, and so is the wrong
// key; a backup of one engine's records is no other file.
func TestRead(t *testing.T) {
	_, identity, o := prepared(t)
	made, err := Make(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(made.Path)
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	changed := func(i int) []byte {
		b := bytes.Clone(data)
		b[i] ^= 1
		return b
	}
	n := len(data)
	for _, test := range []struct {
		name string
		data []byte
		key  age.Identity
		want error
	}{
		{"whole", data, identity, nil},
		{"another key", data, stranger, ErrIdentity},
		{"nothing", nil, identity, ErrDamaged},
		{"text", []byte("Dette er ingen sikkerhedskopi.\n"), identity, ErrDamaged},
		{"cut in the header", data[:100], identity, ErrDamaged},
		{"cut after the header", data[:500], identity, ErrDamaged},
		{"cut by half", data[:n/2], identity, ErrDamaged},
		{"cut by a byte", data[:n-1], identity, ErrDamaged},
		{"cut between two chunks", data[:headerLen(t, data)+16+2*(64<<10+16)], identity, ErrDamaged},
		{"with a byte more", append(bytes.Clone(data), 0), identity, ErrDamaged},
		{"changed in the header", changed(headerLen(t, data) - 10), identity, ErrDamaged},
		{"changed at the beginning", changed(1000), identity, ErrDamaged},
		{"changed in the middle", changed(n / 2), identity, ErrDamaged},
		{"changed at the end", changed(n - 1), identity, ErrDamaged},
		{"keys", sealed(t, identity, []byte("MARKED keys")), identity, ErrDamaged},
		{"of the future", forged(t, identity, Manifest{Format: format + 1}, nil, nil), identity, ErrNewer},
		{"empty", forged(t, identity, Manifest{Format: format}, nil, &Count{}), identity, nil},
		{"without its end", forged(t, identity, Manifest{Format: format}, nil, nil), identity, ErrDamaged},
		{"that counts wrong", forged(t, identity, Manifest{Format: format}, nil, &Count{Pairs: 1}), identity, ErrDamaged},
		{"with garbled records", forged(t, identity, Manifest{Format: format}, []byte{200}, &Count{Pairs: 1}), identity, ErrDamaged},
		{"with records out of order", forged(t, identity, Manifest{Format: format}, []byte{1, 'b', 0, 1, 'a', 0}, &Count{Pairs: 2}), identity, ErrDamaged},
	} {
		r, err := NewReader(bytes.NewReader(test.data), test.key)
		if err == nil {
			_, _, err = drain(r)
		}
		if !errors.Is(err, test.want) {
			t.Errorf("%s: read = %v, want %v", test.name, err, test.want)
		}
	}
}
