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
	err = s.looseFiles(ctx, before, func(file string) error {
		n++
		return s.Files.Remove(file)
	})
	if err != nil {
		return n, fmt.Errorf("sweep documents: %w", err)
	}
	return n, nil
}

// looseFiles calls f with the documents that no case refers to and that were
// written before the given time.
func (s *Store) looseFiles(ctx context.Context, before time.Time, f func(file string) error) error {
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
func (s *Store) looseAmong(ctx context.Context, some []string, before time.Time, f func(file string) error) error {
	// Looked at before the database is, a document that is referred to
	// meanwhile is not an old one.
	var old []string
	for _, file := range some {
		at, err := s.Files.Written(file)
		if err == nil && at.Before(before) {
			old = append(old, file)
		} else if err != nil && !errors.Is(err, files.ErrNotFound) {
			return err
		}
	}
	var loose []string
	err := s.View(ctx, func(t *Tx) error {
		loose = nil
		keys := make([][]byte, len(old))
		for i, file := range old {
			keys[i] = fileKeys.text(file)
		}
		owners, err := t.r.GetMany(keys)
		for i, owner := range owners {
			if owner == nil {
				loose = append(loose, old[i])
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, file := range loose {
		if err := f(file); err != nil {
			return err
		}
	}
	return nil
}
