// Package read reads PDFs that people send: the values of a form that was
// filled in elsewhere, and whether a file is fit to be kept.
//
// Such a file may be made to harm whoever opens it, so it is opened in a
// process of its own (package sandbox) and nothing but its answer comes back:
// names and texts of fields, a number of pages, or one word for what is wrong.
// A file that is read for its values is not kept, and none of it is printed:
// the values are put into a form of ours again.
//
// What a file may have is decided for those who open it later, on whatever
// machine: pages, pictures, fonts, bookmarks, filled-in fields, signatures and
// links to the web that somebody must press. What is refused is everything
// that acts by itself, starts programs, fetches or sends (JavaScript, actions
// on opening, launching, submitting), that a virus scanner or an archive would
// not look into (files in the file, encryption), that is not paper (sound,
// film, 3D, XFA), and a file that is another kind of file as well.
package read

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"ab325/internal/problem"
	"ab325/internal/sandbox"
)

// MaxSize is how many bytes a file may have.
const MaxSize = 10 << 20

// MaxPages is how many pages a file that is kept may have.
const MaxPages = 100

// The names of this package's tasks.
const (
	formTask    = "read-form"
	inspectTask = "inspect"
)

// Tasks returns what the process of a sandbox does for this package.
func Tasks() map[string]sandbox.Task {
	return map[string]sandbox.Task{
		formTask:    func(file []byte) []byte { return encode(fieldsOf(file)) },
		inspectTask: func(file []byte) []byte { return encode(inspect(file)) },
		sealsTask:   func(in []byte) []byte { return encode(sealsOf(in)) },
	}
}

// A Reader reads files. It is safe for concurrent use.
type Reader struct{ run sandbox.Runner }

// New returns a Reader that has run run Tasks.
func New(run sandbox.Runner) *Reader { return &Reader{run} }

// Form returns the fields of the form that file is, in the file's order, those
// that are empty too. Otherwise it is a *problem.Error that says what to do:
// of kind Invalid, TooLarge, or Unavailable where too many are being read.
func (r *Reader) Form(ctx context.Context, file []byte) ([]Field, error) {
	a, err := r.ask(ctx, formTask, file)
	return a.Fields, err
}

// Inspect returns nil if file is a PDF that may be kept and handed on; else an
// error as Form does.
func (r *Reader) Inspect(ctx context.Context, file []byte) error {
	_, err := r.ask(ctx, inspectTask, file)
	return err
}

// An answer is what comes back from a task.
type answer struct {
	Fault  fault   `json:",omitempty"`
	Fields []Field `json:",omitempty"`
	Pages  int     `json:",omitempty"`
	Seals  []Seal  `json:",omitempty"`
}

func encode(a answer) []byte {
	text, err := json.Marshal(a)
	if err != nil {
		return nil // never: an answer is texts and numbers
	}
	return text
}

func (r *Reader) ask(ctx context.Context, task string, file []byte) (answer, error) {
	if f := plain(file); f != "" { // no process is needed to see that
		return answer{}, f.problem(nil)
	}
	return r.answer(ctx, task, file)
}

// answer runs a task and returns its answer.
func (r *Reader) answer(ctx context.Context, task string, in []byte) (answer, error) {
	text, err := r.run(ctx, task, in)
	switch {
	case errors.Is(err, sandbox.ErrBusy):
		return answer{}, busy.problem(err)
	case errors.Is(err, sandbox.ErrTime), errors.Is(err, sandbox.ErrMemory):
		return answer{}, demanding.problem(err)
	case errors.Is(err, sandbox.ErrCrashed):
		return answer{}, broken.problem(err)
	case err != nil:
		return answer{}, fmt.Errorf("read a PDF: %w", err)
	}
	var a answer
	if err := json.Unmarshal(text, &a); err != nil {
		return answer{}, fmt.Errorf("read a PDF: the answer: %w", err)
	}
	if a.Fault != "" {
		return answer{}, a.Fault.problem(nil)
	}
	return a, nil
}

// A fault is the one word for what is wrong with a file.
type fault string

const (
	empty     fault = "empty"
	notPDF    fault = "not a PDF"
	tooLarge  fault = "too large"
	encrypted fault = "encrypted"
	broken    fault = "broken"
	demanding fault = "too demanding"
	manyPages fault = "too many pages"
	mixed     fault = "another kind of file too"
	script    fault = "script"
	action    fault = "action"
	inside    fault = "files inside"
	media     fault = "media"
	xfa       fault = "XFA"
	noForm    fault = "no form of ours"
	busy      fault = "busy"
)

// problem returns what to tell the person whose file it is, and do about it.
// Cause may be nil. A word that is not on the list says no more than that.
func (f fault) problem(cause error) error {
	const anew = " Åbn den, udskriv den som en ny PDF, og vælg den nye fil"
	p := &problem.Error{Kind: problem.Invalid, Err: cause}
	switch f {
	case empty:
		p.Detail = "Den valgte fil er tom"
	case notPDF:
		p.Detail = "Den valgte fil skal være af typen PDF"
	case tooLarge:
		p.Kind, p.Detail = problem.TooLarge, "Filens størrelse skal være under 10 MB"
	case encrypted:
		p.Detail = "Filen er beskyttet, fx med en adgangskode. Gem den uden beskyttelse, og vælg den igen"
	case demanding:
		p.Detail = "Filen er for krævende at læse." + anew
	case manyPages:
		p.Detail = fmt.Sprintf("Filen har flere end %d sider. Vælg en PDF med færre sider", MaxPages)
	case mixed:
		p.Detail = "Filen er både en PDF og en anden slags fil." + anew
	case script:
		p.Detail = "Filen indeholder programkode (JavaScript)." + anew
	case action:
		p.Detail = "Filen indeholder en handling, som kan starte programmer eller hente og sende oplysninger." + anew
	case inside:
		p.Detail = "Filen har andre filer i sig. Gem den uden dem, og vælg den igen"
	case media:
		p.Detail = "Filen indeholder lyd, film eller 3D." + anew
	case xfa:
		p.Detail = "Filen er en formular af typen XFA, som kun få programmer kan vise." + anew
	case noForm:
		p.Detail = "Filen har ikke felterne fra vores blanket. Måske er det en anden blanket, eller den er udskrevet eller scannet. Hent og udfyld vores blanket, eller vedhæft filen under jobindhold"
	case busy:
		p.Kind, p.Detail = problem.Unavailable, "Der læses mange filer lige nu. Vælg filen igen om et øjeblik"
	default:
		p.Detail = "Filen er beskadiget og kan ikke læses." + anew
	}
	return p
}
