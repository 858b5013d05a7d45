package main

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"ab325/internal/ident"
	"ab325/internal/jobs"
)

// The jobs of the service, by the names that the log and health have for them.
const (
	numberJob     = "number"
	checkpointJob = "checkpoint"
	sessionsJob   = "sessions"
	filesJob      = "files"
	erasuresJob   = "erasures"
	compactJob    = "compact"
	checkJob      = "check"
	backupJob     = "backup"
	keysJob       = "keys"
	keyChangeJob  = "key-change"
	rowsJob       = "rows"
	sealJob       = "seal"
	sealCheckJob  = "seal-check"
	sealFileJob   = "seal-file"
)

// jobTitles are the names that pages have for them.
var jobTitles = map[string]string{
	numberJob:     "Loggens poster får deres plads, og mærket følger med",
	checkpointJob: "Loggen bevises",
	sessionsJob:   "Gamle sessioner glemmes",
	filesJob:      "Filer, som ingen sag har, fjernes",
	erasuresJob:   "Slettede sagers nøgler destrueres",
	compactJob:    "Databasen pakkes",
	checkJob:      "Alle data læses og kontrolleres",
	backupJob:     "Sikkerhedskopi",
	keysJob:       "Kopi af nøglerne efter en sletning",
	keyChangeJob:  "Et skift af nøgler gøres færdigt",
	rowsJob:       "Det, man kan finde sager ved, bringes ajour",
	sealJob:       "Dokumenter, der venter på kommunens segl, får det",
	sealCheckJob:  "Kommunens segl prøves",
	sealFileJob:   "Et nyt certifikat til seglet tages i brug",
}

const (
	numberEvery     = time.Second
	checkpointEvery = time.Minute
	erasuresEvery   = time.Minute
	sessionsEvery   = time.Hour
	filesEvery      = 24 * time.Hour
	keyChangeEvery  = 24 * time.Hour
	rowsEvery       = 24 * time.Hour
	checkEvery      = 24 * time.Hour
	sealEvery       = time.Minute
	sealCheckEvery  = 24 * time.Hour
	sealFileEvery   = time.Minute

	// checkFirst is when all data are checked after a start: what was found
	// before it is forgotten.
	checkFirst = 10 * time.Minute
	checkRetry = time.Hour

	// looseFor is how long a document may be on its way to a case.
	looseFor = 24 * time.Hour

	// rowsFirst is when rows are looked after: until then some cases may not be
	// found.
	rowsFirst = time.Second

	// compactHour is when the database is compacted: once a week, and in the
	// night after a case was erased.
	compactHour = 3
	compactDay  = time.Sunday

	// retryEvery is when a backup that failed is tried again.
	retryEvery = 15 * time.Minute
)

// newJobs returns what the service does by itself. Example data are not backed
// up.
func newJobs(op *operator, log *slog.Logger, demo bool) *jobs.Runner {
	all := []jobs.Job{
		{Name: numberJob, Every: numberEvery, Run: op.keepUp},
		{Name: checkpointJob, Every: checkpointEvery, Run: op.checkpoint},
		{Name: erasuresJob, Every: erasuresEvery, First: soonAfterStart, Run: op.finishErasures},
		{Name: sessionsJob, Every: sessionsEvery, First: sessionsEvery, Run: op.accounts.Sweep},
		{Name: filesJob, Every: filesEvery, First: time.Minute, Run: op.sweepFiles},
		{Name: keyChangeJob, Every: keyChangeEvery, First: soonAfterStart, Retry: retryEvery, Run: op.finishKeys},
		{Name: rowsJob, Every: rowsEvery, First: rowsFirst, Retry: retryEvery, Run: op.renewRows},
		{Name: sealJob, Every: sealEvery, First: soonAfterStart, Run: op.sealWaiting},
		{Name: sealCheckJob, Every: sealCheckEvery, First: sealCheckEvery, Retry: retryEvery, Run: op.checkSeal},
		{Name: compactJob, Every: 24 * time.Hour, First: untilHour(op.now(), compactHour), Run: op.compact},
		{Name: checkJob, Every: checkEvery, First: checkFirst, Retry: checkRetry, Run: op.lookDaily},
	}
	if op.seal != nil && op.seal.from.file != "" {
		all = append(all, jobs.Job{Name: sealFileJob, Every: sealFileEvery, First: sealFileEvery, Run: op.followSeal})
	}
	if !demo {
		all = append(all,
			jobs.Job{Name: backupJob, Every: op.backups.config.every, First: op.backups.due(), Retry: min(retryEvery, op.backups.config.every), Run: op.backups.regular},
			jobs.Job{Name: keysJob, Every: time.Minute, First: soonAfterStart, Retry: retryEvery, Run: op.backups.keysIfErased})
	}
	return jobs.New(op.now, func(name string, err error) {
		if err != nil {
			log.Error("a job fails", "job", name, "err", err)
			return
		}
		log.Info("a job goes well again", "job", name)
	}, all...)
}

// untilHour returns how long it is until it is next that hour in Denmark.
func untilHour(now time.Time, hour int) time.Duration {
	local := now.In(ident.Copenhagen())
	next := time.Date(local.Year(), local.Month(), local.Day(), hour, 0, 0, 0, local.Location())
	if !next.After(local) {
		next = next.AddDate(0, 0, 1)
	}
	return next.Sub(local)
}

// finishErasures destroys the keys of cases that were erased, where that was
// interrupted.
func (op *operator) finishErasures(ctx context.Context) error {
	_, err := op.store.FinishErasures(ctx)
	return err
}

// renewRows derives anew what an earlier version of the program derived from
// cases, or what is found by an index key that was changed.
func (op *operator) renewRows(ctx context.Context) error {
	n, err := op.store.RenewRows(ctx)
	if n > 0 {
		op.duty.log.Info("what cases are found by was derived anew", "cases", n)
	}
	return err
}

// sealWaiting seals the documents that wait for it.
func (op *operator) sealWaiting(ctx context.Context) error { return op.cases.SealWaiting(ctx) }

// sweepFiles removes documents that no case has, and counts what is left.
func (op *operator) sweepFiles(ctx context.Context) error {
	if _, err := op.store.SweepFiles(ctx, op.now().Add(-looseFor)); err != nil {
		return err
	}
	n, err := sizeOf(filepath.Join(op.at.data, documentsName))
	op.documents.Store(n)
	return err
}

// compact writes the database anew without what was erased in it, if something
// was, or it is the day for it.
func (op *operator) compact(ctx context.Context) error {
	n, err := op.erased()
	if err != nil {
		return err
	}
	if n == op.compacted.Load() && op.now().In(ident.Copenhagen()).Weekday() != compactDay {
		return nil
	}
	if _, _, err := op.db.Compact(ctx); err != nil {
		return err
	}
	op.compacted.Store(n)
	return nil
}

// erased returns how many cases were ever erased.
func (op *operator) erased() (n int64, err error) {
	for _, err := range op.store.Vault.Erasures() {
		if err != nil {
			return 0, fmt.Errorf("count erasures: %w", err)
		}
		n++
	}
	return n, nil
}
