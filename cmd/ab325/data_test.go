package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ab325/internal/audit"
	"ab325/internal/store"
)

// installation makes one, with some entries in its log, and returns its place.
func installation(t *testing.T, entries int) place {
	t.Helper()
	at := place{filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "keys")}
	op, err := openPlace(t.Context(), at, world(), opening{create: true})
	if err != nil {
		t.Fatal(err)
	}
	logEntries(t, op, entries)
	return at
}

// logEntries writes to the log and closes what it is in, with a new mark.
func logEntries(t *testing.T, op *operator, entries int) {
	t.Helper()
	for range entries {
		if err := op.store.Update(t.Context(), func(tx *store.Tx) error { return tx.Log(op.entry("search")) }); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(op.checkpoint(t.Context()), op.close()); err != nil {
		t.Fatal(err)
	}
}

// copyPlace copies an installation.
func copyPlace(t *testing.T, from place) place {
	t.Helper()
	to := place{filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "keys")}
	for a, b := range map[string]string{from.data: to.data, from.keys: to.keys} {
		copyTree(t, a, b)
	}
	return to
}

// copyTree copies a folder with everything in it, for its owner alone. Folders
// of documents are left out: they are made anew.
func copyTree(t *testing.T, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(from, path)
		switch {
		case err != nil:
			return err
		case d.IsDir() && filepath.Dir(rel) == documentsName:
			return fs.SkipDir
		case d.IsDir():
			return os.Mkdir(filepath.Join(to, rel), 0o700)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), data, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// listing returns the names and sizes of all files in folders.
func listing(t *testing.T, at place) (all []string) {
	t.Helper()
	for _, dir := range []string{at.data, at.keys} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := os.ReadFile(path)
			all = append(all, path+" "+audit.Digest(data).String())
			return err
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	}
	return all
}

// An installation opens only where all its parts are there, of one installation
// and of one time. Every other combination of parts that are missing, empty, of
// another installation or older is refused, with why and what to do, and
// nothing is made or changed: a new part in the place of one that was lost would
// look like a municipality that never had a case.
func TestOpenParts(t *testing.T) {
	old := installation(t, 3)
	now := copyPlace(t, old)
	op, err := openPlace(t.Context(), now, world(), opening{})
	if err != nil {
		t.Fatal(err)
	}
	logEntries(t, op, 3)
	foreign := installation(t, 5)

	const (
		is = iota
		missing
		empty
		other
		older
		states
	)
	names := []string{databaseName, vaultName, ringName, markName}
	opened, want := 0, 0
	for n := range states * states * states * states {
		state := []int{n % states, n / states % states, n / states / states % states, n / states / states / states}
		if !torture() && wrong(state) > 2 && slices.Min(state) != slices.Max(state) {
			continue // make torture tries them all: they take a minute, and find what is found with two
		}
		at := copyPlace(t, now)
		paths := func(p place) []string {
			return []string{filepath.Join(p.data, databaseName), filepath.Join(p.data, vaultName), filepath.Join(p.keys, ringName), filepath.Join(p.keys, markName)}
		}
		var what []string
		for i, path := range paths(at) {
			from := ""
			switch state[i] {
			case is:
				continue
			case other:
				from = paths(foreign)[i]
			case older:
				from = paths(old)[i]
			}
			what = append(what, []string{"", "no ", "an empty ", "another's ", "an older "}[state[i]]+names[i])
			replacePart(t, path, from, state[i] == empty)
		}
		// An older keyring, or vault, of the same installation is the same here.
		same := func(i int, s ...int) bool { return slices.Contains(s, state[i]) }
		right := same(0, is) && same(1, is, older) && same(2, is, older) && same(3, is, older) ||
			same(0, older) && same(1, is, older) && same(2, is, older) && same(3, older) ||
			same(0, other) && same(1, other) && same(2, other) && same(3, other)
		never := same(0, missing) && same(1, missing) && same(3, missing)
		if never {
			if err := os.RemoveAll(filepath.Join(at.data, documentsName)); err != nil {
				t.Fatal(err)
			}
		}
		before := listing(t, at)
		op, err := openPlace(t.Context(), at, world(), opening{create: !never})
		if err == nil {
			opened++
			if err := op.close(); err != nil {
				t.Fatal(err)
			}
		}
		if right {
			want++
		}
		if right != (err == nil) {
			t.Errorf("with %s: open = %v, want that it opens: %v", strings.Join(what, " and "), err, right)
			continue
		}
		if f, ok := errors.AsType[*failure](err); err != nil && (!ok || f.hint == "") {
			t.Errorf("with %s: open = %v, want a hint", strings.Join(what, " and "), err)
		}
		if after := listing(t, at); err != nil && !slices.Equal(before, after) {
			t.Errorf("with %s: open changed the folders from\n%s\nto\n%s", strings.Join(what, " and "), strings.Join(before, "\n"), strings.Join(after, "\n"))
		}
	}
	if opened != want || opened < 8 {
		t.Errorf("%d combinations opened, want %d", opened, want)
	}
}

// wrong returns how many parts are not as they should be.
func wrong(state []int) (n int) {
	for _, s := range state {
		n += min(s, 1)
	}
	return n
}

// replacePart puts in the place of a part another one, or an empty one, or
// nothing.
func replacePart(t *testing.T, path, from string, empty bool) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
	switch {
	case from != "" && info.IsDir():
		copyTree(t, from, path)
	case from != "":
		var data []byte
		if data, err = os.ReadFile(from); err == nil {
			err = os.WriteFile(path, data, 0o600)
		}
	case empty && info.IsDir():
		err = os.Mkdir(path, 0o700)
	case empty:
		err = os.WriteFile(path, nil, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Only what was restored is accepted though it is older; nothing else that is
// wrong is.
func TestAcceptOlder(t *testing.T) {
	old := installation(t, 3)
	now := copyPlace(t, old)
	op, err := openPlace(t.Context(), now, world(), opening{})
	if err != nil {
		t.Fatal(err)
	}
	logEntries(t, op, 3)
	foreign := installation(t, 5)
	for _, test := range []struct {
		name string
		at   place
		want bool
	}{
		{"older data", place{old.data, now.keys}, true},
		{"another's data", place{foreign.data, now.keys}, false},
		{"another's mark", func() place {
			at := copyPlace(t, now)
			replacePart(t, filepath.Join(at.keys, markName), filepath.Join(foreign.keys, markName), false)
			return at
		}(), false},
		{"no mark", func() place {
			at := copyPlace(t, now)
			replacePart(t, filepath.Join(at.keys, markName), "", false)
			return at
		}(), true},
		{"no vault", func() place {
			at := copyPlace(t, now)
			replacePart(t, filepath.Join(at.data, vaultName), "", false)
			return at
		}(), false},
	} {
		at := copyPlace(t, test.at)
		op, err := openPlace(t.Context(), at, world(), opening{create: true, acceptOlder: true})
		if (err == nil) != test.want {
			t.Errorf("%s: accepted = %v, want %v", test.name, err, test.want)
		}
		if err != nil {
			continue
		}
		recorded := false
		err = op.store.View(t.Context(), func(tx *store.Tx) error {
			for e, err := range tx.Audit(audit.ID{}) {
				if err != nil {
					return err
				}
				recorded = recorded || e.Action == "accept-older"
			}
			return nil
		})
		if err := errors.Join(err, op.close()); err != nil {
			t.Fatal(err)
		}
		if !recorded {
			t.Errorf("%s: the log does not say that it was accepted", test.name)
		}
		op, err = openPlace(t.Context(), at, world(), opening{})
		if err != nil {
			t.Fatalf("%s: the next start: %v", test.name, err)
		}
		if err := op.close(); err != nil {
			t.Fatal(err)
		}
	}
}

// A first start that is interrupted anywhere is finished by the next.
func TestFirstStartInterrupted(t *testing.T) {
	whole := installation(t, 0)
	if err := os.WriteFile(filepath.Join(whole.data, unfinishedName), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	// In the order in which they are made, and so lost the other way round.
	parts := []string{filepath.Join(whole.keys, markName), filepath.Join(whole.data, documentsName), filepath.Join(whole.data, databaseName), filepath.Join(whole.data, vaultName), filepath.Join(whole.keys, ringName)}
	for n := range len(parts) + 1 {
		if n > 0 {
			if err := os.RemoveAll(parts[n-1]); err != nil {
				t.Fatal(err)
			}
		}
		at := copyPlace(t, whole)
		op, err := openPlace(t.Context(), at, world(), opening{})
		if err != nil {
			t.Errorf("without the last %d parts: open = %v", n, err)
			continue
		}
		sound(t, op)
		if err := op.close(); err != nil {
			t.Fatal(err)
		}
		if has, err := exists(filepath.Join(at.data, unfinishedName)); has || err != nil {
			t.Errorf("without the last %d parts: it is unfinished still, %v", n, err)
		}
	}
}
