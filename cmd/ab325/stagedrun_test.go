package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"maps"
	"os"
	"slices"
	"sort"
	"sync"
	"syscall"

	"ab325/internal/kv"
)

// A stagedRun is sorted pairs: of each the length of the key, the key, the length of
// the value and one, or 0 for a deleted key, and the value.
type stagedRun struct {
	name  string
	fresh map[string][]byte // until it is saved
	keys  []string          // of fresh, sorted
	file  []byte            // once it is saved
	ends  []int             // of the pairs in file
	err   error
	mu    sync.RWMutex
}

func (r *stagedRun) sort() { r.keys = slices.Sorted(maps.Keys(r.fresh)) }

func (r *stagedRun) len() int { return max(len(r.keys), len(r.ends)) }

func (r *stagedRun) pair(i int) kv.Pair {
	if r.keys != nil {
		return kv.Pair{Key: []byte(r.keys[i]), Value: r.fresh[r.keys[i]]}
	}
	at := 0
	if i > 0 {
		at = r.ends[i-1]
	}
	text := func(b []byte, less uint64) ([]byte, []byte) {
		size, n := binary.Uvarint(b)
		if size < less {
			return nil, nil
		}
		size -= less
		return b[n : n+int(size) : n+int(size)], b[n+int(size):]
	}
	key, rest := text(r.file[at:], 0)
	value, _ := text(rest, 1)
	return kv.Pair{Key: key, Value: value}
}

// from returns the index of the first key that is not before start.
func (r *stagedRun) from(start []byte) int {
	return sort.Search(r.len(), func(i int) bool { return bytes.Compare(r.pair(i).Key, start) >= 0 })
}

func (r *stagedRun) get(key []byte) (value []byte, ok bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.fresh != nil {
		value, ok = r.fresh[string(key)]
		return value, ok
	}
	if i := r.from(key); i < r.len() {
		if p := r.pair(i); bytes.Equal(p.Key, key) {
			return p.Value, true
		}
	}
	return nil, false
}

// save writes the pairs to the file, and reads them there from then on.
func (r *stagedRun) save() error {
	f, err := os.Create(r.name)
	if err != nil {
		return err
	}
	defer f.Close()
	w, ends, at := bufio.NewWriterSize(f, 1<<20), make([]int, 0, len(r.fresh)), 0
	for _, key := range slices.Sorted(maps.Keys(r.fresh)) {
		b := append(binary.AppendUvarint(nil, uint64(len(key))), key...)
		if value := r.fresh[key]; value == nil {
			b = append(b, 0)
		} else {
			b = append(binary.AppendUvarint(b, uint64(len(value))+1), value...)
		}
		at += len(b)
		ends = append(ends, at)
		w.Write(b) // its error is Flush's
	}
	if err := w.Flush(); err != nil {
		return err
	}
	file, err := syscall.Mmap(int(f.Fd()), 0, max(at, 1), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.file, r.ends, r.fresh = file, ends, nil
	return nil
}

func (r *stagedRun) close() error {
	if r.file == nil {
		return nil
	}
	return errors.Join(syscall.Munmap(r.file), os.Remove(r.name))
}
