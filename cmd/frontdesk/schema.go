package main

import (
	"fmt"

	"frontdesk/bot/desk"
)

// schemaCommand prints the form of the record that partners receive.
type schemaCommand struct{}

// Help is shown by --help.
func (*schemaCommand) Help() string {
	return `The web desk gives a case as JSON (« Télécharger »); this is its JSON Schema, for whoever reads it into their own tool.

Example:

    frontdesk schema > dossier.schema.json`
}

// Run prints the schema.
func (*schemaCommand) Run(out *console) error {
	_, err := fmt.Fprintln(out.out, desk.BriefSchema)
	return err
}
