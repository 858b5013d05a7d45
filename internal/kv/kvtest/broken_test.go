package kvtest

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"

	"ab325/internal/kv"
)

// A broken engine is kv.Mem behind functions that do one thing wrong. Those
// that are nil do right.
type broken struct {
	kv.DB
	view   func(ctx context.Context, db kv.DB, fn func(kv.Reader) error) error
	update func(ctx context.Context, db kv.DB, fn func(kv.Tx) error) error
	reader func(kv.Reader) kv.Reader
	tx     func(kv.Tx) kv.Tx
	close  func(kv.DB) error
}

func (b *broken) View(ctx context.Context, fn func(kv.Reader) error) error {
	f := fn
	if b.reader != nil {
		f = func(r kv.Reader) error { return fn(b.reader(r)) }
	}
	if b.view != nil {
		return b.view(ctx, b.DB, f)
	}
	return b.DB.View(ctx, f)
}

func (b *broken) Update(ctx context.Context, fn func(kv.Tx) error) error {
	f := fn
	if b.tx != nil {
		f = func(tx kv.Tx) error { return fn(b.tx(tx)) }
	} else if b.reader != nil {
		f = func(tx kv.Tx) error { return fn(readsThrough{b.reader(tx), tx}) }
	}
	if b.update != nil {
		return b.update(ctx, b.DB, f)
	}
	return b.DB.Update(ctx, f)
}

func (b *broken) Close() error {
	if b.close != nil {
		return b.close(b.DB)
	}
	return b.DB.Close()
}

// readsThrough is a transaction that reads through another reader.
type readsThrough struct {
	kv.Reader
	w kv.Tx
}

func (t readsThrough) Put(key, value []byte) error { return t.w.Put(key, value) }
func (t readsThrough) Delete(key []byte) error     { return t.w.Delete(key) }
func (t readsThrough) Await(wait func() error)     { t.w.Await(wait) }

// Each check finds the engine that is broken in the way it looks for.
func TestChecksFindBrokenEngines(t *testing.T) {
	seen := map[string]bool{}
	for _, test := range []struct {
		how   string
		make  func() *broken
		finds string // the checks that must find it
	}{
		{"Get of a missing key has no error", func() *broken { return &broken{reader: nilForMissing} }, "GetPutDelete Keys"},
		{"GetMany leaves out what is missing", func() *broken { return &broken{reader: getManySkips} }, "GetMany"},
		{"an empty value is nil", func() *broken { return &broken{reader: nilForEmpty} }, "EmptyValue GetMany"},
		{"keys are cut", func() *broken { return &broken{tx: cutsKeys} }, "Keys"},
		{"values are cut at 64 KiB", func() *broken { return &broken{tx: cutsValues} }, "BigValues"},
		{"a transaction does not read its writes", func() *broken { return &broken{update: blindWrites} }, "ReadYourWrites"},
		{"values are not copied", sharesValues, "ValuesAreCopies"},
		{"Put keeps the caller's slices", func() *broken { return &broken{update: keepsSlices} }, "PutKeepsNothing"},
		{"scans ignore case", func() *broken { return &broken{reader: foldedOrder} }, "ScanOrder"},
		{"the end of a scan is included", func() *broken { return &broken{reader: endIncluded} }, "ScanOrder Model"},
		{"ScanBack stops at a hole", func() *broken { return &broken{reader: stopsAtHole} }, "ScanAfterDeletes"},
		{"writes during a scan are taken", func() *broken { return &broken{update: lastWriterWins} }, "ScanRefusesWrites"},
		{"scans read all first", func() *broken { return &broken{reader: eager} }, "EarlyStop"},
		{"scans read all first, unseen", func() *broken { return &broken{reader: eagerElsewhere} }, "EarlyStop"},
		{"deletes are forgotten", func() *broken { return &broken{tx: noDeletes} }, "GetPutDelete Model ScanAfterDeletes"},
		{"an error keeps the writes", func() *broken { return &broken{update: keepsOnError} }, "Rollback GroupFailure"},
		{"an ignored failure commits", func() *broken { return &broken{tx: ignoresFailures} }, "IgnoredFailure"},
		{"a panic keeps the writes", func() *broken { return &broken{update: keepsOnPanic} }, "Panic GroupFailure"},
		{"a panic becomes an error", func() *broken { return &broken{update: panicIsError} }, "Panic GroupFailure"},
		{"Goexit keeps the writes", func() *broken { return &broken{update: keepsOnExit} }, "Goexit GroupFailure"},
		{"the context is ignored", func() *broken { return &broken{update: noContext} }, "Cancelled CancelledWhileWaiting"},
		{"a cancelled commit is acknowledged", func() *broken { return &broken{update: losesAnswers} }, "LostAnswer"},
		{"a commit does not wait for what it refers to", func() *broken { return &broken{tx: func(tx kv.Tx) kv.Tx { return hasty{tx} }} }, "Await"},
		{"one member fails the group", func() *broken { return &broken{update: naiveGroup()} }, "GroupFailure CalledAgain"},
		{"writes of a first call stay", func() *broken { return &broken{update: callsAgain} }, "CalledAgain"},
		{"the last writer wins", func() *broken { return &broken{update: lastWriterWins} }, "NoLostUpdate NoLostUpdateMany NoWriteSkew NoPhantomSkew"},
		{"only written keys conflict", func() *broken { return &broken{update: snapshotOnly()} }, "NoWriteSkew NoPhantomSkew"},
		{"only read keys conflict, not ranges", func() *broken { return &broken{update: rowsOnly()} }, "NoPhantomSkew"},
		{"each read sees the newest", func() *broken { return &broken{view: newestReads} }, "Snapshot Ended EndedScan"},
		{"commits are not atomic", func() *broken { return &broken{update: oneByOne} }, "NoTornReads"},
		{"a View is one commit behind", staleViews, "AcknowledgedIsSeen"},
		{"a kept Tx goes on", func() *broken { return &broken{update: lastWriterWins} }, "Ended"},
		{"Close is forgotten", func() *broken { return &broken{close: func(kv.DB) error { return nil }} }, "Closed CloseWaits"},
	} {
		for name := range strings.FieldsSeq(test.finds) {
			seen[name] = true
			// Faults between goroutines show by chance, so each gets some.
			var err error
			for range 6 {
				db := test.make()
				db.DB = kv.Mem()
				if err = run(t, name, db); err != nil {
					break
				}
			}
			if err == nil {
				t.Errorf("%s: the check %s finds nothing", test.how, name)
			} else {
				t.Logf("%s: %s: %.200v", test.how, name, err)
			}
		}
	}
	for _, c := range checks() {
		if !seen[c.name] {
			t.Errorf("the check %s has not been seen to fail", c.name)
		}
	}
}

// run runs the check of that name.
func run(t *testing.T, name string, db kv.DB) error {
	t.Helper()
	for _, c := range checks() {
		if c.name == name {
			return c.f(t.Context(), db)
		}
	}
	t.Fatalf("there is no check %s", name)
	return nil
}

// The checks find nothing where nothing is broken, also behind the functions.
func TestChecksPassUnbroken(t *testing.T) {
	Run(t, func(t *testing.T) kv.DB {
		return &broken{
			DB:     kv.Mem(),
			reader: func(r kv.Reader) kv.Reader { return &altered{Reader: r} },
			tx:     func(tx kv.Tx) kv.Tx { return &alteredTx{Tx: tx} },
		}
	})
}

func TestTwice(t *testing.T) {
	db := Twice(kv.Mem())
	calls := 0
	err := db.Update(t.Context(), func(tx kv.Tx) error {
		calls++
		return tx.Put([]byte(strconv.Itoa(calls)), nil)
	})
	if err != nil || calls != 2 {
		t.Fatalf("Update: %v, after %d calls, want 2", err, calls)
	}
	if err := wantKeys(t.Context(), db, "", "2"); err != nil {
		t.Error(err)
	}
	no := errors.New("no")
	if err := db.Update(t.Context(), func(kv.Tx) error { return no }); err != no {
		t.Errorf("Update: %v, want the function's error", err)
	}
}
