package pdftest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

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
	inherits  bool // the resources are not its own
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

// operand returns one of an operator's, or nil.
func operand(operands []any, i int) any {
	if i < len(operands) {
		return operands[i]
	}
	return nil
}

func (r *contentReader) do(op operator, operands []any) {
	first := operand(operands, 0)
	switch op {
	case "BMC", "BDC":
		tag, _ := first.(Name)
		r.begin(tag, operand(operands, 1))
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
		if r.font = r.fontOf(r.resource("Font", first)); r.font == nil {
			r.fault("content", "%s: no font %v", r.at(), first)
		}
	case "Tr":
		r.invisible = first == 3.0
	case "Do":
		r.object(r.resource("XObject", first))
	}
	r.allowed(op, operands)
	if slices.Contains(painting, op) {
		r.paint(op, operands)
	}
}

// resource returns what the content calls by a name. PDF/A wants it among the
// page's or XObject's own resources, not among those of one above.
func (r *contentReader) resource(kind Name, name any) any {
	if r.inherits {
		r.fault("PDF/A 6.2.2", "%s: %v is not among its own resources", r.at(), name)
	}
	n, _ := name.(Name)
	return r.Dict(r.resources[kind])[n]
}

// allowed holds an operator to what PDF/A lets content do. We write no images
// in it, and no colours but grey and red, green and blue.
func (r *contentReader) allowed(op operator, operands []any) {
	first, _ := operand(operands, 0).(Name)
	switch {
	case !operators[Name(op)]:
		r.fault("PDF/A 6.2.2", "%s: the operator %q", r.at(), op)
	case op == "BI":
		r.fault("PDF/A 6.1.10", "%s: an image in the content", r.at())
	case op == "k" || op == "K" || (op == "cs" || op == "CS") && !r.plain(first):
		r.fault("PDF/A 6.2.4", "%s: the colour %v %s", r.at(), operands, op)
	case op == "ri" && !intended(first):
		r.fault("PDF/A 6.2.6", "%s: the rendering intent %s", r.at(), first)
	}
	for _, v := range operands {
		s, _ := v.(String)
		x, _ := v.(float64)
		if len(s) > 32767 || outside(x) {
			r.fault("PDF/A 6.1.13", "%s: the operand %.20v", r.at(), v)
		}
	}
}

// spoken checks what marked content says of its language, and that the one of
// words read aloud is known.
func (r *contentReader) spoken(d Dict) {
	s, own := d["Lang"].(String)
	if own && !language.MatchString(s.Text()) {
		r.fault("PDF/A 6.7.4", "%s: the language %q", r.at(), s)
	}
	if (d["ActualText"] != nil || d["Alt"] != nil || d["E"] != nil) && !own && !r.hasLanguage() {
		r.fault("UA 11-002", "%s: words read aloud have no language", r.at())
	}
}

// begin opens marked content.
func (r *contentReader) begin(tag Name, props any) {
	if n, ok := props.(Name); ok {
		props = r.resource("Properties", n)
	}
	d := r.Dict(props)
	r.spoken(d)
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
		inner.resources, inner.inherits = r.resources, true
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
