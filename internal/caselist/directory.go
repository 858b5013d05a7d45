package caselist

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"ab325/internal/ident"
	"ab325/internal/store"
)

// A directory is the rows of the cases that a jobcenter has or had, in each
// order that a query can ask for. It is not safe for concurrent use.
type directory struct {
	items    map[string]*item  // by case id
	shelves  map[string]*shelf // by code of the municipality
	alphabet *collate.Collator
	buffer   collate.Buffer
}

// A shelf is the cases of one municipality, in each order.
type shelf [len(orders)][]*item

// An item is a row with what it is found and ordered by. It is never changed,
// only replaced.
type item struct {
	row  store.Row
	text string // the names, folded
	name []byte // the employee's place in the Danish alphabet
}

// orders are the orders in which a shelf keeps its cases. None leaves two
// cases equal.
var orders = [...]func(a, b *item) int{
	ByStart: func(a, b *item) int {
		return cmp.Or(compareDates(a.row.Start, b.row.Start), byName(a, b))
	},
	ByReceived: func(a, b *item) int {
		return cmp.Or(compareDates(a.row.Received, b.row.Received), byName(a, b))
	},
	ByNumber: byNumber,
	ByName:   byName,
}

func byName(a, b *item) int { return cmp.Or(bytes.Compare(a.name, b.name), byNumber(a, b)) }

func byNumber(a, b *item) int {
	return cmp.Or(-cmp.Compare(a.row.Number, b.row.Number), cmp.Compare(a.row.ID, b.row.ID))
}

// compareDates puts none last.
func compareDates(a, b ident.Date) int {
	if a.IsZero() || b.IsZero() {
		return -a.Compare(b)
	}
	return a.Compare(b)
}

func newDirectory() *directory {
	return &directory{items: map[string]*item{}, shelves: map[string]*shelf{}, alphabet: collate.New(language.Danish)}
}

// add takes a row in, out of order: sort must follow. What no jobcenter has
// reached is the parties' own and in no list.
func (d *directory) add(row store.Row) {
	if !row.Reached {
		return
	}
	it := d.item(row)
	d.items[row.ID] = it
	s := d.shelf(row.Municipality)
	for o := range s {
		s[o] = append(s[o], it)
	}
}

func (d *directory) sort() {
	for _, s := range d.shelves {
		for o := range s {
			slices.SortFunc(s[o], orders[o])
		}
	}
}

// put takes a row in, in order, in place of an older one of the same case.
func (d *directory) put(row store.Row) {
	old := d.items[row.ID]
	if !row.Reached || old != nil && old.row.Revision >= row.Revision {
		return
	}
	if old != nil {
		s := d.shelf(old.row.Municipality)
		for o := range s {
			if i, ok := slices.BinarySearchFunc(s[o], old, orders[o]); ok {
				s[o] = slices.Delete(s[o], i, i+1)
			}
		}
	}
	it := d.item(row)
	d.items[row.ID] = it
	s := d.shelf(row.Municipality)
	for o := range s {
		i, _ := slices.BinarySearchFunc(s[o], it, orders[o])
		s[o] = slices.Insert(s[o], i, it)
	}
}

func (d *directory) item(row store.Row) *item {
	defer d.buffer.Reset()
	return &item{
		row:  row,
		text: fold(row.Employee) + "\n" + fold(row.Company),
		name: bytes.Clone(d.alphabet.KeyFromString(&d.buffer, strings.TrimSpace(row.Employee))),
	}
}

func (d *directory) shelf(municipality string) *shelf {
	s, ok := d.shelves[municipality]
	if !ok {
		s = new(shelf)
		d.shelves[municipality] = s
	}
	return s
}
