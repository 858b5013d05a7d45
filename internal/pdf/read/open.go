package read

import (
	"bytes"
	"context"
	"sync"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// plain says what is wrong with a file that need not be opened for it, or "".
func plain(file []byte) fault {
	switch {
	case len(file) == 0:
		return empty
	case len(file) > MaxSize:
		return tooLarge
	case !bytes.HasPrefix(file, []byte("%PDF-")):
		return notPDF
	}
	return ""
}

// A document is an opened file: its objects by their numbers.
type document struct{ ctx *model.Context }

// withoutConfig keeps pdfcpu from making a folder of its own in the home
// directory, which it does unless told, and panics where there is none.
var withoutConfig = sync.OnceFunc(api.DisableConfigDir)

// limits are far below pdfcpu's own: what a job's description or a form needs.
func limits() model.ResourceLimits {
	return model.ResourceLimits{
		MaxStreamBytes:       MaxSize,
		MaxDecodeBytes:       32 << 20,
		MaxImagePixels:       1 << 20, // pictures are not decoded
		MaxImageBytes:        1 << 20,
		MaxObjectCount:       100_000,
		MaxObjectStreamCount: 10_000,
		MaxObjectStreamFirst: 1 << 20,
		MaxXRefEntries:       100_000,
		MaxRecursionDepth:    100,
	}
}

// open reads the objects of a file. It does not validate them: validation
// follows references, and a file of 3 KB can make that go on for ever.
func open(file []byte) (d *document, f fault) {
	if f := plain(file); f != "" {
		return nil, f
	}
	secret := false
	if most := overlaps * len(file); fileNames(file, most, func(name string) { secret = secret || name == "Encrypt" }) > most {
		return nil, demanding
	}
	if secret {
		return nil, encrypted
	}
	// pdfcpu panics as a way to return errors, and lets other panics through.
	defer func() {
		if recover() != nil {
			d, f = nil, broken
		}
	}()
	withoutConfig()
	conf := model.NewDefaultConfiguration()
	conf.Offline, conf.Limits = true, limits()
	ctx, err := api.ReadContext(bytes.NewReader(file), conf)
	switch {
	case ctx != nil && ctx.Encrypt != nil:
		return nil, encrypted
	case err != nil || ctx == nil || ctx.Root == nil:
		return nil, broken
	case len(ctx.Table) > conf.Limits.MaxObjectCount:
		return nil, demanding
	}
	if !unpack(ctx.Table) {
		return nil, broken
	}
	return &document{ctx}, ""
}

// unpack reads the objects that lie in others, which pdfcpu leaves for later.
func unpack(table map[int]*model.XRefTableEntry) bool {
	for _, e := range table {
		packed, ok := e.Object.(types.LazyObjectStreamObject)
		if !ok || e.Free {
			continue
		}
		o, err := packed.DecodedObject(context.Background())
		if err != nil {
			return false
		}
		e.Object = o
	}
	return true
}

// get returns the object that o is or refers to, or nil. A reference to a
// reference is not followed further: no writer makes one.
func (d *document) get(o types.Object) types.Object {
	ref, ok := o.(types.IndirectRef)
	if !ok {
		return o
	}
	entry, ok := d.ctx.Table[ref.ObjectNumber.Value()]
	if !ok || entry.Free {
		return nil
	}
	if _, again := entry.Object.(types.IndirectRef); again {
		return nil
	}
	return entry.Object
}

// dict returns the dictionary that o is or refers to, of a stream too, or nil.
func (d *document) dict(o types.Object) types.Dict {
	switch o := d.get(o).(type) {
	case types.Dict:
		return o
	case types.StreamDict:
		return o.Dict
	case types.ObjectStreamDict:
		return o.Dict
	case types.XRefStreamDict:
		return o.Dict
	}
	return nil
}

// array returns the array that o is or refers to, or nil.
func (d *document) array(o types.Object) types.Array {
	a, _ := d.get(o).(types.Array)
	return a
}

// name returns the name that o is or refers to, without its escapes, or "".
func (d *document) name(o types.Object) string {
	n, ok := d.get(o).(types.Name)
	if !ok {
		return ""
	}
	return plainName(string(n))
}

// entry returns what dict has under key, which the file may have written with
// escapes, or nil.
func entry(dict types.Dict, key string) types.Object {
	if o, ok := dict[key]; ok {
		return o
	}
	for k, o := range dict {
		if plainName(k) == key {
			return o
		}
	}
	return nil
}

// plainName resolves the escapes of a name: J#53 is JS.
func plainName(s string) string {
	name, err := types.DecodeName(s)
	if err != nil {
		return s
	}
	return name
}

// root returns the file's catalog.
func (d *document) root() types.Dict { return d.dict(*d.ctx.Root) }
