package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"ab325/internal/pdf/pdftest"
	"ab325/internal/pdf/read/readtest"
)

// reads has the company send a form that was filled in elsewhere, and one that
// cannot be read.
func (p *people) reads() error {
	if err := p.company.opens(p.place(p.company) + "/fra-fil"); err != nil {
		return err
	}
	broken := []byte("%PDF-1.7\n" + personMarks["file.broken"])
	if err := p.company.posts("Læs filen", nil, broken); err != nil || p.company.seen.status != http.StatusUnprocessableEntity {
		return fmt.Errorf("a broken file is answered with %d: %w", p.company.seen.status, err)
	}
	return p.company.presses("Læs filen", nil, filledForm())
}

// filledForm is the form as the company filled it in elsewhere.
func filledForm() []byte {
	values := map[string]string{}
	for name, mark := range personMarks {
		if part, _, _ := strings.Cut(name, "."); part == "employee" || part == "company" || part == "job" {
			values[name] = mark
		}
	}
	values["company.address"] = personMarks["file.address"]
	values["job.startDate"], values["assessment.sendToEmployee"], values["assessment.sendToCompany"] = "31.12.2031", "Yes", "Yes"
	return readtest.Form(values)
}

// papers are the deeds of those who read, check and carry away what became of a
// case. They change nothing but the log.
func (p *people) papers() []deed {
	return []deed{
		{"letters, receipts and the case file", func() error {
			return errors.Join(p.documents(p.employee, p.place(p.employee)), p.documents(p.company, p.place(p.company)), p.documents(p.worker, "/jobcenter/sager/"+p.id))
		}},
		{"control a file and a copy on paper", func() error { return p.controls() }},
		{"ask for what is not there", func() error { return p.errs() }},
	}
}

// documentLinks are the links to documents on a page of a case.
var documentLinks = regexp.MustCompile(`href="([^"]+/dokument/[^"]+)"`)

// documents opens every document that the page at place leads to.
func (p *people) documents(v *visitor, place string) error {
	if err := v.opens(place); err != nil {
		return err
	}
	found := documentLinks.FindAllSubmatch(v.seen.body, -1)
	if len(found) < 4 {
		return fmt.Errorf("%s leads to %d documents", place, len(found))
	}
	for _, link := range found {
		if err := v.opens(string(link[1])); err != nil {
			return err
		}
	}
	return nil
}

// printedCode is what is printed on a document, to control a copy by.
var printedCode = regexp.MustCompile(`Kontrolkode: (\S+)`)

// controls has a stranger control a document as a file, one that was changed,
// and one that is none of ours, and a code, and words that are no code.
func (p *people) controls() error {
	if err := p.employee.opens(p.place(p.employee) + "/dokument/blad1-1"); err != nil {
		return err
	}
	file := p.employee.seen.body
	read, err := pdftest.Read(file)
	if err != nil {
		return err
	}
	code := printedCode.FindStringSubmatch(read.Pages[0].Artifacts)
	if code == nil {
		return errors.New("no code is printed")
	}
	stranger := p.stranger()
	changed := bytes.Replace(bytes.Clone(file), []byte("/Type/Page/"), []byte("/Type/PAGE/"), 1)
	for _, sent := range [][]byte{file, changed, readtest.Page(personMarks["attachment"]), []byte("%PDF-1.7\n" + personMarks["file.broken"])} {
		if err := errors.Join(stranger.opens("/kontrol"), stranger.posts("Kontrollér filen", nil, sent)); err != nil {
			return err
		}
	}
	if err := stranger.opens("/kontrol/" + code[1]); err != nil {
		return err
	}
	for _, typed := range []string{code[1], personMarks["employee.cpr"], personMarks["employee.name"]} {
		if err := errors.Join(stranger.opens("/kontrol"), stranger.posts("Kontrollér koden", map[string]string{"code": typed})); err != nil {
			return err
		}
	}
	return nil
}

// stranger is somebody with a browser of the same make and no cookies.
func (p *people) stranger() *visitor {
	v := newVisitor(p.base)
	v.client.Transport = p.admin.client.Transport
	return v
}

// errs sends what people and programs send by mistake: what somebody is called
// as an address, in one, and in headers.
func (p *people) errs() error {
	name, number := url.PathEscape(personMarks["employee.name"]), personMarks["employee.cpr"]
	for _, path := range []string{
		"/" + name, "/kontrol/" + name, "/jobcenter/sager/" + number, "/jobcenter/sager/" + p.id + "/dokument/" + number,
		"/ansat/" + number, "/ansat/" + p.id + "/dokument/" + number, "/ansat/" + p.id + "/ret/" + name, "/adgang?kode=" + number,
		"/jobcenter?soeg=" + name + "&efter=" + number, "/jobcenter/brugere/" + name, "/jobcenter/indstillinger/" + number, "/jobcenter/sag/" + number,
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost, "QVIRINUS"} {
			req, err := http.NewRequest(method, p.base+path, strings.NewReader("cpr="+number+"&%zz"))
			if err != nil {
				return err
			}
			req.Header.Set("Sec-Fetch-Site", "same-origin")
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset="+number)
			req.Header.Set("Referer", p.base+"/?navn="+name)
			req.Header.Set("X-Request-Id", number)
			req.Header.Set("User-Agent", personMarks["file.broken"])
			req.Header.Set("X-Forwarded-For", number)
			client := &http.Client{Jar: p.worker.client.Jar}
			resp, err := client.Do(req)
			if err != nil {
				return err
			}
			resp.Body.Close()
			if resp.StatusCode >= http.StatusInternalServerError && resp.StatusCode != http.StatusServiceUnavailable {
				return fmt.Errorf("%s %s: %d", method, path, resp.StatusCode)
			}
		}
	}
	return nil
}

// labels are what a document shows of itself without being opened: what it says
// about itself, and its outline.
func labels(file []byte) (b []byte, err error) {
	f, err := pdftest.Read(file)
	if err != nil {
		return nil, err
	}
	for _, v := range f.Dict(f.Trailer["Info"]) {
		b = fmt.Appendf(b, "%v\n", v)
	}
	b = append(b, f.Stream(f.Catalog()["Metadata"])...)
	for item := f.Dict(f.Dict(f.Catalog()["Outlines"])["First"]); item != nil; item = f.Dict(item["Next"]) {
		b = fmt.Appendf(b, "%v\n", item["Title"])
	}
	return b, nil
}
