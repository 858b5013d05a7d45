// Package web serves the pages that people use.
//
// Every page is made on the server with html/template in Det Fælles
// Designsystem, and none needs JavaScript. The routes stand in one table
// (routes.go) with who may use each. A handler parses the request, calls one
// method below and renders or redirects; it returns its error, and
// [Server.fail] answers for all of them. A page is a struct that embeds [Page];
// its template has the same name as its Go file. Fields of the form are never
// written out in a template: a [FieldSet] makes them from the edition's
// definition, so that a new field in an edition needs no change here.
//
// The design system is built into static/dist by npm (ui/); without it the
// pages are plain HTML, see [AssetsBuilt].
package web
