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
			end := bytes.Index(file[i:], []byte("endstream"))
			if end < 0 {
				end = len("stream") // whatever this is, it is no stream
			} else {
				end += len("endstream")
			}
			i += end
		default:
			i++
		}
	}
	return names
}

// longestName is longer than every name that somebody asks for.
const longestName = 32

// delimits reports whether c ends a name: white space or a delimiter.
func delimits(c byte) bool {
	return bytes.IndexByte([]byte("\x00\t\n\f\r ()<>[]{}/%"), c) >= 0
}
