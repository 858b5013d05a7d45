package vault

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
)

// changed returns a ring with two keys of each kind.
func changed(t testing.TB) *Keyring {
	t.Helper()
	ring, err := newRing(t).WithNewWrap(rand.Reader)
	if err == nil {
		ring, err = ring.WithNewIndex(rand.Reader)
	}
	if err == nil {
		ring, err = ring.WithNewSeed(rand.Reader)
	}
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

func TestKeyringText(t *testing.T) {
	ring := changed(t)
	text := string(ring.Text())
	for name, text := range map[string]string{
		"as it is":        text,
		"without its end": strings.TrimSuffix(text, "\n"),
		"of Windows":      strings.ReplaceAll(text, "\n", "\r\n"),
		"on one line":     strings.Join(strings.Fields(strings.TrimPrefix(text, ringComment)), " "),
	} {
		got, err := ParseKeyring([]byte(text))
		if err != nil || string(got.Text()) != string(ring.Text()) {
			t.Errorf("ParseKeyring of the text %s = %v, %v", name, got, err)
		}
	}
	for i := range len(text) - 1 {
		if got, err := ParseKeyring([]byte(text[:i])); !errors.Is(err, ErrKeyring) {
			t.Errorf("ParseKeyring of the first %d bytes of %d = %v, %v, want ErrKeyring", i, len(text), got, err)
		}
	}
	for i := len(ringComment); i < len(text)-1; i++ {
		b := []byte(text)
		b[i] ^= 1
		if got, err := ParseKeyring(b); !errors.Is(err, ErrKeyring) && text[i] != ' ' && text[i] != '\n' {
			t.Errorf("ParseKeyring with byte %d changed from %q to %q = %v, %v, want ErrKeyring", i, text[i], b[i], got, err)
		}
	}
	if _, err := ParseKeyring(bytes.Repeat([]byte(text), 200)); !errors.Is(err, ErrKeyring) {
		t.Errorf("ParseKeyring of a long text: %v, want ErrKeyring", err)
	}
}

func TestKeyringChange(t *testing.T) {
	one := newRing(t)
	two := changed(t)
	if len(one.Instance()) != 32 || one.Instance() == two.Instance() {
		t.Errorf("instances are %s and %s", one.Instance(), two.Instance())
	}
	if n := len(two.Wraps()); n != 2 || len(two.Index()) != 2 || len(two.Seeds()) != 2 {
		t.Fatalf("there are %d wrapping keys, %d index keys, %d seeds, want 2 of each", n, len(two.Index()), len(two.Seeds()))
	}
	if !bytes.Equal(two.Seed(), two.Seeds()[0]) || bytes.Equal(two.Seed(), two.Seeds()[1]) {
		t.Error("Seed is not the first of two")
	}
	less := two.WithoutOldWraps().WithoutOldIndexes()
	if got, want := less.Wraps(), two.Wraps()[:1]; !slices.Equal(got, want) {
		t.Errorf("Wraps() without the old = %v, want %v", got, want)
	}
	if got := less.Index(); len(got) != 1 || got[0].ID != two.Index()[0].ID {
		t.Errorf("Index() without the old = %v", got)
	}
	if len(two.Wraps()) != 2 {
		t.Error("a keyring changed")
	}
	if _, err := NewKeyring(strings.NewReader("too short")); err == nil {
		t.Error("NewKeyring without randomness has no error")
	}
}

// However a keyring or a key is printed, alone or in something else, it shows
// none of its secrets.
func TestNothingPrintsSecrets(t *testing.T) {
	ring := changed(t)
	v, _ := newVault(t, ring)
	key := mustKey(t, v, 1)
	type holder struct {
		Ring  *Keyring
		ring  *Keyring
		Index IndexKey
		index IndexKey
		keys  []IndexKey
		Key   *Key
		key   Key
		vault *Vault
	}
	h := holder{ring, ring, ring.Index()[0], ring.Index()[0], ring.Index(), key, *key, v}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%q", "%d"} {
		for _, value := range []any{ring, *ring, ring.Index(), ring.Index()[0], key, *key, h, &h, []any{h}, v.table} {
			fmt.Fprintf(&out, verb+"\n", value)
		}
	}
	for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(handler).Info("ring", "ring", ring, "index", ring.Index(), "key", key, "holder", h)
	}
	if err := json.NewEncoder(&out).Encode([]any{ring, ring.Index(), key}); err != nil {
		t.Fatal(err)
	}
	secrets := []secret{key.key}
	secrets = append(secrets, ring.seeds...)
	for i := range ring.wraps {
		secrets = append(secrets, ring.wraps[i].key, ring.indexes[i].key)
	}
	for _, s := range secrets {
		for name, form := range map[string]string{
			"raw": string(s()[:4]), "base64": base64.StdEncoding.EncodeToString(s()[:])[:8], "hexadecimal": fmt.Sprintf("%x", s()[:4]),
			"bytes": strings.Trim(fmt.Sprint(s()[:4]), "[]"), "hexadecimal bytes": fmt.Sprintf("%#x, %#x, %#x", s()[0], s()[1], s()[2]),
			"capitals": fmt.Sprintf("%X", s()[:4]), "quoted": strings.Trim(fmt.Sprintf("%q", s()[:4]), `"`),
		} {
			if strings.Contains(out.String(), form) {
				t.Errorf("a secret is printed as %s", name)
			}
		}
	}
	if !strings.Contains(out.String(), ring.Instance()) {
		t.Error("the test prints nothing")
	}
}

func TestIndexKey(t *testing.T) {
	ring := changed(t)
	v, _ := newVault(t, ring)
	house := mustKey(t, v, House)
	sums := map[[32]byte]string{}
	for name, sum := range map[string][32]byte{
		"cpr":           ring.Index()[0].Sum("cpr", "0107702345"),
		"other key":     ring.Index()[1].Sum("cpr", "0107702345"),
		"other limits":  ring.Index()[0].Sum("cpr0", "107702345"),
		"cvr":           ring.Index()[0].Sum("cvr", "0107702345"),
		"link code":     house.Index("link code").Sum("x"),
		"user name":     house.Index("user name").Sum("x"),
		"of a case":     mustKey(t, v, 1).Index("user name").Sum("x"),
		"nothing":       ring.Index()[0].Sum(),
		"empty":         ring.Index()[0].Sum(""),
		"house nothing": house.Index("").Sum(),
	} {
		if sums[sum] != "" {
			t.Errorf("%s and %s have one hash", name, sums[sum])
		}
		sums[sum] = name
	}
	again, err := ParseKeyring(ring.Text())
	if err != nil {
		t.Fatal(err)
	}
	if got := again.Index()[0].Sum("cpr", "0107702345"); sums[got] != "cpr" {
		t.Error("a keyring that was read again has other hashes")
	}
	if got := mustKey(t, v, House).Index("user name").Sum("x"); sums[got] != "user name" {
		t.Error("a derived key is another the second time")
	}
}

// A sum is HMAC-SHA-256 of the values behind their lengths, whatever was summed
// before, and by how many at once.
func TestIndexKeySums(t *testing.T) {
	key := changed(t).Index()[0]
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for n := range 50 {
				value := strings.Repeat("x", i*n)
				mac := hmac.New(sha256.New, key.key()[:])
				mac.Write(append(binary.BigEndian.AppendUint32([]byte("\x00\x00\x00\x03cpr"), uint32(len(value))), value...))
				if sum := key.Sum("cpr", value); !bytes.Equal(sum[:], mac.Sum(nil)) {
					t.Errorf("the sum of %d letters is another", len(value))
				}
			}
		})
	}
	all.Wait()
}

func FuzzParseKeyring(f *testing.F) {
	ring := changed(f)
	text := ring.Text()
	f.Add(text)
	f.Add([]byte(strings.TrimPrefix(string(text), ringComment)))
	f.Add(text[:len(text)/2])
	f.Add([]byte("ab325-keyring 1 instance end"))
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := ParseKeyring(text)
		if err != nil {
			if !errors.Is(err, ErrKeyring) || got != nil {
				t.Errorf("ParseKeyring = %v, %v, want ErrKeyring alone", got, err)
			}
			return
		}
		again, err := ParseKeyring(got.Text())
		if err != nil || !bytes.Equal(again.Text(), got.Text()) {
			t.Errorf("ParseKeyring of its Text = %v, %v", again, err)
		}
		got.Index()[0].Sum("x")
	})
}
