package pdftest

import (
	"encoding/xml"
	"regexp"
	"slices"
	"strings"
)

// packet is what the metadata stand in. It names neither its encoding, which
// is UTF-8, nor its length.
var packet = regexp.MustCompile(`(?s)^<\?xpacket begin="\x{feff}" id="W5M0MpCehiHzreSzNTczkc9d"\?>.*<\?xpacket end="[rw]"\?>\s*$`)

// A node is an element of the metadata.
type node struct {
	XMLName xml.Name
	Attrs   []xml.Attr `xml:",any,attr"`
	Kids    []node     `xml:",any"`
	Text    string     `xml:",chardata"`
}

// Namespaces of the metadata.
const (
	rdf        = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
	extension  = "http://www.aiim.org/pdfa/ns/extension/"
	schemaNS   = "http://www.aiim.org/pdfa/ns/schema#"
	propertyNS = "http://www.aiim.org/pdfa/ns/property#"
	pdfa       = "http://www.aiim.org/pdfa/ns/id/"
	dc         = "http://purl.org/dc/elements/1.1/"
	xap        = "http://ns.adobe.com/xap/1.0/"
	adobePDF   = "http://ns.adobe.com/pdf/1.3/"
)

// predefinedProperties are those of the schemas that explain themselves that
// may be in a file of ours, or of a program that filled in our form. Each has
// values of one type: in a container, of a pattern, or both.
var predefinedProperties = map[xml.Name]struct {
	container string
	text      *regexp.Regexp
}{
	{Space: pdfa, Local: "part"}:         {text: regexp.MustCompile(`^[0-9]+$`)},
	{Space: pdfa, Local: "conformance"}:  {text: regexp.MustCompile(`^[ABU]$`)},
	{Space: dc, Local: "title"}:          {container: "Alt"},
	{Space: dc, Local: "language"}:       {container: "Bag", text: language},
	{Space: dc, Local: "format"}:         {text: regexp.MustCompile(`^application/pdf$`)},
	{Space: xap, Local: "CreatorTool"}:   {text: regexp.MustCompile(`.`)},
	{Space: xap, Local: "CreateDate"}:    {text: moment},
	{Space: xap, Local: "ModifyDate"}:    {text: moment},
	{Space: xap, Local: "MetadataDate"}:  {text: moment},
	{Space: adobePDF, Local: "Producer"}: {text: regexp.MustCompile(`.`)},
}

// moment is a date of ISO 8601 as the metadata have it.
var moment = regexp.MustCompile(`^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?$`)

// describedProperty is what each property of a schema of one's own must be
// told, and what that may be.
var describedProperty = map[string]*regexp.Regexp{
	"name": regexp.MustCompile(`^\w+$`), "valueType": regexp.MustCompile(`^(Integer|Text|Date|Boolean|URI)$`),
	"category": regexp.MustCompile(`^(internal|external)$`), "description": regexp.MustCompile(`.`),
}

// metadata returns the descriptions in the metadata, or nil if they are none.
func (f *File) metadata() (all []node) {
	var top node
	if xml.Unmarshal([]byte(f.xmp()), &top) != nil {
		return nil
	}
	for _, r := range top.Kids {
		if r.XMLName == (xml.Name{Space: rdf, Local: "RDF"}) {
			all = append(all, r.Kids...)
		}
	}
	return all
}

// properties returns the properties of all descriptions, also those that are
// written as attributes.
func (f *File) properties() (all []node) {
	for _, d := range f.metadata() {
		all = append(all, d.Kids...)
		for _, a := range d.Attrs {
			if a.Name.Space != rdf && a.Name.Space != "xmlns" {
				all = append(all, node{XMLName: a.Name, Text: a.Value})
			}
		}
	}
	return all
}

// kid returns the kid with a name, or nil.
func (n *node) kid(space, local string) *node {
	for i := range n.Kids {
		if n.Kids[i].XMLName == (xml.Name{Space: space, Local: local}) {
			return &n.Kids[i]
		}
	}
	return nil
}

// texts returns what a property says: the items of a container, or the text.
func (n *node) texts(container string) (all []string, ok bool) {
	if container == "" {
		return []string{strings.TrimSpace(n.Text)}, len(n.Kids) == 0
	}
	list := n.kid(rdf, container)
	if list == nil || len(n.Kids) != 1 || len(list.Kids) == 0 {
		return nil, false
	}
	for _, item := range list.Kids {
		all = append(all, strings.TrimSpace(item.Text))
	}
	return all, true
}

// schemas returns the properties that the file describes itself, and faults
// where a description is not whole.
func (f *File) schemas(fault func(string, ...any)) map[xml.Name]bool {
	own := map[xml.Name]bool{}
	for _, p := range f.properties() {
		if p.XMLName != (xml.Name{Space: extension, Local: "schemas"}) {
			continue
		}
		bag := p.kid(rdf, "Bag")
		if bag == nil {
			fault("the schemas are in no Bag")
			continue
		}
		for _, s := range bag.Kids {
			f.schema(&s, own, fault)
		}
	}
	return own
}

func (f *File) schema(s *node, own map[xml.Name]bool, fault func(string, ...any)) {
	says := map[string]string{}
	for _, k := range []string{"schema", "namespaceURI", "prefix"} {
		if v := s.kid(schemaNS, k); v != nil {
			says[k] = strings.TrimSpace(v.Text)
		}
		if says[k] == "" {
			fault("a schema has no %s", k)
		}
	}
	space := says["namespaceURI"]
	if use := `xmlns:` + says["prefix"] + `="` + space + `"`; !strings.Contains(f.xmp(), use) {
		fault("the metadata do not use the prefix %s of %s", says["prefix"], space)
	}
	properties := s.kid(schemaNS, "property")
	if properties == nil || properties.kid(rdf, "Seq") == nil || len(s.Kids) != 4 {
		fault("the schema %s has no Seq of properties, or more than that", space)
		return
	}
	for _, p := range properties.kid(rdf, "Seq").Kids {
		for k, want := range describedProperty {
			if v := p.kid(propertyNS, k); v == nil || !want.MatchString(strings.TrimSpace(v.Text)) || len(p.Kids) != len(describedProperty) {
				fault("a property of the schema %s has no %s", space, k)
			}
		}
		if name := p.kid(propertyNS, "name"); name != nil {
			own[xml.Name{Space: space, Local: name.Text}] = true
		}
	}
}

// prefixes are those that PDF/A wants its own namespaces to have.
var prefixes = map[string]string{"pdfaid": pdfa, "pdfuaid": "http://www.aiim.org/pdfua/ns/id/", "pdfaExtension": extension, "pdfaSchema": schemaNS, "pdfaProperty": propertyNS}

var metadataConditions = []condition{
	{"PDF/A 6.6.2", "the metadata are no XMP packet", func(f *File, fault func(string, ...any)) {
		if !packet.MatchString(f.xmp()) {
			fault("no packet")
		}
		if f.Dict(f.Catalog()["Metadata"])["Filter"] != nil {
			fault("packed")
		}
		if len(f.metadata()) == 0 {
			fault("no RDF")
		}
	}},
	{"PDF/A 6.6.2.3", "a property that is not described, or has a value of another type", func(f *File, fault func(string, ...any)) {
		own := f.schemas(func(string, ...any) {})
		for _, p := range f.properties() {
			known, ok := predefinedProperties[p.XMLName]
			texts, shaped := p.texts(known.container)
			switch {
			case own[p.XMLName] || p.XMLName.Space == extension:
			case !ok:
				fault("%s of %s", p.XMLName.Local, p.XMLName.Space)
			case !shaped || known.text != nil && slices.ContainsFunc(texts, func(s string) bool { return !known.text.MatchString(s) }):
				fault("%s is %q", p.XMLName.Local, texts)
			}
		}
	}},
	{"PDF/A 6.6.2.3.3", "a schema that is not described as it should be", func(f *File, fault func(string, ...any)) {
		f.schemas(fault)
		for prefix, space := range prefixes {
			for _, m := range regexp.MustCompile(`xmlns:(\w+)="`+regexp.QuoteMeta(space)+`"`).FindAllStringSubmatch(f.xmp(), -1) {
				if m[1] != prefix {
					fault("the prefix %s of %s", m[1], space)
				}
			}
		}
	}},
	{"PDF/A 6.6.4", "the metadata do not name PDF/A-2a", func(f *File, fault func(string, ...any)) {
		if !property(f.xmp(), "pdfaid:part", "2") || !property(f.xmp(), "pdfaid:conformance", "A") {
			fault("no pdfaid:part 2 with conformance A")
		}
	}},
}
