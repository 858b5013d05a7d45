package read

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"ab325/internal/pdf/seal"
)

const sealsTask = "seals"

// A Seal is what is known of one seal of a file; see [seal.Seal].
type Seal struct {
	State  seal.State
	Trust  seal.Trust
	Level  seal.Level
	By     string    // organisation of the certificate
	ID     string    // its number in a register; "" if the certificate has none
	Demo   bool      // a demo's certificate: worth nothing
	At     time.Time // when it was made; zero if it does not say
	Proven bool      // a timestamp proves that time
	Stood  bool      // the file shows that no certificate was revoked then
	Record int       // how many bytes were there before it
}

// Roots are the certificates of the authorities that may vouch for seals, and of
// those that may vouch for timestamps; see [seal.Roots].
type Roots struct{ Seals, Stamps []*x509.Certificate }

// sealsAsked is what the task is told of a file, before its bytes.
type sealsAsked struct {
	Now           time.Time
	Seals, Stamps [][]byte // certificates of the roots
}

// Seals returns the seals of a file, in the order in which they were made; none
// if it has none. The error is as Form's.
func (r *Reader) Seals(ctx context.Context, file []byte, roots Roots, now time.Time) ([]Seal, error) {
	if f := plain(file); f != "" {
		return nil, f.problem(nil)
	}
	head, err := json.Marshal(sealsAsked{now, raw(roots.Seals), raw(roots.Stamps)})
	if err != nil {
		return nil, fmt.Errorf("read the seals of a PDF: %w", err)
	}
	a, err := r.answer(ctx, sealsTask, append(append(head, '\n'), file...))
	return a.Seals, err
}

// sealsOf is the task: a line of what is asked, then the file.
func sealsOf(in []byte) answer {
	line, file, ok := bytes.Cut(in, []byte("\n"))
	var asked sealsAsked
	if err := json.Unmarshal(line, &asked); err != nil || !ok {
		return answer{Fault: broken}
	}
	report, err := seal.Verify(file, seal.Roots{Seals: pool(asked.Seals), Stamps: pool(asked.Stamps)}, asked.Now)
	if errors.Is(err, seal.ErrNoPDF) {
		return answer{Fault: notPDF}
	} else if err != nil {
		return answer{Fault: broken}
	}
	var a answer
	for i := range report.Seals {
		s := &report.Seals[i]
		a.Seals = append(a.Seals, Seal{State: s.State, Trust: s.Trust, Level: s.Level, By: s.By, ID: s.ID,
			Demo: s.Demo, At: s.At(), Proven: s.Proven(), Stood: s.Stood, Record: s.Record})
	}
	return a
}

func raw(certs []*x509.Certificate) (list [][]byte) {
	for _, c := range certs {
		list = append(list, c.Raw)
	}
	return list
}

func pool(certs [][]byte) *x509.CertPool {
	p := x509.NewCertPool()
	for _, der := range certs {
		if c, err := x509.ParseCertificate(der); err == nil {
			p.AddCert(c)
		}
	}
	return p
}
