package layout

import (
	"fmt"

	"ab325/internal/form"
)

// A Role says what an element of the structure tree is, in the names of ISO
// 32000-1, 14.8.4.
type Role string

// The roles in use.
const (
	Root  Role = "Document"
	H1    Role = "H1"
	H2    Role = "H2"
	H3    Role = "H3"
	P     Role = "P"
	L     Role = "L"
	LI    Role = "LI"
	Lbl   Role = "Lbl"
	LBody Role = "LBody"
	Span  Role = "Span"

	// An index, an entry of it, and what leads to the page that it names.
	TOC       Role = "TOC"
	TOCI      Role = "TOCI"
	Reference Role = "Reference"
	LinkRole  Role = "Link"

	// What is filled in elsewhere.
	Form Role = "Form"
)

// A Plan is all that is the same on every document of an edition: its
// constant texts and boxes in their places, what they mean, and the slots
// where values go. It does not change after NewPlan.
type Plan struct {
	Def   *form.Definition
	Fonts Fonts
	Pages []Page
	Tree  []Node // Tree[0] is the document
	Slots []Slot // in reading order

	footer []footer
	bottom Unit // of a bilag's text
}

// A Page is the constant part of one page.
type Page struct {
	Number, Sheet int
	Shapes        []Shape // artifacts
	Marks         []Mark  // marked content, by MCID
	Footer        []Run   // artifact
}

// A Shape is a rectangle without meaning of its own. With no width or height
// it is a line.
type Shape struct {
	Rect
	Filled bool // a light ground instead of an outline
}

// A Mark is text that a screen reader gets as one piece.
type Mark struct {
	Role Role
	Runs []Run
}

// A Node is an element of the structure tree.
type Node struct {
	Role Role
	Kids []Kid
}

// A Kid is what an element holds.
type Kid struct {
	Kind KidKind
	N    int // index in Plan.Tree or Plan.Slots, or the MCID
	Page int // index of a mark's page
}

// A KidKind says what a Kid is.
type KidKind byte

// The kinds of kids.
const (
	NodeKid KidKind = iota
	MarkKid
	SlotKid // an element made for each document, if the slot has a value
)

// The field indexes of slots that are no field's: for the record's notes, and
// for the code that it is checked by.
const (
	NotesField = -1
	CodeField  = -2
)

// A Slot is where a value is printed.
type Slot struct {
	Field int // index in Plan.Def.Fields, NotesField or CodeField
	Page  int // index in Plan.Pages
	Role  Role
	Label string
	Frame Rect // the item's box; the value never leaves it
	Box   Rect // within the box's padding, below the label
	Size  Unit // the largest
	Bold  bool // for figures; other letters are always regular
	Align string
	Top   bool // starts at the top; else it stands in the middle
	Tick  bool
}

// MinSize is the smallest type of a value.
const MinSize Unit = 800

// NewPlan places the constant texts of an edition. It fails if a text does
// not fit its frame or a box is too small to point to a bilag.
func NewPlan(def *form.Definition, fonts Fonts) (*Plan, error) {
	b := &builder{Plan: &Plan{Def: def, Fonts: fonts, Tree: []Node{{Role: Root}}}, flows: map[string]*flow{}}
	for i := range def.Pages {
		if err := b.page(i); err != nil {
			return nil, fmt.Errorf("page %d of %s: %w", def.Pages[i].Number, def.ID, err)
		}
	}
	for file, f := range b.flows {
		if len(f.blocks) > 0 {
			return nil, fmt.Errorf("%s of %s: no room from %q", file, def.ID, f.blocks[0].Text)
		}
	}
	if err := b.footers(); err != nil {
		return nil, err
	}
	if b.bottom < PageHeight/2 {
		return nil, fmt.Errorf("the footer of %s leaves a bilag no room", def.ID)
	}
	return b.Plan, nil
}

// A builder makes a plan, item by item.
type builder struct {
	*Plan
	at   int // index of the page
	list int // the list that the next item may join, or 0
	kind listKind
	item int // the last item of that list
	// shared is the item of a label that the boxes behind it share, up to one
	// with the same label: a list of its own in that item. 0 is none.
	shared int
	flows  map[string]*flow
}

// A listKind tells lists of boxes, of bullets and of numbered items apart.
type listKind byte

const (
	noList listKind = iota
	boxes
	bullets
)

func (b *builder) page(i int) error {
	page := &b.Def.Pages[i]
	b.at = i
	b.Pages = append(b.Pages, Page{Number: page.Number, Sheet: page.Sheet})
	b.endList()
	for k := range page.Items {
		if err := b.add(page.Items, k); err != nil {
			return fmt.Errorf("item %d (%s): %w", k+1, page.Items[k].Kind, err)
		}
	}
	b.control()
	return nil
}

// node adds an element below another and returns its index.
func (b *builder) node(parent int, role Role) int {
	n := len(b.Tree)
	b.Tree = append(b.Tree, Node{Role: role})
	b.Tree[parent].Kids = append(b.Tree[parent].Kids, Kid{Kind: NodeKid, N: n})
	return n
}

// mark adds text to the page and to an element.
func (b *builder) mark(node int, runs []Run) {
	page := &b.Pages[b.at]
	b.Tree[node].Kids = append(b.Tree[node].Kids, Kid{Kind: MarkKid, N: len(page.Marks), Page: b.at})
	page.Marks = append(page.Marks, Mark{Role: b.Tree[node].Role, Runs: runs})
}

// text adds an element with text.
func (b *builder) text(parent int, role Role, runs []Run) {
	b.mark(b.node(parent, role), runs)
}

// listItem adds an item to the list that is open, or to a new one.
func (b *builder) listItem(kind listKind) int {
	if b.kind != kind {
		parent := 0
		if b.shared != 0 {
			parent = b.node(b.shared, LBody)
		}
		b.list, b.kind = b.node(parent, L), kind
	}
	b.item = b.node(b.list, LI)
	return b.item
}

func (b *builder) endList() { b.list, b.item, b.shared, b.kind = 0, 0, 0, noList }
