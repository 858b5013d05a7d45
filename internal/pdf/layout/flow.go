package layout

import (
	"fmt"

	"ab325/internal/form"
)

// A flow is running text on its way through the frames of one file.
type flow struct {
	blocks []form.Block // not begun
	cut    *cut         // the block that went on to the next frame
}

// A cut is what did not fit of a block.
type cut struct {
	node  int
	block form.Block
	rest  string
}

// columns is where the next line of a flow goes.
type columns struct {
	b      *builder
	it     *form.Item
	frame  Rect
	col    int
	y      Unit
	width  Unit
	bottom Unit
}

// flow fills the item's columns with the blocks of its file, from where the
// file's last item stopped.
func (b *builder) flow(it *form.Item) error {
	f := b.flows[it.File]
	if f == nil {
		blocks, ok := b.Def.Flows[it.File]
		if !ok {
			return fmt.Errorf("no text %q", it.File)
		}
		f = &flow{blocks: blocks}
		b.flows[it.File] = f
	}
	n := Unit(max(it.Columns, 1))
	r, gap := rect(it.Box), MM(form.ColumnGap)
	c := &columns{b: b, it: it, frame: r, y: r.Y, width: (r.W - gap*(n-1)) / n, bottom: r.Y + r.H + slack}
	if f.cut != nil {
		c.run(f, f.cut.block, f.cut.node, f.cut.rest)
	}
	for f.cut == nil && len(f.blocks) > 0 && c.begin(f) {
	}
	return nil
}

func (c *columns) x() Unit { return c.frame.X + Unit(c.col)*(c.width+MM(form.ColumnGap)) }

// next goes to the top of the next column and reports whether there is one.
func (c *columns) next() bool {
	if c.col+1 >= max(c.it.Columns, 1) {
		return false
	}
	c.col, c.y = c.col+1, c.frame.Y
	return true
}

// begin places the next block and reports whether it found room. A heading
// stays with the first two lines of what follows it.
func (c *columns) begin(f *flow) bool {
	block := f.blocks[0]
	style := form.StyleOf(block.Role, c.it.Size)
	need := c.need(f.blocks)
	if c.y > c.frame.Y {
		c.y += MM(style.Before)
	}
	if c.y+need > c.bottom && !c.next() {
		return false
	}
	f.blocks = f.blocks[1:]
	c.run(f, block, c.element(block), block.Text)
	return true
}

// need returns the height that must be free to begin the first block.
func (c *columns) need(blocks []form.Block) Unit {
	style := form.StyleOf(blocks[0].Role, c.it.Size)
	size := Points(style.Size)
	lines := len(c.b.Fonts.face(style.Bold).lines(blocks[0].Text, 0, 0, c.width-MM(style.Indent), size, style.Bold))
	if !style.Bold || len(blocks) == 1 {
		return Unit(min(lines, 2)) * leading(size)
	}
	after := form.StyleOf(blocks[1].Role, c.it.Size)
	return Unit(lines)*leading(size) + MM(after.Before) + c.need(blocks[1:])
}

// element makes the block's element; an item of a list joins the list.
func (c *columns) element(block form.Block) int {
	b := c.b
	if block.Role != "li" {
		b.endList()
		return b.node(0, map[string]Role{"h1": H1, "h2": H2, "h3": H3, "p": P}[block.Role])
	}
	item := b.listItem(bullets)
	size := Points(c.it.Size)
	b.text(item, Lbl, []Run{{X: c.x(), Y: c.y + baseline(size), Size: size, Text: block.Label}})
	return b.node(item, LBody)
}

// run sets text as lines of the element, column by column. What finds no room
// becomes the flow's cut.
func (c *columns) run(f *flow, block form.Block, node int, text string) {
	f.cut = nil
	style := form.StyleOf(block.Role, c.it.Size)
	size, indent := Points(style.Size), MM(style.Indent)
	face := c.b.Fonts.face(style.Bold)
	var runs []Run
	for line, hard := "", false; text != "" || hard; {
		if c.y+leading(size) > c.bottom && !c.next() {
			f.cut = &cut{node, block, text}
			break
		}
		line, text, hard = face.Line(text, c.width-indent, size)
		runs = append(runs, Run{X: c.x() + indent, Y: c.y + baseline(size), Size: size, Bold: style.Bold, Hard: hard, Text: line})
		c.y += leading(size)
	}
	if len(runs) > 0 {
		c.b.mark(node, runs)
	}
}
