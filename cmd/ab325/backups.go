package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"time"

	"ab325/internal/backup"
	"ab325/internal/files"
)

// backups makes backups of an operator's data, one at a time, and knows how old
// the last good one is. It is safe for concurrent use.
type backups struct {
	op     *operator
	dir    string        // the data folder
	config backupConfig  // what the service was told; empty where none runs
	one    chan struct{} // full while a backup is made

	mu     sync.Mutex
	last   backup.Copy // the newest good one in the service's place
	kept   int         // how many good ones are there
	failed time.Time   // when the last try failed, unless a good one came after

	copied  uint64        // how much of the log of erasures the last copy of the keys in the service's place knew
	keysErr error         // why the last try to make one failed
	tried   chan struct{} // closed after the next
}

func newBackups(op *operator) *backups {
	return &backups{op: op, dir: op.at.data, one: make(chan struct{}, 1), tried: make(chan struct{})}
}

// serve tells what the service was told about backups, and looks at those that
// are there.
func (b *backups) serve(c backupConfig) error {
	b.config = c
	if c.to == "" {
		return nil
	}
	t, err := openTarget(c.to, c.key, c.keep)
	if err != nil {
		return err
	}
	if err := b.recall(context.Background()); err != nil {
		return err
	}
	return b.look(t)
}

// look counts the good backups in the service's place, after one was made.
func (b *backups) look(t target) error {
	copies, err := t.place.Copies(b.op.store.Keyring.Instance())
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.kept = len(copies); b.kept > 0 {
		b.last = copies[0]
	}
	b.failed = time.Time{}
	return nil
}

// state returns the newest good backup in the service's place, how many are
// there, and when a try to make one failed after it.
func (b *backups) state() (last backup.Copy, kept int, failed time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.last, b.kept, b.failed
}

// due returns how long it is until the next backup should be made.
func (b *backups) due() time.Duration {
	last, _, _ := b.state()
	return max(soonAfterStart, last.At.Add(b.config.every).Sub(b.op.now()))
}

// soonAfterStart is when a job runs first that is overdue: people come first.
const soonAfterStart = 20 * time.Second

// regular makes the backup that the service makes by itself.
func (b *backups) regular(ctx context.Context) error {
	t, err := openTarget(b.config.to, b.config.key, b.config.keep)
	if err == nil {
		_, err = b.make(ctx, t, new(console))
	}
	if err != nil {
		b.mu.Lock()
		b.failed = b.op.now()
		b.mu.Unlock()
		return err
	}
	return nil
}

// make makes a backup and, if it is good, removes those that are too old.
func (b *backups) make(ctx context.Context, t target, out *console) (made backup.Copy, err error) {
	if err := b.begin(ctx, out); err != nil {
		return made, err
	}
	defer b.end()
	known := b.op.store.Vault.ErasureBytes() // the keys in these are destroyed
	made, err = backup.Make(ctx, b.options(t, out))
	if err != nil {
		return made, hinted(err, "nothing that was there before was changed; ab325 health says how old the last good backup is")
	}
	if t.keep > 0 {
		err = t.place.Prune(b.op.store.Keyring.Instance(), t.keep, b.op.now())
	}
	if b.own(made) {
		err = errors.Join(err, b.keysTried(ctx, known, nil))
		if err == nil {
			err = b.look(t)
		}
	}
	return made, err
}

// own reports whether a backup is in the service's place, whoever asked for it
// and in whichever words.
func (b *backups) own(made backup.Copy) bool {
	if b.config.to == "" {
		return false
	}
	there, err := os.Stat(b.config.to)
	if err != nil {
		return false
	}
	folder, err := os.Stat(filepath.Dir(made.Path))
	return err == nil && there.IsDir() && os.SameFile(there, folder)
}

// begin waits until no other backup is made.
func (b *backups) begin(ctx context.Context, out *console) error {
	select {
	case b.one <- struct{}{}:
		return nil
	default:
	}
	out.progress(progress{Step: "waiting for another backup"})
	select {
	case b.one <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (b *backups) end() { <-b.one }

// options returns how a backup is made.
func (b *backups) options(t target, out *console) backup.Options {
	op := b.op
	return backup.Options{
		Source: backup.Source{
			Instance:  op.store.Keyring.Instance(),
			Mark:      op.signed,
			Dump:      op.store.Dump,
			Keys:      op.store.Vault.CopyTo,
			Documents: op.store.Files.All,
			Document: func(id string) ([]byte, bool, error) {
				data, err := op.store.Files.Read(id)
				if errors.Is(err, files.ErrNotFound) {
					return nil, false, nil
				}
				return data, err == nil, err
			},
		},
		Place: t.place, To: t.to, Spool: b.dir, Now: op.now,
		Check:     b.check,
		CheckKeys: b.checkKeys,
		Show:      func(step string, done, total int64) { out.progress(progress{step, done, total, "B"}) },
	}
}
