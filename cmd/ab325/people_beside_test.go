package main

import (
	"bytes"
	"errors"
	"fmt"
)

// wrong posts what is not right: it is refused and kept as typed.
func (p *people) wrong() error {
	if err := p.employee.opens(p.place(p.employee) + "/den-ansatte"); err != nil {
		return err
	}
	err := p.employee.posts("Næste", map[string]string{"employee.cpr": personMarks["wrong.cpr"], "employee.email": personMarks["wrong.email"]})
	if err == nil && p.employee.seen.status != 422 {
		err = fmt.Errorf("wrong input is answered with %d", p.employee.seen.status)
	}
	return err
}

// autosave saves the company's description of the job as the pages' script does.
func (p *people) autosave(text string) error {
	if err := p.company.opens(p.place(p.company) + "/jobindhold"); err != nil {
		return err
	}
	form, _ := formOf(p.company.seen.root, "Næste")
	values := inputs(form)
	values.Set("job.description", text)
	req, err := p.company.postOf(form, values, nil)
	if err != nil {
		return err
	}
	req.URL.Path = p.place(p.company) + "/gem"
	req.Header.Set("Accept", "application/json")
	if err := p.company.send(req); err != nil {
		return err
	}
	if p.company.seen.status != 200 || bytes.Contains(p.company.seen.body, []byte(`"conflict"`)) {
		return fmt.Errorf("autosave: %d %s", p.company.seen.status, p.company.seen.body)
	}
	return nil
}

func (p *people) search(text string) error {
	if err := p.worker.opens("/jobcenter"); err != nil {
		return err
	}
	return p.worker.presses("Søg", map[string]string{"soeg": text})
}

// parks posts a reason after the session was ended in another window.
func (p *people) parks() error {
	if err := p.leader.opens("/jobcenter/sager/" + p.id + "/ny-vurdering"); err != nil {
		return err
	}
	typing := *p.leader.seen
	if err := errors.Join(p.leader.opens("/jobcenter"), p.leader.presses("Log af", nil)); err != nil {
		return err
	}
	p.leader.seen = &typing
	form, _ := formOf(typing.root, "Begynd ny vurdering")
	if form == nil {
		return fmt.Errorf("%s has no form", typing.words())
	}
	values := inputs(form)
	values.Set("reason", personMarks["parked"])
	return p.leader.submits(form, values)
}
