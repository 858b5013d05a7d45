package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"ab325/internal/durable"
	"ab325/internal/files"
	"ab325/internal/kv"
	"ab325/internal/kv/boltkv"
	"ab325/internal/store"
	"ab325/internal/vault"
)

// What is in the data folder, beside the socket.
const (
	databaseName   = "ab325.db"
	vaultName      = "vault"      // the keys that seal what is in the others
	documentsName  = "documents"  // PDFs and attachments
	unfinishedName = "UNFINISHED" // while a first start makes the others
	demoName       = "EXAMPLE-DATA"
)

// markName is, in the folder of keys, what the data held at the last moment
// that is sure: a signed checkpoint of their log.
const markName = "mark"

// keysSuffix makes the name of the folder of keys of that of the data.
const keysSuffix = "-keys"

// A place is where an installation is: the data, and, apart from them, what
// opens them. Who gets the one folder has nothing without the other.
type place struct{ data, keys string }

// whole returns the place with what was not said: the data in dir, and their
// keys beside them; those of example data with them.
func (p place) whole(dir string) (place, error) {
	if p.data == "" {
		p.data = dir
	}
	if p.keys != "" {
		return p, nil
	}
	demo, err := exists(filepath.Join(p.data, demoName))
	p.keys = filepath.Clean(p.data) + keysSuffix
	if demo {
		p.keys = filepath.Join(p.data, "keys")
	}
	return p, err
}

// errNoData means that the folder was never used.
var errNoData = errors.New("no data there")

// An opening says how data are opened.
type opening struct {
	create      bool // a folder that was never used becomes a new one
	acceptOlder bool // data that are older than the mark, or that have none, are right: they were restored
}

// openData opens the data in dir, which this process then has alone. A folder
// that is missing or empty becomes a new one if create is true.
func openData(dir string, env *environ, create bool) (*operator, error) {
	at, err := place{data: dir, keys: env.getenv("AB325_KEYS")}.whole(dir)
	if err != nil {
		return nil, err
	}
	return openPlace(context.Background(), at, env, opening{create: create})
}

// openPlace opens an installation. Its parts are one: each without the others
// means that a part was lost, restored apart or not mounted, and a new one in
// its place would look like a municipality that never had a case. So anything
// but all of them, of one installation and of one time, is refused.
func openPlace(ctx context.Context, at place, env *environ, o opening) (*operator, error) {
	has, err := at.parts(env)
	if err != nil {
		return nil, folderHint(err)
	}
	switch {
	case has.unfinished || has.none():
		if !has.unfinished && !o.create {
			return nil, hinted(fmt.Errorf("%s: %w", at.data, errNoData), "-data names the folder, and ab325 serve makes a new one")
		}
		if err := at.make(ctx, env); err != nil {
			return nil, folderHint(fmt.Errorf("make a new data folder: %w", err))
		}
	default:
		if err := has.missing(at, o); err != nil {
			return nil, err
		}
	}
	ring, err := readKeyring(at.keys, env)
	if err != nil {
		return nil, err
	}
	op, err := openParts(env, at, ring)
	if err != nil {
		return nil, err
	}
	err = op.checkMark(ctx, o)
	if err == nil {
		_, err = op.store.ReplayErasures(ctx, op.entry("replay-erasures"))
	}
	if errors.Is(err, store.ErrVaultOlder) {
		err = hinted(fmt.Errorf("%s: %w", filepath.Join(at.data, vaultName), err), "put the newest one back: an old one brings back what was erased, and lacks the keys of new cases. If it is lost, ab325 restore -h")
	}
	if err != nil {
		return nil, errors.Join(err, op.close())
	}
	return op, nil
}

// folderHint says what to do about a folder that cannot be used.
func folderHint(err error) error {
	for _, known := range []struct {
		is   error
		hint string
	}{
		{kv.ErrFull, "give it more room; nothing was made"},
		{syscall.ENOSPC, "give it more room; what was begun is finished by the next start"},
		{syscall.ENOTDIR, "-data and -keys name folders, and this is in the way of one"},
		{fs.ErrPermission, "the user that the service runs as must own the folders that -data and -keys name"},
		{syscall.EROFS, "-data and -keys name folders that can be written in"},
		{fs.ErrNotExist, "-data and -keys name folders in a place where folders can be made"},
	} {
		if errors.Is(err, known.is) {
			return hinted(err, known.hint)
		}
	}
	return err
}

// parts says which parts of an installation are there.
type parts struct{ database, vault, documents, ring, mark, unfinished bool }

func (p place) parts(env *environ) (has parts, err error) {
	for _, part := range []struct {
		is   *bool
		name string
	}{
		{&has.database, filepath.Join(p.data, databaseName)},
		{&has.vault, filepath.Join(p.data, vaultName)},
		{&has.documents, filepath.Join(p.data, documentsName)},
		{&has.unfinished, filepath.Join(p.data, unfinishedName)},
		{&has.mark, filepath.Join(p.keys, markName)},
	} {
		if *part.is, err = exists(part.name); err != nil {
			return has, err
		}
	}
	has.ring, err = hasKeyring(p.keys, env)
	return has, err
}

// none reports whether the place was never used. A keyring may be there: the
// service manager gives it, or the operator made the folder ready.
func (has parts) none() bool { return !has.database && !has.vault && !has.documents && !has.mark }

// missing refuses a place that lacks a part, and says what to do.
func (has parts) missing(at place, o opening) error {
	const mounted = "see whether its volume is mounted and -data and -keys name the right folders; else restore it: ab325 restore -h"
	lost := func(dir, name, hint string) error {
		return hinted(fmt.Errorf("%s is missing, and the rest of the installation is there", filepath.Join(dir, name)), hint)
	}
	switch {
	case !has.database:
		return lost(at.data, databaseName, mounted)
	case !has.vault:
		return lost(at.data, vaultName, mounted)
	case !has.documents:
		return lost(at.data, documentsName, mounted)
	case !has.ring:
		return lost(at.keys, ringName, "put it back from where its copy is kept; without it nobody can read the data any more")
	case !has.mark && !o.acceptOlder:
		return lost(at.keys, markName, "it tells whether these data are the newest. See whether -keys names the right folder; if the data were just restored, ab325 serve -accept-older makes a new one")
	}
	return nil
}

// make makes what is missing of a new installation. A crash at any point is
// finished by the next start: what is there already was made by this, and
// nobody has used it.
func (p place) make(ctx context.Context, env *environ) error {
	if err := errors.Join(os.MkdirAll(p.data, 0o700), os.MkdirAll(p.keys, 0o700)); err != nil {
		return err
	}
	unfinished := filepath.Join(p.data, unfinishedName)
	if err := replaceFile(unfinished, []byte("The first start was interrupted; the next one finishes it.\n"), 0o600); err != nil {
		return err
	}
	if err := durable.Names(p.data); err != nil {
		return err
	}
	ring, err := makeKeyring(p.keys, env)
	if err != nil {
		return err
	}
	if err := vault.Create(filepath.Join(p.data, vaultName), ring, env.random); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	db, err := boltkv.Open(filepath.Join(p.data, databaseName), boltkv.Options{Create: true})
	if err == nil {
		err = db.Close()
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	op, err := openParts(env, p, ring) // which makes the folder of documents
	if err != nil {
		return err
	}
	_, err = op.store.RenewRows(ctx) // of which there are none, so that no start looks
	if err := errors.Join(err, op.checkpoint(ctx), op.close()); err != nil {
		return err
	}
	return errors.Join(os.Remove(unfinished), durable.Names(p.data))
}

// openParts opens a database, a vault and documents with a keyring.
func openParts(env *environ, at place, ring *vault.Keyring) (*operator, error) {
	db, err := boltkv.Open(filepath.Join(at.data, databaseName), boltkv.Options{})
	switch {
	case errors.Is(err, boltkv.ErrLocked):
		return nil, hinted(err, "a service runs on this folder; if it starts or stops just now, try again")
	case errors.Is(err, boltkv.ErrDamaged):
		return nil, hinted(err, "restore it from the backup: ab325 restore -h")
	case errors.Is(err, boltkv.ErrApart):
		return nil, hinted(err, "put all of them back as they were last, together; if that cannot be, restore the backup: ab325 restore -h")
	case err != nil:
		return nil, err
	}
	op, err := assemble(env, at, ring, db)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return op, nil
}

// assemble returns the operator of a database that is open, which then closes
// it too.
func assemble(env *environ, at place, ring *vault.Keyring, db *boltkv.DB) (_ *operator, err error) {
	var open []io.Closer
	defer func() {
		if err != nil {
			err = errors.Join(err, closeAll(open))
		}
	}()
	keys, err := vault.Open(filepath.Join(at.data, vaultName), ring, env.random)
	if err != nil {
		return nil, vaultHint(err)
	}
	open = append(open, keys)
	documents, err := files.Open(filepath.Join(at.data, documentsName), env.random)
	if err != nil {
		return nil, err
	}
	open = append(open, documents)
	return newOperator(env, at, db, store.Options{DB: db, Vault: keys, Files: documents, Keyring: ring, Rand: env.random, Space: db.Space})
}

// vaultHint says what to do about a vault that does not open.
func vaultHint(err error) error {
	for _, known := range []struct {
		is   error
		hint string
	}{
		{vault.ErrLocked, "a service runs on this folder; if it starts or stops just now, try again"},
		{vault.ErrForeign, "the keyring and the data are of two installations: put back the one that belongs to the other"},
		{vault.ErrWrapped, "the keyring is not the newest, or the vault was restored from before a change of keys: put back the one that belongs to the other"},
		{fs.ErrNotExist, "restore it from the newest copy of the keys: ab325 restore -h"},
		{vault.ErrDamaged, "restore it from the newest copy of the keys: ab325 restore -h"},
	} {
		if errors.Is(err, known.is) {
			return hinted(err, known.hint)
		}
	}
	return err
}

func closeAll(open []io.Closer) (err error) {
	for _, c := range slices.Backward(open) {
		err = errors.Join(err, c.Close())
	}
	return err
}

// checkDemo keeps example data and real data apart: each stays what its folder
// was when it was made.
func checkDemo(dir string, demo bool) error {
	mark := filepath.Join(dir, demoName)
	marked, err := exists(mark)
	if err != nil {
		return err
	}
	used := false
	for _, part := range []string{databaseName, vaultName, documentsName} { // any of them may be on a volume that is not mounted now
		there, err := exists(filepath.Join(dir, part))
		if err != nil {
			return err
		}
		used = used || there
	}
	switch {
	case marked && !demo:
		return &failure{text: dir + " holds example data, whose passwords everybody knows", hint: "choose another folder with -data, or say -demo"}
	case demo && used && !marked:
		return &failure{text: dir + " holds real data", hint: "-demo needs a folder of its own; choose another with -data"}
	case demo && !marked:
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		return os.WriteFile(mark, []byte("Everybody in this folder is invented.\n"), 0o600)
	}
	return nil
}

func exists(name string) (bool, error) {
	_, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}
