package vault

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"iter"
	"os"
	"strconv"
	"strings"
	"time"
)

// emptySum is the SHA-256 of an empty log.
var emptySum = sha256.Sum256(nil)

// An eraseLog is the open log of erasures.
type eraseLog struct {
	file *os.File
	size int64     // of the whole lines
	hash hash.Hash // of them
}

// openLog opens the log at path, whose beginning h vouches for. A torn last
// line, which was never acknowledged, does not count and is written over.
func openLog(path string, h header) (*eraseLog, error) {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	l := &eraseLog{file: file, hash: sha256.New()}
	if err := l.check(h); err != nil {
		return nil, errors.Join(fmt.Errorf("read the log of erasures: %w", err), file.Close())
	}
	return l, nil
}

func (l *eraseLog) check(h header) error {
	n, err := io.Copy(l.hash, io.NewSectionReader(l.file, 0, h.erased))
	if err != nil {
		return err
	}
	if n < h.erased || l.sum() != h.sum {
		return fmt.Errorf("%w: the log of erasures is not what it was", ErrDamaged)
	}
	l.size = n
	rest, err := io.ReadAll(io.NewSectionReader(l.file, n, 1<<40))
	if err != nil {
		return err
	}
	torn := false
	for line := range bytes.Lines(rest) {
		_, err := parseErasure(string(line))
		switch {
		case err != nil:
			torn = true
		case torn:
			return fmt.Errorf("%w: a line of the log of erasures is", ErrDamaged)
		default:
			l.add(line)
		}
	}
	if !torn {
		return nil
	}
	return l.file.Truncate(l.size)
}

// sum returns the SHA-256 of the whole lines.
func (l *eraseLog) sum() (sum [sha256.Size]byte) {
	l.hash.Sum(sum[:0])
	return sum
}

// add counts a line that is in the file.
func (l *eraseLog) add(line []byte) {
	l.size += int64(len(line))
	l.hash.Write(line)
}

// from yields the lines from an offset on.
func (l *eraseLog) from(at int64) iter.Seq2[Erasure, error] {
	return ReadErasures(io.NewSectionReader(l.file, at, l.size-at))
}

// ReadErasures yields the lines of a log of erasures, the oldest first. A line
// that is not whole is an error, which is last.
func ReadErasures(r io.Reader) iter.Seq2[Erasure, error] {
	return func(yield func(Erasure, error) bool) {
		lines := bufio.NewReader(r)
		for n := 1; ; n++ {
			line, err := lines.ReadString('\n')
			if line == "" && errors.Is(err, io.EOF) {
				return
			}
			var e Erasure
			if err == nil || errors.Is(err, io.EOF) {
				e, err = parseErasure(line)
			}
			if err != nil {
				yield(Erasure{}, fmt.Errorf("vault: line %d of the log of erasures: %w", n, err))
				return
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

// parseErasure reads a line with its end.
func parseErasure(line string) (e Erasure, err error) {
	fields := strings.Fields(line)
	if len(fields) != 4 {
		return Erasure{}, ErrDamaged
	}
	e.Case = fields[1]
	if e.Slot, err = strconv.ParseUint(fields[0], 10, 64); err != nil {
		return Erasure{}, ErrDamaged
	}
	if e.At, err = time.Parse(time.RFC3339, fields[2]); err != nil {
		return Erasure{}, ErrDamaged
	}
	if again, err := e.line(); err != nil || string(again) != line {
		return Erasure{}, ErrDamaged
	}
	return e, nil
}

// line returns e as it stands in the log: slot, case, time, checksum.
func (e Erasure) line() ([]byte, error) {
	if strings.Trim(e.Case, idLetters) != "" || e.Case == "" || len(e.Case) > 128 {
		return nil, errors.New("what is given as a case's id is none")
	}
	if e.Slot == House {
		return nil, errors.New("it is the house key")
	}
	text := fmt.Sprintf("%d %s %s", e.Slot, e.Case, e.At.UTC().Format(time.RFC3339))
	return fmt.Appendf(nil, "%s %s\n", text, lineSum(text)), nil
}

const idLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"

// lineSum returns the checksum at the end of a line.
func lineSum(text string) string {
	sum := sha256.Sum256([]byte(text))
	return fmt.Sprintf("%x", sum[:4])
}
