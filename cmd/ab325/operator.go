package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"ab325/forms"
	"ab325/internal/accounts"
	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/form"
	"ab325/internal/jobs"
	"ab325/internal/kv/boltkv"
	"ab325/internal/store"
)

// An operator does what the commands ask for, on data that are open. It is
// safe for concurrent use.
type operator struct {
	env      *environ
	at       place
	db       *boltkv.DB
	store    *store.Store
	accounts *accounts.Service
	backups  *backups
	keys     *keyChange
	now      func() time.Time
	random   io.Reader

	mark        string                    // file of the last checkpoint, outside the data folder; "" keeps none
	checkpoints string                    // file or folder that the operator keeps checkpoints in; "" is none
	published   atomic.Pointer[time.Time] // when that last took one
	marking     sync.Mutex                // held while a checkpoint is signed and kept

	// cases is the casework of the service that runs here; nil where none does.
	cases *casework.Service

	compacted atomic.Int64 // how many cases were erased when the database was compacted
	documents atomic.Int64 // bytes of all documents, as they were counted last

	found atomic.Pointer[finding] // what the last look at everything found; nil before one

	older bool // than the mark, which was accepted

	seal *sealing // nil where no service runs

	duty *duty // nil where no service runs
}

// A duty is what a service that runs has beside its data.
type duty struct {
	since    time.Time
	probe    func(context.Context) error // asks whether pages are served
	jobs     *jobs.Runner
	log      *slog.Logger
	stopping <-chan struct{} // closed when the service was told to stop
}

// lasting returns a context for what goes on when who asked for it is gone, but
// not when the service stops.
func (op *operator) lasting(ctx context.Context) (context.Context, func()) {
	if op.duty == nil {
		return ctx, func() {}
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	go func() {
		select {
		case <-op.duty.stopping:
			stop()
		case <-ctx.Done():
		}
	}()
	return ctx, stop
}

// hashesAtOnce is how many passwords are hashed at a time. Each takes the
// memory of auth.DefaultCost.
const hashesAtOnce = 2

// newOperator returns the operator of what o is made of, which it closes.
func newOperator(env *environ, at place, db *boltkv.DB, o store.Options) (*operator, error) {
	municipalities, err := form.Municipalities(forms.FS)
	if err != nil {
		return nil, err
	}
	data, err := store.New(o)
	if err != nil {
		return nil, err
	}
	op := &operator{env: env, at: at, db: db, store: data, now: env.now, random: env.random}
	if at.keys != "" {
		op.mark = filepath.Join(at.keys, markName)
	}
	op.backups = newBackups(op)
	ringAt, err := findKeyring(at.keys, env)
	if err != nil {
		return nil, err
	}
	op.keys = &keyChange{place: ringAt, vault: o.Vault, random: env.random, ring: o.Keyring,
		indexes: data.UseIndexes, reindex: data.Reindex, backup: op.backups.keys}
	demo, err := exists(filepath.Join(at.data, demoName))
	if err != nil {
		return nil, err
	}
	op.accounts = accounts.New(accounts.Options{
		Store:          op.store,
		Hasher:         auth.NewHasher(env.random, auth.DefaultCost, hashesAtOnce),
		Municipalities: municipalities,
		Now:            env.now,
		Rand:           env.random,
		KeepGiven:      demo,
	})
	return op, nil
}

func (op *operator) close() error {
	return closeAll([]io.Closer{op.db, op.store.Vault, op.store.Files})
}

// media returns what holds the data.
func (op *operator) media() []medium {
	return []medium{op.db, op.store.Vault, op.store.Files}
}

// A task is one thing that an operator can be asked to do. Its input is JSON;
// what it prints is for the person who typed the command.
type task func(ctx context.Context, input []byte, out *console) error

// The names of tasks, which commands and the running service agree on.
const (
	userAddTask         = "user-add"
	userListTask        = "user-list"
	userPasswordTask    = "user-password"
	userDisableTask     = "user-disable"
	auditVerifyTask     = "audit-verify"
	auditHoldsTask      = "audit-holds"
	auditProveTask      = "audit-prove"
	auditConsistentTask = "audit-consistent"
	auditKeyTask        = "audit-key"
	eraseTask           = "erase"
	healthTask          = "health"
	backupTask          = "backup"
	checkTask           = "check"
	exportTask          = "export"
	keyChangeTask       = "key-change"
)

// tasks returns what the operator can be asked to do.
func (op *operator) tasks() map[string]task {
	return map[string]task{
		userAddTask:         op.addUser,
		userListTask:        op.listUsers,
		userPasswordTask:    op.choosePassword,
		userDisableTask:     op.disableUser,
		auditVerifyTask:     op.verifyAudit,
		auditHoldsTask:      op.holdsAudit,
		auditProveTask:      op.proveAudit,
		auditConsistentTask: op.consistentAudit,
		auditKeyTask:        op.printAuditKey,
		eraseTask:           op.eraseCase,
		healthTask:          op.reportHealth,
		backupTask:          op.backUp,
		checkTask:           op.check,
		exportTask:          op.exportAll,
		keyChangeTask:       op.changeKeys,
	}
}

// perform does a task on an installation: the service that runs on it does it
// or, where none does, this process. A task that begins something, such as the
// first account, may make the installation.
func perform(ctx context.Context, env *environ, at place, name string, input any, create bool) error {
	return performTo(ctx, env, at, name, input, create, env.stdout)
}

// performTo does what perform does, with what the task prints going to out.
func performTo(ctx context.Context, env *environ, at place, name string, input any, create bool, out io.Writer) error {
	text, err := json.Marshal(input)
	if err != nil {
		return fmt.Errorf("write down what is asked for: %w", err)
	}
	if at, err = at.whole(defaultData); err != nil {
		return folderHint(err)
	}
	to, done := openConsole(env, out)
	defer done()
	err = askService(ctx, at.data, name, text, to)
	if !errors.Is(err, errNotRunning) {
		return err
	}
	op, err := openPlace(ctx, at, env, opening{create: create})
	if err != nil {
		return err
	}
	if err = op.tasks()[name](ctx, text, to); err == nil {
		err = op.settle(ctx)
	}
	return errors.Join(err, op.close())
}
