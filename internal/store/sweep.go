package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ab325/internal/files"
)

// SweepFiles removes the documents that no case refers to and that were written
// before the given time; later ones are on their way. It returns how many they
// were.
func (s *Store) SweepFiles(ctx context.Context, before time.Time) (n int, err error) {
	err = s.looseFiles(ctx, before, func(file string, _ bool) error {
		n++
		return s.Files.Remove(file)
	})
	if err != nil {
		return n, fmt.Errorf("sweep documents: %w", err)
	}
	return n, nil
}

// looseFiles calls f with the documents that no case refers to and that were
// written before the given time; empty are those that were made ahead and never
// written.
func (s *Store) looseFiles(ctx context.Context, before time.Time, f func(file string, empty bool) error) error {
	const atOnce = 256
	var some []string
	for file, err := range s.Files.All() {
		if err != nil {
			return err
		}
		if some = append(some, file); len(some) < atOnce {
			continue
		}
		if err := s.looseAmong(ctx, some, before, f); err != nil {
			return err
		}
		some = some[:0]
	}
	return s.looseAmong(ctx, some, before, f)
}

// looseAmong does looseFiles with some documents.
func (s *Store) looseAmong(ctx context.Context, some []string, before time.Time, f func(file string, empty bool) error) error {
	// Looked at before the database is, a document that is referred to
	// meanwhile is not an old one.
	var old []string
	unwritten := map[string]bool{} // of those that are empty
	for _, file := range some {
		at, empty, err := s.Files.Written(file)
		if err == nil && at.Before(before) {
			old = append(old, file)
			unwritten[file] = empty
		} else if err != nil && !errors.Is(err, files.ErrNotFound) {
			return err
		}
	}
	owners, err := s.owners(ctx, old)
	if err != nil {
		return err
	}
	for i, owner := range owners {
		if owner != nil {
			continue
		}
		if err := f(old[i], unwritten[old[i]]); err != nil {
			return err
		}
	}
	return nil
}

// owners returns the ids of the cases that documents are of; nil for none.
func (s *Store) owners(ctx context.Context, documents []string) (owners [][]byte, err error) {
	keys := make([][]byte, len(documents))
	for i, file := range documents {
		keys[i] = fileKeys.text(file)
	}
	err = s.View(ctx, func(t *Tx) (err error) {
		owners, err = t.r.GetMany(keys)
		return err
	})
	return owners, err
}
