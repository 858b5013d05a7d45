package form

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"ab325/internal/problem"
)

// A document is what ReadCase reads, before its values are looked at.
type document struct {
	edition string
	values  []jsonMember
}

// A jsonMember is a member of a JSON object. Value is a string, a bool, or
// something else that no field takes, and text is the string.
type jsonMember struct {
	name  string
	value any
	text  string
}

// readDocument reads the outer object. It is as strict as the format is
// small: an editor's slip would otherwise print an empty box.
func readDocument(text []byte) (*document, error) {
	wrong := func(detail string) error { return problem.New(problem.Invalid, detail) }
	if !utf8.Valid(text) {
		return nil, wrong("Filen er ikke gyldig UTF-8. Gem den som UTF-8")
	}
	// Valid goes no deeper than 10 000 levels, and refuses a second document.
	if !json.Valid(text) {
		return nil, wrong("Filen er ikke ét gyldigt JSON-dokument. Kontrollér komma, anførselstegn og parenteser")
	}
	if loneSurrogate(text) {
		return nil, wrong("Filen har et halvt tegn (\\uD800–\\uDFFF). Skriv tegnet direkte")
	}
	members, ok := readObject(text)
	if !ok {
		return nil, wrong("Dokumentet skal være et objekt med «edition» og «values»")
	}
	var doc document
	var seen []string
	for _, m := range members {
		if slices.Contains(seen, m.name) {
			return nil, wrong(quote(m.name) + " står der to gange. Slet den ene")
		}
		seen = append(seen, m.name)
		raw, _ := m.value.(json.RawMessage)
		switch m.name {
		case "edition":
			doc.edition = m.text
		case "values":
			if doc.values, ok = readObject(raw); !ok {
				return nil, wrong("«values» skal være et objekt med felter og værdier")
			}
		default:
			return nil, wrong(quote(m.name) + " hører ikke til. Dokumentet har kun «edition» og «values»")
		}
	}
	if doc.edition == "" {
		return nil, wrong("Angiv blankettens udgave i «edition», fx \"ab325/2020-03\"")
	}
	if !slices.Contains(seen, "values") {
		return nil, wrong("Angiv de udfyldte felter i «values»")
	}
	return &doc, nil
}

// readObject returns the members of the JSON object in valid JSON text, with
// those of the same name; ok is false if it is something else.
func readObject(text []byte) (members []jsonMember, ok bool) {
	dec := json.NewDecoder(bytes.NewReader(text))
	if start, err := dec.Token(); err != nil || start != json.Delim('{') {
		return nil, false
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, false
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return nil, false
		}
		m := jsonMember{name: name.(string), value: raw}
		switch raw[0] {
		case '"':
			if err := json.Unmarshal(raw, &m.text); err != nil {
				return nil, false
			}
			m.value = m.text
		case 't', 'f':
			m.value = raw[0] == 't'
		}
		members = append(members, m)
	}
	return members, true
}

// loneSurrogate reports whether a string of valid JSON text has one half of a
// surrogate pair, which the decoder would quietly replace.
func loneSurrogate(text []byte) bool {
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		high, ok := escape(text[i:])
		if !ok {
			i++ // "\\" or another short escape
			continue
		}
		i += 5
		if high < 0xd800 || high > 0xdfff {
			continue
		}
		low, ok := escape(text[i+1:])
		if high > 0xdbff || !ok || low < 0xdc00 || low > 0xdfff {
			return true
		}
		i += 6
	}
	return false
}

// escape returns the code unit of an escape "\uXXXX" at the beginning of text.
func escape(text []byte) (unit rune, ok bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	return rune(n), err == nil
}

// quote returns a name from a document between quotation marks.
func quote(name string) string { return "«" + printable(name) + "»" }

// printable returns a name as it may be written on a terminal: on one line,
// without what a terminal would obey, not longer than a line.
func printable(name string) string {
	name = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '\ufffd'
		}
		return r
	}, name)
	const longest = 60
	if r := []rune(name); len(r) > longest {
		name = string(r[:longest]) + "…"
	}
	return name
}
