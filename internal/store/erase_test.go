package store

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"ab325/internal/audit"
	"ab325/internal/files"
	"ab325/internal/flexjob"
	"ab325/internal/kv"
	"ab325/internal/problem"
	"ab325/internal/vault"
)

// An erased case leaves nothing: no key with its id but in the log, no record
// that its key had sealed, no document, no key.
func TestErase(t *testing.T) {
	h := whole(t, kv.Mem())
	_, row := theCase(t, h.Store, "case-1")
	var sealed [][]byte // with the case's key
	schema := newSchema()
	for _, p := range pairsOf(t, h.DB) {
		if sec, err := schema.of(p.Key); err == nil && sec.new != nil && !sec.kind.open {
			if head, _, body, err := sec.kind.split(p.Value); err == nil && *head.Slot == row.slot {
				sealed = append(sealed, body)
			}
		}
	}
	if len(sealed) != 6 {
		t.Fatalf("%d records are sealed with the key of the case, want case, row, link, message, session and parked post", len(sealed))
	}
	others := faults(t, h.Store)
	doUpdate(t, h.Store, func(tx *Tx) error { return tx.Erase("case-1", why("erase")) })
	if n, err := h.FinishErasures(t.Context()); n != 1 || err != nil {
		t.Fatalf("FinishErasures = %d, %v, want 1", n, err)
	}
	for _, p := range pairsOf(t, h.DB) {
		log := bytes.HasPrefix(p.Key, []byte("log"))
		if !log && (bytes.Contains(p.Key, []byte("case-1")) || bytes.Contains(p.Value, []byte("case-1")) || bytes.Contains(p.Key, []byte(h.files["case-1"]))) {
			t.Errorf("%q: %q is left", p.Key, p.Value)
		}
		for _, body := range sealed {
			if bytes.Contains(p.Value, body) {
				t.Errorf("%q holds what the case's key had sealed", p.Key)
			}
		}
	}
	if _, err := h.Vault.Key(row.slot); !errors.Is(err, vault.ErrErased) {
		t.Errorf("the key = %v, want ErrErased", err)
	}
	if _, err := h.Files.Read(h.files["case-1"]); !errors.Is(err, files.ErrNotFound) {
		t.Errorf("the document = %v, want ErrNotFound", err)
	}
	if got := find(t, h.Store, ByCPR, "610190-1234"); len(got) != 1 || got[0] != "case-2" {
		t.Errorf("Find = %q, want the other case", got)
	}
	doView(t, h.Store, func(tx *Tx) error {
		if _, err := tx.Case("case-1"); problem.Of(err) != problem.NotFound {
			t.Errorf("Case = %v, want a not-found problem", err)
		}
		_, err := tx.Case("case-2")
		return err
	})
	if got := faults(t, h.Store); len(got) != len(others) {
		t.Errorf("Check finds %q", got)
	}
	err := h.Update(t.Context(), func(tx *Tx) error { return tx.Erase("case-1", why("erase")) })
	if problem.Of(err) != problem.NotFound {
		t.Errorf("Erase again = %v, want a not-found problem", err)
	}
}

// theCase returns a case and its row.
func theCase(t testing.TB, s *Store, id string) (c *flexjob.Case, row place) {
	t.Helper()
	err := s.View(context.Background(), func(tx *Tx) (err error) {
		if c, err = tx.Case(id); err == nil {
			row, err = tx.row(id)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return c, row
}

// A view that began before a case was erased reads nothing of it afterwards,
// and goes on with the rest.
func TestEraseDuringView(t *testing.T) {
	h := whole(t, kv.Mem())
	doView(t, h.Store, func(tx *Tx) error {
		if err := h.Vault.Erase(1, "case-1", now); err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Case("case-1"); problem.Of(err) != problem.NotFound {
			t.Errorf("Case = %v, want a not-found problem", err)
		}
		if _, err := tx.Link("l-case-1"); problem.Of(err) != problem.NotFound {
			t.Errorf("Link = %v, want a not-found problem", err)
		}
		rows := 0
		for row, err := range tx.Rows() {
			if rows++; err != nil || row.ID != "case-2" {
				t.Errorf("Rows yields %s, %v, want c2 alone", row.ID, err)
			}
		}
		if rows != 1 {
			t.Errorf("Rows yields %d, want 1", rows)
		}
		return nil
	})
}

// An erasure that a crash interrupted is finished at the next start.
func TestEraseInterrupted(t *testing.T) {
	h := whole(t, kv.Mem())
	doUpdate(t, h.Store, func(tx *Tx) error { return tx.Erase("case-1", why("erase")) })
	// Killed after the first of the steps that follow.
	if err := h.Vault.Erase(1, "case-1", now); err != nil {
		t.Fatal(err)
	}
	again := h.on(t, h.DB)
	if n, err := again.FinishErasures(t.Context()); n != 1 || err != nil {
		t.Errorf("FinishErasures = %d, %v, want 1", n, err)
	}
	if n, err := again.FinishErasures(t.Context()); n != 0 || err != nil {
		t.Errorf("FinishErasures again = %d, %v, want 0", n, err)
	}
	if got := faults(t, again); len(got) > 0 {
		t.Errorf("Check finds %q", got)
	}
}

// A database that was restored from before an erasure does not bring the case
// back, however often the replay is interrupted, and gives no later case the
// key of one that it does not know.
func TestReplayErasures(t *testing.T) {
	h := whole(t, kv.Mem())
	old := kv.Mem()
	if err := Load(t.Context(), old, dumped(t, h.Store)); err != nil {
		t.Fatal(err)
	}
	h.addCase(t, "case-3", "2026-000003") // lost with the restore
	doUpdate(t, h.Store, func(tx *Tx) error { return tx.Erase("case-1", why("erase")) })
	if _, err := h.FinishErasures(t.Context()); err != nil {
		t.Fatal(err)
	}
	for stops := 0; ; stops++ {
		db := copyOf(t, old)
		s := h.on(t, &stopping{DB: db, left: stops})
		_, err := s.ReplayErasures(t.Context(), why("erase"))
		if err == nil && stops < 4 {
			t.Fatalf("the replay takes %d transactions, want several", stops)
		}
		again := h.on(t, db)
		n, err2 := again.ReplayErasures(t.Context(), why("erase"))
		if err2 != nil {
			t.Fatal(err2)
		}
		if n > 1 {
			t.Errorf("stopped after %d: ReplayErasures = %d, want at most 1", stops, n)
		}
		checkReplayed(t, h, again)
		if err == nil {
			return
		}
	}
}

func checkReplayed(t *testing.T, h *wholeStore, s *Store) {
	t.Helper()
	for _, p := range pairsOf(t, s.DB) {
		log := bytes.HasPrefix(p.Key, []byte("log"))
		if !log && (bytes.Contains(p.Key, []byte("case-1")) || strings.HasPrefix(string(p.Value), "case-1")) {
			t.Errorf("%q: %q is left", p.Key, p.Value)
		}
	}
	erasures := 0
	doView(t, s, func(tx *Tx) error {
		for e, err := range tx.AuditOf("case-1") {
			if err != nil {
				return err
			}
			if e.Action == "erase" {
				erasures++
			}
		}
		return nil
	})
	if erasures != 1 {
		t.Errorf("the log has %d erasures of the case, want 1", erasures)
	}
	if n, err := s.ReplayErasures(t.Context(), audit.Entry{}); n != 0 || err != nil {
		t.Errorf("ReplayErasures once more = %d, %v, want nothing to do", n, err)
	}
	var slot uint64
	doUpdate(t, s, func(tx *Tx) (err error) { slot, err = tx.nextSlot(); return err })
	if _, lost := theCase(t, h.Store, "case-3"); slot <= lost.slot {
		t.Errorf("the next case gets key %d, and a lost one has %d", slot, lost.slot)
	}
	doUpdate(t, s, func(tx *Tx) error { return tx.write(slotCount.key(), kv.Key(nil).Uint(slot-1)) })
	var got []string
	for _, fault := range faults(t, s) {
		if !strings.HasPrefix(fault, "document "+h.files["case-3"]) {
			got = append(got, fault)
		}
	}
	if len(got) > 0 {
		t.Errorf("Check finds %q", got)
	}
}

// A stopping database fails after some Updates.
type stopping struct {
	kv.DB
	left int
}

func (s *stopping) Update(ctx context.Context, fn func(kv.Tx) error) error {
	if s.left--; s.left < 0 {
		return errors.New("killed")
	}
	return s.DB.Update(ctx, fn)
}

// A document that no case refers to goes after a while, the others stay.
func TestSweepFiles(t *testing.T) {
	h := whole(t, kv.Mem())
	loose, err := h.WriteFile(t.Context(), "case-1", []byte("never referred to"))
	if err := errors.Join(err, h.Files.Wait(loose)); err != nil {
		t.Fatal(err)
	}
	ahead := strings.Repeat("0e", 16) // as a process leaves it that ended before it was needed
	if err := h.Files.Write(t.Context(), ahead, nil); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		before time.Time
		want   int
	}{{time.Now().Add(-24 * time.Hour), 0}, {time.Now().Add(time.Hour), 2}, {time.Now().Add(time.Hour), 0}} {
		if n, err := h.SweepFiles(t.Context(), test.before); n != test.want || err != nil {
			t.Errorf("SweepFiles(%v) = %d, %v, want %d", test.before, n, err, test.want)
		}
	}
	for _, id := range []string{loose, ahead} {
		if _, err := h.Files.Read(id); !errors.Is(err, files.ErrNotFound) {
			t.Errorf("the document %s that no case refers to = %v, want ErrNotFound", id, err)
		}
	}
	for id, file := range h.files {
		if data, err := h.ReadFile(t.Context(), id, file); err != nil || !bytes.HasPrefix(data, []byte("%PDF-1.7 bilag")) {
			t.Errorf("the document of %s = %q, %v", id, data, err)
		}
	}
}

// What was in messages goes when their link does, or after two weeks.
func TestSweepMessages(t *testing.T) {
	h := whole(t, kv.Mem())
	left := func() (n int) {
		doView(t, h.Store, func(tx *Tx) error {
			for m, err := range tx.Messages() {
				if err != nil {
					return err
				}
				if m.Data != nil {
					n++
				}
				if waits := m.Data != nil; waits != m.Dropped.IsZero() {
					t.Errorf("message %d: dropped at %v with data %v", m.ID, m.Dropped, m.Data)
				}
			}
			return nil
		})
		return n
	}
	sweep := func(before time.Time, want, wantLeft int) {
		t.Helper()
		if n, err := h.SweepMessages(t.Context(), before, now); n != want || err != nil {
			t.Errorf("SweepMessages = %d, %v, want %d", n, err, want)
		}
		if n := left(); n != wantLeft {
			t.Errorf("%d messages have data, want %d", n, wantLeft)
		}
	}
	sweep(now.Add(-time.Hour), 0, 3)
	doUpdate(t, h.Store, func(tx *Tx) error { return tx.EndLinks("case-1", flexjob.Employee) })
	sweep(now.Add(-time.Hour), 1, 2)
	sweep(now.Add(time.Hour), 2, 0)
	sweep(now.Add(time.Hour), 0, 0)
	doView(t, h.Store, func(tx *Tx) error {
		if ids, err := tx.Outbox(10); len(ids) > 0 || err != nil {
			t.Errorf("Outbox = %d, %v, want none", ids, err)
		}
		return nil
	})
}
