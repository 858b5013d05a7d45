package pdf

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A page is one page as its content says it.
type page struct {
	number int // of its object
	key    int // in the parent tree
	dict   dict
	marks  map[int]string // text by MCID
	tags   map[int]name
	art    string // text of artifacts
	faults []string
}

// pages reads the page tree.
func (f *file) pages() ([]*page, error) {
	tree := f.dict(f.dict(f.trailer["Root"])["Pages"])
	var all []*page
	for _, kid := range f.array(tree["Kids"]) {
		p := &page{number: int(kid.(ref)), dict: f.dict(kid), marks: map[int]string{}, tags: map[int]name{}}
		p.key = int(p.dict["StructParents"].(float64))
		var content []byte
		for _, c := range f.array(p.dict["Contents"]) {
			content = append(append(content, f.get(c).(*stream).data()...), '\n')
		}
		if err := f.content(p, content); err != nil {
			return nil, fmt.Errorf("page %d: %w", len(all)+1, err)
		}
		all = append(all, p)
	}
	if n := tree["Count"]; n != float64(len(all)) {
		return nil, fmt.Errorf("%d pages counted as %v", len(all), n)
	}
	return all, nil
}

// painting are the operators that leave something on the page.
var painting = []word{"Tj", "TJ", "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "Do", "'", `"`}

// content reads a page's content: what is said under each mark, and whatever
// is painted outside of all.
func (f *file) content(p *page, content []byte) error {
	var operands []any
	var open []int // MCIDs, -1 for an artifact
	var font name
	for {
		v, rest, err := value(content)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		content = rest
		op, ok := v.(word)
		if !ok {
			operands = append(operands, v)
			continue
		}
		switch op {
		case "BMC":
			open = append(open, -1)
		case "BDC":
			mcid := -1
			if n, ok := operands[1].(dict)["MCID"].(float64); ok {
				mcid = int(n)
				if _, twice := p.marks[mcid]; twice {
					p.faults = append(p.faults, fmt.Sprintf("MCID %d twice", mcid))
				}
				p.marks[mcid], p.tags[mcid] = "", operands[0].(name)
			} else if operands[0] != name("Artifact") {
				p.faults = append(p.faults, fmt.Sprintf("%s without MCID", operands[0]))
			}
			open = append(open, mcid)
		case "EMC":
			open = open[:len(open)-1]
		case "Tf":
			font = operands[0].(name)
		}
		if slices.Contains(painting, op) {
			switch {
			case len(open) == 0:
				p.faults = append(p.faults, fmt.Sprintf("%s outside marked content", op))
			case len(open) > 1:
				p.faults = append(p.faults, fmt.Sprintf("%s within two marks", op))
			default:
				s, err := f.shown(op, operands, font)
				if err != nil {
					return err
				}
				if open[0] < 0 {
					p.art += s
				} else {
					p.marks[open[0]] += s
				}
			}
		}
		operands = operands[:0]
	}
	if len(open) > 0 {
		p.faults = append(p.faults, "marked content open at the end")
	}
	return nil
}

// shown returns the text that an operator shows.
func (f *file) shown(op word, operands []any, font name) (string, error) {
	var codes string
	switch op {
	case "Tj":
		codes = string(operands[0].(text))
	case "TJ":
		for _, v := range operands[0].(array) {
			if s, ok := v.(text); ok {
				codes += string(s)
			}
		}
	default:
		return "", nil
	}
	if len(codes)%2 != 0 {
		return "", fmt.Errorf("half a code in %q", codes)
	}
	letters, err := f.toUnicode(font)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for i := 0; i < len(codes); i += 2 {
		r, ok := letters[int(codes[i])<<8|int(codes[i+1])]
		if !ok {
			return "", fmt.Errorf("code %x has no letter in %s", codes[i:i+2], font)
		}
		b.WriteRune(r)
	}
	return b.String(), nil
}

var bfrange = regexp.MustCompile(`<(....)> <(....)> <(....)>`)

// toUnicode returns the letters that a font can show, by code: those that have
// a glyph, as its ToUnicode says.
func (f *file) toUnicode(font name) (map[int]rune, error) {
	object, err := f.font(font)
	if err != nil {
		return nil, err
	}
	if cached, ok := f.objects[-int(font[1])].(map[int]rune); ok {
		return cached, nil
	}
	descendant := f.dict(f.array(object["DescendantFonts"])[0])
	glyphs := f.get(descendant["CIDToGIDMap"]).(*stream).data()
	letters := map[int]rune{}
	for _, m := range bfrange.FindAllStringSubmatch(string(f.get(object["ToUnicode"]).(*stream).data()), -1) {
		from, to, first := hex(m[1]), hex(m[2]), hex(m[3])
		for code := from; code <= to; code++ {
			if 2*code+1 < len(glyphs) && (glyphs[2*code] != 0 || glyphs[2*code+1] != 0) {
				letters[code] = rune(first + code - from)
			}
		}
	}
	f.objects[-int(font[1])] = letters
	return letters, nil
}

// font returns a font of the resources, which all pages share.
func (f *file) font(font name) (dict, error) {
	kids := f.array(f.dict(f.dict(f.trailer["Root"])["Pages"])["Kids"])
	fonts := f.dict(f.dict(f.dict(kids[0])["Resources"])["Font"])
	object := f.dict(fonts[font])
	if object == nil {
		return nil, fmt.Errorf("no font %q", font)
	}
	return object, nil
}

func hex(s string) int {
	n, err := strconv.ParseInt(s, 16, 32)
	if err != nil {
		panic(err)
	}
	return int(n)
}
