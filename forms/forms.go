// Package forms holds the published editions of the form as data.
//
// Package form reads them; README.md in this folder says how to publish one.
package forms

import "embed"

// FS has an edition's files in a folder with its id, such as
// ab325/2020-03/form.toml, and municipalities.csv.
//
//go:embed ab325 municipalities.csv
var FS embed.FS
