package pdftest

import (
	"bytes"
	"slices"
)

// breakages are those of every condition.
var breakages = slices.Concat(accessBreakages, archiveBreakages, ownBreakages)

// accessBreakages are those of PDF/UA-1.
var accessBreakages = []breakage{
	{id: "UA 01-003", broken: func(f *File) { f.draw("/P <</MCID 900>> BDC /Artifact BMC EMC EMC") }},
	{id: "UA 01-004", broken: func(f *File) { f.draw("/Artifact BMC /P <</MCID 900>> BDC EMC EMC") }},
	{id: "UA 01-005", broken: func(f *File) { f.draw("0 0 m 9 9 l S") }},
	{id: "UA 01-005", broken: func(f *File) { f.draw("/P <</MCID 900>> BDC BT /F1 8 Tf (\x00A) Tj ET EMC") }},
	{id: "UA 01-007", broken: func(f *File) { f.Dict(f.Catalog()["MarkInfo"])["Suspects"] = true }},
	{id: "UA 02-001", broken: func(f *File) { f.element(nil, "Rubrik", Dict{}) }},
	{id: "UA 02-003", base: rolemap("Rubrik", "P"), broken: func(f *File) { rolemap("Rubrik", "Felt")(f); rolemap("Felt", "Rubrik")(f) }},
	{id: "UA 02-004", broken: rolemap("P", "H1")},
	{id: "UA 06-001", broken: func(f *File) { delete(f.Catalog(), "Metadata") }},
	{id: "UA 06-002", broken: metadata("<pdfuaid:part>1<", "<pdfuaid:part>3<")},
	{id: "UA 06-003", broken: metadata("dc:title", "dc:titel")},
	{id: "UA 07-001", broken: func(f *File) { delete(f.Catalog(), "ViewerPreferences") }},
	{id: "UA 07-002", broken: func(f *File) { f.Dict(f.Catalog()["ViewerPreferences"])["DisplayDocTitle"] = false }},
	{id: "UA 09-004", base: table, broken: func(f *File) { f.element(f.first("Table"), "P", Dict{}) }},
	{id: "UA 09-004", base: table, broken: func(f *File) { f.element(nil, "TD", Dict{}) }},
	{id: "UA 09-004", base: parts("TBody", "THead"), broken: parts("THead")},
	{id: "UA 09-004", base: parts("TBody", "TFoot"), broken: parts("TFoot")},
	{id: "UA 09-004", base: parts("TBody", "THead"), broken: func(f *File) { f.first("TBody")["S"] = Name("THead") }},
	{id: "UA 09-004", base: parts("Caption", "TR"), broken: parts("Caption")},
	{id: "UA 09-004", base: parts("Caption", "TR"), broken: func(f *File) {
		f.first("TR")["S"], f.first("Caption")["S"] = Name("Caption"), Name("TR")
		parts("TR")(f)
	}},
	{id: "UA 09-005", broken: func(f *File) { f.element(f.first("L"), "Caption", Dict{}) }},
	{id: "UA 09-005", broken: func(f *File) { f.first("LBody")["S"] = Name("P") }},
	{id: "UA 09-005", broken: func(f *File) { f.first("L")["S"] = Name("Sect") }},
	{id: "UA 09-006", base: func(f *File) { f.element(nil, "TOC", Dict{}) }, broken: func(f *File) { f.element(f.first("TOC"), "P", Dict{}) }},
	{id: "UA 09-006", base: func(f *File) { f.element(f.element(nil, "TOC", Dict{}), "TOCI", Dict{}) }, broken: func(f *File) { f.element(f.first("TOC"), "Caption", Dict{}) }},
	{id: "UA 09-007", base: func(f *File) { f.element(nil, "Ruby", Dict{}) }, broken: func(f *File) { f.element(f.first("Ruby"), "P", Dict{}) }},
	{id: "UA 09-008", base: func(f *File) { f.element(nil, "Warichu", Dict{}) }, broken: func(f *File) { f.element(f.first("Warichu"), "P", Dict{}) }},
	{id: "UA 10-001", broken: only("FFFD")},
	{id: "UA 11-001", broken: noLanguage},
	{id: "UA 11-001", broken: catalog("Lang", String("dansk sprog"))},
	{id: "UA 11-002", broken: noLanguage},
	{id: "UA 11-002", base: func(f *File) { noLanguage(f); f.draw("/Artifact <</ActualText (x)/Lang (da)>> BDC EMC"); unread(f) }, broken: func(f *File) { f.draw("/Artifact <</ActualText (x)>> BDC EMC") }},
	{id: "UA 11-003", base: catalog("Outlines", Dict{}), broken: noLanguage},
	{id: "UA 11-004", base: link, broken: noLanguage},
	{id: "UA 11-005", base: widget, broken: noLanguage},
	{id: "UA 11-006", broken: noLanguage},
	{id: "UA 13-004", base: func(f *File) { f.element(nil, "Figure", Dict{"Alt": String("Segl")}) }, broken: func(f *File) { delete(f.first("Figure"), "Alt") }},
	{id: "UA 14-002", broken: func(f *File) { f.first("H1")["S"] = Name("H2") }},
	{id: "UA 14-003", broken: func(f *File) { f.element(nil, "H4", Dict{}) }},
	{id: "UA 14-006", base: func(f *File) { f.element(nil, "H", Dict{}) }, broken: func(f *File) { f.element(nil, "H", Dict{}) }},
	{id: "UA 14-007", broken: func(f *File) { f.element(nil, "H", Dict{}) }},
	{id: "UA 15-003", base: table, broken: func(f *File) { delete(f.first("TH"), "A") }},
	{id: "UA 17-002", base: func(f *File) { f.element(nil, "Formula", Dict{"Alt": String("a = b")}) }, broken: func(f *File) { f.first("Formula")["Alt"] = String(" ") }},
	{id: "UA 17-003", broken: only("FFFD")},
	{id: "UA 19-003", base: func(f *File) { f.element(nil, "Note", Dict{"ID": String("1")}) }, broken: func(f *File) { delete(f.first("Note"), "ID") }},
	{id: "UA 19-004", base: func(f *File) { f.element(nil, "Note", Dict{"ID": String("1")}) }, broken: func(f *File) { f.element(nil, "Note", Dict{"ID": String("1")}) }},
	{id: "UA 20-001", base: optional, broken: func(f *File) {
		f.Dict(f.Array(f.Dict(f.Catalog()["OCProperties"])["Configs"])[0])["Name"] = String("")
	}},
	{id: "UA 20-002", base: optional, broken: func(f *File) { delete(f.Dict(f.Dict(f.Catalog()["OCProperties"])["D"]), "Name") }},
	{id: "UA 20-003", base: optional, broken: func(f *File) { f.Dict(f.Dict(f.Catalog()["OCProperties"])["D"])["AS"] = Array{} }},
	{id: "UA 21-001", base: catalog("X", Dict{"EF": Dict{}, "F": String("a"), "UF": String("a")}), broken: catalog("X", Dict{"EF": Dict{}, "F": String("a"), "UF": String("")})},
	{id: "UA 21-001", base: catalog("X", Dict{"EF": Dict{}, "F": String("a"), "UF": String("a")}), broken: catalog("X", Dict{"EF": Dict{}, "F": String("a")})},
	{id: "UA 25-001", base: func(f *File) {
		f.Catalog()["AcroForm"] = Dict{"XFA": f.add(&Stream{Dict: Dict{}, Raw: []byte("<x/>")})}
	},
		broken: func(f *File) {
			f.Catalog()["AcroForm"] = Dict{"XFA": f.add(&Stream{Dict: Dict{}, Raw: []byte("<dynamicRender>required</dynamicRender>")})}
		}},
	{id: "UA 26-001", base: encrypted(-4), broken: func(f *File) { f.Trailer["Encrypt"] = Dict{} }},
	{id: "UA 26-002", base: encrypted(-4), broken: encrypted(-4 - 1<<9)},
	{id: "UA 28-002", base: stamp, broken: func(f *File) { f.first("Annot")["S"] = Name("P") }},
	{id: "UA 28-004", base: stamp, broken: on(func(a Dict) { delete(a, "Contents") })},
	{id: "UA 28-005", base: widget, broken: on(func(a Dict) { delete(a, "TU") })},
	{id: "UA 28-006", base: stamp, broken: on(func(a Dict) { a["Subtype"] = Name("Stempel") })},
	{id: "UA 28-007", base: stamp, broken: on(func(a Dict) { a["Subtype"] = Name("TrapNet") })},
	{id: "UA 28-008", base: stamp, broken: func(f *File) { delete(f.page(0), "Tabs") }},
	{id: "UA 28-009", base: stamp, broken: func(f *File) { f.page(0)["Tabs"] = Name("R") }},
	{id: "UA 28-010", base: widget, broken: func(f *File) { f.first("Form")["S"] = Name("P") }},
	{id: "UA 28-010", base: widget, broken: func(f *File) {
		form := f.first("Form")
		form["K"] = append(Array{form["K"].(Array)[0]}, form["K"].(Array)...)
	}},
	{id: "UA 28-011", base: link, broken: func(f *File) { f.first("Link")["S"] = Name("P") }},
	{id: "UA 28-012", base: link, broken: on(func(a Dict) { a["Contents"] = String("") })},
	{id: "UA 28-014", base: catalog("X", Dict{"S": Name("MCD"), "CT": String("a"), "Alt": Array{}}), broken: catalog("X", Dict{"S": Name("MCD"), "Alt": Array{}})},
	{id: "UA 28-015", base: catalog("X", Dict{"S": Name("MCD"), "CT": String("a"), "Alt": Array{}}), broken: catalog("X", Dict{"S": Name("MCD"), "CT": String("a")})},
	{id: "UA 28-016", base: func(f *File) {
		f.annotation("FileAttachment", "Annot", Dict{"Contents": String("Bilag"), "FS": Dict{"F": String("a"), "UF": String("a")}})
	}, broken: on(func(a Dict) { delete(a["FS"].(Dict), "UF") })},
	{id: "UA 28-017", base: stamp, broken: on(func(a Dict) { a["Subtype"] = Name("PrinterMark") })},
	{id: "UA 28-018", base: func(f *File) {
		mark := f.add(&Stream{Dict: Dict{"Subtype": Name("Form")}, Raw: []byte("/Artifact BMC EMC")})
		f.page(0)["Annots"] = Array{f.add(Dict{"Subtype": Name("PrinterMark"), "F": 4.0, "AP": Dict{"N": mark}})}
	}, broken: func(f *File) { f.Get(annotationOf(f)["AP"].(Dict)["N"]).(*Stream).Raw = []byte("0 0 m 9 9 l S") }},
	{id: "UA 30-001", base: drawn(Dict{}, ""), broken: drawn(Dict{"Ref": Dict{}}, "")},
	{id: "UA 30-002", base: drawn(Dict{}, "/P <</MCID 900>> BDC EMC"), broken: func(f *File) { f.draw("/Artifact BMC /X1 Do EMC") }},
	{id: "UA 31-001", base: ownMap, broken: func(f *File) { mapOf(f)["CIDSystemInfo"].(Dict)["Registry"] = String("Andre") }},
	{id: "UA 31-002", base: ownMap, broken: func(f *File) { mapOf(f)["CIDSystemInfo"].(Dict)["Ordering"] = String("Anden") }},
	{id: "UA 31-003", base: ownMap, broken: func(f *File) { mapOf(f)["CIDSystemInfo"].(Dict)["Supplement"] = 1.0 }},
	{id: "UA 31-004", broken: font1(func(_, descendant, _ Dict) { descendant["CIDToGIDMap"] = Name("Andet") })},
	{id: "UA 31-005", broken: font1(func(_, descendant, _ Dict) { delete(descendant, "CIDToGIDMap") })},
	{id: "UA 31-006", broken: font1(func(font, _, _ Dict) { font["Encoding"] = Name("Vores-H") })},
	{id: "UA 31-007", base: ownMap, broken: func(f *File) { mapOf(f)["WMode"] = 1.0 }},
	{id: "UA 31-008", base: ownMap, broken: func(f *File) { mapOf(f)["UseCMap"] = Name("Vores-H") }},
	{id: "UA 31-009", broken: font1(func(_, _, descriptor Dict) { delete(descriptor, "FontFile2") })},
	{id: "UA 31-011", broken: func(f *File) {
		_, descendant, _ := compositeFont(f)
		descendant["CIDToGIDMap"] = f.add(&Stream{Dict: Dict{}, Raw: bytes.Repeat([]byte{0xFF}, 600)})
	}},
	{id: "UA 31-012", broken: font1(func(_, _, descriptor Dict) { descriptor["CharSet"] = String("/a") })},
	{id: "UA 31-013", broken: font1(func(_, descendant, _ Dict) { descendant["Subtype"] = Name("CIDFontType0") })},
	{id: "UA 31-014", broken: func(f *File) {
		_, _, descriptor := compositeFont(f)
		descriptor["CIDSet"] = f.add(&Stream{Dict: Dict{}, Raw: []byte{1}})
	}},
	{id: "UA 31-015", broken: func(f *File) {
		_, _, descriptor := compositeFont(f)
		descriptor["CIDSet"] = f.add(&Stream{Dict: Dict{}, Raw: bytes.Repeat([]byte{0xFF}, 9000)})
	}},
	{id: "UA 31-016", broken: font1(func(_, descendant, _ Dict) { descendant["W"] = Array{0.0, Array{}, 1.0, 65000.0, 123.0} })},
	{id: "UA 31-017", base: simple, broken: withTables(cmap{0, 3, nil})},
	{id: "UA 31-018", base: simple, broken: func(f *File) { f.draw("/Artifact BMC BT /F9 8 Tf (A) Tj ET EMC") }},
	{id: "UA 31-019", base: simple, broken: font9(func(font, _ Dict) { delete(font, "Encoding") })},
	{id: "UA 31-020", base: simple, broken: font9(func(font, _ Dict) { font["Encoding"] = Dict{} })},
	{id: "UA 31-021", base: simple, broken: font9(func(font, _ Dict) { font["Encoding"] = Name("StandardEncoding") })},
	{id: "UA 31-022", base: simple, broken: font9(func(font, _ Dict) {
		font["Encoding"] = Dict{"BaseEncoding": Name("WinAnsiEncoding"), "Differences": Array{}}
	})},
	{id: "UA 31-023", base: simple, broken: func(f *File) {
		withTables(cmap{1, 0, nil})(f)
		font, _ := simpleFont(f)
		font["Encoding"] = Dict{"BaseEncoding": Name("WinAnsiEncoding"), "Differences": Array{}}
	}},
	{id: "UA 31-024", base: simple, broken: font9(func(_, descriptor Dict) { descriptor["Flags"] = float64(symbolic) })},
	{id: "UA 31-025", base: symbols(cmap{3, 0, nil}), broken: withTables()},
	{id: "UA 31-026", base: symbols(cmap{3, 0, nil}, cmap{1, 0, nil}), broken: withTables(cmap{3, 1, nil}, cmap{1, 0, nil})},
	{id: "UA 31-027", broken: font1(func(font, _, _ Dict) { delete(font, "ToUnicode") })},
	{id: "UA 31-028", broken: only("0000")},
	{id: "UA 31-029", broken: only("FEFF")},
	{id: "UA 31-030", broken: func(f *File) { f.draw("/Artifact BMC BT /F1 8 Tf (\x00\x01) Tj ET EMC") }},
}

// ownBreakages are those of what the reader needs, and of our own conditions.
var ownBreakages = []breakage{
	{id: "content", broken: func(f *File) { f.draw("EMC") }},
	{id: "content", broken: func(f *File) { f.draw("/Artifact BMC") }},
	{id: "content", broken: func(f *File) { f.draw("Q") }},
	{id: "content", broken: func(f *File) { f.draw("/P <</MCID 0>> BDC EMC") }},
	{id: "content", broken: func(f *File) { f.draw("/Artifact BMC BT /F7 8 Tf (\x00A) Tj ET EMC") }},
	{id: "content", broken: func(f *File) { f.draw("/Artifact BMC BT /F1 8 Tf (A) Tj ET EMC") }},
	{id: "structure", broken: func(f *File) { f.first("P")["P"] = Ref(1) }},
	{id: "structure", broken: func(f *File) { f.first("LBody")["K"] = Array{900.0} }},
	{id: "structure", broken: func(f *File) { f.first("H1")["S"] = Name("P") }},
	{id: "structure", broken: func(f *File) { delete(f.page(0), "StructParents") }},
	{id: "structure", broken: func(f *File) { f.page(0)["StructParents"] = 1.0 }},
	{id: "structure", base: widget, broken: on(func(a Dict) { a["StructParent"] = 0.0 })},
	{id: "page tree", broken: func(f *File) { f.Dict(f.Catalog()["Pages"])["Count"] = 9.0 }},
	{id: "names", flat: true, broken: catalog("Rubrik", nil)},
	{id: "names", flat: true, broken: catalog("Widget", nil)},
	{id: "flat", flat: true, broken: widget},
	{id: "flat", flat: true, broken: catalog("AcroForm", Dict{})},
	{id: "flat", flat: true, broken: func(f *File) { f.Revisions = append(f.Revisions, 1) }},
	{id: "own", base: widget, broken: on(func(a Dict) { a["AP"] = Dict{"N": Dict{"Ja": 1.0}} })},
	{id: "own", broken: font1(func(font, _, _ Dict) { font["BaseFont"] = Name("LiberationSans") })},
	{id: "own", broken: func(f *File) { f.page(0)["MediaBox"] = Array{0.0, 0.0, 612.0, 792.0} }},
	{id: "own", broken: metadata("<rdf:li xml:lang=\"x-default\">", "<rdf:li xml:lang=\"x-default\">610170-0559 ")},
	{id: "own", broken: func(f *File) { f.Trailer["Info"] = Dict{} }},
	{id: "own", broken: func(f *File) { f.element(nil, "P", Dict{}) }},
	{id: "own", broken: func(f *File) { f.first("P")["S"] = Name("TD") }},
	{id: "own", broken: func(f *File) { f.Packed = true }},
}
