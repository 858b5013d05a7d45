package main

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"ab325/internal/ident"
	"ab325/internal/pdf/seal"
)

// Bounds of the files that verify reads: more than any document of the service
// has, and more than the authorities of all countries.
const (
	maxVerified = 256 << 20
	maxRoots    = 16 << 20
)

func verifyCommand() *command {
	return &command{
		name:  "verify",
		usage: "[-roots CA.pem] FILE.pdf",
		short: "tell who sealed a PDF, when, and whether it was changed",
		long: `
Tells of a PDF by whom it was sealed, when, and whether it was changed since.
Needs neither the service nor its data. FILE.pdf may be - for standard input.

Anybody can make a certificate in anybody's name. So give with -roots the
certificates (PEM) of the authorities that you trust to know who is who; the
municipality says which is theirs. Without -roots the name is only what the seal
says.

What is told is what the file shows, which depends on the seal's level:

	PAdES B-B   a signature. When it was made is the seal's own word, so the
	            certificate must be valid today
	PAdES B-T   also a timestamp, from a service that one of -roots vouches for:
	            the seal is checked as of then
	PAdES B-LT  also what shows that the certificate was not revoked then

A key may be stolen. Until its certificate is revoked nobody can tell a seal made
with it from the holder's, and later only those who ask the certificate's issuer,
or who have a seal of level B-LT. Where it says "the file does not show", ask.

Exits 0 if the file is sealed and as it was sealed, and, with -roots, one of
these authorities vouches for whoever sealed it.`,
		setup: func(flags *flag.FlagSet, _ *environ) action {
			roots := flags.String("roots", "", "trust the authorities whose certificates are in this `file`")
			return func(_ context.Context, env *environ, args []string) error {
				switch len(args) {
				case 0:
					return misuse("verify", "no file: which PDF?")
				case 1:
					return verify(env, *roots, args[0])
				}
				return misuse("verify", "unexpected argument %q", args[1])
			}
		},
	}
}

func verify(env *environ, roots, name string) error {
	var pool *x509.CertPool
	if roots != "" {
		text, err := readFile(roots, maxRoots)
		if err != nil {
			return hinted(err, "-roots names a file with certificates")
		}
		if pool = x509.NewCertPool(); !pool.AppendCertsFromPEM(text) {
			return hinted(fmt.Errorf("%s has no certificates", roots), "they are in PEM: -----BEGIN CERTIFICATE-----")
		}
	}
	file, err := readSealed(env, name)
	if err != nil {
		return err
	}
	report, err := seal.Verify(file, seal.Roots{Seals: pool, Stamps: pool}, env.now())
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	last, ok := report.Last()
	if !ok {
		return fmt.Errorf("%s is not sealed", name)
	}
	for i := range report.Seals {
		printSeal(env.stdout, &report.Seals[i])
	}
	return verdict(name, last, pool != nil)
}

func readSealed(env *environ, name string) ([]byte, error) {
	input, err := readInput(name, env.stdin)
	if err != nil {
		return nil, err
	}
	defer input.Close()
	b, err := io.ReadAll(io.LimitReader(input, maxVerified+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read %s: %w", name, err)
	case len(b) > maxVerified:
		return nil, fmt.Errorf("%s is larger than %d MB", name, maxVerified>>20)
	}
	return b, nil
}

// printSeal prints what is known of a seal. Names come from the file, so they
// are quoted: they may have been made to move a terminal's cursor.
func printSeal(w io.Writer, s *seal.Seal) {
	if s.Certificate == nil {
		what := "a seal that cannot be checked"
		if s.State == seal.Changed {
			what = "a seal of something else: the file was changed"
		}
		fmt.Fprintf(w, "%s (%v)\n", what, cmp.Or(s.Fault, errors.New("no reason known")))
		return
	}
	by := fmt.Sprintf("%q", s.By)
	if s.ID != "" {
		by += fmt.Sprintf(", in a register %q", s.ID)
	}
	fmt.Fprintf(w, "sealed by    %s\n", by)
	if s.Demo {
		fmt.Fprintln(w, "             a demo's certificate: worth nothing")
	}
	fmt.Fprintf(w, "vouched for  %s\n", trustText(s.Trust, s.Certificate))
	fmt.Fprintf(w, "sealed at    %s\n", timeText(s))
	fmt.Fprintf(w, "revoked      %s\n", revokedText(s))
	fmt.Fprintf(w, "level        PAdES %s\n", s.Level)
	fmt.Fprintf(w, "state        %s\n", stateText(s.State))
}

// timeText says when a seal was made, and whose word that is.
func timeText(s *seal.Seal) string {
	switch {
	case s.Proven():
		return fmt.Sprintf("%s, as the timestamp service %q proves", sealTime(s.Stamp.At), s.Stamp.By)
	case s.Stamp != nil && s.Stamp.Trust == seal.Revoked:
		return fmt.Sprintf("%s, says a timestamp service whose certificate was revoked, %q: nothing proves it", sealTime(s.Stamp.At), s.Stamp.By)
	case s.Stamp != nil:
		return fmt.Sprintf("%s, says a timestamp service that nobody known vouches for, %q: nothing proves it", sealTime(s.Stamp.At), s.Stamp.By)
	case s.Claimed.IsZero():
		return "the file does not say when"
	}
	return sealTime(s.Claimed) + ", says only the seal itself: nothing proves it"
}

// revokedText says what the file shows of whether the certificate was revoked:
// mostly nothing.
func revokedText(s *seal.Seal) string {
	switch {
	case s.Trust == seal.Revoked && s.Proven():
		return "yes, before it was sealed"
	case s.Trust == seal.Revoked:
		return "yes, and nothing proves that it was sealed before"
	case s.Stood:
		return "no, not when it was sealed: the file shows that"
	}
	return "the file does not show whether it was"
}

func sealTime(t time.Time) string {
	if t.IsZero() {
		return "an unknown time"
	}
	return t.In(ident.Copenhagen()).Format("2006-01-02 15:04:05 MST")
}

func trustText(t seal.Trust, cert *x509.Certificate) string {
	switch t {
	case seal.Trusted:
		return fmt.Sprintf("yes, by an authority of -roots (issued by %q)", cert.Issuer.String())
	case seal.Outdated:
		return fmt.Sprintf("by an authority of -roots, but not for the time it was sealed: the certificate is valid from %s to %s", sealTime(cert.NotBefore), sealTime(cert.NotAfter))
	case seal.Revoked:
		return "no: the certificate was revoked"
	}
	return fmt.Sprintf("by nobody known (issued by %q)", cert.Issuer.String())
}

func stateText(s seal.State) string {
	switch s {
	case seal.Intact:
		return "not changed since"
	case seal.Extended:
		return "something was added behind what was sealed"
	}
	return string(s)
}

// verdict returns why a file is not to be relied on, nil if it is.
func verdict(name string, s *seal.Seal, rooted bool) error {
	switch {
	case s.State == seal.Changed:
		return fmt.Errorf("%s was changed after it was sealed", name)
	case s.State == seal.Extended:
		return hinted(fmt.Errorf("%s was added to after it was sealed", name),
			fmt.Sprintf("the first %d bytes are what was sealed", s.Covers))
	case s.State != seal.Intact:
		return fmt.Errorf("%s has a seal that cannot be checked", name)
	case s.Trust == seal.Revoked:
		return fmt.Errorf("%s is as it was sealed, with a certificate that was revoked", name)
	case rooted && s.Trust == seal.Outdated:
		return fmt.Errorf("%s is as it was sealed, and nothing proves that its certificate was valid then", name)
	case rooted && s.Trust != seal.Trusted:
		return fmt.Errorf("%s is as it was sealed, and nobody known vouches for whoever sealed it", name)
	}
	return nil
}
