package seal

import "bytes"

// space returns where the white space at i ends.
func space(b []byte, i int) int {
	for i < len(b) && bytes.IndexByte([]byte(" \t\r\n\f\x00"), b[i]) >= 0 {
		i++
	}
	return i
}

// skip returns where the value at i ends: a reference is one, too.
func skip(b []byte, i int) (int, error) { return skipIn(b, i, 0) }

func skipIn(b []byte, i, depth int) (int, error) {
	if i >= len(b) || depth > maxDepth {
		return 0, errLayout
	}
	switch {
	case bytes.HasPrefix(b[i:], []byte("<<")):
		return skipList(b, i+2, ">>", depth)
	case b[i] == '[':
		return skipList(b, i+1, "]", depth)
	case b[i] == '<':
		return after(b, i, '>')
	case b[i] == '(':
		return skipText(b, i)
	case b[i] == '/':
		return skipWord(b, i+1), nil
	}
	end := skipWord(b, i)
	if end == i {
		return 0, errLayout
	}
	// A number may be the first of "12 0 R".
	if _, next, ok := integer(b, i); ok && next == end {
		if _, next, ok = integer(b, end); ok {
			if r := space(b, next); r < len(b) && b[r] == 'R' && skipWord(b, r) == r+1 {
				return r + 1, nil
			}
		}
	}
	return end, nil
}

func skipList(b []byte, i int, closing string, depth int) (int, error) {
	for {
		i = space(b, i)
		if i < len(b) && bytes.HasPrefix(b[i:], []byte(closing)) {
			return i + len(closing), nil
		}
		next, err := skipIn(b, i, depth+1)
		if err != nil {
			return 0, err
		}
		i = next
	}
}

func skipText(b []byte, i int) (int, error) {
	for depth := 0; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1, nil
			}
		}
	}
	return 0, errLayout
}

func skipWord(b []byte, i int) int {
	for i < len(b) && bytes.IndexByte([]byte(" \t\r\n\f\x00()<>[]/%"), b[i]) < 0 {
		i++
	}
	return i
}

func after(b []byte, i int, c byte) (int, error) {
	n := bytes.IndexByte(b[i:], c)
	if n < 0 {
		return 0, errLayout
	}
	return i + n + 1, nil
}
