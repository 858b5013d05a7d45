package read

import "bytes"

// otherKind returns mixed if the file is not a PDF alone: programs that look
// for the end of an archive, or past its beginning, find one in it.
func otherKind(file []byte) fault {
	const comment = 1<<16 + 22 // how far from the end an archive may end
	tail := file[max(0, len(file)-comment):]
	if bytes.Contains(tail, []byte("PK\x05\x06")) || bytes.Contains(tail, []byte("PK\x06\x06")) {
		return mixed // zip, and so jar, docx, apk
	}
	for _, mark := range [][]byte{[]byte("Rar!\x1a\x07"), []byte("7z\xbc\xaf\x27\x1c"), []byte("MSCF\x00\x00\x00\x00")} {
		if bytes.Contains(file, mark) {
			return mixed
		}
	}
	for _, m := range []struct {
		at   int
		mark string
	}{{257, "ustar"}, {128, "DICM"}, {32769, "CD001"}} {
		if m.at < len(file) && bytes.HasPrefix(file[m.at:], []byte(m.mark)) {
			return mixed
		}
	}
	return trailing(file)
}

// trailing returns mixed where more than white space follows the end, and
// broken where there is no end.
func trailing(file []byte) fault {
	end := bytes.LastIndex(file, []byte("%%EOF"))
	if end < 0 {
		return broken
	}
	const some = 1 << 10 // what mail programs and scanners are known to leave
	rest := bytes.Trim(file[end+len("%%EOF"):], "\x00\t\n\f\r ")
	if len(rest) > some || bytes.ContainsAny(rest, "<%") || bytes.HasPrefix(rest, []byte("#!")) {
		return mixed
	}
	return ""
}
