// Package vault keeps the keys that everything else is sealed with: one for
// each case, and one for the house. Whatever is written about a case is sealed
// with the case's key, so that to destroy that key is to destroy all of it,
// wherever copies lie.
//
// The keys are in a folder of the data, each wrapped by a key that is not: the
// Keyring, a small text that lies elsewhere.
package vault
