package seal

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
)

// A document is a file that a revision can be put behind. Only what that needs
// is read, and only from files with plain tables of offsets.
type document struct {
	b       []byte
	offsets map[int]int
	at      int // where its last table begins
	size    int // one more than the highest number of an object
	root    int
	id      string // the first of the trailer's, as it is written
}

var errLayout = errors.New("the file is not laid out as a document of this service")

const (
	maxRevisions = 64
	maxObjects   = 1 << 20
	maxDepth     = 64
)

// readDocument reads the tables of offsets, from the last to the first.
func readDocument(b []byte) (*document, error) {
	i := bytes.LastIndex(b, []byte("startxref"))
	if i < 0 || !bytes.HasPrefix(b, []byte("%PDF-")) {
		return nil, errors.New("the file is no PDF")
	}
	d := &document{b: b, offsets: map[int]int{}}
	at, _, ok := integer(b, i+len("startxref"))
	if !ok {
		return nil, errLayout
	}
	d.at = at
	for n := 0; ; n++ {
		trailer, err := d.table(at)
		if err != nil || n == maxRevisions {
			return nil, cmpErr(err)
		}
		if n == 0 {
			if err := d.trailer(trailer); err != nil {
				return nil, err
			}
		}
		prev, ok := trailer.get("Prev")
		if !ok {
			return d, nil
		}
		before := at
		if at, _, ok = integer(prev, 0); !ok || at >= before {
			return nil, errLayout
		}
	}
}

func cmpErr(err error) error {
	if err == nil {
		return errLayout
	}
	return err
}

// table reads the table at an offset, unless later ones have the object, and
// returns the trailer behind it.
func (d *document) table(at int) (dict, error) {
	if at < 0 || at >= len(d.b) || !bytes.HasPrefix(d.b[at:], []byte("xref")) {
		return nil, errLayout
	}
	i := at + len("xref")
	for {
		first, next, ok := integer(d.b, i)
		if !ok {
			break
		}
		count, next, ok := integer(d.b, next)
		i = space(d.b, next)
		if !ok || first > maxObjects || count > maxObjects || i+20*count > len(d.b) {
			return nil, errLayout
		}
		for n := first; n < first+count; n, i = n+1, i+20 {
			offset, _, ok := integer(d.b, i)
			if _, later := d.offsets[n]; ok && !later && d.b[i+17] == 'n' {
				d.offsets[n] = offset
			}
		}
	}
	i = space(d.b, i)
	if !bytes.HasPrefix(d.b[i:], []byte("trailer")) {
		return nil, errLayout
	}
	return readDict(d.b, i+len("trailer"))
}

func (d *document) trailer(t dict) error {
	var ok bool
	if d.root, ok = t.ref("Root"); !ok {
		return errLayout
	}
	size, _ := t.get("Size")
	if d.size, _, ok = integer(size, 0); !ok || d.size > maxObjects {
		return errLayout
	}
	if id, ok := t.get("ID"); ok && len(id) > 1 {
		if end, err := skip(id, 1); err == nil {
			d.id = string(bytes.TrimSpace(id[1:end]))
		}
	}
	return nil
}

// start returns where the body of an object begins.
func (d *document) start(n int) (int, error) {
	at, ok := d.offsets[n]
	head := fmt.Appendf(nil, "%d 0 obj", n)
	if !ok || at < 0 || at >= len(d.b) || !bytes.HasPrefix(d.b[at:], head) {
		return 0, fmt.Errorf("object %d is not where it should be", n)
	}
	return space(d.b, at+len(head)), nil
}

// dict returns the dictionary that is object n.
func (d *document) dict(n int) (dict, error) {
	at, err := d.start(n)
	if err != nil {
		return nil, err
	}
	return readDict(d.b, at)
}

// follow returns the dictionary that a key of another refers to, and its
// number.
func (d *document) follow(in dict, key string) (dict, int, error) {
	n, ok := in.ref(key)
	if !ok {
		return nil, 0, fmt.Errorf("%w: no %s", errLayout, key)
	}
	to, err := d.dict(n)
	return to, n, err
}

// stream returns the data of a stream that is not packed.
func (d *document) stream(n int) ([]byte, error) {
	head, err := d.dict(n)
	if err != nil {
		return nil, err
	}
	length, _ := head.get("Length")
	size, _, ok := integer(length, 0)
	at, err := d.start(n)
	if err != nil {
		return nil, err
	}
	rest, stream := bytes.CutPrefix(d.b[at+len(head):], []byte("\nstream\n"))
	if !ok || !stream || size > len(rest) {
		return nil, errLayout
	}
	return rest[:size], nil
}

// A dict is a dictionary as it is written.
type dict []byte

func readDict(b []byte, i int) (dict, error) {
	i = space(b, i)
	if i > len(b) || !bytes.HasPrefix(b[i:], []byte("<<")) {
		return nil, errLayout
	}
	end, err := skip(b, i)
	if err != nil {
		return nil, err
	}
	return dict(b[i:end]), nil
}

// find returns where the value of a key is.
func (d dict) find(key string) (span, bool) {
	i := space(d, len("<<"))
	for i < len(d) && d[i] == '/' {
		name, err := skip(d, i)
		if err != nil {
			break
		}
		from := space(d, name)
		to, err := skip(d, from)
		if err != nil {
			break
		}
		if string(d[i+1:name]) == key {
			return span{from, to}, true
		}
		i = space(d, to)
	}
	return span{}, false
}

func (d dict) get(key string) ([]byte, bool) {
	at, ok := d.find(key)
	return d[at.from:at.to], ok
}

// ref returns the number of the object that the value of a key refers to.
func (d dict) ref(key string) (int, bool) {
	v, ok := d.get(key)
	n, _, is := integer(v, 0)
	return n, ok && is && bytes.HasSuffix(v, []byte(" 0 R"))
}

// with returns the dictionary with a value in place of the key's own, or at its
// end.
func (d dict) with(key, value string) dict {
	if at, ok := d.find(key); ok {
		return bytes.Join([][]byte{d[:at.from], []byte(value), d[at.to:]}, nil)
	}
	return fmt.Appendf(nil, "%s/%s %s>>", bytes.TrimRight(d[:len(d)-len(">>")], " \r\n"), key, value)
}

// refs returns the numbers of the objects that an array refers to.
func refs(array []byte) (list []int) {
	for i := space(array, 1); i < len(array) && array[i] != ']'; {
		end, err := skip(array, i)
		if err != nil {
			return nil
		}
		n, _, ok := integer(array, i)
		if !ok || !bytes.HasSuffix(array[i:end], []byte(" 0 R")) {
			return nil
		}
		list = append(list, n)
		i = space(array, end)
	}
	return list
}

// integer reads a number behind white space, and returns where it ends.
func integer(b []byte, i int) (n, end int, ok bool) {
	i = space(b, i)
	for end = i; end < len(b) && end < i+10 && b[end] >= '0' && b[end] <= '9'; end++ {
	}
	if end == i {
		return 0, i, false
	}
	n, err := strconv.Atoi(string(b[i:end]))
	return n, end, err == nil
}
