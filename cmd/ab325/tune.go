package main

import (
	"runtime"
	"runtime/debug"
)

// How the service runs, where the operator does not say otherwise.
const (
	// threadsPerCPU is how many threads run Go code for each processor. Whoever
	// waits for the disk keeps one from others for a moment, and there is always
	// somebody who does: with one each the processors idle meanwhile, a fifth of
	// the time. With more than two, those who ask again and again and are refused
	// take too much from those who are served.
	threadsPerCPU = 2

	// garbagePercent is how much garbage may pile up, in percent of what is in
	// use. That is some 10 MB beside the names, see readNames: to collect four
	// times as much at a time costs little memory, and a quarter of the work.
	garbagePercent = 400
)

// tune has the program run as a service does best, except for what the
// environment says by GOMAXPROCS and GOGC.
func tune(getenv func(string) string) {
	if getenv("GOMAXPROCS") == "" {
		runtime.SetDefaultGOMAXPROCS() // what the machine or the container has
		runtime.GOMAXPROCS(threadsPerCPU * runtime.GOMAXPROCS(0))
	}
	if getenv("GOGC") == "" {
		debug.SetGCPercent(garbagePercent)
	}
}
