package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"ab325/internal/vault"
)

// Where the keyring is: in the folder of keys, unless whoever starts the
// service gives it.
const (
	ringName       = "ab325.key"             // the file, also among systemd's credentials
	ringVariable   = "AB325_KEYRING"         // of the environment: the text itself
	credentialsDir = "CREDENTIALS_DIRECTORY" // which systemd sets, with LoadCredential
)

// A ringPlace is where a keyring is read from.
type ringPlace struct {
	name string // for people
	path string // of our own file, or "" if it is given
	text []byte // if it is given
}

// findKeyring returns where the keyring is: what is given comes before the
// file in the folder of keys, which may not exist.
func findKeyring(keys string, env *environ) (ringPlace, error) {
	if dir := env.getenv(credentialsDir); dir != "" {
		path := filepath.Join(dir, ringName)
		there, err := exists(path)
		if err != nil {
			return ringPlace{}, err
		}
		if there {
			text, err := os.ReadFile(path)
			return ringPlace{name: "the credential " + ringName, text: text}, err
		}
	}
	if text := env.getenv(ringVariable); text != "" {
		return ringPlace{name: ringVariable, text: []byte(text)}, nil
	}
	path := filepath.Join(keys, ringName)
	return ringPlace{name: path, path: path}, nil
}

// given reports whether the keyring is the service manager's to keep.
func (p ringPlace) given() bool { return p.path == "" }

// there reports whether there is a keyring.
func (p ringPlace) there() (bool, error) {
	if p.given() {
		return true, nil
	}
	return exists(p.path)
}

// read returns the keyring.
func (p ringPlace) read() (ring *vault.Keyring, err error) {
	if p.given() {
		if ring, err = vault.ParseKeyring(p.text); err != nil {
			err = fmt.Errorf("%s: %w", p.name, err)
		}
	} else {
		ring, err = vault.ReadKeyring(p.path)
	}
	switch {
	case errors.Is(err, vault.ErrReadable):
		return nil, hinted(err, "chmod 600 "+p.name+"; and if others may have read it, change the keys: ab325 key change -h")
	case errors.Is(err, vault.ErrKeyring):
		return nil, hinted(err, "put back a whole one from where its copy is kept; without it nobody can read the data any more")
	case err != nil:
		return nil, err
	}
	return ring, nil
}

// hasKeyring reports whether there is a keyring for the folder of keys.
func hasKeyring(keys string, env *environ) (bool, error) {
	p, err := findKeyring(keys, env)
	if err != nil {
		return false, err
	}
	return p.there()
}

// readKeyring reads the keyring, which must be there.
func readKeyring(keys string, env *environ) (*vault.Keyring, error) {
	p, err := findKeyring(keys, env)
	if err != nil {
		return nil, err
	}
	return p.read()
}

// makeKeyring returns the keyring that a new installation begins with: the one
// that is there, or a new one in the folder of keys, which is made where it is
// missing. It never replaces one.
func makeKeyring(keys string, env *environ) (*vault.Keyring, error) {
	p, err := findKeyring(keys, env)
	if err != nil {
		return nil, err
	}
	if there, err := p.there(); err != nil || there {
		return ringOf(p, err)
	}
	ring, err := vault.NewKeyring(env.random)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(keys, 0o700); err != nil {
		return nil, err
	}
	return ring, ring.Create(p.path)
}

func ringOf(p ringPlace, err error) (*vault.Keyring, error) {
	if err != nil {
		return nil, err
	}
	return p.read()
}
