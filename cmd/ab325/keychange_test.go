package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ab325/internal/vault"
)

// keysEnv returns an environ with these variables.
func keysEnv(variables map[string]string) *environ {
	return &environ{random: rand.Reader, getenv: func(name string) string { return variables[name] }}
}

func TestMakeKeyring(t *testing.T) {
	keys, env := filepath.Join(t.TempDir(), "keys"), keysEnv(nil)
	if has, err := hasKeyring(keys, env); has || err != nil {
		t.Errorf("hasKeyring of no folder = %v, %v", has, err)
	}
	if _, err := readKeyring(keys, env); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("readKeyring of no folder: %v", err)
	}
	ring, err := makeKeyring(keys, env)
	if err != nil {
		t.Fatal(err)
	}
	for name, get := range map[string]func(string, *environ) (*vault.Keyring, error){"makeKeyring": makeKeyring, "readKeyring": readKeyring} {
		if again, err := get(keys, env); err != nil || again.Instance() != ring.Instance() {
			t.Errorf("%s where there is one = %v, %v, want %v", name, again, err, ring)
		}
	}
	if has, err := hasKeyring(keys, env); !has || err != nil {
		t.Errorf("hasKeyring = %v, %v", has, err)
	}
	for name, mode := range map[string]os.FileMode{".": 0o700, ringName: 0o600} {
		if info, err := os.Stat(filepath.Join(keys, name)); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s has mode %v, %v, want %v", name, info.Mode(), err, mode)
		}
	}
	if err := os.Chmod(filepath.Join(keys, ringName), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := readKeyring(keys, env); !errors.Is(err, vault.ErrReadable) {
		t.Errorf("readKeyring of a file that others can read: %v", err)
	}
}

func TestGivenKeyring(t *testing.T) {
	ring, err := vault.NewKeyring(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	keys, credentials := t.TempDir(), t.TempDir()
	if _, err := makeKeyring(keys, keysEnv(nil)); err != nil { // which counts where none is given
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(credentials, ringName), ring.Text(), 0o440); err != nil {
		t.Fatal(err)
	}
	for name, variables := range map[string]map[string]string{
		"credential":  {credentialsDir: credentials, ringVariable: "not a keyring"},
		"environment": {credentialsDir: t.TempDir(), ringVariable: string(ring.Text())},
	} {
		env := keysEnv(variables)
		if got, err := readKeyring(keys, env); err != nil || got.Instance() != ring.Instance() {
			t.Errorf("readKeyring from the %s = %v, %v, want %v", name, got, err, ring)
		}
		if got, err := makeKeyring(keys, env); err != nil || got.Instance() != ring.Instance() {
			t.Errorf("makeKeyring with one from the %s = %v, %v, want %v", name, got, err, ring)
		}
	}
	half := keysEnv(map[string]string{ringVariable: string(ring.Text()[:400])})
	var f *failure
	if _, err := readKeyring(keys, half); !errors.Is(err, vault.ErrKeyring) || !errors.As(err, &f) || f.hint == "" {
		t.Errorf("readKeyring of half a keyring: %v, want ErrKeyring and a hint", err)
	}
}

// newKeyChange returns what changes the keys of a new vault. Its hooks count.
func newKeyChange(t *testing.T) (*keyChange, *ringHooks) {
	t.Helper()
	dir := t.TempDir()
	ring, err := makeKeyring(dir, keysEnv(nil))
	if err != nil {
		t.Fatal(err)
	}
	if err := vault.Create(filepath.Join(dir, "vault"), ring, rand.Reader); err != nil {
		t.Fatal(err)
	}
	return openKeyChange(t, dir, keysEnv(nil))
}

// A ringHooks is the store and the backups of a keyChange.
type ringHooks struct {
	index          string // the key that is written with
	moved, backups int
	fail           map[string]error // by hook, once
}

func (h *ringHooks) failing(name string) error {
	err := h.fail[name]
	delete(h.fail, name)
	return err
}

// openKeyChange returns what changes the keys in dir, as a start of the service
// finds them.
func openKeyChange(t *testing.T, dir string, env *environ) (*keyChange, *ringHooks) {
	t.Helper()
	place, err := findKeyring(dir, env)
	if err != nil {
		t.Fatal(err)
	}
	ring, err := place.read()
	if err != nil {
		t.Fatal(err)
	}
	v, err := vault.Open(filepath.Join(dir, "vault"), ring, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	h := &ringHooks{fail: map[string]error{}}
	return &keyChange{
		place: place, vault: v, ring: ring, random: rand.Reader,
		indexes: func(r *vault.Keyring) { h.index = r.Index()[0].ID },
		reindex: func(context.Context) (int, error) { h.moved++; return 1, h.failing("reindex") },
		backup:  func(context.Context) error { h.backups++; return h.failing("backup") },
	}, h
}

// Keys are changed while records are sealed and opened, and cases begun and
// erased, and none of it fails.
func TestKeyChangeUnderLoad(t *testing.T) {
	k, h := newKeyChange(t)
	before := k.ring
	var wg sync.WaitGroup
	var stop atomic.Bool
	var done atomic.Int64
	for worker := range uint64(4) {
		wg.Go(func() {
			var sealed [][]byte
			for n := uint64(0); !stop.Load(); n++ {
				slot := 1 + worker + 4*n
				if err := caseLife(k.vault, slot, &sealed); err != nil {
					t.Errorf("case %d: %v", slot, err)
					return
				}
				done.Add(1)
			}
		})
	}
	changes := 5
	for i := range changes {
		for was := done.Load(); done.Load() < was+20 && !t.Failed(); {
			time.Sleep(time.Millisecond)
		}
		if err := k.begin(t.Context()); err != nil {
			t.Fatalf("change %d: %v", i, err)
		}
	}
	stop.Store(true)
	wg.Wait()
	if h.moved != changes || h.backups != changes || h.index != k.ring.Index()[0].ID {
		t.Errorf("%d changes moved indexes %d times and copied keys %d times", changes, h.moved, h.backups)
	}
	checkChanged(t, k, before)
}

// caseLife does what a case asks of the vault: a new key, records, and every
// third is erased.
func caseLife(v *vault.Vault, slot uint64, sealed *[][]byte) error {
	if err := v.Grow(slot + 1); err != nil {
		return err
	}
	for rev := range 10 {
		key, err := v.Key(slot)
		if err != nil {
			return err
		}
		*sealed = append(*sealed, key.Seal([]byte("record"), fmt.Sprint(rev)))
	}
	for rev, s := range (*sealed)[len(*sealed)-10:] {
		key, err := v.Key(slot)
		if err != nil {
			return err
		}
		if _, err := key.Open(s, fmt.Sprint(rev)); err != nil {
			return err
		}
	}
	if slot%3 != 0 {
		return nil
	}
	if err := v.Erase(slot, fmt.Sprint("c", slot), time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)); err != nil {
		return err
	}
	if _, err := v.Key(slot); !errors.Is(err, vault.ErrErased) {
		return fmt.Errorf("erased, and %w", err)
	}
	return nil
}

// checkChanged fails unless the keyring has one key of each kind, which is not
// one of before's, and the vault opens with it, and with before no more.
func checkChanged(t *testing.T, k *keyChange, before *vault.Keyring) {
	t.Helper()
	if err := k.vault.Close(); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Dir(k.place.path)
	if v, err := vault.Open(filepath.Join(dir, "vault"), before, rand.Reader); !errors.Is(err, vault.ErrWrapped) {
		t.Errorf("Open with the old keyring = %v, %v, want ErrWrapped", v, err)
	}
	again, _ := openKeyChange(t, dir, keysEnv(nil))
	if got := oldKeys(again.ring); got != nil {
		t.Errorf("the keyring still has %v", got)
	}
	if again.ring.Index()[0].ID == before.Index()[0].ID {
		t.Error("the index key is the old one")
	}
	if err := again.vault.Check(t.Context(), func(slot uint64, err error) { t.Errorf("key %d: %v", slot, err) }); err != nil {
		t.Error(err)
	}
	text := before.Text()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if data, err := os.ReadFile(filepath.Join(dir, e.Name())); err == nil && e.Name() != ringName && bytes.Contains(data, text[len(text)/2:]) {
			t.Errorf("the old keyring is left in %s", e.Name())
		}
	}
}

// Wherever a change is interrupted, the next start finishes it.
func TestKeyChangeInterrupted(t *testing.T) {
	interrupted := errors.New("interrupted")
	for name, interrupt := range map[string]func(*keyChange, *ringHooks) error{
		"while records are indexed anew": func(k *keyChange, h *ringHooks) error {
			h.fail["reindex"] = interrupted
			return k.begin(t.Context())
		},
		"while the keys are copied": func(k *keyChange, h *ringHooks) error {
			h.fail["backup"] = interrupted
			return k.begin(t.Context())
		},
		"before anything is wrapped anew": func(k *keyChange, h *ringHooks) error {
			ctx, cancel := context.WithCancel(t.Context())
			k.indexes = func(*vault.Keyring) { cancel() }
			if err := k.begin(ctx); !errors.Is(err, context.Canceled) {
				return err
			}
			return interrupted
		},
		"before the keyring had a new key": func(k *keyChange, h *ringHooks) error {
			return errors.Join(os.WriteFile(k.place.path+".new", []byte("half"), 0o600), k.begin(t.Context()), interrupted)
		},
	} {
		k, h := newKeyChange(t)
		before := k.ring
		if err := interrupt(k, h); !errors.Is(err, interrupted) {
			t.Errorf("%s: %v", name, err)
		}
		if err := k.vault.Close(); err != nil {
			t.Fatal(err)
		}
		again, _ := openKeyChange(t, filepath.Dir(k.place.path), keysEnv(nil))
		if unused, err := again.finish(t.Context()); unused != nil || err != nil {
			t.Errorf("%s: finish = %v, %v", name, unused, err)
		}
		checkChanged(t, again, before)
	}
}

// A keyring that the service manager gives is not changed by the service; what
// a new one says is done.
func TestKeyChangeGiven(t *testing.T) {
	k, _ := newKeyChange(t)
	dir, ring := filepath.Dir(k.place.path), k.ring
	if err := k.vault.Close(); err != nil {
		t.Fatal(err)
	}
	k, _ = openKeyChange(t, dir, keysEnv(map[string]string{ringVariable: string(ring.Text())}))
	var f *failure
	if err := k.begin(t.Context()); !errors.As(err, &f) || !strings.Contains(f.hint, "ab325 key new") {
		t.Errorf("begin with a given keyring: %v, want a hint", err)
	}
	if unused, err := k.finish(t.Context()); unused != nil || err != nil {
		t.Errorf("finish where nothing is to do = %v, %v", unused, err)
	}
	if err := k.vault.Close(); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	env := keysEnv(nil)
	env.stdout, env.stderr, env.stdin = &out, os.Stderr, bytes.NewReader(ring.Text())
	if code := run(t.Context(), env, []string{"key", "new", "-from", "-", "-sign"}); code != 0 {
		t.Fatalf("key new ends with %d", code)
	}
	next, err := vault.ParseKeyring(out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if seeds := next.Seeds(); len(seeds) != 2 || !bytes.Equal(seeds[1], ring.Seed()) {
		t.Errorf("with a new signing key there are %d, want the new and the old one", len(seeds))
	}
	k, _ = openKeyChange(t, dir, keysEnv(map[string]string{ringVariable: out.String()}))
	unused, err := k.finish(t.Context())
	if want := []string{"wrap " + ring.Wraps()[0], "index " + ring.Index()[0].ID}; err != nil || strings.Join(unused, ", ") != strings.Join(want, ", ") {
		t.Errorf("finish = %v, %v, want %v", unused, err, want)
	}
	for _, name := range append(unused, ringVariable) {
		if text := unusedText(k.place, unused); !strings.Contains(text, name) {
			t.Errorf("the log says %q, without %s", text, name)
		}
	}
	if err := k.vault.Close(); err != nil {
		t.Fatal(err)
	}
	env.stdin = bytes.NewReader(next.Text())
	out.Reset()
	if code := run(t.Context(), env, []string{"key", "trim", "-from", "-"}); code != 0 {
		t.Fatalf("key trim ends with %d", code)
	}
	openKeyChange(t, dir, keysEnv(map[string]string{ringVariable: out.String()}))
}
