package pdftest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A Page is one page as its content says it.
type Page struct {
	Number    int // from 1
	Ref       Ref
	Dict      Dict
	Marks     map[int]*Mark // by MCID
	Artifacts string        // their text
	Fields    string        // text of annotations' appearances
}

// A Mark is marked content that a structure element may hold.
type Mark struct {
	Page  *Page
	MCID  int
	Tag   Name
	Props Dict
	Text  string
	Elem  *Elem // that holds it; nil outside the tree
}

// readPages reads the page tree and the pages' contents.
func (f *File) readPages() {
	f.kids(f.Dict(f.Catalog()["Pages"]), Dict{}, 0)
	if n := integer(f.Dict(f.Catalog()["Pages"])["Count"]); n != len(f.Pages) {
		f.fault("page tree", "%d pages counted as %d", len(f.Pages), n)
	}
}

// inherited are the entries that a page takes from the nodes above it.
var inherited = []Name{"Resources", "MediaBox", "CropBox", "Rotate"}

func (f *File) kids(node, above Dict, depth int) {
	if depth > 20 {
		f.fault("page tree", "deeper than 20 nodes")
		return
	}
	for _, kid := range f.Array(node["Kids"]) {
		d := Dict{}
		for _, k := range inherited {
			for _, from := range []Dict{above, node} {
				if from[k] != nil {
					d[k] = from[k]
				}
			}
		}
		own := f.Dict(kid)
		if own["Type"] == Name("Pages") {
			f.kids(own, d, depth+1)
			continue
		}
		for k, v := range own {
			d[k] = v
		}
		n, _ := kid.(Ref)
		p := &Page{Number: len(f.Pages) + 1, Ref: n, Dict: d, Marks: map[int]*Mark{}}
		f.Pages = append(f.Pages, p)
		var content []byte
		for _, c := range f.Array(d["Contents"]) {
			content = append(append(content, f.Stream(c)...), '\n')
		}
		r := &contentReader{File: f, page: p, resources: f.Dict(d["Resources"]), forms: map[string]bool{}}
		r.read(content)
		if len(r.open) > 0 {
			f.fault("content", "page %d: marked content open at the end", p.Number)
		}
		for _, a := range f.Array(d["Annots"]) {
			f.appearance(p, f.Dict(a))
		}
	}
}

// appearance reads how an annotation looks now.
func (f *File) appearance(p *Page, a Dict) {
	normal := f.Get(f.Dict(a["AP"])["N"])
	if states, ok := normal.(Dict); ok {
		state, _ := a["AS"].(Name)
		normal = f.Get(states[state])
	}
	x, _ := normal.(*Stream)
	if x == nil {
		return
	}
	data, err := x.Data()
	if err != nil {
		f.fault("content", "page %d: an appearance: %v", p.Number, err)
		return
	}
	r := &contentReader{File: f, page: p, resources: f.Dict(x.Dict["Resources"]), forms: map[string]bool{}, depth: 1, field: true}
	r.read(data)
}

// painting are the operators that leave something on the page.
var painting = []operator{"Tj", "TJ", "'", `"`, "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "EI"}

// A contentReader reads what a page's content says: the text under each mark,
// and whatever is painted outside of all.
type contentReader struct {
	*File
	page      *Page
	resources Dict
	open      []span
	font      *Font
	invisible bool
	saved     []textState
	forms     map[string]bool // XObjects drawn, by reference
	depth     int
	field     bool // reads an annotation's appearance
}

// span is marked content that is open.
type span struct {
	artifact bool
	mark     *Mark // or nil
}

type textState struct {
	font      *Font
	invisible bool
}

func (r *contentReader) at() string { return fmt.Sprintf("page %d", r.page.Number) }

func (r *contentReader) read(content []byte) {
	var operands []any
	for {
		v, rest, err := next(content)
		if errors.Is(err, errEnd) {
			return
		}
		if err != nil {
			r.fault("content", "%s: %v", r.at(), err)
			return
		}
		content = rest
		op, ok := v.(operator)
		if !ok {
			operands = append(operands, v)
			continue
		}
		r.do(op, operands)
		operands = operands[:0]
	}
}

func (r *contentReader) do(op operator, operands []any) {
	operand := func(i int) any {
		if i < len(operands) {
			return operands[i]
		}
		return nil
	}
	switch op {
	case "BMC", "BDC":
		tag, _ := operand(0).(Name)
		r.begin(tag, operand(1))
	case "EMC":
		if len(r.open) == 0 {
			r.fault("content", "%s: EMC without a beginning", r.at())
			return
		}
		r.open = r.open[:len(r.open)-1]
	case "q":
		r.saved = append(r.saved, textState{r.font, r.invisible})
		if len(r.saved) > 28 {
			r.fault("PDF/A 6.1.13", "%s: more than 28 states saved", r.at())
		}
	case "Q":
		if len(r.saved) == 0 {
			r.fault("content", "%s: Q without q", r.at())
			return
		}
		last := r.saved[len(r.saved)-1]
		r.saved, r.font, r.invisible = r.saved[:len(r.saved)-1], last.font, last.invisible
	case "Tf":
		name, _ := operand(0).(Name)
		if r.font = r.fontOf(r.Dict(r.resources["Font"])[name]); r.font == nil {
			r.fault("content", "%s: no font %s", r.at(), name)
		}
	case "Tr":
		r.invisible = operand(0) == 3.0
	case "Do":
		name, _ := operand(0).(Name)
		r.object(r.Dict(r.resources["XObject"])[name])
	}
	if slices.Contains(painting, op) {
		r.paint(op, operands)
	}
}

// begin opens marked content.
func (r *contentReader) begin(tag Name, props any) {
	if n, ok := props.(Name); ok {
		props = r.Dict(r.resources["Properties"])[n]
	}
	d := r.Dict(props)
	s := span{artifact: tag == "Artifact"}
	if mcid, ok := d["MCID"].(float64); ok {
		s.mark = &Mark{Page: r.page, MCID: int(mcid), Tag: tag, Props: d}
		if r.page.Marks[s.mark.MCID] != nil {
			r.fault("content", "%s: MCID %d twice", r.at(), s.mark.MCID)
		}
		r.page.Marks[s.mark.MCID] = s.mark
	}
	artifact, mark := r.within()
	switch {
	case s.artifact && mark != nil:
		r.fault("UA 01-003", "%s: an artifact within mark %d", r.at(), mark.MCID)
	case s.mark != nil && artifact:
		r.fault("UA 01-004", "%s: mark %d within an artifact", r.at(), s.mark.MCID)
	case s.mark != nil && mark != nil:
		r.fault("content", "%s: mark %d within mark %d", r.at(), s.mark.MCID, mark.MCID)
	}
	r.open = append(r.open, s)
}

// within returns whether an artifact is open, and the mark that is.
func (r *contentReader) within() (artifact bool, mark *Mark) {
	for _, s := range r.open {
		artifact = artifact || s.artifact
		if s.mark != nil {
			mark = s.mark
		}
	}
	return artifact, mark
}

func (r *contentReader) paint(op operator, operands []any) {
	artifact, mark := r.within()
	if !artifact && mark == nil && r.depth == 0 {
		r.fault("UA 01-005", "%s: %s outside marked content", r.at(), op)
	}
	if len(operands) == 0 || !slices.Contains([]operator{"Tj", "TJ", "'", `"`}, op) {
		return
	}
	var s strings.Builder
	parts, ok := operands[len(operands)-1].(Array)
	if !ok {
		parts = Array{operands[len(operands)-1]}
	}
	for _, v := range parts {
		codes, ok := v.(String)
		if !ok {
			continue
		}
		if r.font == nil {
			r.fault("content", "%s: text without a font", r.at())
			return
		}
		s.WriteString(r.font.show(r.File, string(codes), r.invisible))
	}
	switch {
	case r.field:
		r.page.Fields += s.String()
	case mark != nil:
		mark.Text += s.String()
	default:
		r.page.Artifacts += s.String()
	}
}

// object draws an XObject: a form's content belongs to the mark it is drawn
// in.
func (r *contentReader) object(v any) {
	x, _ := r.Get(v).(*Stream)
	if x == nil {
		r.fault("content", "%s: no XObject %v", r.at(), v)
		return
	}
	artifact, mark := r.within()
	if !artifact && mark == nil && !r.field {
		r.fault("UA 01-005", "%s: %v drawn outside marked content", r.at(), x.Dict["Subtype"])
	}
	if x.Dict["Ref"] != nil {
		r.fault("UA 30-001", "%s: a reference to another file's page", r.at())
	}
	if x.Dict["Subtype"] != Name("Form") || r.depth > 8 {
		return
	}
	key := fmt.Sprint(v)
	before := len(r.page.Marks)
	inner := &contentReader{File: r.File, page: r.page, resources: r.Dict(x.Dict["Resources"]), open: slices.Clone(r.open), font: r.font, forms: r.forms, depth: r.depth + 1, field: r.field}
	if inner.resources == nil {
		inner.resources = r.resources
	}
	data, err := x.Data()
	if err != nil {
		r.fault("content", "%s: %v", r.at(), err)
	}
	inner.read(data)
	if r.forms[key] && (len(r.page.Marks) > before || strings.Contains(string(data), "/MCID")) {
		r.fault("UA 30-002", "%s: %v holds marks and is drawn more than once", r.at(), v)
	}
	r.forms[key] = true
}
