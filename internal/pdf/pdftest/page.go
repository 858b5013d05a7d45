package pdftest

// A Page is one page as its content says it.
type Page struct {
	Number    int // from 1
	Ref       Ref
	Dict      Dict
	Marks     map[int]*Mark // by MCID
	Artifacts string        // their text
	Fields    string        // text of annotations' appearances
}

// A Mark is marked content that a structure element may hold.
type Mark struct {
	Page  *Page
	MCID  int
	Tag   Name
	Props Dict
	Text  string
	Elem  *Elem // that holds it; nil outside the tree
}

// readPages reads the page tree and the pages' contents.
func (f *File) readPages() {
	f.kids(f.Dict(f.Catalog()["Pages"]), Dict{}, 0)
	if n := integer(f.Dict(f.Catalog()["Pages"])["Count"]); n != len(f.Pages) {
		f.fault("page tree", "%d pages counted as %d", len(f.Pages), n)
	}
}

// inherited are the entries that a page takes from the nodes above it.
var inherited = []Name{"Resources", "MediaBox", "CropBox", "Rotate"}

func (f *File) kids(node, above Dict, depth int) {
	if depth > 20 {
		f.fault("page tree", "deeper than 20 nodes")
		return
	}
	for _, kid := range f.Array(node["Kids"]) {
		d := Dict{}
		for _, k := range inherited {
			for _, from := range []Dict{above, node} {
				if from[k] != nil {
					d[k] = from[k]
				}
			}
		}
		own := f.Dict(kid)
		if own["Type"] == Name("Pages") {
			f.kids(own, d, depth+1)
			continue
		}
		for k, v := range own {
			d[k] = v
		}
		n, _ := kid.(Ref)
		p := &Page{Number: len(f.Pages) + 1, Ref: n, Dict: d, Marks: map[int]*Mark{}}
		f.Pages = append(f.Pages, p)
		var content []byte
		for _, c := range f.Array(d["Contents"]) {
			content = append(append(content, f.Stream(c)...), '\n')
		}
		r := &contentReader{File: f, page: p, resources: f.Dict(d["Resources"]), forms: map[string]bool{}, inherits: own["Resources"] == nil}
		r.read(content)
		if len(r.open) > 0 {
			f.fault("content", "page %d: marked content open at the end", p.Number)
		}
		for _, a := range f.Array(d["Annots"]) {
			f.appearance(p, f.Dict(a))
		}
	}
}

// appearance reads how an annotation looks now.
func (f *File) appearance(p *Page, a Dict) {
	normal := f.Get(f.Dict(a["AP"])["N"])
	if states, ok := normal.(Dict); ok {
		state, _ := a["AS"].(Name)
		normal = f.Get(states[state])
	}
	x, _ := normal.(*Stream)
	if x == nil {
		return
	}
	data, err := x.Data()
	if err != nil {
		f.fault("content", "page %d: an appearance: %v", p.Number, err)
		return
	}
	r := &contentReader{File: f, page: p, resources: f.Dict(x.Dict["Resources"]), forms: map[string]bool{}, depth: 1, field: true}
	r.read(data)
}
