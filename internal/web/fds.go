package web

import (
	"strconv"
	"strings"
)

// The types in this file are the parameters of the templates in
// templates/fds, one for each component of Det Fælles Designsystem, named as
// the design system names it. A zero string leaves its part out.

// A Control is what every kind of input has.
type Control struct {
	ID       string // of the input, and its name unless Name says otherwise
	Name     string
	Label    string
	Hint     string
	Error    string
	Warning  string // something to know that stops nobody
	Optional bool   // marked «(frivilligt)»
	Marks    []string
}

// Field is the input's name in the posted form.
func (c Control) Field() string {
	if c.Name != "" {
		return c.Name
	}
	return c.ID
}

// DescribedBy lists the ids of what is said about the input.
func (c Control) DescribedBy() string {
	var ids []string
	for _, part := range []struct{ text, suffix string }{
		{strings.Join(c.Marks, ""), "-mark"}, {c.Hint, "-hint"}, {c.Error, "-error"}, {c.Warning, "-warning"},
	} {
		if part.text != "" {
			ids = append(ids, c.ID+part.suffix)
		}
	}
	return strings.Join(ids, " ")
}

// A TextInput is one line of text.
type TextInput struct {
	Control
	Value        string
	Type         string // "text" if empty; "password", "tel", "email", "search"
	InputMode    string
	Autocomplete string
	Width        string // class suffix: "char-11", "width-l"
	Suffix       string // unit behind the box; the label names it too
	Data         string // name for the script, as data-part
}

// InputType is Type, or "text".
func (t TextInput) InputType() string {
	if t.Type == "" {
		return "text"
	}
	return t.Type
}

// A Textarea is several lines of text.
type Textarea struct {
	Control
	Value string
	Rows  int
	Limit int // characters; 0: none is told
}

// LimitText tells the limit, with a thousand dot.
func (t Textarea) LimitText() string { return "Du kan skrive op til " + thousands(t.Limit) + " tegn" }

// A Checkbox is one tick; its value when ticked is "ja".
type Checkbox struct {
	Control
	Checked bool
}

// Radios is a choice of one among few. None chosen is a state of its own.
type Radios struct {
	Control
	Choices []Choice
}

// A Choice is one answer, of radios or a select.
type Choice struct {
	Value, Label, Hint string
	Chosen             bool
}

// A Select is a choice of one among many.
type Select struct {
	Control
	Empty   string // text of the choice for nothing, first; "" for none
	Choices []Choice
	Width   string
}

// A FileInput takes one file.
type FileInput struct {
	Control
	Accept string // "application/pdf"
}

// An Alert is a message in a box.
type Alert struct {
	Variant string // info, success, warning or error
	Heading string
	Text    string
	Links   []Link
}

// Label names the box to those who cannot see its colour.
func (a Alert) Label() string {
	switch a.Variant {
	case "success":
		return "Udført"
	case "warning":
		return "Advarsel"
	case "error":
		return "Fejl"
	}
	return "Information"
}

// A Badge is a short status.
type Badge struct {
	Variant string // "", info, success, warning or error
	Text    string
}

// A Step is one line of the step indicator.
type Step struct {
	Title string
	Info  string // smaller, below
	Href  string // "" where it cannot be opened
	State StepState
}

// A StepState says how far a step is.
type StepState string

// The states.
const (
	StepAhead   StepState = ""        // a number
	StepCurrent StepState = "current" // a number, this page
	StepDone    StepState = "done"    // a check mark
	StepError   StepState = "error"   // something there must be mended
)

// Steps is the step indicator.
type Steps []Step

// Current is the number of the present step, from 1; 0 if it is none of them.
func (s Steps) Current() int {
	for i, step := range s {
		if step.State == StepCurrent {
			return i + 1
		}
	}
	return 0
}

// A Row is one line of a structured list: what was answered.
type Row struct {
	Label string
	Value string // line breaks are kept; "" shows «Ikke udfyldt»
	Edit  string // address of the page to change it on, or ""
	Badge *Badge
}

// A Table is a list of things, each with a link in its first cell.
type Table struct {
	Caption string
	Heads   []Head
	Rows    []TableRow
	Empty   string // said when there are no rows
}

// A Head is a column's heading.
type Head struct {
	Text  string
	Right bool // numbers
	Whole bool // on a wide screen each stands on one line
}

// A TableRow is one line of a table.
type TableRow struct{ Cells []Cell }

// A Cell is one cell of a table.
type Cell struct {
	Text  string
	Small string // smaller, below
	Href  string
	Badge *Badge
}

// A Button is a button of a form, or, with Href, a link that looks like one.
type Button struct {
	Text    string
	Name    string // with Value, what is posted when it is the one pressed
	Value   string
	Href    string
	Variant string // "primary" if empty; "secondary", "tertiary", "warning"
	Icon    string
}

// Kind is Variant, or "primary".
func (b Button) Kind() string {
	if b.Variant == "" {
		return "primary"
	}
	return b.Variant
}

// A Pagination leads through a long list, page by page: how many pages there
// are is not told, since a list is read from where a page begins. What is ""
// is not offered.
type Pagination struct {
	First, Previous, Next, Last string // addresses
}

// Any reports whether there is another page.
func (p Pagination) Any() bool { return p.Previous != "" || p.Next != "" }

// An Icon is a symbol of the sprite; without Href there is none to show. With
// a Label it is read aloud.
type Icon struct{ Href, Label string }

// thousands writes n with a dot at each thousand, as Danish does.
func thousands(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "." + digits[i:]
	}
	return digits
}
