package write

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
)

// A Source is a file that this package wrote, taken apart to be bound with
// others. It does not change and may be bound more than once.
type Source struct {
	objects map[int][]byte // bodies, by number
	pages   []int          // objects, in order
	links   []int          // objects of the links' elements, in order

	catalog, pageTree, structure, parents, metadata, profile int
}

// Open reads a file that this package wrote, in any version of the program.
// What was appended to it later, such as a seal, is not looked at.
func Open(file []byte) (*Source, error) {
	file, at, err := original(file)
	if err != nil {
		return nil, err
	}
	s := &Source{}
	if s.objects, err = objects(file, at); err != nil {
		return nil, err
	}
	find := func(in []byte, what *regexp.Regexp) (n int) {
		if n = found(in, what); n == 0 || s.objects[n] == nil {
			err = fmt.Errorf("no %s", what)
		}
		return n
	}
	s.catalog = find(file[at:], rootEntry)
	root := s.objects[s.catalog]
	s.pageTree, s.structure = find(root, pagesEntry), find(root, structEntry)
	s.metadata, s.profile = find(root, metadataEntry), find(root, profileEntry)
	s.parents = find(s.objects[s.structure], parentsEntry)
	if err != nil {
		return nil, err
	}
	for _, m := range reference.FindAllSubmatch(s.objects[s.pageTree], -1) {
		s.pages = append(s.pages, number(m[1]))
		find(s.objects[number(m[1])], resourcesEntry)
	}
	if len(s.pages) == 0 {
		return nil, fmt.Errorf("no pages")
	}
	for _, n := range s.numbers() {
		if bytes.HasPrefix(s.objects[n], []byte("<</Type/StructElem/S/Link/")) {
			s.links = append(s.links, n)
		}
	}
	return s, err
}

// Pages returns how many pages the file has.
func (s *Source) Pages() int { return len(s.pages) }

func (s *Source) numbers() []int {
	var all []int
	for n := range s.objects {
		all = append(all, n)
	}
	slices.Sort(all)
	return all
}

// What is looked for in the objects of a file.
var (
	rootEntry      = regexp.MustCompile(`/Root (\d+) 0 R`)
	prevEntry      = regexp.MustCompile(`/Prev (\d+)`)
	pagesEntry     = regexp.MustCompile(`/Pages (\d+) 0 R`)
	structEntry    = regexp.MustCompile(`/StructTreeRoot (\d+) 0 R`)
	metadataEntry  = regexp.MustCompile(`/Metadata (\d+) 0 R`)
	profileEntry   = regexp.MustCompile(`/DestOutputProfile (\d+) 0 R`)
	parentsEntry   = regexp.MustCompile(`/ParentTree (\d+) 0 R`)
	resourcesEntry = regexp.MustCompile(`/Resources (\d+) 0 R`)
	keyEntry       = regexp.MustCompile(`/StructParents (\d+)`)
	marksEntry     = regexp.MustCompile(`(\d+)\[([^\]]*)\]`)
	rootElement    = regexp.MustCompile(`/K (\d+) 0 R`)
	reference      = regexp.MustCompile(`\b(\d+) 0 R\b`)
)

func found(in []byte, what *regexp.Regexp) int {
	if m := what.FindSubmatch(in); m != nil {
		return number(m[1])
	}
	return 0
}

// number returns the value of digits that a pattern found; 0 for more than a
// file can have objects.
func number(digits []byte) int {
	n, err := strconv.Atoi(string(digits))
	if err != nil {
		return 0
	}
	return n
}

// original returns the file as it was before anything was appended, and where
// its table of offsets begins.
func original(file []byte) (first []byte, table int, err error) {
	end := len(file)
	for {
		start := bytes.LastIndex(file[:end], []byte("startxref\n"))
		if start < 0 {
			return nil, 0, fmt.Errorf("no table of offsets")
		}
		digits, _, _ := bytes.Cut(file[start+len("startxref\n"):], []byte("\n"))
		table = number(digits)
		if table <= 0 || table >= start || !bytes.HasPrefix(file[table:], []byte("xref\n")) {
			return nil, 0, fmt.Errorf("no table of offsets at %q", digits)
		}
		prev := found(file[table:start], prevEntry)
		if prev == 0 {
			return file[:end], table, nil
		}
		tail := bytes.Index(file[min(prev, table):table], []byte("%%EOF\n"))
		if tail < 0 {
			return nil, 0, fmt.Errorf("no end before the table at %d", table)
		}
		end = prev + tail + len("%%EOF\n")
	}
}

// objects reads the bodies of a file's objects by its table of offsets.
func objects(file []byte, table int) (map[int][]byte, error) {
	head, rest, _ := bytes.Cut(file[table+len("xref\n"):], []byte("\n"))
	count, ok := bytes.CutPrefix(head, []byte("0 "))
	const line = 20
	n := number(count)
	if !ok || n < 2 || n > len(rest)/line {
		return nil, fmt.Errorf("table of %q objects", head)
	}
	end, all := table, map[int][]byte{}
	for i := n - 1; i > 0; i-- { // written in this order
		at := number(rest[i*line : i*line+10])
		begin := fmt.Appendf(nil, "%d 0 obj\n", i)
		if at <= 0 || at >= end || !bytes.HasPrefix(file[at:end], begin) || !bytes.HasSuffix(file[at:end], []byte("\nendobj\n")) {
			return nil, fmt.Errorf("object %d is not at %d", i, at)
		}
		all[i] = file[at+len(begin) : end-len("\nendobj\n")]
		end = at
	}
	return all, nil
}
