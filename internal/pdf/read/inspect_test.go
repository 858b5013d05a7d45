package read

import (
	"cmp"
	"fmt"
	"strings"
	"testing"
)

// TestInspect holds what a file may have and what it may not.
func TestInspect(t *testing.T) {
	link := func(action string) []byte { return withObject("<</Type /Annot /Subtype /Link /A %s>>", action) }
	tests := []struct {
		title string
		file  []byte
		want  fault
	}{
		{"a page", paper("").bytes(), ""},
		{"filled-in fields", formOf("<</T (a) /FT /Tx /V (b)>>"), ""},
		{"a link to the web", link("<</S /URI /URI (https://vestby.example/job)>>"), ""},
		{"a link to a letter", link("<</S /URI /URI <6D61696C746F3A61406578616D706C65>>>"), ""},
		{"a link within the file", link("<</S /GoTo /D [3 0 R /Fit]>>"), ""},
		{"a relative link", link("<</S /URI /URI (job.html?a=b:c)>>"), ""},
		{"opens at a page", paper("/OpenAction [3 0 R /Fit]").bytes(), ""},
		{"opens at a page, as an action", paper("/OpenAction <</S /GoTo /D [3 0 R /Fit]>>").bytes(), ""},
		{"attributes of structure", withObject("<</Type /StructElem /S /P /A <</O /Layout /Placement /Block>>>>"), ""},
		{"a font called JS", withObject("<</Type /Page /Resources <</Font <</JS 3 0 R /EF 3 0 R>>>>>>"), ""},
		{"a base for addresses", paper("/URI <</Base (https://a.example)>>").bytes(), ""},
		{"no actions at all", paper("/AA <<>>").bytes(), ""},

		{"script on opening", paper("/OpenAction <</S /JavaScript /JS (app.alert(1))>>").bytes(), script},
		{"script among the names", paper("/Names <</JavaScript <</Names [(a) 4 0 R]>>>>").bytes(), script},
		{"script that nothing refers to", withObject("<</S /JavaScript /JS (1)>>"), script},
		{"script with its name disguised", withObject("<</S /J#61vaScript>>"), script},
		{"its key disguised", withObject("<</#4aS (1)>>"), script},
		{"script in a stream", func() []byte {
			b := paper("")
			b.stream("", []byte("app.alert(1)"))
			b.add("<</Kind /Other /JS 4 0 R>>")
			return b.bytes()
		}(), script},
		{"script in a list of actions", link("<</S /GoTo /Next [<</S /GoTo>> <</S /JavaScript>>]>>"), script},
		{"script as an address", link("<</S /URI /URI (JavaScript:alert\\(1\\))>>"), script},
		{"PostScript", withObject("<</Type /XObject /Subtype /PS>>"), script},
		{"an object that is no more", append(paper("").bytes(), "9 0 obj <</S /JavaScript /JS (1)>> endobj\n%%EOF\n"...), script},
		{"script in an object within another", packed(func() []byte { return []byte("null<</S /JavaScript /JS (1)>>") }), script},
		{"harmless objects within another", packed(func() []byte { return []byte("null<</Kind /Other>>") }), ""},
		{"script beside something harmless of the same name, within another", packed(func() []byte {
			return []byte("null<</A <</S /JavaScript /JS (1)>> /A <</S /URI /URI (https://a.example)>>>>")
		}), script},
		{"script beside something harmless of the same name, where no stream is", func() []byte {
			b := paper("")
			b.objects[0] += "\nendobj\n%stream"
			b.add("<</A <</S /JavaScript /JS (1)>> /A <</S /URI /URI (https://a.example)>>>>\nendobj\n%%endstream")
			return b.bytes()
		}(), script},
		{"a title that speaks of it", withObject("<</Title (Kurset /JavaScript \\(1 dag\\), /Launch og /XFA) /Kind /Other>>"), ""},
		{"a comment that speaks of it", append(paper("").bytes(), "% /JavaScript\n%%EOF\n"...), ""},
		{"words between the objects", func() []byte {
			b := paper("")
			b.objects[0] += "\nendobj\n/JavaScript (1) /Launch\n%"
			return b.bytes()
		}(), ""},
		{"script within a text that no table knows of", withObject("<</Title (9 0 obj <</S /JavaScript /JS 1>> endobj)>>"), script},
		{"script behind a text without an end", append(paper("").bytes(), "9 0 obj <</A (/S /JavaScript>> endobj\n%%EOF\n"...), script},
		{"script of a trailer that is no more", append(paper("").bytes(), "trailer <</Names <</JavaScript 1>>>>\n%%EOF\n"...), script},
		{"script in what a stream shows as it is", func() []byte {
			b := paper("")
			b.stream("", []byte("9 0 obj <</S /JavaScript>> endobj"))
			return b.bytes()
		}(), script},
		{"a text that says so alone", withObject("<</Kind /Other /Contents (HTML\\)%%/Other)>>"), ""},
		{"a page that says it is a picture", picture("/Contents 4 0 R", ""), demanding},
		{"a page that says it is a list of pictures, too", picture("/Contents 4 0 R /Resources <</XObject 3 0 R>>", ""), demanding},
		{"a list of pages that say they are pictures", picture("/Contents [4 0 R]", ""), demanding},
		{"a large picture", picture("/Resources <</XObject <</A 4 0 R>>>>", ""), ""},
		{"a large picture on a list of its own", picture("/Resources <</XObject 5 0 R>>", "<</A 4 0 R>>"), ""},
		{"a zip as well", append(paper("").bytes(), "PK\x05\x06\x00\x00"...), mixed},
		{"launches", link("<</S /Launch /F (cmd.exe)>>"), action},
		{"opens another file", link("<</S /GoToR /F (other.pdf)>>"), action},
		{"opens a file in it", link("<</S /GoToE>>"), action},
		{"sends", link("<</S /SubmitForm /F (https://a.example)>>"), action},
		{"fetches", link("<</S /ImportData /F (a.fdf)>>"), action},
		{"what nobody knows yet", link("<</S /Whatever>>"), action},
		{"a file of this machine", link("<</S /URI /URI (file:///etc/passwd)>>"), action},
		{"a file of the network", link(`<</S /URI /URI (smb:\\\\a\\b)>>`), action},
		{"goes to the web on opening", paper("/OpenAction <</S /URI /URI (https://a.example)>>").bytes(), action},
		{"at every turn of a page", withObject("<</Type /Page /AA <</O <</S /GoTo>>>>>>"), action},
		{"data from elsewhere", func() []byte { b := paper(""); b.stream("/F (https://a.example/x)", nil); return b.bytes() }(), action},
		{"files", paper("/Names <</EmbeddedFiles <</Names []>>>>").bytes(), inside},
		{"a file beside the text", withObject("<</Type /Annot /Subtype /FileAttachment>>"), inside},
		{"a file of a file", withObject("<</F (a.exe) /EF <</F 3 0 R>>>>"), inside},
		{"a portfolio", paper("/Collection <<>>").bytes(), inside},
		{"film", withObject("<</Type /Annot /Subtype /Movie>>"), media},
		{"sound", withObject("<</S /Sound /Sound 3 0 R>>"), media},
		{"flash", withObject("<</Type /Annot /Subtype /RichMedia>>"), media},
		{"3D", withObject("<</Type /Annot /Subtype /3D>>"), media},
		{"XFA", paper("/AcroForm <</Fields [] /XFA [(template) 3 0 R]>>").bytes(), xfa},

		{"no page", func() []byte { b := paper(""); b.objects[1] = "<</Type /Pages /Kids []>>"; return b.bytes() }(), broken},
		{"no pages", func() []byte { b := paper(""); b.objects[1] = ""; return b.bytes() }(), broken},
		{"pages within themselves", func() []byte { b := paper(""); b.objects[2] = "<</Type /Pages /Kids [2 0 R]>>"; return b.bytes() }(), broken},
		{"as many pages as may be", pages(MaxPages), ""},
		{"too many pages", pages(MaxPages + 1), manyPages},
		{"a page too often", func() []byte {
			b := paper("")
			b.objects[1] = "<</Type /Pages /Kids [3 0 R 3 0 R]>>"
			return b.bytes()
		}(), broken},
		{"a huge picture", func() []byte {
			b := paper("")
			b.stream("/Subtype /Image /Width 100000 /Height 100000 /Filter /DCTDecode", []byte("x"))
			return b.bytes()
		}(), demanding},
		{"half a file", paper("").bytes()[:120], broken},
		{"nothing", nil, empty},
		{"a text", []byte("Kære jobcenter"), notPDF},
		{"too large", append([]byte("%PDF-1.7"), make([]byte, MaxSize)...), tooLarge},
		{"encrypted", encryptedForm(), encrypted},
		{"texts without end", append(paper("").bytes(), strings.Repeat("1 0 obj(endobj ", 5000)...), demanding},
		{"a title that speaks of that", withObject("<</Title (Filen er ikke /Encrypt)>>"), ""},
	}
	for _, tt := range tests {
		if got := inspect(tt.file); got.Fault != tt.want {
			t.Errorf("%s: fault %q, want %q", tt.title, got.Fault, tt.want)
		}
	}
}

// TestOtherKinds: what is another kind of file too is refused, wherever that
// hides.
func TestOtherKinds(t *testing.T) {
	plain := paper("").bytes()
	at := func(n int, mark string) []byte {
		b := paper("")
		b.add("") // where the mark goes, in a comment before everything
		file := b.bytes()
		head := append([]byte("%PDF-1.7\n%"), make([]byte, 40000)...)
		copy(head[n:], mark)
		return append(append(head, '\n'), file[len("%PDF-1.7\n"):]...)
	}
	tests := []struct {
		title string
		file  []byte
		want  fault
	}{
		{"white space after the end", append(append([]byte{}, plain...), "\r\n\x00\x00 \n"...), ""},
		{"a mail program's line", append(append([]byte{}, plain...), "\n--=_part_1--\n"...), ""},
		{"zip after the end", append(append([]byte{}, plain...), "PK\x03\x04aaPK\x01\x02bbPK\x05\x06\x00\x00"...), mixed},
		{"zip before the end", []byte(strings.Replace(string(plain), "startxref", "%PK\x05\x06\x00\x00\nstartxref", 1)), mixed},
		{"a page of the web after the end", append(append([]byte{}, plain...), "<script>alert(1)</script>"...), mixed},
		{"a program after the end", append(append([]byte{}, plain...), "#!/bin/sh\nrm"...), mixed},
		{"a kilobyte after the end", append(append([]byte{}, plain...), strings.Repeat("a", 2000)...), mixed},
		{"rar", withObject("(Rar!\x1a\x07\x01)"), mixed},
		{"7z", withObject("(7z\xbc\xaf\x27\x1c)"), mixed},
		{"tar", at(257, "ustar\x0000"), mixed},
		{"DICOM", at(128, "DICM"), mixed},
		{"ISO", at(32769, "CD001"), mixed},
	}
	for _, tt := range tests {
		if got := otherKind(tt.file); got != tt.want {
			t.Errorf("%s: otherKind = %q, want %q", tt.title, got, tt.want)
		}
	}
}

// picture returns a file with a picture, object 4, that is larger than other
// streams may be. Its page's dictionary has those entries behind its parent.
func picture(page, more string) []byte {
	b := paper("")
	b.stream("/Subtype /Image /Width 9000 /Height 9000 /Filter /FlateDecode", deflate(make([]byte, maxExpanded+1)))
	b.add("%s", cmp.Or(more, "null"))
	b.objects[2] = "<</Type /Page /Parent 2 0 R " + page + ">>"
	return b.bytes()
}

func pages(n int) []byte {
	b := paper("")
	refs := []string{"3 0 R"}
	for range n - 1 {
		refs = append(refs, b.add("<</Type /Page /Parent 2 0 R>>"))
	}
	b.objects[1] = fmt.Sprintf("<</Type /Pages /Count %d /Kids [%s]>>", n, strings.Join(refs, " "))
	return b.bytes()
}
