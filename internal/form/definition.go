// Package form reads the editions of the form and checks what is typed into
// their fields.
//
// An edition is data: a list of fields, and pages of items with boxes in
// millimetres. The pages a person fills in, the checks, the JSON schema and
// the PDF are all made from it, so a field added to an edition is asked for,
// checked, stored and printed without any other change.
//
// A Definition is never changed after Load and is safe for concurrent use.
package form

import "slices"

// A Kind says what may be written in a field.
type Kind string

// The kinds. Text holds one line of at most 140 characters, Lines several
// lines of at most 1 000, Long at most 20 000. Tick is "ja" or "nej". Choice
// is the value of one of the field's options.
const (
	Text    Kind = "text"
	Lines   Kind = "lines"
	Long    Kind = "long"
	Date    Kind = "date"
	CPR     Kind = "cpr"
	CVR     Kind = "cvr"
	Phone   Kind = "phone"
	Tick    Kind = "tick"
	Hours   Kind = "hours"
	Percent Kind = "percent"
	Choice  Kind = "choice"
)

// A Filler is who fills a field in.
type Filler string

// The fillers.
const (
	Employee  Filler = "E"
	Company   Filler = "C"
	Jobcenter Filler = "J"
	System    Filler = "S"
)

// A Field is one thing that the form, or the case, asks for.
type Field struct {
	ID       string   `toml:"id"`
	Label    string   `toml:"label"` // as printed, word for word
	By       []Filler `toml:"by"`
	Kind     Kind     `toml:"kind"`
	Required bool     `toml:"required"`
	Unless   string   `toml:"unless"` // the tick that makes a required field optional

	// Sheets are the sheets (1, 2) that it is printed on. Without any it is a
	// fact of the case: asked and stored, never printed on the form.
	Sheets []int `toml:"sheets"`

	// Step is the page that asks for it: employee, company, job, consent,
	// sign, receive, assessment, issue or start (once the job has begun); ""
	// if no page does.
	Step string `toml:"step"`

	Group   string `toml:"group"`   // legend over neighbouring fields that share it
	Ask     string `toml:"ask"`     // the question on the page; Label if empty in the file
	Hint    string `toml:"hint"`    // help below the question
	Missing string `toml:"missing"` // what to do when it is empty; only for what somebody fills in
	Default string `toml:"default"` // what a new draft starts with

	Autocomplete string   `toml:"autocomplete"` // HTML autocomplete token; "email" of a text says that it is an address, see Email
	Width        string   `toml:"width"`        // class suffix of the design system: "char-11", "width-l"
	Source       string   `toml:"source"`       // the list that Load takes Options from: "municipalities"
	Options      []Option `toml:"option"`
}

// Email reports whether the field is for an e-mail address: a line of text that
// a browser fills in with one.
func (f *Field) Email() bool { return f.Kind == Text && f.Autocomplete == "email" }

// Max returns how many characters (runes) a value may have.
func (f *Field) Max() int {
	switch f.Kind {
	case Lines:
		return 1000
	case Long:
		return 20000
	}
	return 140
}

// FilledBy reports whether who may fill the field in.
func (f *Field) FilledBy(who Filler) bool {
	return slices.Contains(f.By, who)
}

func (f *Field) printedOn(sheet int) bool { return slices.Contains(f.Sheets, sheet) }

// An Option is one answer to a choice.
type Option struct {
	Value string `toml:"value"`
	Label string `toml:"label"`
}

// A Box is a rectangle in millimetres from the page's top left corner.
type Box struct {
	X float64 `toml:"x"`
	Y float64 `toml:"y"`
	W float64 `toml:"w"`
	H float64 `toml:"h"`
}

// An ItemKind says what an item of a page is.
type ItemKind string

// The kinds of items.
const (
	Heading   ItemKind = "heading" // Text, of Level 1 to 3
	Paragraph ItemKind = "text"    // Text, wrapped to the box
	Bullet    ItemKind = "bullet"  // a list's item: «•» at the box's left edge, Text wrapped beside it
	Bar       ItemKind = "bar"     // Text, a heading of Level 2 on a shaded bar as large as the box
	Label     ItemKind = "label"   // Text, small; the words beside or above fields
	Entry     ItemKind = "field"   // the box of Field, with its label where LabelAt says
	Flow      ItemKind = "flow"    // the blocks of File in Columns; a later flow of the same File goes on from there
	Line      ItemKind = "line"    // a rule from the box's top left to its right end; an artifact
	Frame     ItemKind = "frame"   // a rectangle around the box; an artifact
	Notes     ItemKind = "notes"   // where the PDF prints what is said about the document: "Erstatter vurdering af …"
)

// LabelAt says where the label of a field's box is printed.
type LabelAt string

// The places. Load sets Right for ticks and Above for all others where the
// edition says nothing.
const (
	Above LabelAt = "above" // inside the box, on top; the value stands below
	Right LabelAt = "right" // ticks: the square at the left edge, the label beside it
	// Outside: the item before prints it, and one behind with the field's label
	// what the value counts; the box holds only the value.
	Outside LabelAt = "outside"
)

// An Item is one thing on a page. The order of a page's items is the order
// in which a screen reader reads them.
type Item struct {
	Kind    ItemKind `toml:"kind"`
	Level   int      `toml:"level"`
	Text    string   `toml:"text"`
	Field   string   `toml:"field"` // id
	Box     Box      `toml:"box"`
	Size    float64  `toml:"size"` // of the text, the value, or a tick's label, in points; Load fills in the kind's own
	Bold    bool     `toml:"bold"`
	Align   string   `toml:"align"` // "" left, "center", "right"
	LabelAt LabelAt  `toml:"label"`
	NoFrame bool     `toml:"noframe"` // a field's box without its outline: the receiver's address
	Columns int      `toml:"columns"`
	File    string   `toml:"file"`

	// After is the field whose item an extending edition puts this one
	// behind; Load leaves it empty.
	After string `toml:"after"`
}

// A Page is one page of the form.
type Page struct {
	Number int    `toml:"number"`
	Sheet  int    `toml:"sheet"`
	Title  string `toml:"title"` // for bookmarks, not printed
	Items  []Item `toml:"item"`
}

// A Block is a paragraph of running text.
type Block struct {
	Role  string // "h1", "h2", "h3", "p" or "li"
	Label string // of a "li": "1)", "•"
	Text  string
}

// A Definition is an edition of the form.
type Definition struct {
	ID        string `toml:"id"`        // "ab325/2020-03"
	Extends   string `toml:"extends"`   // the edition that this one differs from, or ""
	Code      string `toml:"code"`      // "AB 325 (03/2020)"
	Publisher string `toml:"publisher"` // "Udarbejdet af KL"
	Title     string `toml:"title"`     // "Vurdering af arbejdsevnen • fleksjob"

	Fields []Field `toml:"field"`
	Pages  []Page  `toml:"page"`

	// Footer stands on every page, those of a bilag included. In its texts
	// {page} is the page's number and {pages} how many there are.
	Footer []Item `toml:"footer"`

	Flows map[string][]Block `toml:"-"` // by Item.File
	Hash  [32]byte           `toml:"-"` // over all files of the edition
}

// Field returns the field with the given id.
func (d *Definition) Field(id string) (*Field, bool) {
	for i := range d.Fields {
		if d.Fields[i].ID == id {
			return &d.Fields[i], true
		}
	}
	return nil, false
}

// Asked returns the fields that the step's page asks for, in order.
func (d *Definition) Asked(step string) []*Field {
	return d.where(func(f *Field) bool { return step != "" && f.Step == step })
}

// PrintedOn returns the fields printed on the sheet (1 or 2), in order.
func (d *Definition) PrintedOn(sheet int) []*Field {
	return d.where(func(f *Field) bool { return f.printedOn(sheet) })
}

func (d *Definition) where(ok func(*Field) bool) []*Field {
	var out []*Field
	for i := range d.Fields {
		if ok(&d.Fields[i]) {
			out = append(out, &d.Fields[i])
		}
	}
	return out
}
