package pdftest

import (
	"fmt"
	"strings"
)

// Transcript returns what a document says in reading order, one line for each
// element: its role, its text, and what is read aloud instead. A person can
// read it and find it right. Kids are indented; a field of a form shows its
// description.
func Transcript(file []byte) string {
	f, err := Read(file)
	if err != nil {
		return fmt.Sprintf("unreadable: %v\n", err)
	}
	var b strings.Builder
	f.transcribe(&b, f.Tree, "")
	return b.String()
}

func (f *File) transcribe(b *strings.Builder, e *Elem, indent string) {
	if e == nil {
		return
	}
	b.WriteString(indent + string(e.Role))
	if lang, ok := e.Dict["Lang"].(String); ok {
		b.WriteString(" (" + lang.Text() + ")")
	}
	for _, k := range []Name{"ActualText", "Alt", "E"} {
		if s, ok := e.Dict[k].(String); ok {
			fmt.Fprintf(b, " [%s: %s]", k, s.Text())
		}
	}
	// Text before the first kid stands beside the role, the rest below it.
	var text string
	below := false
	end := func() {
		if s := strings.TrimSuffix(text, " "); s != "" && below {
			b.WriteString(indent + "  " + s + "\n")
		} else if s != "" {
			b.WriteString(" " + s)
		}
		text = ""
	}
	for _, k := range e.Kids {
		switch k := k.(type) {
		case *Mark:
			text += k.Text
		case Ref:
			text += f.described(k)
		case *Elem:
			end()
			if !below {
				b.WriteString("\n")
			}
			below = true
			f.transcribe(b, k, indent+"  ")
		}
	}
	end()
	if !below {
		b.WriteString("\n")
	}
}

// described returns what an annotation is called, and a field's value.
func (f *File) described(n Ref) string {
	a := f.Dict(n)
	parent := f.Dict(a["Parent"])
	entry := func(k Name) string {
		for _, d := range []Dict{a, parent} {
			switch v := f.Get(d[k]).(type) {
			case String:
				return v.Text()
			case Name:
				return "/" + string(v)
			}
		}
		return ""
	}
	s := "[" + entry("T") + ": "
	if name := entry("TU"); name != "" {
		s += name
	} else {
		s += entry("Contents")
	}
	if v := entry("V"); v != "" {
		s += " = " + v
	}
	return s + "]"
}
