package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ab325/internal/store"
	"ab325/internal/web"
)

// The keys of a whole service are changed while people save, begin cases and
// search, and none of it fails.
func TestKeyChangeServing(t *testing.T) {
	if !web.AssetsBuilt() {
		t.Skip("the pages' design is not built in; make test does that")
	}
	dir := filepath.Join(t.TempDir(), "data")
	env := world()
	env.getenv = keysEnv(map[string]string{"AB325_KEYS": dir + "-keys"}).getenv
	op, err := openData(dir, env, true)
	if err != nil {
		t.Fatal(err)
	}
	const cases = 300
	err = op.store.Update(t.Context(), func(tx *store.Tx) (err error) {
		for i := range cases {
			err = errors.Join(err, putCase(tx, i, cases, op.now()))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	place, err := findKeyring(dir+"-keys", env)
	if err != nil {
		t.Fatal(err)
	}
	before := op.store.Keyring
	k := &keyChange{place: place, vault: op.store.Vault, random: env.random, ring: before,
		indexes: op.store.UseIndexes, reindex: op.store.Reindex, backup: func(context.Context) error { return nil }}
	load := keyLoad(t, op, dir, cases)
	for i := range 3 {
		load.wait(t, 10)
		if err := k.begin(t.Context()); err != nil {
			t.Errorf("change %d: %v", i, err)
		}
	}
	load.wait(t, 10)
	load.end()
	if err := op.close(); err != nil {
		t.Fatal(err)
	}
	op, err = openData(dir, env, false)
	if err != nil {
		t.Fatal(err)
	}
	defer op.close()
	if got := op.store.Keyring; oldKeys(got) != nil || got.Wraps()[0] == before.Wraps()[0] || got.Index()[0].ID == before.Index()[0].ID {
		t.Errorf("the keyring is %v, and was %v", got, before)
	}
	for _, search := range load.searches {
		if err := search(op.store); err != nil {
			t.Errorf("after the next start: %v", err)
		}
	}
	if err := op.store.Check(t.Context(), time.Time{}, func(fault string) { t.Error(fault) }); err != nil {
		t.Error(err)
	}
}

// A loading is people at a service.
type loading struct {
	done     atomic.Int64 // rounds of all of them
	stop     atomic.Bool
	wg       sync.WaitGroup
	server   *httptest.Server
	searches []func(*store.Store) error
}

// keyLoad serves op's data, which has this many cases, to people who save,
// begin cases and search until the load ends. Each failure is one of t.
func keyLoad(t *testing.T, op *operator, dir string, cases int) *loading {
	t.Helper()
	c := &config{data: dir, baseURL: "http://127.0.0.1"}
	options, err := caseOptions(op, c)
	if err != nil {
		t.Fatal(err)
	}
	pages, err := newPages(op, c, options, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	l := &loading{server: httptest.NewServer(pages.Handler())}
	search := func(by store.Lookup, value string, want int) {
		l.searches = append(l.searches, func(s *store.Store) error {
			return s.View(t.Context(), func(tx *store.Tx) error {
				found, err := tx.Find(by, value)
				if err == nil && len(found) != want {
					err = fmt.Errorf("a search by %s finds %d cases, want %d", by, len(found), want)
				}
				return err
			})
		})
	}
	search(store.ByCPR, inventedCPR(cases-1), 1)
	search(store.ByCVR, inventedCVR(0, cases), 20)
	search(store.ByNumber, "2026-000007", 1)
	for range 2 {
		l.repeat(t, newWriter(t, op, options, l.server).save)
	}
	l.repeat(t, func() error { return newWriter(t, op, options, l.server).save() })
	for _, search := range l.searches {
		l.repeat(t, func() error { return search(op.store) })
	}
	return l
}

// repeat does something again and again.
func (l *loading) repeat(t *testing.T, do func() error) {
	l.wg.Go(func() {
		for !l.stop.Load() {
			if err := do(); err != nil {
				t.Errorf("while the keys are changed: %v", err)
				return
			}
			l.done.Add(1)
		}
	})
}

// wait returns when people have done n rounds more.
func (l *loading) wait(t *testing.T, n int64) {
	for was := l.done.Load(); l.done.Load() < was+n && !t.Failed(); {
		time.Sleep(time.Millisecond)
	}
}

func (l *loading) end() {
	l.stop.Store(true)
	l.wg.Wait()
	l.server.Close()
}
