package main

import (
	"context"
	"flag"
	"fmt"
	"runtime"
	"runtime/debug"
)

func versionCommand() *command {
	return &command{
		name:  "version",
		short: "print which build this is",
		long:  "Prints the program's version, and the Go release and system that it was built for.",
		setup: func(*flag.FlagSet, *environ) action { return version },
	}
}

func version(_ context.Context, env *environ, args []string) error {
	if len(args) > 0 {
		return misuse("version", "unexpected argument %q", args[0])
	}
	_, err := fmt.Fprintf(env.stdout, "ab325 %s %s %s/%s\n", build(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// build names the commit that the program was built from, where the build
// knew: the module's version, which Go derives from the repository.
func build() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}
