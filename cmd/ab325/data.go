package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"ab325/internal/kv/boltkv"
)

// What is in the data folder, beside the socket.
const (
	databaseName = "ab325.db"
	keyName      = "index.key" // hides what the database is searched by
	demoName     = "EXAMPLE-DATA"
)

// indexKeySize is what store.New asks for.
const indexKeySize = 32

// errNoData means that the folder was never used.
var errNoData = errors.New("no data there")

// openData opens the data in dir, which this process then has alone. A folder
// that is missing or empty becomes a new one if create is true.
//
// The database and its key are one: either without the other means that a part
// was lost or not mounted, and a new one in its place would look like a
// municipality that never had a case. So that is refused.
func openData(dir string, env *environ, create bool) (*operator, error) {
	database, key := filepath.Join(dir, databaseName), filepath.Join(dir, keyName)
	hasDatabase, err := exists(database)
	if err != nil {
		return nil, err
	}
	hasKey, err := exists(key)
	if err != nil {
		return nil, err
	}
	switch {
	case hasDatabase && !hasKey:
		return nil, hinted(fmt.Errorf("%s is missing beside %s", key, databaseName),
			"restore it from the backup; without it nobody can be found by number")
	case hasKey && !hasDatabase:
		return nil, hinted(fmt.Errorf("%s is missing beside %s", database, keyName),
			"restore it from the backup, or see whether its volume is mounted")
	case !hasDatabase && !create:
		return nil, hinted(fmt.Errorf("%s: %w", dir, errNoData), "-data names the folder, and ab325 serve makes a new one")
	case !hasDatabase:
		if err := makeData(dir, env.random); err != nil {
			return nil, fmt.Errorf("make a new data folder: %w", err)
		}
	}
	return openOperator(env, database, key)
}

// openOperator opens a database and its key, which exist.
func openOperator(env *environ, database, key string) (*operator, error) {
	secret, err := os.ReadFile(key)
	if err != nil {
		return nil, err
	}
	if len(secret) != indexKeySize {
		return nil, hinted(fmt.Errorf("%s has %d bytes of %d", key, len(secret), indexKeySize), "restore it from the backup")
	}
	db, err := boltkv.Open(database, boltkv.Options{})
	switch {
	case errors.Is(err, boltkv.ErrLocked):
		return nil, hinted(err, "a service runs on this folder; if it starts or stops just now, try again")
	case errors.Is(err, boltkv.ErrDamaged):
		return nil, hinted(err, "restore it from the backup")
	case err != nil:
		return nil, err
	}
	op, err := newOperator(env, db, secret)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return op, nil
}

// makeData makes a data folder with an empty database. The key comes last: it
// is the mark that all the rest is there.
func makeData(dir string, random io.Reader) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	db, err := boltkv.Open(filepath.Join(dir, databaseName), boltkv.Options{Create: true})
	if err != nil {
		return err
	}
	if err := db.Close(); err != nil {
		return err
	}
	secret := make([]byte, indexKeySize)
	if _, err := io.ReadFull(random, secret); err != nil {
		return err
	}
	return replaceFile(filepath.Join(dir, keyName), secret, 0o600)
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
