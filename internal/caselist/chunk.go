package caselist

import (
	"bytes"
	"encoding/hex"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unsafe"

	"ab325/internal/flexjob"
	"ab325/internal/ident"
	"ab325/internal/store"
)

// A chunk is cases in the order of their ids.
type chunk struct {
	facts []fact
	text  []byte // of one case after the other
}

// chunkCases is how many cases are packed together. A search holds the lock
// while it reads so many, and looking one up adds the sizes of so many texts.
const chunkCases = 4096

// A fact is what is packed of a case beside its text.
type fact struct {
	id           caseID
	serial       uint32 // of the number
	year         uint8  // of the number, since firstYear
	status       uint8  // index in flexjob.Statuses
	municipality uint16 // index of its name, or none
	staff        uint16 // index of the caseworker's name, or none
	expected     day    // while an answer is waited for
	revision     uint16 // the lowest bits
	size         uint16 // of the text
}

// factSize is asserted by a test: a million cases are counted by it.
const factSize = int(unsafe.Sizeof(fact{}))

type caseID [16]byte

// parseID returns a case id as bytes. Ids are 32 hexadecimal digits; another
// is not packed.
func parseID(s string) (id caseID, ok bool) {
	n, err := hex.Decode(id[:], []byte(s[:min(len(s), 32)]))
	return id, err == nil && n == len(id) && len(s) == 32 && strings.ToLower(s) == s
}

func (id caseID) String() string { return hex.EncodeToString(id[:]) }

// none is the index of no name.
const none = math.MaxUint16

// firstYear is the year from which those of case numbers are counted.
const firstYear = 2000

// A day is a date as the number of days since 1 January 2000; 0 is none.
type day uint16

func dayOf(d ident.Date) day {
	n := ident.NewDate(firstYear, 1, 1).Days(d)
	return day(min(max(n, 0), math.MaxUint16))
}

// older reports whether what is packed is from before a revision. No two
// reports of a case are 32 000 revisions apart.
func (f *fact) older(revision int) bool { return int16(uint16(revision)-f.revision) > 0 }

// names are texts that many cases share, by index.
type names struct {
	list  []string
	index map[string]uint16
}

// of returns the index of a name, if there is room for it.
func (n *names) of(name string) (uint16, bool) {
	i, ok := n.index[name]
	if ok || len(n.list) == none {
		return i, ok
	}
	if n.index == nil {
		n.index = map[string]uint16{}
	}
	i = uint16(len(n.list))
	n.list, n.index[name] = append(n.list, name), i
	return i, true
}

// fact returns what is packed of a row, if all of it fits. From whom a case is
// to be hidden has no place in it.
func (d *Directory) fact(row *store.Row) (f fact, ok bool) {
	if len(row.Disqualified) > 0 {
		return f, false
	}
	if f.id, ok = parseID(row.ID); !ok {
		return f, false
	}
	if f.year, f.serial, ok = parseNumber(row.Number); !ok {
		return f, false
	}
	if f.municipality, ok = d.municipalities.of(row.Municipality); !ok {
		return f, false
	}
	if f.staff = none; row.Assignee != "" {
		if f.staff, ok = d.staff.of(row.Assignee); !ok {
			return f, false
		}
	}
	f.status = uint8(slices.Index(flexjob.Statuses(), row.Status))
	f.expected = dayOf(row.Awaited())
	f.revision = uint16(row.Revision)
	return f, true
}

// parseNumber takes a case number apart, if it is what casework gives.
func parseNumber(number string) (year uint8, count uint32, ok bool) {
	y, n, _ := strings.Cut(number, "-")
	a, err := strconv.ParseUint(y, 10, 16)
	b, err2 := strconv.ParseUint(n, 10, 32)
	if err != nil || err2 != nil || a < firstYear || a > firstYear+math.MaxUint8 {
		return 0, 0, false
	}
	year, count = uint8(a-firstYear), uint32(b)
	return year, count, string(appendNumber(nil, year, count)) == number
}

// appendNumber writes a case number. A search does it for every case, so the
// usual six digits are written without a loop.
func appendNumber(to []byte, year uint8, count uint32) []byte {
	y, n := firstYear+uint32(year), count%1_000_000
	to = append(to, digit(y/1000), digit(y/100), digit(y/10), digit(y), '-')
	if count >= 1_000_000 {
		to = strconv.AppendUint(to, uint64(count/1_000_000), 10)
	}
	return append(to, digit(n/100_000), digit(n/10_000), digit(n/1000), digit(n/100), digit(n/10), digit(n))
}

// digit is the last digit of n.
func digit(n uint32) byte { return byte('0' + n%10) }

// A packer makes chunks of rows that come in the order of their ids.
type packer struct {
	chunks []*chunk
	facts  []fact // of the chunk under way
	text   []byte
}

func (p *packer) add(f fact, text []byte) bool {
	if len(text) > math.MaxUint16 {
		return false
	}
	f.size = uint16(len(text))
	p.facts, p.text = append(p.facts, f), append(p.text, text...)
	if len(p.facts) == chunkCases {
		p.close()
	}
	return true
}

// close ends a chunk. What it was collected in is used again, and the chunk is
// no bigger than what is in it.
func (p *packer) close() {
	if len(p.facts) == 0 {
		return
	}
	p.chunks = append(p.chunks, &chunk{slices.Clone(p.facts), bytes.Clone(p.text)})
	p.facts, p.text = p.facts[:0], p.text[:0]
}

// find returns where in the chunks a case is.
func (d *Directory) find(id string) (c *chunk, i int, ok bool) {
	key, ok := parseID(id)
	if !ok {
		return nil, 0, false
	}
	n := sort.Search(len(d.chunks), func(n int) bool {
		facts := d.chunks[n].facts
		return bytes.Compare(facts[len(facts)-1].id[:], key[:]) >= 0
	})
	if n == len(d.chunks) {
		return nil, 0, false
	}
	c = d.chunks[n]
	i, ok = slices.BinarySearchFunc(c.facts, key, func(f fact, key caseID) int { return bytes.Compare(f.id[:], key[:]) })
	return c, i, ok
}

// packed returns what is packed of a case; nil if nothing is.
func (d *Directory) packed(id string) *fact {
	if c, i, ok := d.find(id); ok && c.facts[i].municipality != none {
		return &c.facts[i]
	}
	return nil
}

// textAt returns the text of the i-th case.
func (c *chunk) textAt(i int) []byte {
	at := 0
	for _, f := range c.facts[:i] {
		at += int(f.size)
	}
	return c.text[at : at+int(c.facts[i].size)]
}

// samePacked reports whether a text is packed of a case.
func (d *Directory) samePacked(id string, text []byte) bool {
	c, i, ok := d.find(id)
	return ok && bytes.Equal(c.textAt(i), text)
}

// unpack makes what is packed of a case be found no more, and overwrites it.
func (d *Directory) unpack(id string) {
	if c, i, ok := d.find(id); ok {
		clear(c.textAt(i))
		c.facts[i].municipality = none
	}
}

// An item is a case that is not packed. The zero item but for its revision is
// one that was erased.
type item struct {
	row      store.Row // without names
	text     []byte
	revision int
}

func newItem(row *store.Row, text []byte) *item {
	it := &item{*row, text, row.Revision}
	it.row.Employee, it.row.Company, it.row.JobTitle = "", "", ""
	return it
}

func (it *item) erased() bool { return it.row.ID == "" }
