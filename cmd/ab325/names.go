package main

import (
	"context"
	"log/slog"
	"runtime"
	"runtime/debug"

	"ab325/internal/casework"
)

// readNames reads the names in all cases, which staff search. Pages that do not
// need them do not wait.
//
// Go lets garbage pile up in proportion to the bytes in use, see tune. The
// names of a million cases are 70 MB in use for as long as the program runs,
// and the rows that they are read from are gigabytes of garbage: together they
// would cost twice the memory. So little garbage may pile up while they are
// read, what that took is given back, and from then on as much may as would
// without the names. They hold no pointers, so more collections cost no more.
func readNames(ctx context.Context, op *operator, cases casework.Options, log *slog.Logger) {
	percent := debug.SetGCPercent(loadingPercent)
	err := cases.Directory.Load(ctx, op.store)
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	debug.SetGCPercent(besideNames(percent, cases.Directory.Size(), int(m.HeapAlloc)))
	if err != nil && ctx.Err() == nil {
		log.Error("cases cannot be found by name", "err", err)
	}
}

// loadingPercent is how much garbage may pile up while the names are read, in
// percent of what is in use.
const loadingPercent = 20

// besideNames returns the percentage that lets as much garbage pile up as
// percent would without so many bytes of names among those in use. One that is
// negative, which is how an operator turns collection off, stays.
func besideNames(percent, names, inUse int) int {
	if percent < 0 {
		return percent
	}
	inUse = max(inUse, names+leastBeside)
	return max(1, percent*(inUse-names)/inUse)
}

// leastBeside is what the rest of the program has in use at least.
const leastBeside = 4 << 20
