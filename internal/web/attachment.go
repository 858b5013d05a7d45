package web

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

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

// An upload is a file that was posted along with a form.
type upload struct {
	name     string
	data     []byte
	tooLarge bool
}

// partsOf reads a form with one file, part by part: where the file is too
// large, what was typed before it is there all the same.
func partsOf(c *gin.Context) (url.Values, *upload, error) {
	if kind, _, err := mime.ParseMediaType(c.GetHeader("Content-Type")); err != nil || kind != "multipart/form-data" {
		values, err := formOf(c)
		return values, nil, err
	}
	parts, err := c.Request.MultipartReader()
	if err != nil {
		return nil, nil, unreadable(err)
	}
	values, file := url.Values{}, (*upload)(nil)
	for {
		part, err := parts.NextPart()
		if err == io.EOF {
			return values, file, nil
		}
		var data []byte
		if err == nil && part.FileName() != "" {
			file = &upload{name: baseName(part.FileName())}
			data, err = io.ReadAll(part)
			file.data = data
		} else if err == nil {
			data, err = io.ReadAll(io.LimitReader(part, maxBody))
			values.Add(part.FormName(), string(data))
		}
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok && file != nil {
			file.tooLarge, file.data = true, nil
			return values, file, nil
		} else if err != nil {
			return nil, nil, unreadable(err)
		}
	}
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
	ctx, who, id := c.Request.Context(), actor(c), c.Param("id")
	if remove != "" {
		err := s.options.Cases.Do(ctx, who, id, casework.Any, flexjob.Detach{ID: remove})
		if problem.Of(err) != problem.NotFound { // gone already
			return nil, err
		}
	}
	if file == nil {
		return nil, nil
	}
	if file.tooLarge {
		return []problem.Field{{ID: fileInput, Text: "Filens størrelse skal være under 10 MB"}}, nil
	}
	err := s.options.Cases.Attach(ctx, who, id, file.name, file.data)
	p, ok := problem.As(err)
	if !ok || (p.Kind != problem.Invalid && p.Kind != problem.TooLarge) || len(p.Fields) == 0 {
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
