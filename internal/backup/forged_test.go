package backup

import (
	"bytes"
	"errors"
	"testing"

	"filippo.io/age"
)

// headerLen returns how long the header of an encrypted file is.
func headerLen(t *testing.T, data []byte) int {
	t.Helper()
	header, err := age.ExtractHeader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return len(header)
}

// sealed returns data encrypted to a key.
func sealed(t *testing.T, to *age.X25519Identity, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := age.Encrypt(&out, to.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// forged returns a backup with the given manifest, one piece of records where
// it is not nil, and the given end where it is not nil.
func forged(t *testing.T, to *age.X25519Identity, m Manifest, piece []byte, end *Count) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := newWriter(&out, []age.Recipient{to.Recipient()})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.begin(m, nil); err != nil {
		t.Fatal(err)
	}
	if piece != nil {
		w.piece.Write(piece)
		if err := w.flush(); err != nil {
			t.Fatal(err)
		}
	}
	if end != nil {
		w.count = *end
		err = w.end()
	} else {
		err = errors.Join(w.sealed.Close(), w.out.Flush())
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
