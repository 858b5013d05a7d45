package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// maxPassword is more than anybody types, and stops a stream that never ends.
const maxPassword = 1024

// askPassword returns a new password. On a terminal it is asked for twice and
// does not show; from a script it is the first line of standard input. It is
// never an argument, since those can be seen by everybody on the machine.
func askPassword(env *environ) (string, error) {
	file, ok := env.stdin.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return readPassword(env.stdin)
	}
	first, err := typed(env.stderr, file, "New password: ")
	if err != nil {
		return "", err
	}
	second, err := typed(env.stderr, file, "The same again: ")
	if err != nil {
		return "", err
	}
	if first != second {
		return "", &failure{text: "the two passwords differ", hint: "nothing was changed; try again"}
	}
	return first, nil
}

// knownPassword returns the password that a person has, as askPassword does, but
// asks once.
func knownPassword(env *environ) (string, error) {
	file, ok := env.stdin.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return readPassword(env.stdin)
	}
	return typed(env.stderr, file, "Password: ")
}

// typed asks for a line that does not show while it is typed.
func typed(w io.Writer, terminal *os.File, prompt string) (string, error) {
	fmt.Fprint(w, prompt)
	line, err := term.ReadPassword(int(terminal.Fd()))
	fmt.Fprintln(w) // the person's own end of line did not show either
	if err != nil {
		return "", fmt.Errorf("read the password: %w", err)
	}
	return string(line), nil
}

// readPassword returns the first line of r.
func readPassword(r io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(r, maxPassword)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the password: %w", err)
	}
	line = strings.TrimRight(line, "\r\n")
	if line == "" {
		return "", &failure{text: "no password on standard input", hint: "type it on a terminal, or pipe one line in"}
	}
	return line, nil
}
