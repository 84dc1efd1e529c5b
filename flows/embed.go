// Package flows holds the reference bundle and the schema that editors check it with. It reads
// nothing.
package flows

import "embed"

// Files are the bundle as supervisors write it, and flow.schema.json.
//
//go:embed *.yaml regions flow.schema.json
var Files embed.FS
