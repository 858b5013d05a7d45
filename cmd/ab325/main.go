package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	_ "time/tzdata" // an image from scratch has no zones, and dates are Danish ones

	"ab325/internal/sandbox"
)

func main() {
	os.Exit(run(context.Background(), world(), os.Args[1:]))
}

// An environ is everything that a command gets from outside the program.
type environ struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
	now            func() time.Time
	random         io.Reader
}

func world() *environ {
	return &environ{
		stdin:  os.Stdin,
		stdout: os.Stdout,
		stderr: os.Stderr,
		getenv: os.Getenv,
		now:    time.Now,
		random: rand.Reader,
	}
}

// An action does what a command is for, after its flags were parsed.
type action func(ctx context.Context, env *environ, args []string) error

// A command is one of the things that the program can be asked to do.
type command struct {
	name  string // one or two words
	usage string // the arguments, for the usage line
	short string // one line, for the list of commands
	long  string // what -h adds
	setup func(flags *flag.FlagSet, env *environ) action
}

// commands returns every command in the order of the usage text.
func commands() []*command {
	return []*command{
		serveCommand(),
		blankCommand(),
		renderCommand(),
		readCommand(),
		verifyCommand(),
		userAddCommand(),
		userListCommand(),
		userPasswordCommand(),
		userDisableCommand(),
		auditVerifyCommand(),
		auditProveCommand(),
		auditConsistentCommand(),
		auditKeyCommand(),
		backupCommand(),
		restoreCommand(),
		exportCommand(),
		checkCommand(),
		keyChangeCommand(),
		keyNewCommand(),
		keyTrimCommand(),
		eraseCommand(),
		healthCommand(),
		versionCommand(),
	}
}

// run does what args ask for and returns the exit status: 0 when it is done,
// 1 when it could not be done, 2 when args make no sense.
func run(ctx context.Context, env *environ, args []string) int {
	if len(args) > 0 && args[0] == sandboxed {
		return sandbox.Serve(args[1:], env.stdin, env.stdout, tasks())
	}
	if len(args) > 0 && isHelp(args[0]) {
		fmt.Fprint(env.stdout, usageText())
		return 0
	}
	cmd, rest, err := find(args)
	if err != nil {
		return report(env.stderr, err)
	}
	flags := flag.NewFlagSet(cmd.name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	act := cmd.setup(flags, env)
	switch err := flags.Parse(rest); {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(env.stdout, cmd.help(flags))
		return 0
	case err != nil:
		return report(env.stderr, misuse(cmd.name, "%v", err))
	}
	return report(env.stderr, act(ctx, env, flags.Args()))
}

// find returns the command that args begin with, and what follows it.
func find(args []string) (*command, []string, error) {
	if len(args) == 0 {
		return nil, nil, misuse("", "no command")
	}
	var family []string
	for _, cmd := range commands() {
		words := strings.Fields(cmd.name)
		if words[0] != args[0] {
			continue
		}
		if len(words) == 1 {
			return cmd, args[1:], nil
		}
		if len(args) > 1 && words[1] == args[1] {
			return cmd, args[2:], nil
		}
		family = append(family, cmd.name)
	}
	if family != nil {
		return nil, nil, &failure{
			text:  fmt.Sprintf("%q is not a command by itself", args[0]),
			hint:  "there is: ab325 " + strings.Join(family, ", ab325 "),
			usage: true,
		}
	}
	return nil, nil, misuse("", "unknown command %q", args[0])
}

func isHelp(arg string) bool {
	return arg == "-h" || arg == "-help" || arg == "--help" || arg == "help"
}

func usageText() string {
	var b strings.Builder
	b.WriteString("ab325 is a municipality's service for the form AB 325, «Vurdering af arbejdsevnen • fleksjob».\n\n")
	b.WriteString("Usage: ab325 COMMAND [flags]\n\nCommands:\n")
	for _, cmd := range commands() {
		fmt.Fprintf(&b, "  %-16s %s\n", cmd.name, cmd.short)
	}
	b.WriteString("\nab325 COMMAND -h tells more about one.\n")
	return b.String()
}

func (c *command) help(flags *flag.FlagSet) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Usage: %s\n\n%s\n", strings.TrimSpace("ab325 "+c.name+" "+c.usage), strings.TrimSpace(c.long))
	some := false
	flags.VisitAll(func(*flag.Flag) { some = true })
	if some {
		b.WriteString("\nFlags:\n")
		flags.SetOutput(&b)
		flags.PrintDefaults()
	}
	return b.String()
}
