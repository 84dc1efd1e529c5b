// Package flows holds the reference bundle, the schema that editors check it with and the verdicts of
// its proof. It reads nothing.
package flows

import "embed"

// Files are the bundle as supervisors write it, and flow.schema.json.
//
//go:embed *.yaml regions flow.schema.json
var Files embed.FS

// Verdicts are those of the bundle, one a line, one for each region: it was proved when it was built.
//
//go:embed verdicts.txt
var Verdicts string
