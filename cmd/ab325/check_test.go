package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"ab325/internal/jobs"
	"ab325/internal/kv"
)

// remove removes the first pair of the database whose key begins so.
func (y *yard) remove(prefix string) (gone kv.Pair) {
	y.t.Helper()
	y.must(y.op.db.Update(y.t.Context(), func(w kv.Tx) error {
		for p, err := range w.Scan(kv.Range(kv.Key(prefix))) {
			if gone = p; err != nil {
				return err
			}
			break
		}
		return w.Delete(gone.Key)
	}))
	return gone
}

// What the daily look finds is in the service's log, in health and on the page
// of administrators until a look finds nothing, and says nothing about anybody.
func TestLookDaily(t *testing.T) {
	y := newYard(t)
	y.fill()
	y.must(y.op.checkpoint(t.Context()))
	var said bytes.Buffer
	y.op.duty = &duty{jobs: jobs.New(y.op.now, nil), log: slog.New(slog.NewTextHandler(&said, nil))}
	health := func() (string, error) {
		var out strings.Builder
		err := y.op.reportKept(t.Context(), &console{Writer: &out})
		return out.String(), err
	}
	if out, err := health(); err != nil || strings.Contains(out, "check of all data") {
		t.Errorf("health before a look = %q, %v", out, err)
	}
	y.must(y.op.lookDaily(t.Context()))
	if out, err := health(); err != nil || !strings.Contains(out, "last check of all data: 0 seconds old, and nothing was wrong") || said.Len() > 0 {
		t.Errorf("health of what is whole = %q, %v, and the log says %q", out, err, &said)
	}
	o, err := y.op.operations(t.Context())
	if err != nil || o.Data.Checked.IsZero() || o.Data.Faults != 0 {
		t.Errorf("operations of what is whole = %+v, %v", o.Data, err)
	}

	gone := y.remove("link-token/")
	y.must(y.op.lookDaily(t.Context()))
	line := said.String()
	if strings.Count(line, "\n") != 1 || !strings.Contains(line, "level=ERROR") || !strings.Contains(line, "faults=1") {
		t.Errorf("the log says %q", line)
	}
	_, err = health()
	if f, ok := errors.AsType[*failure](err); !ok || !strings.Contains(err.Error(), "1 things are not as they should be") || !strings.Contains(f.hint, "ab325 check") {
		t.Errorf("health = %v", err)
	}
	if o, _ = y.op.operations(t.Context()); o.Data.Faults != 1 {
		t.Errorf("operations = %+v, want one fault", o.Data)
	}
	if strings.Contains(line, string(gone.Key)) || strings.Contains(line, "link-token") {
		t.Errorf("the log says where: %q", line)
	}

	y.must(y.op.db.Update(t.Context(), func(w kv.Tx) error { return w.Put(gone.Key, gone.Value) }))
	var out strings.Builder
	if err := y.op.check(t.Context(), nil, &console{Writer: &out}); err != nil || out.String() != "everything is as it should be\n" {
		t.Errorf("check of what was mended = %q, %v", &out, err)
	}
	if _, err := health(); err != nil {
		t.Errorf("health of what was mended = %v", err)
	}
}

// The daily look is one of the log too, and so is the command.
func TestCheckReadsTheLog(t *testing.T) {
	y := newYard(t)
	y.fill()
	y.must(y.op.checkpoint(t.Context()))
	y.remove("log-case/")
	var out strings.Builder
	err := y.op.check(t.Context(), nil, &console{Writer: &out})
	if err == nil || !strings.HasPrefix(out.String(), "the log: ") || !strings.Contains(out.String(), "not listed with its case") {
		t.Errorf("check = %q, %v, want a fault of the log", &out, err)
	}
}

// A gentle look works a quarter of the time, and ends when it is told to.
func TestGently(t *testing.T) {
	y := newYard(t)
	y.fill()
	clock := y.env.now()
	ticks := func() time.Time { clock = clock.Add(time.Millisecond); return clock } // with each thing that is done
	began := time.Now()
	work := 0
	ctx := gently(t.Context(), func() time.Time { work++; return ticks() })
	y.must(y.op.store.Check(ctx, time.Time{}, func(fault string) { t.Error(fault) }))
	slept := time.Since(began)
	if want := time.Duration(work) * time.Millisecond * lookRest * 6 / 10; slept < want {
		t.Errorf("what seemed to take %d ms took %v, want at least %v", work, slept, want)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := y.op.store.Check(gently(ctx, ticks), time.Time{}, func(string) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("Check when it is told to end = %v", err)
	}
}
