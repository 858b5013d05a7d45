package read

import "bytes"

// overlaps is how often a byte may be read as a part of an object. Twice is
// usual, by the object's word and by the table; more is where objects lie one on
// top of the other.
const overlaps = 6

// fileNames adds the names of every object and trailer that somebody could find
// in a file, and returns how many bytes it read for that. It goes by the bytes
// as they are, not by the table of objects: what an older revision has, and what
// no table names but a program that mends broken files finds, is there too, even
// within a text or a stream's data. What is in neither an object nor a trailer
// is nothing: a title may well speak of scripts. It ends when it has read more
// than most bytes.
func fileNames(file []byte, most int, add func(string)) (read int) {
	for _, word := range []string{"obj", "trailer"} {
		for i := 0; read <= most; {
			n := bytes.Index(file[i:], []byte(word))
			if n < 0 {
				break
			}
			i += n + len(word)
			if word == "trailer" || numbered(file[:i-len(word)]) {
				read += objectNames(file[i:], false, add)
			}
		}
	}
	return read
}

// numbered reports whether b ends with a number, as the beginning of an object
// does before its word.
func numbered(b []byte) bool {
	b = bytes.TrimRight(b, "\x00\t\n\f\r ")
	return len(b) > 0 && b[len(b)-1] >= '0' && b[len(b)-1] <= '9'
}

// objectNames adds the names that an object has at the beginning of b, up to its
// end or its stream's data, and returns how many bytes it read for that. Where a dictionary
// has a key twice, what a reader of PDFs takes of it is one of the two; here are
// both. With packed, b is nothing but objects.
func objectNames(b []byte, packed bool, add func(string)) int {
	i, again, texts := 0, 0, true
	for i < len(b) {
		start := i
		switch c := b[i]; {
		case c == '%':
			for i < len(b) && b[i] != '\n' && b[i] != '\r' {
				i++
			}
		case c == '(' && texts:
			n := textLength(b[i:])
			if texts = n > 0; !texts { // it never ends: what is behind it may be read, too
				n, again = 1, len(b)-i
			}
			i += n
		case c == '/' || !delimits(c):
			for i++; i < len(b) && !delimits(b[i]); i++ {
			}
			word := b[start:i]
			if !packed && (string(word) == "endobj" || string(word) == "stream") {
				return i + again
			}
			if c == '/' && len(word) <= 3*longestName {
				add(plainName(string(word[1:])))
			}
		default:
			i++
		}
	}
	return i + again
}

// textLength returns how long the text in parentheses is that b begins with, 0
// if it does not end.
func textLength(b []byte) int {
	open := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '(':
			open++
		case ')':
			if open--; open == 0 {
				return i + 1
			}
		}
	}
	return 0
}

// longestName is longer than every name that somebody asks for.
const longestName = 32

// delimits reports whether c ends a name: white space or a delimiter.
func delimits(c byte) bool {
	return bytes.IndexByte([]byte("\x00\t\n\f\r ()<>[]{}/%"), c) >= 0
}
