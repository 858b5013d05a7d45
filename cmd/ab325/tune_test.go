package main

import (
	"runtime"
	"runtime/debug"
	"testing"
)

// What the operator says about threads and garbage holds.
func TestTune(t *testing.T) {
	threads, percent := runtime.GOMAXPROCS(3), debug.SetGCPercent(50)
	t.Cleanup(func() { runtime.GOMAXPROCS(threads); debug.SetGCPercent(percent) })
	tune(keysEnv(map[string]string{"GOMAXPROCS": "3", "GOGC": "50"}).getenv)
	if got, gc := runtime.GOMAXPROCS(0), debug.SetGCPercent(50); got != 3 || gc != 50 {
		t.Errorf("tune changed what the environment says to %d threads and %d percent, want 3 and 50", got, gc)
	}
	for range 2 { // once more changes nothing
		tune(keysEnv(nil).getenv)
	}
	got, gc := runtime.GOMAXPROCS(0), debug.SetGCPercent(50)
	runtime.SetDefaultGOMAXPROCS()
	if want := 2 * runtime.GOMAXPROCS(0); got != want || gc != 400 {
		t.Errorf("tune sets %d threads and %d percent, want %d, and 400", got, gc, want)
	}
}
