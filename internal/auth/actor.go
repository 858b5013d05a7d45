// Package auth decides who someone is, what they may do and what they see.
package auth

import (
	"slices"

	"ab325/internal/flexjob"
	"ab325/internal/ident"
)

// An Actor is someone who acts, whoever vouches for them. The zero Actor is a
// stranger, who may do nothing and sees nothing.
type Actor struct {
	Provider  Provider
	Subject   string // the provider's name for the person: a staff id, a link's id
	Assurance flexjob.Assurance
	CPR       ident.CPR // where the provider proves it
	CVR       ident.CVR // where the provider proves it

	// A party.
	Party flexjob.Party // Employee or Company
	Case  string        // the one case that a party's link opens

	// A member of staff.
	Roles        []Role
	Municipality string // the one whose cases the person sees
}

// A Provider vouches for an actor.
type Provider string

// The providers. An identity provider by OpenID Connect becomes one more.
const (
	StaffAccount Provider = "staff"
	PartyLink    Provider = "link"
	Service      Provider = "service" // the program itself
)

// A Role is what a member of staff is there to do.
type Role string

// The roles of staff.
const (
	Caseworker    Role = "caseworker"
	Issuer        Role = "issuer"        // may issue Blad 2
	TeamLeader    Role = "leader"        // may also assign cases and block staff from one
	Administrator Role = "administrator" // settings and accounts, no case content
	Auditor       Role = "auditor"       // the log, no case content
)

// Roles returns every role.
func Roles() []Role { return []Role{Caseworker, Issuer, TeamLeader, Administrator, Auditor} }

// Danish returns the role in words for people.
func (r Role) Danish() string {
	return map[Role]string{
		Caseworker: "sagsbehandler", Issuer: "udsteder", TeamLeader: "teamleder",
		Administrator: "administrator", Auditor: "revisor",
	}[r]
}

// Staff reports whether the actor is a member of staff.
func (a Actor) Staff() bool { return a.Provider == StaffAccount && a.Subject != "" }

// Has reports whether the actor is a member of staff with one of the roles.
func (a Actor) Has(roles ...Role) bool {
	return a.Staff() && slices.ContainsFunc(roles, func(r Role) bool { return slices.Contains(a.Roles, r) })
}

// Side returns the side of a case that the actor acts for, or "".
func (a Actor) Side() flexjob.Party {
	switch {
	case a.Provider == Service:
		return flexjob.System
	case a.Staff():
		return flexjob.Jobcenter
	case a.Provider == PartyLink:
		return a.Party
	}
	return ""
}

// System returns the program itself, for what it does without a person.
func System() Actor { return Actor{Provider: Service, Subject: "system"} }
