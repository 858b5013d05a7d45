// Package journal keeps records in a file: each is durable when Append returns,
// by one write and one sync, whatever its size. After a crash Read finds all those,
// in their order.
//
// A record that was being appended when the process or the machine ended may be
// there or not, but never in part: each carries its length and a checksum. One
// that was changed later is not there either, which its number betrays, unless it
// is the last. Each has its pages to itself, so that a page with something durable
// is not written again, which a power cut could spoil.
//
// The libraries for this keep segments, indexes and, some of them, a database of
// their own beside them, for journals that stay; ours is begun anew every second.
package journal

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"os"

	"ab325/internal/durable"
)

// A Run names records that go on from each other.
type Run [16]byte

// A Record is what is appended at once.
type Record struct {
	Run    Run
	Number uint64 // of the record in its run, one more than that of the one before
	Body   []byte
}

// What a record begins with: mark, checksum of all that follows that, number,
// run, length of the body.
const (
	mark       = "j325"
	sumAt      = len(mark)
	numberAt   = sumAt + 4
	runAt      = numberAt + 8
	lengthAt   = runAt + len(Run{})
	headerSize = lengthAt + 8
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// mode lets the owner alone read a journal.
const mode = 0o600

// pageSize is the greatest that disks write at once.
const pageSize = 4096

// keptSize is how much of the memory for a record is kept for the next.
const keptSize = 4 << 20

// A File is a journal that is being written, by one goroutine at a time. After an
// error of Append nobody knows what it holds: it must not be appended to any
// more.
type File struct {
	f   *os.File
	end int64 // where the next record comes
	buf []byte
}

// Create makes an empty journal, which must not exist, for its owner alone to
// read. Its name is durable when its folder is synced: the file itself is, without
// which some file systems drop a name.
func Create(path string) (*File, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return nil, err
	}
	if err := f.Sync(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &File{f: f}, nil
}

// Append appends a record. It is durable when Append returns nil.
func (f *File) Append(r Record) error {
	defer f.tidy()
	f.buf = append(f.buf[:0], mark...)
	f.buf = binary.BigEndian.AppendUint32(f.buf, 0)
	f.buf = binary.BigEndian.AppendUint64(f.buf, r.Number)
	f.buf = append(f.buf, r.Run[:]...)
	f.buf = binary.BigEndian.AppendUint64(f.buf, uint64(len(r.Body)))
	f.buf = append(f.buf, r.Body...)
	binary.BigEndian.PutUint32(f.buf[sumAt:], checksum(f.buf))
	f.buf = append(f.buf, make([]byte, pages(len(f.buf))-len(f.buf))...)
	if _, err := f.f.WriteAt(f.buf, f.end); err != nil {
		return err
	}
	f.end += int64(len(f.buf))
	if err := durable.Data(f.f); err != nil {
		return err
	}
	return f.stillThere()
}

// pages returns the size of the pages that so many bytes take.
func pages(size int) int { return (size + pageSize - 1) / pageSize * pageSize }

// tidy gives back what memory a big record took.
func (f *File) tidy() {
	if cap(f.buf) > keptSize {
		f.buf = nil
	}
}

// Rewind has the next record written over the first. Those behind it stay until
// they are written over, too: no room is given back and asked for again, which a
// file system would have to note down before the record is durable.
func (f *File) Rewind() { f.end = 0 }

// Empty removes all records. After a crash some may be there again.
func (f *File) Empty() error {
	f.Rewind()
	return f.f.Truncate(0)
}

// Close releases the file.
func (f *File) Close() error { return f.f.Close() }

// stillThere returns an error if the file system has given up. Where that happens
// during a sync, ext4 may call it a success: the transaction has ended, if not
// well. Whoever then begins another is refused, as is who changes a file's mode to
// what it is.
func (f *File) stillThere() error { return f.f.Chmod(mode) }

// Read returns all records of the journal at path that hold, in the order of the
// file, whatever stands between them: also older ones that were not written over.
func Read(path string) (records []Record, err error) {
	data, err := os.ReadFile(path)
	return all(data), err
}

// all returns the records in data.
func all(data []byte) (records []Record) {
	for len(data) > 0 {
		r, size := first(data)
		if size > 0 {
			records = append(records, r)
		}
		data = data[min(len(data), pages(max(1, size))):]
	}
	return records
}

// first returns the record that data begins with, and its size; 0 if there is
// none that holds.
func first(data []byte) (r Record, size int) {
	if len(data) < headerSize || !bytes.HasPrefix(data, []byte(mark)) {
		return Record{}, 0
	}
	length := binary.BigEndian.Uint64(data[lengthAt:])
	if length > uint64(len(data)-headerSize) {
		return Record{}, 0
	}
	size = headerSize + int(length)
	if binary.BigEndian.Uint32(data[sumAt:]) != checksum(data[:size]) {
		return Record{}, 0
	}
	r = Record{Run: Run(data[runAt:lengthAt]), Number: binary.BigEndian.Uint64(data[numberAt:]), Body: data[headerSize:size]}
	return r, size
}

// checksum returns the checksum of a record's bytes, for which those it stands in
// do not count.
func checksum(record []byte) uint32 { return crc32.Checksum(record[numberAt:], castagnoli) }
