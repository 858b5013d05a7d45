package layout

import (
	"strconv"
	"strings"
)

// A Prose is a document of running text: a letter, a receipt, a list. Its
// parts are printed in the order of the fields.
type Prose struct {
	// Sender are the lines on the right above the text: who writes, and how to
	// reach them.
	Sender string

	// Address are the lines in an envelope's window, and nothing else is:
	// the text then begins below it. "" is a document that is not posted.
	Address string

	// Date stands on the right, below the sender.
	Date string

	Title     string // the document's heading
	Blocks    []Block
	Reference string // of the case, in the footer of every page
}

// A Block is a part of a Prose.
type Block struct {
	Kind  BlockKind
	Label string // of a Row; the number of an Entry
	Text  string // a block without any is left out
	Page  int    // that an Entry leads to
}

// A BlockKind says what a Block is.
type BlockKind byte

// The kinds of blocks. Rows, items and entries that follow each other are one
// list.
const (
	Paragraph BlockKind = iota
	Heading             // of level 2, below the title
	Row                 // a label with what it says on its right
	Item                // of a list, with a bullet
	Entry               // of an index: number, text and page
)

// BoldLetters are the letters that every document's bold face has.
const BoldLetters = " !\"'()*+,-./0123456789:;?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyzæøåÆØÅéÉ–«»§•"

// Pages are a Prose laid out.
type Pages struct {
	Fonts Fonts
	Pages []Page
	Tree  []Node // Tree[0] is the document
	Links []Link // of the entries, in order
}

// A Link is the lines of an entry, which lead to its page.
type Link struct {
	Page int // index of the page that it is on
	Rect Rect
}

// How running text is set.
const (
	proseSize    Unit = 1050
	proseTitle   Unit = 1500
	proseHeading Unit = 1150
)

// LayProse places a text on as many pages as it takes. Every letter of it is
// there; the faces must have them all. The error is ErrWindow.
func LayProse(fonts Fonts, text *Prose) (*Pages, error) {
	s := &typesetter{Pages: &Pages{Fonts: fonts, Tree: []Node{{Role: Root}}}, bottom: PageHeight - MM(20)}
	s.page()
	if err := s.head(text); err != nil {
		return nil, err
	}
	s.element(0, H1, text.Title, s.full(), proseTitle)
	for i := range text.Blocks {
		s.block(&text.Blocks[i])
	}
	for i := range s.Pages.Pages {
		s.foot(i, text.Reference)
	}
	return s.Pages, nil
}

// A typesetter sets texts one below the other, page by page.
type typesetter struct {
	*Pages
	y      Unit // where the next line begins
	bottom Unit
	kind   BlockKind // of the block before
	list   int       // the list that the next row or item joins, or 0
}

// A column is where the lines of a text go.
type column struct{ x, w Unit }

func (s *typesetter) full() column { return column{MM(20), MM(165)} }

// page begins a page.
func (s *typesetter) page() {
	s.Pages.Pages = append(s.Pages.Pages, Page{Number: len(s.Pages.Pages) + 1})
	s.y = MM(18)
}

// block sets a block. One without text has no element.
func (s *typesetter) block(b *Block) {
	if b.Text == "" {
		return // says nothing
	}
	if b.Kind != s.kind {
		s.list, s.kind = 0, b.Kind
	}
	goesOn := s.list != 0
	switch b.Kind {
	case Heading:
		s.y += MM(4)
		s.keep(leading(proseHeading) + 3*leading(proseSize))
		s.element(0, H2, b.Text, s.full(), proseHeading)
	case Row:
		s.row(b, goesOn)
	case Item:
		s.item(b, goesOn)
	case Entry:
		s.entry(b)
	default:
		s.y += MM(2)
		s.keep(2 * leading(proseSize))
		s.element(0, P, b.Text, s.full(), proseSize)
	}
}

// row sets a label and what it says beside it.
func (s *typesetter) row(b *Block, goesOn bool) {
	s.y += MM(1)
	if !goesOn {
		s.y += MM(1)
	}
	all := s.full()
	label := column{all.x, MM(55)}
	value := column{all.x + label.w + MM(3), all.w - label.w - MM(3)}
	s.keep(s.height(b.Label, label, true))
	item := s.listItem()
	at, y := len(s.Pages.Pages), s.y
	s.set(s.node(item, Lbl), b.Label, label, proseSize, s.bold(b.Label))
	below := s.y
	if len(s.Pages.Pages) == at {
		s.y = y
	}
	at = len(s.Pages.Pages)
	s.element(item, LBody, b.Text, value, proseSize)
	if len(s.Pages.Pages) == at {
		s.y = max(s.y, below)
	}
}

// item sets an item of a list with its sign.
func (s *typesetter) item(b *Block, goesOn bool) {
	s.y += MM(1)
	if !goesOn {
		s.y += MM(1)
	}
	s.keep(leading(proseSize))
	item, all := s.listItem(), s.full()
	y := s.y
	s.element(item, Lbl, "•", all, proseSize)
	s.y = y
	s.element(item, LBody, b.Text, column{all.x + MM(5), all.w - MM(5)}, proseSize)
}

// entry sets an entry of an index, its page on the right of its first line.
// The page is as wide as any, so that it does not move what is below.
func (s *typesetter) entry(b *Block) {
	s.y += MM(1.5)
	if s.list == 0 {
		s.list = s.node(0, TOC)
	}
	all, number := s.full(), MM(9)
	text := column{all.x + number, all.w - number - MM(20)}
	s.keep(s.height(b.Text, text, false))
	item, y := s.node(s.list, TOCI), s.y
	s.set(s.node(item, Lbl), b.Label, all, proseSize, false)
	s.y = y
	link := s.node(s.node(item, Reference), LinkRole)
	runs := s.Fonts.Regular.lines(b.Text, text.x, y, text.w, proseSize, false)
	s.y += leading(proseSize) * Unit(len(runs))
	runs[len(runs)-1].Hard = true // a space before the page
	page := "side " + strconv.Itoa(b.Page)
	at := all.x + all.w - s.Fonts.Regular.Width(page, proseSize)
	runs = append(runs, Run{X: at, Y: y + baseline(proseSize), Size: proseSize, Text: page})
	s.Links = append(s.Links, Link{len(s.Pages.Pages) - 1, Rect{text.x, y, all.x + all.w - text.x, s.y - y}})
	s.mark(link, runs)
}

// listItem adds an item to the list that is open, or to a new one.
func (s *typesetter) listItem() int {
	if s.list == 0 {
		s.list = s.node(0, L)
	}
	return s.node(s.list, LI)
}

// keep begins a page unless this one has the room.
func (s *typesetter) keep(room Unit) {
	if s.y+room > s.bottom {
		s.page()
	}
}

// height returns what a text takes.
func (s *typesetter) height(text string, c column, bold bool) Unit {
	return leading(proseSize) * Unit(len(s.Fonts.face(bold && s.bold(text)).lines(text, 0, 0, c.w, proseSize, bold)))
}

// bold reports whether the bold face of every document has the letters of s.
func (*typesetter) bold(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !strings.ContainsRune(BoldLetters, r) }) < 0
}

// element sets a text as an element below another; headings are bold.
func (s *typesetter) element(parent int, role Role, text string, c column, size Unit) {
	s.set(s.node(parent, role), text, c, size, (role == H1 || role == H2) && s.bold(text))
}

// set sets a text in a column, over as many pages as it takes.
func (s *typesetter) set(node int, text string, c column, size Unit, bold bool) {
	face := s.Fonts.face(bold)
	var runs []Run
	for hard := true; text != "" || hard; {
		if s.y+leading(size) > s.bottom {
			s.mark(node, runs)
			s.page()
			runs = nil
		}
		var line string
		line, text, hard = face.Line(text, c.w, size)
		runs = append(runs, Run{X: c.x, Y: s.y + baseline(size), Size: size, Bold: bold, Hard: hard, Text: line})
		s.y += leading(size)
	}
	s.mark(node, runs)
}

// node adds an element below another and returns its index.
func (s *typesetter) node(parent int, role Role) int {
	n := len(s.Tree)
	s.Tree = append(s.Tree, Node{Role: role})
	s.Tree[parent].Kids = append(s.Tree[parent].Kids, Kid{Kind: NodeKid, N: n})
	return n
}

// mark adds lines to the last page and to an element.
func (s *typesetter) mark(node int, runs []Run) {
	if len(runs) == 0 {
		return
	}
	at := len(s.Pages.Pages) - 1
	page := &s.Pages.Pages[at]
	s.Tree[node].Kids = append(s.Tree[node].Kids, Kid{Kind: MarkKid, N: len(page.Marks), Page: at})
	page.Marks = append(page.Marks, Mark{Role: s.Tree[node].Role, Runs: runs})
}

// foot sets the footer of a page.
func (s *typesetter) foot(page int, reference string) {
	const size Unit = 800
	y := MM(286.5) + baseline(size)
	add := func(text, align string) {
		by := shift(align, s.full().w-s.Fonts.Regular.ink(text, size))
		p := &s.Pages.Pages[page]
		p.Footer = append(p.Footer, Run{X: s.full().x + by, Y: y, Size: size, Text: text})
	}
	if reference != "" {
		add("Sag "+reference, "")
	}
	add("Side "+strconv.Itoa(page+1)+" af "+strconv.Itoa(len(s.Pages.Pages)), "right")
}
