package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"

	"ab325/internal/casework"
	"ab325/internal/demo"
	"ab325/internal/flexjob"
	"ab325/internal/kv"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// A yard is an installation with example data, and what backs it up.
type yard struct {
	t        *testing.T
	env      *environ
	at       place
	op       *operator
	identity string // a file
	to       target
	cases    *casework.Service
}

func newYard(t *testing.T) *yard {
	t.Helper()
	dir := t.TempDir()
	y := &yard{t: t, env: world(), at: place{filepath.Join(dir, "data"), filepath.Join(dir, "keys")}, identity: filepath.Join(dir, "secret")}
	y.env.stdout, y.env.stderr = io.Discard, io.Discard
	y.must(os.Mkdir(filepath.Join(dir, "backups"), 0o700))
	key, err := age.GenerateX25519Identity()
	y.must(err)
	y.must(os.WriteFile(y.identity, []byte(key.String()+"\n"), 0o600))
	y.to, err = openTarget(filepath.Join(dir, "backups"), key.Recipient().String(), 0)
	y.must(err)
	y.op, err = openPlace(t.Context(), y.at, y.env, opening{create: true})
	y.must(err)
	t.Cleanup(func() { y.must(y.op.close()) })
	options, err := caseOptions(y.op, &config{baseURL: "http://127.0.0.1"})
	y.must(err)
	y.cases, err = casework.New(options)
	y.must(err)
	return y
}

func (y *yard) must(err error) {
	y.t.Helper()
	if err != nil {
		y.t.Fatal(err)
	}
}

// fill makes the example data, which have cases in every state.
func (y *yard) fill() {
	y.t.Helper()
	options, err := caseOptions(y.op, &config{demo: true, baseURL: "http://127.0.0.1"})
	y.must(err)
	_, err = demo.Open(y.t.Context(), demo.Options{Casework: options, Accounts: options.Accounts, Password: "en lang og sjov hestehov 77"})
	y.must(err)
}

// startCase begins a case.
func (y *yard) startCase() {
	if _, err := y.cases.Start(y.t.Context(), flexjob.Employee, ""); err != nil {
		y.t.Error(err)
	}
}

// backUp makes a backup and returns its two files.
func (y *yard) backUp() (records, keys string) {
	y.t.Helper()
	made, err := y.op.backups.make(y.t.Context(), y.to, new(console))
	y.must(err)
	return made.Path, made.KeysPath
}

// restored returns what a restore of a backup makes, open.
func (y *yard) restored(records, keys string) *operator {
	y.t.Helper()
	at := place{filepath.Join(y.t.TempDir(), "data"), y.at.keys}
	y.must(restore(y.t.Context(), y.env, at, wantedRestore{records, keys, y.identity}, &console{Writer: io.Discard}))
	ring, err := readKeyring(y.at.keys, y.env)
	y.must(err)
	op, err := openParts(y.env, at, ring)
	y.must(err)
	y.t.Cleanup(func() { y.must(op.close()) })
	return op
}

// dumped returns every pair of a store, but which of the vault's keys were given
// to cases: a restored one takes no risk and begins behind all that there are.
func dumped(t *testing.T, s *store.Store) (pairs []kv.Pair) {
	t.Helper()
	err := s.Dump(t.Context(), func(some []kv.Pair) error {
		for _, p := range some {
			if !bytes.HasPrefix(p.Key, []byte("slot-")) {
				pairs = append(pairs, p)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return pairs
}

// sound fails the test on every fault of a store.
func sound(t *testing.T, op *operator) {
	t.Helper()
	if err := op.store.Check(t.Context(), op.now().Add(-looseFor), func(fault string) { t.Error(fault) }); err != nil {
		t.Error(err)
	}
	if _, err := op.store.VerifyLog(t.Context()); err != nil {
		t.Error(err)
	}
}

// What is restored is, pair by pair and byte by byte, what was backed up, its
// documents too; and it is the same on another engine.
func TestRestore(t *testing.T) {
	y := newYard(t)
	y.fill()
	records, keys := y.backUp()
	want := dumped(t, y.op.store) // nothing was done since
	got := y.restored(records, keys)
	if diff := cmp.Diff(want, dumped(t, got.store)); diff != "" {
		t.Errorf("records differ (-backed up +restored):\n%.2000s", diff)
	}
	documents := 0
	for id, err := range y.op.store.Files.All() {
		y.must(err)
		was, err := y.op.store.Files.Read(id)
		y.must(err)
		is, err := got.store.Files.Read(id)
		if err != nil || string(is) != string(was) {
			t.Errorf("document %s differs: %v", id, err)
		}
		documents++
	}
	if documents < 5 {
		t.Errorf("%d documents: too few to show anything", documents)
	}
	sound(t, got)

	mem := kv.Mem()
	y.must(store.Load(t.Context(), mem, func(yield func([]kv.Pair, error) bool) { yield(dumped(t, got.store), nil) }))
	other, err := store.New(store.Options{DB: mem, Vault: got.store.Vault, Files: got.store.Files, Keyring: got.store.Keyring, Rand: got.random})
	y.must(err)
	_, err = other.ReplayErasures(t.Context(), got.entry("replay-erasures")) // after which it is not called restored any more
	y.must(err)
	if diff := cmp.Diff(want, dumped(t, other)); diff != "" {
		t.Errorf("records differ in memory (-backed up +loaded):\n%.2000s", diff)
	}
	y.must(other.Check(t.Context(), got.now().Add(-looseFor), func(fault string) { t.Error("in memory:", fault) }))
}

// caseIDs returns the ids of all cases.
func caseIDs(t *testing.T, s *store.Store) (ids []string) {
	t.Helper()
	err := s.View(t.Context(), func(tx *store.Tx) error {
		for id, err := range tx.CaseIDs("") {
			if err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// A case that was erased does not come back with a backup that was made before:
// the newest copy of the keys knows of it.
func TestRestoreDoesNotUndoAnErasure(t *testing.T) {
	y := newYard(t)
	y.fill()
	records, old := y.backUp()
	gone := caseIDs(t, y.op.store)[3]
	y.must(y.op.store.Update(t.Context(), func(tx *store.Tx) error { return tx.Erase(gone, y.op.entry("erase")) }))
	y.must(y.op.finishErasures(t.Context()))
	_, keys := y.backUp()

	got := y.restored(records, keys)
	for _, id := range caseIDs(t, got.store) {
		if id == gone {
			t.Error("the case is back")
		}
	}
	err := got.store.View(t.Context(), func(tx *store.Tx) error { _, err := tx.Case(gone); return err })
	if problem.Of(err) != problem.NotFound {
		t.Errorf("the case that was erased: %v, want that there is none", err)
	}
	sound(t, got)

	// With the older keys it does, which is said.
	var said strings.Builder
	for _, test := range []struct {
		keys string
		want bool
	}{{old, true}, {keys, false}} {
		said.Reset()
		at := place{filepath.Join(t.TempDir(), "data"), y.at.keys}
		y.must(restore(t.Context(), y.env, at, wantedRestore{records, test.keys, y.identity}, &console{Writer: &said}))
		if got := strings.Contains(said.String(), keys+" is newer"); got != test.want {
			t.Errorf("restore with %s warns of newer keys: %v, want %v; it said\n%s", test.keys, got, test.want, &said)
		}
	}

	// And it is in no copy of the keys that a backup leaves for long.
	if old == keys {
		t.Fatal("the two copies of the keys have one name")
	}
}

// A backup from before a change of keys is restored with the newest copy of the
// keys and the newest keyring, which do not have the index key of then: its
// cases are found all the same.
func TestRestoreFromBeforeAKeyChange(t *testing.T) {
	y := newYard(t)
	y.fill()
	records, _ := y.backUp()
	y.must(y.op.keys.begin(t.Context()))
	_, keys := y.backUp()
	got := y.restored(records, keys)
	sound(t, got)
	y.must(got.store.View(t.Context(), func(tx *store.Tx) error {
		for _, id := range caseIDs(t, got.store) {
			c, err := tx.Case(id)
			if err != nil {
				return err
			}
			if ids, err := tx.Find(store.ByNumber, c.Number); err != nil || c.Number != "" && len(ids) != 1 {
				t.Errorf("%d cases have the number of case %s, %v", len(ids), id, err)
			}
		}
		return nil
	}))
}

// A copy of the keys that is older than the backup does not open it, and that
// is said before anything is made.
func TestRestoreWithOldKeys(t *testing.T) {
	y := newYard(t)
	_, old := y.backUp()
	y.must(y.op.store.Vault.Grow(10_000))
	slots := y.op.store.Vault.Len()
	if slots <= 256 {
		t.Fatalf("%d keys: too few", slots)
	}
	for range 300 {
		y.startCase()
	}
	records, _ := y.backUp()
	at := place{filepath.Join(t.TempDir(), "data"), y.at.keys}
	err := restore(t.Context(), y.env, at, wantedRestore{records, old, y.identity}, &console{Writer: io.Discard})
	if f, ok := errors.AsType[*failure](err); !ok || !strings.Contains(f.hint, "older than the backup") {
		t.Errorf("restore with keys from before = %v, want a hint about that", err)
	}
	if has, err := exists(at.data); has || err != nil {
		t.Errorf("it made the folder all the same: %v, %v", has, err)
	}
}

// A backup that is made while people save is of one moment.
func TestBackUpWhileSaving(t *testing.T) {
	y := newYard(t)
	y.fill()
	ctx, stop := context.WithCancel(t.Context())
	var saving sync.WaitGroup
	saving.Go(func() {
		for ctx.Err() == nil {
			y.startCase()
		}
	})
	var made []string
	for range 2 {
		records, _ := y.backUp()
		made = append(made, records)
	}
	stop()
	saving.Wait()
	_, keys := y.backUp()
	for _, records := range made {
		sound(t, y.restored(records, keys))
	}
}
