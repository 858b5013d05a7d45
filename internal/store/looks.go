package store

import "errors"

// looks is how often Check looks before it gives up.
const looks = 3

// ErrErasing means that so many cases were erased while Check looked that it
// cannot tell what is wrong.
var ErrErasing = errors.New("store: cases were erased meanwhile, again and again")

// suspicions keeps what is found until it is sure that it is a fault. What comes
// in such numbers is.
type suspicions struct {
	report func(string)
	all    []string
	sure   bool
}

func (f *suspicions) add(fault string) {
	f.all = append(f.all, fault)
	if f.sure = f.sure || len(f.all) == enough; f.sure {
		f.flush()
	}
}

// enough are more than come of the cases that are erased during a look.
const enough = 10_000

func (f *suspicions) flush() {
	for _, fault := range f.all {
		f.report(fault)
	}
	f.all = f.all[:0]
}
