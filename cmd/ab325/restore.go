package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"filippo.io/age"

	"ab325/internal/backup"
	"ab325/internal/durable"
	"ab325/internal/files"
	"ab325/internal/kv"
	"ab325/internal/kv/boltkv"
	"ab325/internal/store"
	"ab325/internal/vault"
)

func restoreCommand() *command {
	return &command{
		name:  "restore",
		usage: "-from FILE -keys-from FILE -identity FILE [-data FOLDER] [-keys FOLDER]",
		short: "make a data folder of a backup",
		long: `
Makes a new data folder of a backup, which it opens with the municipality's
secret key, and checks all of it. The keys come from a file of their own: give
the newest there is, so that no case comes back that was erased since the backup
was made. The keyring must lie in -keys, or be given as it is to serve.

What was done after the backup was made is lost. So ab325 serve does not start
on the new folder until it is told that you know: ab325 serve -accept-older.`,
		setup: func(flags *flag.FlagSet, env *environ) action {
			var at place
			placeFlags(flags, env, &at)
			var w wantedRestore
			flags.StringVar(&w.from, "from", "", "the backup, a `file` ….age")
			flags.StringVar(&w.keys, "keys-from", "", "the newest copy of the keys, a `file` ….keys.age")
			flags.StringVar(&w.identity, "identity", "", "the `file` with the secret key of age, as age-keygen wrote it")
			return func(ctx context.Context, env *environ, args []string) error {
				if len(args) > 0 {
					return misuse("restore", "unexpected argument %q", args[0])
				}
				if w.from == "" || w.keys == "" || w.identity == "" {
					return misuse("restore", "-from, -keys-from and -identity are needed")
				}
				out, done := openConsole(env, env.stdout)
				defer done()
				return restore(ctx, env, at, w, out)
			}
		},
	}
}

// A wantedRestore is what restore is given: names of files.
type wantedRestore struct{ from, keys, identity string }

// restore makes a data folder beside where it is to be, and gives it its name
// when all of it was found good.
func restore(ctx context.Context, env *environ, at place, w wantedRestore, out *console) (err error) {
	if at, err = at.whole(defaultData); err != nil {
		return err
	}
	if err := vacant(at.data); err != nil {
		return err
	}
	ring, err := readKeyring(at.keys, env)
	if errors.Is(err, fs.ErrNotExist) {
		return hinted(fmt.Errorf("the keyring is missing: %w", err), "put it there from where its copy is kept: without it no backup opens")
	}
	if err != nil {
		return err
	}
	identities, err := readIdentities(w.identity)
	if err != nil {
		return err
	}
	temp := filepath.Clean(at.data) + ".restoring"
	if err := errors.Join(os.RemoveAll(temp), os.MkdirAll(temp, 0o700)); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(temp))
		}
	}()
	r := restorer{env: env, dir: temp, ring: ring, identities: identities, out: out}
	if err := r.keys(w.keys); err != nil {
		return err
	}
	found, err := r.records(ctx, w.from)
	if err != nil {
		return err
	}
	if err := os.Rename(temp, at.data); err != nil {
		return hinted(err, "-data names a folder that does not exist yet")
	}
	if err := durable.Names(filepath.Dir(filepath.Clean(at.data))); err != nil {
		return err
	}
	return w.say(at, found, out)
}

// say says what was restored, and what to do now.
func (w *wantedRestore) say(at place, found *backup.Reader, out io.Writer) error {
	if newer, err := backup.NewerKeys(w.keys); err == nil && newer != "" {
		fmt.Fprintf(out, "%s is newer than the copy of the keys that was given: a case that was erased in between is back. Remove %s, and restore with that one\n", newer, at.data)
	}
	_, err := fmt.Fprintf(out, `%d records and %d documents of %s, checked, are in %s
What was done after that is not in them. Now: ab325 serve -accept-older, with the flags that it had
`, found.Count.Pairs, found.Count.Documents, found.Manifest.At.Local().Format("2006-01-02 15:04 MST"), at.data)
	return err
}

// vacant refuses a folder that holds something.
func vacant(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	return &failure{text: dir + " holds something already", hint: "move it aside, or choose another folder with -data: a restore replaces nothing"}
}

// readIdentities reads secret keys.
func readIdentities(name string) ([]age.Identity, error) {
	f, err := openFile(name)
	if err != nil {
		return nil, hinted(err, "-identity names the file with the secret key, from where it is kept")
	}
	defer f.Close()
	identities, err := age.ParseIdentities(io.LimitReader(f, maxIdentities))
	if err != nil {
		// Its text may repeat a line of the file.
		return nil, hinted(fmt.Errorf("%s is not a secret key of age", name), "age-keygen makes it, and its line begins with AGE-SECRET-KEY-")
	}
	return identities, nil
}

// maxIdentities is more than a file of secret keys has.
const maxIdentities = 64 << 10

// A restorer fills a data folder.
type restorer struct {
	env        *environ
	dir        string
	ring       *vault.Keyring
	identities []age.Identity
	out        *console
}

// keys makes the vault.
func (r *restorer) keys(name string) error {
	f, err := openFile(name)
	if err != nil {
		return hinted(err, "-keys-from names the copy of the keys, ….keys.age")
	}
	defer f.Close()
	plain, err := backup.OpenKeys(f, r.identities...)
	if err == nil {
		err = vault.Load(filepath.Join(r.dir, vaultName), plain)
	}
	if err != nil {
		return r.explain(name, r.notKeys(name, err))
	}
	return nil
}

// notKeys returns err or, where it comes of taking a backup for its keys, that.
func (r *restorer) notKeys(name string, err error) error {
	if !errors.Is(err, vault.ErrDamaged) {
		return err
	}
	f, openErr := openFile(name)
	if openErr != nil {
		return err
	}
	defer f.Close()
	if _, readErr := backup.NewReader(f, r.identities...); readErr != nil {
		return err
	}
	return errNotKeys
}

// notRecords returns err or, where it comes of taking a copy of the keys for a
// backup, that.
func (r *restorer) notRecords(name string, err error) error {
	if !errors.Is(err, backup.ErrDamaged) {
		return err
	}
	f, openErr := openFile(name)
	if openErr != nil {
		return err
	}
	defer f.Close()
	plain, openErr := backup.OpenKeys(f, r.identities...)
	if openErr != nil || !vault.IsCopy(plain) {
		return err
	}
	return errNotRecords
}

// What is wrong where the two files of a backup were confused.
var (
	errNotKeys    = errors.New("it is the backup, and not the copy of the keys")
	errNotRecords = errors.New("it is the copy of the keys, and not the backup")
)

// records makes the database and the documents, and checks them.
func (r *restorer) records(ctx context.Context, name string) (_ *backup.Reader, err error) {
	f, err := openFile(name)
	if err != nil {
		return nil, hinted(err, "-from names the backup, ….age")
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	from, err := backup.NewReader(r.watched(f, info.Size()), r.identities...)
	if err != nil {
		return nil, r.explain(name, r.notRecords(name, err))
	}
	if from.Manifest.Instance != r.ring.Instance() {
		return nil, hinted(fmt.Errorf("%s is a backup of another installation than the keyring's", name), "give the keyring that belongs to it, or another backup")
	}
	db, err := boltkv.Open(filepath.Join(r.dir, databaseName), boltkv.Options{Create: true})
	if err != nil {
		return nil, err
	}
	op, err := assemble(r.env, place{data: r.dir}, r.ring, db)
	if err != nil {
		return nil, errors.Join(r.explain(name, err), db.Close())
	}
	defer func() { err = errors.Join(err, op.close()) }()
	if err := r.fill(ctx, op, from); err != nil {
		return nil, r.explain(name, err)
	}
	return from, nil
}

// watched returns what reads f and shows how far it is.
func (r *restorer) watched(f io.Reader, size int64) io.Reader {
	var done int64
	return readerFunc(func(p []byte) (int, error) {
		n, err := f.Read(p)
		done += int64(n)
		r.out.progress(progress{"restoring", done, size, "B"})
		return n, err
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// fill loads a backup, and takes out of it what was erased since.
func (r *restorer) fill(ctx context.Context, op *operator, from *backup.Reader) error {
	if err := load(ctx, op, from); err != nil {
		return err
	}
	r.out.progress(progress{Step: "checking the log"})
	if err := op.checkLog(ctx, op.db, from.Mark); err != nil {
		return err
	}
	r.out.progress(progress{Step: "taking out what was erased since"})
	if _, err := op.store.ReplayErasures(ctx, op.entry("replay-erasures")); err != nil {
		return err
	}
	if _, err := op.store.FinishErasures(ctx); err != nil {
		return err
	}
	// A keyring whose index key was changed since has no other.
	r.out.progress(progress{Step: "making anew what cases are found by"})
	_, err := op.store.RenewRows(ctx)
	return err
}

// load loads the records and documents of a backup, and opens each.
func load(ctx context.Context, op *operator, from *backup.Reader) error {
	v := store.NewVerifier(op.store.Vault)
	err := store.Load(ctx, op.db, func(yield func([]kv.Pair, error) bool) {
		for pairs, err := range from.Records() {
			if err == nil {
				err = v.Pairs(pairs)
			}
			if !yield(pairs, err) || err != nil {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	v.DocumentsOf(op.db)
	for d, err := range from.Documents() {
		if err == nil {
			err = v.Document(ctx, d.ID, d.Data)
		}
		if err == nil {
			err = op.store.Files.Write(ctx, d.ID, d.Data)
		}
		if err != nil {
			return err
		}
	}
	return v.End(ctx)
}

// explain says what a person can do about a backup that does not open.
func (r *restorer) explain(name string, err error) error {
	err = fmt.Errorf("%s: %w", name, err)
	for _, known := range []struct {
		is   error
		hint string
	}{
		{errNotKeys, "-from takes the backup, ….age, and -keys-from the copy of the keys, ….keys.age: are they swapped?"},
		{errNotRecords, "-from takes the backup, ….age, and -keys-from the copy of the keys, ….keys.age: are they swapped?"},
		{backup.ErrIdentity, "give the secret key that belongs to the public key which the service had when this was made"},
		{backup.ErrDamaged, "take another copy of it, or the backup before it"},
		{backup.ErrNewer, "restore it with that version"},
		{vault.ErrForeign, "the keyring is of another installation: give the one that belongs to the backup"},
		{vault.ErrWrapped, "the keyring's keys were changed after this copy of the keys was made: give a newer copy, or the keyring of then"},
		{store.ErrVaultOlder, "the copy of the keys is older than the backup: give the newest ….keys.age there is"},
		{vault.ErrNoSlot, "the copy of the keys is older than the backup: give the newest ….keys.age there is"},
		{vault.ErrDamaged, "take another copy of the keys"},
		{files.ErrNotFound, "the backup is not whole: take the one before it"},
	} {
		if errors.Is(err, known.is) {
			return hinted(err, known.hint)
		}
	}
	return err
}
