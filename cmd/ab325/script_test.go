package main

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"ab325/internal/web"
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
	sealed := sealFile(t)
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("SEAL", sealed)
			return nil
		},
		Condition: func(name string) (bool, error) {
			if name != "assets" {
				return false, fmt.Errorf("unknown condition %q", name)
			}
			return web.AssetsBuilt(), nil
		},
	})
}
