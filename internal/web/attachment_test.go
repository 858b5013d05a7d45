package web

import (
	"net/http"
	"runtime"
	"strings"
	"testing"

	"ab325/internal/pdf/read/readtest"
	"time"
)

// allocated returns how many bytes f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// A stranger who posts a file makes the service keep none of it in memory.
func TestStrangersFileTakesNoMemory(t *testing.T) {
	st := newSite(t)
	const size = 10 << 20
	r := multipartRequest(t, "/ansat/0a5723a426061548ed636ca5af00fa09/jobindhold", map[string][]string{"old.job.title": {""}}, strings.Repeat("x", size))
	r.AddCookie(&http.Cookie{Name: "ab325", Value: "garbage"})
	var code int
	if got := allocated(func() { code = do(st.handler, r).Code }); got > size/5 {
		t.Errorf("a file of %d bytes took %d bytes of memory", size, got)
	}
	if code != http.StatusUnauthorized {
		t.Errorf("a stranger's file: %d, want 401", code)
	}
}

// What was typed is kept when the session has ended, also beside a file.
func TestFieldsBesideAFileAreParked(t *testing.T) {
	p := inCase(t)
	p.now = p.now.Add(14*24*time.Hour + time.Minute)
	for _, file := range []string{"%PDF-1.7", strings.Repeat("x", maxUpload)} {
		got := p.company.send(multipartRequest(t, p.companyPlace+"/jobindhold", map[string][]string{"old.job.title": {""}, "job.title": {"Gartner"}}, file))
		if got.Code != http.StatusUnauthorized || !strings.Contains(got.Body.String(), "er ikke tabt") {
			t.Errorf("a file of %d bytes after the session: %d", len(file), got.Code)
		}
	}
}

// When many send files, one more is not taken, and everything typed is saved.
func TestFilesAreTakenAFewAtATime(t *testing.T) {
	p := inCase(t)
	send := func(title string) *answer {
		return p.company.follow(multipartRequest(t, p.companyPlace+"/jobindhold",
			map[string][]string{"old.job.title": {p.company.get(p.companyPlace + "/jobindhold").value("job.title")}, "job.title": {title}}, string(readtest.Page("job"))))
	}
	for range maxUploads {
		p.server.uploads <- struct{}{}
	}
	busy := send("Gartner")
	busy.says(t, "Filen er ikke gemt, fordi mange sender filer lige nu")
	if busy.Code != http.StatusUnprocessableEntity || busy.value("job.title") != "Gartner" {
		t.Errorf("a file too many: %d, with the title %q", busy.Code, busy.value("job.title"))
	}
	for range maxUploads {
		<-p.server.uploads
	}
	for range maxUploads + 1 { // each gives its place back
		if got := send("Gartnermedhjælper"); strings.Contains(got.words(), "mange sender filer") {
			t.Error("a place for a file was not given back")
		}
	}
	if len(p.server.uploads) != 0 {
		t.Errorf("%d places are taken by nobody", len(p.server.uploads))
	}
}

// The fields of a form have a bound together, in whatever parts they come.
func TestFieldsInPartsAreBounded(t *testing.T) {
	p := inCase(t)
	values := map[string][]string{}
	for range 5 {
		values["x"] = append(values["x"], strings.Repeat("x", maxBody/4))
	}
	if got := p.company.send(multipartRequest(t, p.companyPlace+"/jobindhold", values)); got.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("more text than may be: %d, want 413", got.Code)
	}
}
