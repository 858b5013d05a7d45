package read

import (
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// A Kind is what a field of a PDF takes.
type Kind string

const (
	Text   Kind = "text"   // one line or several
	Tick   Kind = "tick"   // its value is On or Off
	Choice Kind = "choice" // one of a list: its name
)

// The values of a Tick.
const (
	On  = "on"
	Off = "off"
)

// A Field is a field of a form, as it is in the file.
type Field struct {
	Name  string // the whole of it: "employee.name"
	Kind  Kind
	Value string // lines end with "\n"
}

// Bounds of a form: ours has some forty fields.
const (
	maxFields    = 2000
	maxFieldText = 1 << 20 // bytes, of all fields
	maxFieldTree = 32      // levels
)

// fieldsOf returns the fields of the form that file is.
func fieldsOf(file []byte) answer {
	d, f := open(file)
	if f != "" {
		return answer{Fault: f}
	}
	form := d.dict(entry(d.root(), "AcroForm"))
	w := &fieldWalk{document: d, seen: map[int]bool{}}
	for _, o := range d.array(entry(form, "Fields")) {
		w.walk(o, inherited{})
	}
	switch {
	case w.fault != "":
		return answer{Fault: w.fault}
	case len(w.fields) == 0 && entry(form, "XFA") != nil:
		return answer{Fault: xfa}
	case len(w.fields) == 0:
		return answer{Fault: noForm}
	}
	return answer{Fields: w.fields}
}

// A fieldWalk goes through the tree of fields, to no field twice.
type fieldWalk struct {
	*document
	seen   map[int]bool
	fields []Field
	text   int
	fault  fault
}

// inherited is what a field has from those above it.
type inherited struct {
	name   string
	ft     string
	flags  int
	value  types.Object
	levels int
}

// walk adds the fields at o and below.
func (w *fieldWalk) walk(o types.Object, up inherited) {
	if w.fault != "" {
		return
	}
	if ref, ok := o.(types.IndirectRef); ok {
		n := ref.ObjectNumber.Value()
		if w.seen[n] {
			return
		}
		w.seen[n] = true
	}
	node := w.dict(o)
	if node == nil {
		return
	}
	if up.levels++; up.levels > maxFieldTree || len(w.fields) == maxFields {
		w.fault = demanding
		return
	}
	up = w.inherit(node, up)
	var below, widgets []types.Object
	for _, kid := range w.array(entry(node, "Kids")) {
		if entry(w.dict(kid), "T") != nil {
			below = append(below, kid)
		} else {
			widgets = append(widgets, kid)
		}
	}
	for _, kid := range below {
		w.walk(kid, up)
	}
	if len(below) == 0 && up.name != "" {
		w.add(up, append(widgets, o))
	}
}

// inherit returns what node has of its own, and the rest from above.
func (w *fieldWalk) inherit(node types.Dict, up inherited) inherited {
	if part := w.text16(entry(node, "T")); part != "" {
		if up.name != "" {
			up.name += "."
		}
		up.name += part
	}
	if ft := w.name(entry(node, "FT")); ft != "" {
		up.ft = ft
	}
	if n, ok := w.get(entry(node, "Ff")).(types.Integer); ok {
		up.flags = n.Value()
	}
	if v := w.get(entry(node, "V")); v != nil {
		up.value = v
	}
	return up
}

// add adds a field, which has those widgets.
func (w *fieldWalk) add(f inherited, widgets []types.Object) {
	const radio, push = 1 << 15, 1 << 16
	field := Field{Name: f.name, Kind: Text}
	switch {
	case f.ft == "Btn" && f.flags&push != 0, f.ft == "Sig":
		return
	case f.ft == "Btn" && f.flags&radio != 0:
		if field.Kind, field.Value = Choice, w.name(f.value); field.Value == "Off" {
			field.Value = ""
		}
	case f.ft == "Btn":
		field.Kind, field.Value = Tick, w.tick(f.value, widgets)
	case f.ft == "Ch":
		field.Kind = Choice
		if list, ok := f.value.(types.Array); ok && len(list) > 0 {
			f.value = list[0]
		}
		field.Value = w.text16(f.value)
	default:
		field.Value = w.text16(f.value)
	}
	if w.text += len(field.Name) + len(field.Value); w.text > maxFieldText {
		w.fault = demanding
		return
	}
	w.fields = append(w.fields, field)
}

// tick returns whether a box is ticked. Programs that set only how it looks
// have ticked it all the same.
func (w *fieldWalk) tick(value types.Object, widgets []types.Object) string {
	state := w.name(value)
	for _, o := range widgets {
		if state == "" {
			state = w.name(entry(w.dict(o), "AS"))
		}
	}
	if state == "" || state == "Off" {
		return Off
	}
	return On
}

// text16 returns the text that o is or refers to, or "".
func (w *fieldWalk) text16(o types.Object) string {
	switch o := w.get(o).(type) {
	case types.StringLiteral:
		raw, err := types.Unescape(string(o))
		if err != nil {
			return ""
		}
		return text(raw)
	case types.HexLiteral:
		raw, err := o.Bytes()
		if err != nil {
			return ""
		}
		return text(raw)
	case types.Name:
		return plainName(string(o))
	case types.StreamDict: // a long text may be one
		if err := o.DecodeWithLimit(maxFieldText); err != nil {
			w.fault = demanding
			return ""
		}
		return text(o.Content)
	}
	return ""
}
