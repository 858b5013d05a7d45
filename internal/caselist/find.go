package caselist

import (
	"bytes"
	"cmp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"ab325/internal/flexjob"
	"ab325/internal/store"
)

// Most is how many cases a search finds at the most. More are no help: who
// looks for one among them writes more of the name.
const Most = 200

// Found is what a search found.
type Found struct {
	IDs   []string // of the first [Most] cases by the Danish alphabet and the employees' names
	Total int      // of all cases that are found
}

// Find finds the cases that q lists and in which each word of text is a part of
// the employee's or the company's name, or text is a part of the number. Letter
// case and accents do not count, and «aa» and «å» are the same. Until the names
// are read its error is [ErrLoading].
//
// It reads all names, and takes a few tens of milliseconds for a million
// cases. The order and the page that q asks for do not matter.
func (d *Directory) Find(q store.ListQuery, text string) (Found, error) {
	d.mu.RLock()
	chunks, loaded, err := d.chunks, d.loaded, d.failed
	s := d.newSearch(&q, text)
	d.mu.RUnlock()
	if err != nil {
		return Found{}, err
	}
	if !loaded {
		return Found{}, ErrLoading
	}
	d.searchChunks(s, chunks)
	d.mu.RLock()
	for _, it := range d.beside { // last: a case may come here from its chunk while the search goes on
		s.item(it)
	}
	d.mu.RUnlock()
	return s.found(), nil
}

// mostWorkers is how many processors one search uses.
const mostWorkers = 4

// searchChunks shares the chunks among processors. The lock is held for one
// chunk at a time, so that nobody waits for it as long as a search takes.
func (d *Directory) searchChunks(s *search, chunks []*chunk) {
	workers := make([]search, min(runtime.GOMAXPROCS(0), mostWorkers))
	var all sync.WaitGroup
	var taken atomic.Int64
	for i := range workers {
		workers[i] = *s
		all.Go(func() {
			for n := int(taken.Add(1)); n <= len(chunks); n = int(taken.Add(1)) {
				d.mu.RLock()
				workers[i].chunk(chunks[n-1])
				d.mu.RUnlock()
			}
		})
	}
	all.Wait()
	for _, w := range workers {
		s.total += w.total
		s.best = append(s.best, w.best...)
	}
}

// A search is one search under way.
type search struct {
	q      *store.ListQuery
	words  [][]byte // the longest first
	number []byte   // nil where the text is no part of a number

	municipality uint16 // of q, as packed; none if nothing that is packed has it
	staff        uint16
	anyStaff     bool
	statuses     [16]bool // of q, by index
	today        day

	total int
	best  []hit  // once cut, the first Most in order, then as they come
	last  []byte // text of the last of the first Most, once there are so many
}

// A hit is a case that was found.
type hit struct {
	id, number string
	text       []byte
}

func (d *Directory) newSearch(q *store.ListQuery, text string) *search {
	s := &search{q: q, municipality: none, today: dayOf(q.Today), anyStaff: q.Owner == store.Anyone, staff: none}
	if i, ok := d.municipalities.index[q.Municipality]; ok {
		s.municipality = i
	}
	if i, ok := d.staff.index[string(q.Owner)]; ok {
		s.staff = i
	} else if !s.anyStaff && q.Owner != store.Nobody {
		s.municipality = none // nothing that is packed is this person's
	}
	for i, status := range flexjob.Statuses() {
		s.statuses[i] = q.Statuses == nil || slices.Contains(q.Statuses, status)
	}
	for _, word := range strings.Fields(fold(text)) {
		s.words = append(s.words, []byte(word))
	}
	slices.SortStableFunc(s.words, func(a, b []byte) int { return cmp.Compare(len(b), len(a)) })
	if text = strings.TrimSpace(text); text != "" && strings.Trim(text, "0123456789-") == "" {
		s.number = []byte(text)
	}
	return s
}

// chunk searches a chunk.
func (s *search) chunk(c *chunk) {
	if s.municipality == none {
		return
	}
	if s.number != nil {
		s.chunkNumbers(c)
		return
	}
	if len(s.words) == 0 {
		return
	}
	i, end := 0, 0 // cases before the i-th end at end
	for at := 0; ; at = end {
		n := bytes.Index(c.text[at:], s.words[0])
		if n < 0 {
			return
		}
		for ; end <= at+n; i++ {
			end += int(c.facts[i].size)
		}
		f := &c.facts[i-1]
		if text := c.text[end-int(f.size) : end]; s.asks(f) && hasAll(text, s.words[1:]) {
			s.packed(f, text)
		}
	}
}

// chunkNumbers searches a chunk for what may be a part of a number as well as
// of a name.
func (s *search) chunkNumbers(c *chunk) {
	var number [16]byte
	end, named := 0, s.nextName(c, 0)
	for i := range c.facts {
		f := &c.facts[i]
		text := c.text[end : end+int(f.size)]
		end += int(f.size)
		inName := named < end
		if inName {
			inName, named = hasAll(text, s.words[1:]), s.nextName(c, end)
		}
		if s.asks(f) && (inName || bytes.Contains(appendNumber(number[:0], f.year, f.serial), s.number)) {
			s.packed(f, text)
		}
	}
}

// nextName returns where in a chunk the first word stands, from at on; behind
// the chunk if nowhere.
func (s *search) nextName(c *chunk, at int) int {
	if len(s.words) == 0 {
		return len(c.text)
	}
	if n := bytes.Index(c.text[at:], s.words[0]); n >= 0 {
		return at + n
	}
	return len(c.text)
}

// asks reports whether the query is about a case that is packed.
func (s *search) asks(f *fact) bool {
	return f.municipality == s.municipality && s.statuses[f.status] && (s.anyStaff || f.staff == s.staff) &&
		(!s.q.Overdue || f.expected != 0 && f.expected < s.today)
}

// hasAll reports whether every word is a part of text.
func hasAll(text []byte, words [][]byte) bool {
	for _, w := range words {
		if !bytes.Contains(text, w) {
			return false
		}
	}
	return true
}

// packed counts a case that was found, and keeps it if it is one of the first.
func (s *search) packed(f *fact, text []byte) {
	s.total++
	if s.last == nil || alphabetical(text, s.last) <= 0 {
		s.keep(hit{f.id.String(), string(appendNumber(nil, f.year, f.serial)), bytes.Clone(text)})
	}
}

// item searches a case that is not packed.
func (s *search) item(it *item) {
	if it.erased() || !s.q.Lists(&it.row) {
		return
	}
	if len(s.words) > 0 && hasAll(it.text, s.words) || s.number != nil && strings.Contains(it.row.Number, string(s.number)) {
		s.total++
		s.keep(hit{it.row.ID, it.row.Number, it.text})
	}
}

// keep adds to the first hits; now and then it drops those that are behind.
func (s *search) keep(h hit) {
	if s.best = append(s.best, h); len(s.best) >= 2*Most {
		s.cut()
	}
}

func (s *search) cut() {
	slices.SortFunc(s.best, func(a, b hit) int {
		return cmp.Or(alphabetical(a.text, b.text), strings.Compare(b.number, a.number), strings.Compare(a.id, b.id))
	})
	if len(s.best) >= Most {
		s.best = s.best[:Most]
		s.last = s.best[Most-1].text
	}
}

func (s *search) found() Found {
	s.cut()
	f, seen := Found{Total: s.total}, map[string]bool{}
	for _, h := range s.best {
		if seen[h.id] { // a case that was changed while the search went on
			f.Total--
			continue
		}
		seen[h.id] = true
		f.IDs = append(f.IDs, h.id)
	}
	return f
}

// alphabetical compares texts by the Danish alphabet: æ, ø and å, which is «aa»
// here, come last. The end of a line comes before everything, so the
// employees' names count first.
func alphabetical(a, b []byte) int {
	for i := 0; i < len(a) && i < len(b); i++ {
		x, y := ring(a, i), ring(b, i)
		switch {
		case x && y:
			i++
		case x:
			return +1
		case y:
			return -1
		case a[i] != b[i]:
			return cmp.Compare(a[i], b[i])
		}
	}
	return cmp.Compare(len(a), len(b))
}

// ring reports whether there is an å at i.
func ring(name []byte, i int) bool { return name[i] == 'a' && i+1 < len(name) && name[i+1] == 'a' }

// SortByName puts rows in the order in which Find finds them: by the
// employees' names and the Danish alphabet, then by the companies', and the
// newest first.
func SortByName(rows []store.Row) {
	texts := make(map[string][]byte, len(rows))
	for i := range rows {
		texts[rows[i].ID] = textOf(&rows[i])
	}
	slices.SortFunc(rows, func(a, b store.Row) int {
		return cmp.Or(alphabetical(texts[a.ID], texts[b.ID]), strings.Compare(b.Number, a.Number), strings.Compare(a.ID, b.ID))
	})
}
