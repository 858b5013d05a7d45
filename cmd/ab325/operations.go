package main

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"ab325/internal/store"
	"ab325/internal/web"
)

// operations returns how the service is doing, for the page of administrators.
func (op *operator) operations(ctx context.Context) (web.Operations, error) {
	last, kept, failed := op.backups.state()
	o := web.Operations{
		Version: build(),
		Started: op.duty.since,
		Backup:  web.BackupState{Target: op.backups.config.to != "", Every: op.backups.config.every, Last: last.At, Size: last.Size, Failed: failed, Kept: kept, KeysLack: op.backups.keysLack()},
	}
	o.Changing = op.keys.changing()
	if o.Checkpoint.Target = op.checkpoints != ""; o.Checkpoint.Target {
		if at := op.published.Load(); at != nil {
			o.Checkpoint.Taken = *at
		}
	}
	if f := op.found.Load(); f != nil {
		o.Data = web.DataState{Checked: f.at, Faults: f.faults}
	}
	for _, j := range op.duty.jobs.States() {
		o.Jobs = append(o.Jobs, web.JobState{Name: jobTitles[j.Name], Every: j.Every, Running: j.Running, Success: j.Success, Failure: j.Failure})
		if j.Name == backupJob {
			o.Backup.Next = j.Next
		}
	}
	err := op.store.View(ctx, func(tx *store.Tx) error {
		_, c, err := tx.LastCheckpoint()
		o.Checkpoint.Last, o.Checkpoint.Entries = c.Time, c.Size
		return err
	})
	if err != nil {
		return o, err
	}
	if o.Seal, err = op.sealState(ctx); err != nil {
		return o, err
	}
	o.Disk, err = op.disk()
	return o, err
}

// disk measures the disk that the data lie on.
func (op *operator) disk() (d web.DiskState, err error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(op.at.data, &s); err != nil {
		return d, err
	}
	d.Free, d.Total, d.Reserve, d.Documents = int64(s.Bavail)*s.Bsize, int64(s.Blocks)*s.Bsize, op.db.Reserve(), op.documents.Load()
	d.Database, err = sizeOf(filepath.Join(op.at.data, databaseName))
	return d, err
}

// sizeOf returns how many bytes there are in the files under name.
func sizeOf(name string) (size int64, err error) {
	err = filepath.WalkDir(name, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if os.IsNotExist(err) {
			return nil // removed meanwhile
		}
		if err == nil {
			size += info.Size()
		}
		return err
	})
	return size, err
}
