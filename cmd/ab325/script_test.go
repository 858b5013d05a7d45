package main

import (
	"context"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"ab325": func() { os.Exit(run(context.Background(), world(), os.Args[1:])) },
	})
}

// TestScripts runs the commands as a person would: each file of testdata is a
// folder of files, commands in it, and what they must print. The reason for
// each step stands above it.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
	})
}
