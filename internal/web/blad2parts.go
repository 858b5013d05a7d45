package web

import (
	"fmt"
	"slices"

	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/form"
	"ab325/internal/ident"
)

// A blad2Part is some fields of Blad 2 with what stands before and after them.
type blad2Part struct {
	Heading   string
	Lead      string
	Prompts   []string
	Groups    []FieldGroup
	Effective *effective
}

// effective is the effective time, shown after hours and percent.
type effective struct {
	Text     string // as the server works it out; "" without hours or percent
	Grant    string // how it differs from the visitation
	Warnings []string
}

// blad2Leads is what stands before certain fields. The fields are the
// edition's, in its order; one that is not named here follows the one before.
var blad2Leads = map[string]blad2Part{
	"case.externalRef":        {Heading: "Sagen og bevillingen"},
	"visitation.hours":        {Lead: "Vurderingen skal bygge på de oplysninger, der dannede grundlag for visitationen til fleksjob. Er der et timetal eller en intensitet fra visitationen, så skriv dem her."},
	"assessment.specialNeeds": {Heading: "Vurdering af arbejdsevnen"},
	// R8
	flexjob.HoursField: {Heading: "Timer og intensitet", Lead: "Kommunen vurderer timer og intensitet «på baggrund af en gennemsnitsbetragtning for en længere periode»."},
	"assessment.justification": {Heading: "Begrundelse", Lead: "Virksomheden kan få en kopi. Skriv ingen diagnoser og ikke mere om helbred, end begrundelsen kræver.",
		Prompts: []string{"Svarer timetallet til visitationen? Hvis ikke: hvorfor?", "Kan arbejdsevnen udvikle sig i jobbet?"}},
	"assessment.material":     {Heading: "Oplysninger bag vurderingen"},
	"jobcenter.contactPerson": {Heading: "Kontakt og modtager"},
}

// blad2Parts divides the fields into parts. The reason for a difference from
// the visitation is asked after the numbers that may differ.
func blad2Parts(v *casework.View, set FieldSet) (parts []blad2Part) {
	for _, f := range differenceLast(blad2Fields(v.Blad2Form)) {
		lead, ok := blad2Leads[f.ID]
		if ok || len(parts) == 0 {
			parts = append(parts, lead)
		}
		last := &parts[len(parts)-1]
		last.Groups = append(last.Groups, set.Views([]*form.Field{f})...)
		if f.ID == flexjob.IntensityField {
			last.Effective = effectiveOf(v, set.Values)
			parts = append(parts, blad2Part{})
		}
	}
	return slices.DeleteFunc(parts, func(p blad2Part) bool { return len(p.Groups) == 0 })
}

// differenceLast moves the field with the reason for a difference behind the
// intensity, where an edition has both.
func differenceLast(fields []*form.Field) []*form.Field {
	at := func(id string) int { return slices.IndexFunc(fields, func(f *form.Field) bool { return f.ID == id }) }
	from := at(flexjob.DifferenceField)
	if from < 0 || at(flexjob.IntensityField) < 0 {
		return fields
	}
	reason := fields[from]
	fields = slices.Delete(slices.Clone(fields), from, from+1)
	return slices.Insert(fields, at(flexjob.IntensityField)+1, reason)
}

// effectiveOf works out what is shown after hours and percent.
func effectiveOf(v *casework.View, values form.Values) *effective {
	e := &effective{Text: effectiveText(values), Grant: grantText(values)}
	if values[flexjob.HoursField] == "37" && values[flexjob.IntensityField] == "100" {
		e.Warnings = append(e.Warnings, "37 timer med 100 procent er fuld arbejdsevne. Kontrollér, at det er rigtigt.")
	}
	if minutes, ok := flexjob.Effective(values); ok && minutes < 60 {
		e.Warnings = append(e.Warnings, "Den effektive arbejdstid er under en time om ugen. Kontrollér, at det er rigtigt.")
	}
	// R32
	if flexjob.FewHours(values) {
		e.Warnings = append(e.Warnings, fewHoursText)
	}
	if start, err := ident.ParseDate(blad1(v)["job.startDate"]); err == nil && start.Before(v.Today) {
		e.Warnings = append(e.Warnings, "Den forventede startdato, "+start.Long()+", er allerede passeret. Spørg parterne, om den ansatte er begyndt.")
	}
	return e
}

// grantText says in words how hours and intensity differ from those of the
// visitation, or that they do not; "" without a visitation.
func grantText(values form.Values) string {
	hours, percent := values["visitation.hours"], values["visitation.intensity"]
	if hours == "" && percent == "" {
		return ""
	}
	text := "Ved visitationen:"
	if hours != "" {
		text += " " + hours + " timer om ugen"
	}
	if percent != "" {
		if hours != "" {
			text += " med"
		}
		text += " " + percent + " procent intensitet"
	}
	text += "."
	if values[flexjob.HoursField] == "" && values[flexjob.IntensityField] == "" {
		return text
	}
	if !flexjob.DiffersFromGrant(values) {
		return text + " Vurderingen er den samme."
	}
	return text + differenceText(values) + " Skriv hvorfor i feltet nedenfor."
}

// differenceText compares both numbers with the visitation's.
func differenceText(values form.Values) (text string) {
	was, err1 := ident.ParseHours(values["visitation.hours"])
	is, err2 := ident.ParseHours(values[flexjob.HoursField])
	if err1 == nil && err2 == nil && was != is {
		text += " Timetallet er nu " + ident.DurationText(abs(is.Minutes()-was.Minutes())) + moreOrLess(is.Minutes(), was.Minutes()) + "."
	}
	wasPercent, err1 := ident.ParsePercent(values["visitation.intensity"])
	isPercent, err2 := ident.ParsePercent(values[flexjob.IntensityField])
	if err1 == nil && err2 == nil && wasPercent != isPercent {
		text += fmt.Sprintf(" Intensiteten er nu %d procentpoint%s.", abs(isPercent.Int()-wasPercent.Int()), moreOrLess(isPercent.Int(), wasPercent.Int()))
	}
	return text
}

func moreOrLess(is, was int) string {
	if is > was {
		return " højere"
	}
	return " lavere"
}

func abs(n int) int { return max(n, -n) }
