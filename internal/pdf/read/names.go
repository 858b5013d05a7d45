package read

import "bytes"

// namesIn returns the names that stand in a file outside of its streams. It
// reads the bytes as they are, not as the table of objects has them: what an
// older revision has, and what no table names but a program that mends broken
// files finds, is there too. The data of a stream are passed over, since any
// name may be in them by chance; what a table says is inside them is an object,
// and looked at as such.
func namesIn(file []byte) map[string]bool {
	names := map[string]bool{}
	lastEnd := bytes.LastIndex(file, []byte("endstream"))
	for i := 0; i < len(file); {
		switch {
		case file[i] == '/':
			end := i + 1
			for end < len(file) && !delimits(file[end]) {
				end++
			}
			if end-i <= 3*longestName {
				names[plainName(string(file[i+1:end]))] = true
			}
			i = end
		case file[i] == 's' && bytes.HasPrefix(file[i:], []byte("stream")) && !bytes.HasSuffix(file[:i], []byte("end")):
			if i > lastEnd {
				i += len("stream") // whatever this is, it is no stream
			} else {
				i += bytes.Index(file[i:], []byte("endstream")) + len("endstream")
			}
		default:
			i++
		}
	}
	return names
}

// objectNames adds the names that an object has at the beginning of b, up to its
// end or its stream's data, and returns how long that is. Where a dictionary
// has a key twice, what a reader of PDFs takes of it is one of the two; here are
// both. With packed, b is nothing but objects.
func objectNames(b []byte, packed bool, add func(string)) int {
	i := 0
	for i < len(b) {
		start := i
		switch c := b[i]; {
		case c == '%':
			for i < len(b) && b[i] != '\n' && b[i] != '\r' {
				i++
			}
		case c == '(':
			i += textLength(b[i:])
		case c == '/' || !delimits(c):
			for i++; i < len(b) && !delimits(b[i]); i++ {
			}
			word := b[start:i]
			if !packed && (string(word) == "endobj" || string(word) == "stream") {
				return i
			}
			if c == '/' && len(word) <= 3*longestName {
				add(plainName(string(word[1:])))
			}
		default:
			i++
		}
	}
	return i
}

// textLength returns how long the text in parentheses is that b begins with.
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
	return len(b)
}

// longestName is longer than every name that somebody asks for.
const longestName = 32

// delimits reports whether c ends a name: white space or a delimiter.
func delimits(c byte) bool {
	return bytes.IndexByte([]byte("\x00\t\n\f\r ()<>[]{}/%"), c) >= 0
}
