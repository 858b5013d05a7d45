package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"ab325/internal/files"
	"ab325/internal/kv/boltkv"
	"ab325/internal/store"
	"ab325/internal/vault"
)

// What is in the data folder, beside the socket.
const (
	databaseName  = "ab325.db"
	vaultName     = "vault"     // the keys that seal what is in the others
	documentsName = "documents" // PDFs and attachments
	demoName      = "EXAMPLE-DATA"
)

// errNoData means that the folder was never used.
var errNoData = errors.New("no data there")

// keysFolder returns the folder of the keyring of the data in dir: beside it,
// so that who gets the one has not the other. Example data keep it with them.
func keysFolder(dir string, env *environ) (string, error) {
	demo, err := exists(filepath.Join(dir, demoName))
	if err != nil || demo {
		return filepath.Join(dir, "keys"), err
	}
	return setting(env, "AB325_KEYS", filepath.Clean(dir)+"-keys"), nil
}

// openData opens the data in dir, which this process then has alone. A folder
// that is missing or empty becomes a new one if create is true.
//
// The database, its vault and its keyring are one: each without the others
// means that a part was lost or not mounted, and a new one in its place would
// look like a municipality that never had a case. So that is refused.
func openData(dir string, env *environ, create bool) (*operator, error) {
	keys, err := keysFolder(dir, env)
	if err != nil {
		return nil, err
	}
	database, locked := filepath.Join(dir, databaseName), filepath.Join(dir, vaultName)
	hasDatabase, err := exists(database)
	if err != nil {
		return nil, err
	}
	hasVault, err := exists(locked)
	if err != nil {
		return nil, err
	}
	hasRing, err := hasKeyring(keys, env)
	if err != nil {
		return nil, err
	}
	switch {
	case hasDatabase && !hasVault:
		return nil, hinted(fmt.Errorf("%s is missing beside %s", locked, databaseName),
			"restore it from the backup; without it nothing can be read")
	case hasVault && !hasDatabase:
		return nil, hinted(fmt.Errorf("%s is missing beside %s", database, vaultName),
			"restore it from the backup, or see whether its volume is mounted")
	case hasDatabase && !hasRing:
		return nil, hinted(fmt.Errorf("%s is missing", filepath.Join(keys, ringName)), "restore it from where copies of it are kept; without it nothing can be read")
	case !hasDatabase && !create:
		return nil, hinted(fmt.Errorf("%s: %w", dir, errNoData), "-data names the folder, and ab325 serve makes a new one")
	case !hasDatabase:
		if err := makeData(dir, keys, env); err != nil {
			return nil, fmt.Errorf("make a new data folder: %w", err)
		}
	}
	return openOperator(env, dir, keys)
}

// openOperator opens the data in dir, which exist, with the keyring in keys.
func openOperator(env *environ, dir, keys string) (_ *operator, err error) {
	var closers []io.Closer
	defer func() {
		if err != nil {
			err = errors.Join(err, closeAll(closers))
		}
	}()
	keyring, err := readKeyring(keys, env)
	if err != nil {
		return nil, err
	}
	db, err := boltkv.Open(filepath.Join(dir, databaseName), boltkv.Options{})
	switch {
	case errors.Is(err, boltkv.ErrLocked):
		return nil, hinted(err, "a service runs on this folder; if it starts or stops just now, try again")
	case errors.Is(err, boltkv.ErrDamaged):
		return nil, hinted(err, "restore it from the backup")
	case err != nil:
		return nil, err
	}
	closers = append(closers, db)
	locked, err := vault.Open(filepath.Join(dir, vaultName), keyring, env.random)
	if err != nil {
		return nil, hinted(err, "restore it from the backup of the keys, or the keyring that belongs to it")
	}
	closers = append(closers, locked)
	documents, err := files.Open(filepath.Join(dir, documentsName), env.random)
	if err != nil {
		return nil, err
	}
	closers = append(closers, documents)
	return newOperator(env, db, store.Options{DB: db, Vault: locked, Files: documents, Keyring: keyring, Rand: env.random, Space: db.Space})
}

func closeAll(closers []io.Closer) (err error) {
	for _, c := range slices.Backward(closers) {
		err = errors.Join(err, c.Close())
	}
	return err
}

// makeData makes a data folder with an empty database, and a keyring in the
// folder keys, if there is none yet. The vault comes last: it is the mark that
// all the rest is there.
func makeData(dir, keys string, env *environ) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	ring, err := makeKeyring(keys, env)
	if err != nil {
		return err
	}
	db, err := boltkv.Open(filepath.Join(dir, databaseName), boltkv.Options{Create: true})
	if err != nil {
		return err
	}
	if err := db.Close(); err != nil {
		return err
	}
	return vault.Create(filepath.Join(dir, vaultName), ring, env.random)
}

// checkDemo keeps example data and real data apart: each stays what its folder
// was when it was made.
func checkDemo(dir string, demo bool) error {
	mark := filepath.Join(dir, demoName)
	marked, err := exists(mark)
	if err != nil {
		return err
	}
	used, err := exists(filepath.Join(dir, databaseName))
	switch {
	case err != nil:
		return err
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
