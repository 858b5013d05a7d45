package stock

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ab325/fonts"
)

// What is looked for in fpdf's objects.
var (
	reference = regexp.MustCompile(`(\d+) 0 R`)
	contents  = regexp.MustCompile(`/Contents (\d+) 0 R`)
	fontEntry = regexp.MustCompile(`/(F\w{6,}) (\d+) 0 R`)
	fontName  = regexp.MustCompile(`/utf8\w+`)
	length1   = regexp.MustCompile(`/Length1 \d+`)
)

// take takes fpdf's file apart: the contents of the first pages, and the
// fonts with all that they refer to.
func take(file []byte, pages int) (*Stock, error) {
	objects, err := parse(file)
	if err != nil {
		return nil, fmt.Errorf("read fpdf's file: %w", err)
	}
	t := &taker{from: objects, numbers: map[int]int{}}
	rename := map[string]string{}
	for _, m := range fontEntry.FindAllSubmatch(objects[2], -1) { // object 2 is fpdf's resources
		n, name := number(m[2]), Regular
		if bytes.Contains(objects[n], []byte("/utf8"+family+"B")) {
			name = Bold
		}
		rename[string(m[1])] = name
		t.fonts += fmt.Sprintf("/%s %d 0 R", name, t.object(n))
	}
	if len(rename) != 2 {
		return nil, fmt.Errorf("fpdf's file has %d fonts, want 2", len(rename))
	}
	t.out = append(t.out, []byte("<</Font<<"+t.fonts+">>>>"))
	resources := len(t.out)
	t.add("/N 3", []byte(fonts.SRGB()))
	s := &Stock{Objects: t.out, Resources: resources, Profile: len(t.out)}
	kids := reference.FindAllSubmatch(objects[1][bytes.Index(objects[1], []byte("/Kids")):], pages) // object 1 is the page tree
	for _, kid := range kids {
		m := contents.FindSubmatch(objects[number(kid[1])])
		if m == nil {
			return nil, fmt.Errorf("page without contents")
		}
		body, err := content(objects[number(m[1])], rename)
		if err != nil {
			return nil, err
		}
		s.Contents = append(s.Contents, body)
	}
	return s, t.err
}

func number(digits []byte) int {
	n, _ := strconv.Atoi(string(digits)) // the patterns match digits only
	return n
}

// content returns a page's content as a stream of its own, in a state that it
// leaves as it was.
func content(body []byte, rename map[string]string) ([]byte, error) {
	data, err := inflate(body)
	if err != nil {
		return nil, err
	}
	for from, to := range rename {
		data = bytes.ReplaceAll(data, []byte("/"+from+" "), []byte("/"+to+" "))
	}
	return stream("", slices.Concat([]byte("q\n"), bytes.TrimSpace(data), []byte("\nQ")))
}

// A taker copies objects and what they refer to under new numbers.
type taker struct {
	from    map[int][]byte
	numbers map[int]int // new by old
	out     [][]byte
	fonts   string
	err     error
}

// object copies object n and returns its new number.
func (t *taker) object(n int) int {
	if m, ok := t.numbers[n]; ok {
		return m
	}
	t.out = append(t.out, nil)
	m := len(t.out)
	t.numbers[n] = m
	body := t.from[n]
	dict, isStream := body, false
	if i := bytes.Index(body, []byte("stream\n")); i >= 0 {
		dict, isStream = body[:i], true
	}
	dict = reference.ReplaceAllFunc(dict, func(ref []byte) []byte {
		old := number(ref[:bytes.IndexByte(ref, ' ')])
		return fmt.Appendf(nil, "%d 0 R", t.object(old))
	})
	dict = fontName.ReplaceAllFunc(dict, t.name)
	if !isStream {
		t.out[m-1] = bytes.ReplaceAll(dict, []byte("\n"), []byte(" "))
		return m
	}
	data, err := inflate(body)
	if bytes.Contains(data, []byte("begincodespacerange")) {
		data = toUnicode()
	}
	if err == nil {
		t.out[m-1], err = stream(string(length1.Find(dict)), data)
	}
	if err != nil && t.err == nil {
		t.err = fmt.Errorf("object %d of fpdf's file: %w", n, err)
	}
	return m
}

func (t *taker) add(dict string, data []byte) {
	body, err := stream(dict, data)
	if err != nil && t.err == nil {
		t.err = err
	}
	t.out = append(t.out, body)
}

// name returns a font's name with the six letters that mark a subset; they
// are made of what is in it.
func (t *taker) name(old []byte) []byte {
	name := sans
	if bytes.HasSuffix(old, []byte(family+"B")) {
		name += "-Bold"
	}
	hash := sha256.New()
	for _, n := range slices.Sorted(maps.Keys(t.from)) {
		if bytes.Contains(t.from[n][:min(len(t.from[n]), 200)], []byte("/Length1")) {
			hash.Write(t.from[n])
		}
	}
	tag := hash.Sum(nil)[:6]
	for i := range tag {
		tag[i] = 'A' + tag[i]%26
	}
	return fmt.Appendf(nil, "/%s+%s", tag, name)
}

// parse reads the objects of a file as fpdf writes it, by number: plain
// objects and one table of offsets at the end.
func parse(file []byte) (map[int][]byte, error) {
	var at, first, n int
	_, tail, _ := bytes.Cut(file[max(bytes.LastIndex(file, []byte("startxref")), 0):], []byte("\n"))
	if _, err := fmt.Sscan(string(tail), &at); err != nil || at >= len(file) {
		return nil, fmt.Errorf("no table of offsets: %w", err)
	}
	table := bytes.TrimPrefix(file[at:], []byte("xref\n"))
	if _, err := fmt.Sscanf(string(table[:min(len(table), 40)]), "%d %d", &first, &n); err != nil || n*20 > len(table) {
		return nil, fmt.Errorf("table of offsets: %w", err)
	}
	table = table[bytes.IndexByte(table, '\n')+1:]
	type entry struct{ offset, number int }
	var entries []entry
	for k := range n {
		if line := table[k*20 : k*20+20]; line[17] == 'n' {
			entries = append(entries, entry{number(line[:10]), k})
		}
	}
	slices.SortFunc(entries, func(a, b entry) int { return a.offset - b.offset })
	objects := map[int][]byte{}
	for k, e := range entries {
		end := at
		if k+1 < len(entries) {
			end = entries[k+1].offset
		}
		body := file[e.offset:end]
		body = body[bytes.Index(body, []byte("obj"))+len("obj") : bytes.LastIndex(body, []byte("endobj"))]
		objects[e.number] = bytes.TrimSpace(body)
	}
	return objects, nil
}

// toUnicode returns a map from the fonts' codes, which are Unicode's, to
// Unicode. A range may vary in its last byte only; 0, U+FEFF and U+FFFE are
// no letters.
func toUnicode() []byte {
	var b strings.Builder
	b.WriteString(`/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo
<</Registry (Adobe)
/Ordering (UCS)
/Supplement 0
>> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
`)
	var high []int
	for h := range 0x100 {
		if h < 0xD8 || h >= 0xE0 {
			high = append(high, h)
		}
	}
	for part := range slices.Chunk(high, 100) {
		fmt.Fprintf(&b, "%d beginbfrange\n", len(part))
		for _, h := range part {
			from, to := h<<8, h<<8|0xFF
			switch h {
			case 0:
				from = 0x20
			case 0xFE:
				to = 0xFEFE
			case 0xFF:
				to = 0xFFFD
			}
			fmt.Fprintf(&b, "<%04X> <%04X> <%04X>\n", from, to, from)
		}
		b.WriteString("endbfrange\n")
	}
	b.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n")
	return []byte(b.String())
}
