package backup

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"filippo.io/age"
)

// What the municipality's key opens is what was in the store, and nothing of it
// can be read without.
func TestMake(t *testing.T) {
	s, identity, o := prepared(t)
	s.gone = fmt.Sprintf("%032x", 3)
	shown := map[string]int64{}
	o.Show = func(step string, done, _ int64) { shown[step] = done }
	got, err := Make(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(o.Place.dir, "ab325-00ff325a-20261122T031500Z.age"); got.Path != want || !got.At.Equal(at) {
		t.Errorf("Make = %+v, want it at %s", got, want)
	}
	data, err := os.ReadFile(got.Path)
	if err != nil || int64(len(data)) != got.Size || bytes.Contains(data, []byte("MARKED")) || bytes.Contains(data, []byte("key/")) {
		t.Errorf("the backup has %d bytes of %d, %v, or shows what is in it", len(data), got.Size, err)
	}
	delete(s.documents, s.gone)
	r := holds(t, "all", got.Path, identity, s)
	if want := (Manifest{1, instance, at}); r.Manifest != want || string(r.Mark) != "a signed note\n" {
		t.Errorf("manifest %+v and mark %q, want %+v", r.Manifest, r.Mark, want)
	}
	keys, err := os.Open(got.KeysPath)
	if err != nil {
		t.Fatal(err)
	}
	defer keys.Close()
	plain, err := OpenKeys(keys, identity)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(plain); string(b) != "MARKED keys" || err != nil {
		t.Errorf("the keys are %q, %v", b, err)
	}
	for _, name := range []string{got.Path, got.KeysPath} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, %v, want 600", name, info.Mode(), err)
		}
	}
	if left := names(t, o.Spool); left != nil {
		t.Errorf("the spool's folder holds %v", left)
	}
	if len(shown) != 4 || shown[stepVerify] != got.Size {
		t.Errorf("shown is %v, want all steps, to the end", shown)
	}
}

func TestMakeKeys(t *testing.T) {
	s, identity, o := prepared(t)
	if err := MakeKeys(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	s.keys = []byte("one less")
	o.Now = func() time.Time { return at.Add(time.Hour) }
	if err := MakeKeys(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(o.Place.dir, "ab325-00ff325a-20261122T041500Z.keys.age"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	plain, err := OpenKeys(f, identity)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(plain); string(b) != "one less" || err != nil {
		t.Errorf("the newest keys are %q, %v", b, err)
	}
	if copies, err := o.Place.Copies(instance); len(copies) != 0 || err != nil {
		t.Errorf("Copies where there are only keys = %v, %v", copies, err)
	}
}

// To a post-quantum key, this process's own is one too.
func TestMakeToAHybridKey(t *testing.T) {
	_, _, o := prepared(t)
	identity, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	o.To = []age.Recipient{identity.Recipient()}
	made, err := Make(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(made.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := NewReader(f, identity); err != nil {
		t.Errorf("NewReader with the municipality's key: %v", err)
	}
}
