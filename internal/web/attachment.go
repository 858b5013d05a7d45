package web

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"

	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/problem"
)

// filesOnJob are the attachments that describe the job, on its step.
type filesOnJob struct {
	Files []jobFile
	Input FileInput
}

type jobFile struct {
	ID, Name, Size, Href string
	Mine                 bool // the reader's side added it and may remove it
}

// fileInput is the id of the input for a file, as casework's faults name it.
const fileInput = "attachment"

func (s *Server) filesOnJob(who auth.Actor, v *casework.View) *filesOnJob {
	list := &filesOnJob{Input: FileInput{
		Control: Control{ID: fileInput, Label: "Vedhæft en beskrivelse af jobbet", Optional: true, Hint: "En PDF på højst 10 MB. I kan vedhæfte op til 5."},
		Accept:  "application/pdf,.pdf",
	}}
	for _, a := range v.Case.Attached() {
		list.Files = append(list.Files, jobFile{a.ID, nameOfFile(a.Name), sizeText(a.Size), placeOf(who) + "/dokument/bilag-" + a.ID, a.Added.Party == who.Party})
	}
	return list
}

// take puts what is wrong with a file at its input.
func (l *filesOnJob) take(faults []problem.Field) {
	for _, f := range faults {
		if l != nil && f.ID == fileInput {
			l.Input.Error = f.Text
		}
	}
}

func nameOfFile(name string) string {
	if name == "" {
		return "Bilag uden navn"
	}
	return name
}

// maxUploads is how many files are taken at a time: each is in memory whole.
const maxUploads = 8

// An upload is a file that was posted along with a form.
type upload struct {
	name     string
	data     []byte
	tooLarge bool
	busy     bool   // as many files as can be were being taken, and this one was not
	free     func() // lets another file be taken
}

// close lets another file be taken. There may be no file.
func (u *upload) close() {
	if u != nil && u.free != nil {
		u.free()
	}
}

// take reads a file, if there is room for it.
func (s *Server) take(part *multipart.Part) (*upload, error) {
	file := &upload{name: baseName(part.FileName())}
	select {
	case s.uploads <- struct{}{}:
		file.free = sync.OnceFunc(func() { <-s.uploads })
	default:
		file.busy = true
		_, err := io.Copy(io.Discard, part)
		return file, err
	}
	var err error
	file.data, err = io.ReadAll(part)
	return file, err
}

// drop reads past a file that nobody wants.
func drop(part *multipart.Part) (*upload, error) {
	_, err := io.Copy(io.Discard, part)
	return &upload{}, err
}

// sent is what was posted with a file, once they have been read.
type sent struct {
	values url.Values
	file   *upload // or nil
}

// sentKey is where the context keeps that.
const sentKey = "parts"

// fileOf returns the form and the file that were posted. There may be no file.
func fileOf(c *gin.Context) (url.Values, *upload, error) {
	if read, ok := c.Get(sentKey); ok {
		return read.(sent).values, read.(sent).file, nil
	}
	values, err := formOf(c)
	return values, nil, err
}

// partsOf reads a form with one file, part by part: where the file is too
// large, what was typed before it is there all the same. How the file is read
// is for the caller to say, who closes it.
func partsOf(c *gin.Context, read func(*multipart.Part) (*upload, error)) (url.Values, *upload, error) {
	if kind, _, err := mime.ParseMediaType(c.GetHeader("Content-Type")); err != nil || kind != "multipart/form-data" {
		values, err := formOf(c)
		return values, nil, err
	}
	parts, err := c.Request.MultipartReader()
	if err != nil {
		return nil, nil, unreadable(err)
	}
	values, file, room := url.Values{}, (*upload)(nil), int64(maxBody)
	for {
		part, err := parts.NextPart()
		switch {
		case err == io.EOF:
			return values, file, nil
		case err == nil && part.FileName() != "":
			file.close() // one file alone is kept
			file, err = read(part)
		case err == nil:
			err = addField(values, part, &room)
		}
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok && file != nil {
			file.tooLarge, file.data = true, nil
			return values, file, nil
		} else if err != nil {
			file.close()
			return nil, nil, unreadable(err)
		}
	}
}

// addField adds a field to values, all of which have so much room.
func addField(values url.Values, part *multipart.Part, room *int64) error {
	name := part.FormName()
	data, err := io.ReadAll(io.LimitReader(part, *room+1))
	if *room -= int64(len(name) + len(data)); err == nil && *room < 0 {
		return problem.New(problem.TooLarge, "Det, du skrev, fylder for meget til at blive gemt på én gang.")
	}
	values.Add(name, string(data))
	return err
}

// baseName drops the folders that some browsers send along.
func baseName(name string) string {
	return name[strings.LastIndexAny(name, `/\`)+1:]
}

func unreadable(err error) error {
	if p, ok := asProblem(err); ok {
		return p
	}
	return &problem.Error{Kind: problem.Invalid, Detail: "Det, du sendte, kunne ikke læses. Prøv igen.", Err: err}
}

// saveFile keeps the file that was posted with a step, and removes the one
// whose button was pressed. What is wrong with the file is a fault at its
// input, since everything else on the page has been saved.
func (s *Server) saveFile(c *gin.Context, file *upload, remove string) ([]problem.Field, error) {
	who, id := actor(c), c.Param("id")
	if remove != "" {
		err := s.options.Cases.Do(part(c, "remove"), who, id, casework.Any, flexjob.Detach{ID: remove})
		if problem.Of(err) != problem.NotFound && !repeated(err) { // gone already
			return nil, err
		}
	}
	if file == nil {
		return nil, nil
	}
	if file.busy {
		return []problem.Field{{ID: fileInput, Text: "Filen er ikke gemt, fordi mange sender filer lige nu. Vælg den igen om et øjeblik"}}, nil
	}
	if file.tooLarge {
		return []problem.Field{{ID: fileInput, Text: "Filens størrelse skal være under 10 MB"}}, nil
	}
	err := s.options.Cases.Attach(part(c, "file"), who, id, file.name, file.data)
	if repeated(err) {
		return nil, nil
	}
	p, ok := problem.As(err)
	if !ok || (p.Kind != problem.Invalid && p.Kind != problem.TooLarge && p.Kind != problem.Unavailable) || len(p.Fields) == 0 {
		return nil, err
	}
	for i := range p.Fields {
		p.Fields[i].ID = fileInput
	}
	return p.Fields, nil
}

// sizeText writes a size for people: "12 KB", "1,4 MB".
func sizeText(bytes int) string {
	if bytes < 1<<20 {
		return thousands(max(1, (bytes+1023)/1024)) + " KB"
	}
	tenths := (bytes*10 + 1<<19) >> 20
	if tenths%10 == 0 {
		return thousands(tenths/10) + " MB"
	}
	return thousands(tenths/10) + "," + thousands(tenths%10) + " MB"
}
