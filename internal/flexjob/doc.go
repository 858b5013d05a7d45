// Package flexjob is the domain: the assessment of a person's work capacity
// in one flexjob, as KL's form AB 325 carries it out.
//
// The package is pure. It reads no clock, no file and no database; times are
// arguments. A [Case] holds only facts: what happened, when, and who did it.
// Its status, its deadlines, what may be done next and whether a consent
// stands are computed from the facts and a time that is passed in.
//
// A case changes in two ways. [Case.Do] carries out an [Act], after the table
// in act.go has said whether the case's status and the actor's side allow it.
// [Case.Fill] writes fields, each with the value that the writer last saw, so
// that two people disagree only about a field that both changed.
//
// # Glossary
//
// The form's own words, and what the code calls them:
//
//	den ansatte                      employee
//	virksomheden, arbejdsgiveren     company
//	jobcenteret (nu kommunen)        jobcenter
//	sagsbehandler                    caseworker
//	udsteder                         issuer
//	blad 1, blad 2                   Blad1, Blad2 (sheet 1, sheet 2)
//	vurdering af arbejdsevnen        assessment
//	jobindhold                       job description
//	særlige hensyn, skånebehov       special needs
//	timer om ugen                    hours per week
//	arbejdsintensitet                intensity
//	effektiv arbejdstid              effective time
//	begrundelse                      justification
//	samtykke                         consent
//	tilbagekalde, trække tilbage     withdraw (a consent; a request)
//	sende tilbage til rettelse       return
//	bede om en rettelse              ask for a correction
//	henlægge, afslutte uden vurdering dismiss
//	videresende, oversende           forward
//	bevilling, visitation            grant
//	inhabil                          disqualified
//	klagefrist                       last day to complain
//	partsrepræsentant                representative
package flexjob
