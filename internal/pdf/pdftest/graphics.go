package pdftest

import "slices"

// operators are those of content streams in ISO 32000-1, annex A.
var operators = set("b B b* B* BDC BI BMC BT BX c cm CS cs d d0 d1 Do DP EI EMC ET EX f F f* G g gs h i ID j J K k l m M MP n " +
	"q Q re RG rg ri s S SC sc SCN scn sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y ' \"")

// intents are the names of ways of rendering in ISO 32000-1.
var intents = set("RelativeColorimetric AbsoluteColorimetric Perceptual Saturation")

func intended(v any) bool {
	name, ok := v.(Name)
	return v == nil || ok && intents[name]
}

// rgb reports whether a profile is one of red, green and blue for a screen or
// a printer, in a version that PDF 1.7 knows.
func rgb(profile []byte) bool {
	return len(profile) > 128 && string(profile[36:40]) == "acsp" && string(profile[16:20]) == "RGB " && profile[8] < 5 &&
		slices.Contains([]string{"mntr", "prtr"}, string(profile[12:16]))
}

// plain reports whether a colour space is one that the output intent explains
// without more. We use no other. A page's resources may have an empty list.
func (f *File) plain(v any) bool {
	switch v := f.Get(v).(type) {
	case nil:
		return true
	case Name:
		return v == "DeviceGray" || v == "DeviceRGB"
	case Dict:
		return len(v) == 0
	}
	return false
}

// graphicsConditions are those of ISO 19005-2, 6.2, on objects. Those on
// operators are asked as the content is read.
var graphicsConditions = []condition{
	{"PDF/A 6.2.3", "the output intent", func(f *File, fault func(string, ...any)) {
		intents := f.Array(f.Catalog()["OutputIntents"])
		if len(intents) != 1 {
			fault("%d output intents", len(intents))
			return
		}
		d := f.Dict(intents[0])
		if d["S"] != Name("GTS_PDFA1") || d["DestOutputProfileRef"] != nil || !rgb(f.Stream(d["DestOutputProfile"])) || integer(f.Dict(d["DestOutputProfile"])["N"]) != 3 {
			fault("no output intent with a colour profile")
		}
	}},
	all("PDF/A 6.2.4", "a colour that is neither grey nor of the output intent", func(f *File, d Dict) bool {
		return !f.plain(d["ColorSpace"]) || d["S"] == Name("Transparency") && !f.plain(d["CS"])
	}),
	all("PDF/A 6.2.5", "transfer functions or halftones", func(f *File, d Dict) bool {
		return d["TR"] != nil || d["TR2"] != nil && d["TR2"] != Name("Default") || d["HTP"] != nil || d["HT"] != nil && d["HT"] != Name("Default")
	}),
	all("PDF/A 6.2.6", "a rendering intent of another name", func(f *File, d Dict) bool {
		return !intended(d["RI"]) || d["Subtype"] == Name("Image") && !intended(d["Intent"])
	}),
	all("PDF/A 6.2.8", "an image that is interpolated, has alternates or odd bits", func(f *File, d Dict) bool {
		bits := []any{nil, 1.0, 2.0, 4.0, 8.0, 16.0}
		if d["ImageMask"] == true {
			bits = bits[:2]
		}
		return d["Subtype"] == Name("Image") && (d["Interpolate"] == true || d["Alternates"] != nil || d["OPI"] != nil || !slices.Contains(bits, f.Get(d["BitsPerComponent"])))
	}),
	all("PDF/A 6.2.9", "an XObject of PostScript or of another file", func(f *File, d Dict) bool {
		return d["Subtype"] == Name("PS") || d["Subtype"] == Name("Form") && (d["Ref"] != nil || d["PS"] != nil || d["OPI"] != nil || d["Subtype2"] == Name("PS"))
	}),
	all("PDF/A 6.2.10", "transparency, of which we use none", func(f *File, d Dict) bool {
		for _, k := range []Name{"ca", "CA"} {
			if x, ok := f.Get(d[k]).(float64); ok && x != 1 {
				return true
			}
		}
		return d["BM"] != nil && d["BM"] != Name("Normal") || d["SMask"] != nil && d["SMask"] != Name("None")
	}),
}
