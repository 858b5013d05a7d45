package backup

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
)

func TestAt(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "file", "old.age")
	for _, test := range []struct {
		path, dir, name string
		want            error
	}{
		{dir, dir, "", nil},
		{dir + "/new.age", dir, "new.age", nil},
		{dir + "/old.age", dir, "old.age", nil},
		{dir + "/none", "", "", ErrNoFolder},
		{dir + "/file", "", "", ErrNoFolder},
		{dir + "/file/x.age", "", "", ErrNoFolder},
		{dir + "/none/x.age", "", "", ErrNoFolder},
		{dir + "/x.keys.age", "", "", ErrNoFolder},
		{"", "", "", ErrNoFolder},
	} {
		p, err := At(test.path)
		if !errors.Is(err, test.want) || err == nil && (p.dir != test.dir || p.name != test.name) {
			t.Errorf("At(%q) = %+v, %v, want %q and %q, %v", test.path, p, err, test.dir, test.name, test.want)
		}
	}
	if left := names(t, dir); len(left) != 2 {
		t.Errorf("At left %v", left)
	}
}

func write(t *testing.T, dir string, names ...string) {
	t.Helper()
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// The newest stay, of this installation, and nothing of anybody else goes.
func TestPrune(t *testing.T) {
	day := func(n int) string { return at.AddDate(0, 0, n).Format(timeLayout) }
	var backups, keys []string
	for i := range 10 {
		backups = append(backups, "ab325-00ff-"+day(-i)+".age")
		keys = append(keys, "ab325-00ff-"+day(-i)+".keys.age")
	}
	others := []string{"ab325-aa-" + day(-90) + ".age", "ab325-aa-" + day(-90) + ".keys.age", "ab325-00ff-20260101.age", "notes.txt", "ab325-00ff-20261399T000000Z.age"}
	for _, test := range []struct {
		name string
		have []string
		keep int
		now  time.Time
		want []string
	}{
		{"three of ten", slices.Concat(backups, keys), 3, at, slices.Concat(backups[:3], keys[:3])},
		{"more than there are", slices.Concat(backups[:2], keys[:2]), 30, at, slices.Concat(backups[:2], keys[:2])},
		{"never none", backups, 0, at, backups[:1]},
		{"keys that are old", slices.Concat(backups[:3], keys[:3]), 3, at.AddDate(0, 0, 6), slices.Concat(backups[:3], keys[:2])},
		{"the last keys", slices.Concat(backups[:3], keys[:3]), 3, at.AddDate(1, 0, 0), slices.Concat(backups[:3], keys[:1])},
	} {
		dir := t.TempDir()
		write(t, dir, slices.Concat(test.have, others)...)
		p, err := At(dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Prune("00ff", test.keep, test.now); err != nil {
			t.Fatal(err)
		}
		want := slices.Sorted(slices.Values(slices.Concat(test.want, others)))
		if got := names(t, dir); !slices.Equal(got, want) {
			t.Errorf("%s: the folder holds %v, want %v", test.name, got, want)
		}
	}
}

// Newest first, each with its keys, and only what has the name of one.
func TestCopies(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "ab325-00ff-20261120T000000Z.age", "ab325-00ff-20261121T000000Z.age", "ab325-00ff-20261122T000000Z.keys.age", "ab325-aa-20261123T000000Z.age", partPrefix("00ff")+"1")
	if err := os.Mkdir(filepath.Join(dir, "ab325-00ff-20261124T000000Z.age"), 0o700); err != nil {
		t.Fatal(err)
	}
	p, err := At(dir)
	if err != nil {
		t.Fatal(err)
	}
	copies, err := p.Copies("00ff")
	if err != nil || len(copies) != 2 {
		t.Fatalf("Copies = %v, %v, want two", copies, err)
	}
	if c := copies[0]; !strings.HasSuffix(c.Path, "21T000000Z.age") || !strings.HasSuffix(c.KeysPath, "21T000000Z.keys.age") || c.At.Day() != 21 || c.Size == 0 {
		t.Errorf("the newest is %+v", c)
	}
}

// Two backups within a second have two names; those to one file have one, and
// the later takes the place of the earlier.
func TestMakeNames(t *testing.T) {
	_, _, o := prepared(t)
	for range 2 {
		if _, err := Make(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	if all := names(t, o.Place.dir); len(all) != 4 {
		t.Errorf("the place holds %v, want two backups with their keys", all)
	}
	file := filepath.Join(t.TempDir(), "x.age")
	for range 2 {
		var err error
		if o.Place, err = At(file); err != nil {
			t.Fatal(err)
		}
		if _, err := Make(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	if all := names(t, filepath.Dir(file)); !slices.Equal(all, []string{"x.age", "x.keys.age"}) {
		t.Errorf("the folder holds %v, want the file and its keys", all)
	}
}

func TestParseRecipients(t *testing.T) {
	_, identity, _ := prepared(t)
	one := identity.Recipient().String()
	strong, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	quantum := strong.Recipient().String()
	for _, test := range []struct {
		text string
		n    int
		want string
	}{
		{one, 1, ""},
		{one + ", " + one, 2, ""},
		{"", 0, "no public key"},
		{"age1x", 0, "not a public key"},
		{"#", 0, "not a public key"},
		{identity.String(), 0, "secret"},
		{quantum, 1, ""},
		{quantum + " " + one, 0, "cannot be used together"},
	} {
		to, err := ParseRecipients(test.text)
		if len(to) != test.n || (err == nil) != (test.want == "") || err != nil && (!strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), identity.String())) {
			t.Errorf("ParseRecipients(%q) = %d keys, %v, want %d and %q", test.text, len(to), err, test.n, test.want)
		}
	}
}
