package main

import (
	"fmt"

	"frontdesk/adapters/slack"
)

// slackCommand prepares the counsellors' Slack.
type slackCommand struct {
	Manifest slackManifestCommand `cmd:"" help:"Print the app's manifest, to be pasted where Slack makes an app."`
}

// slackManifestCommand prints what the app asks of a workspace: nothing that it does not use.
type slackManifestCommand struct {
	HTTP string `name:"http" placeholder:"URL" help:"Address at which Slack reaches the service, such as https://orientation.example: events come by signed HTTP. Unset: Socket Mode, which needs none."`
}

// Help is shown by --help.
func (*slackManifestCommand) Help() string {
	return `api.slack.com/apps, « Create New App », « From a manifest »: paste what this prints, as JSON.

Examples:

    frontdesk slack manifest
    frontdesk slack manifest --http https://orientation.example`
}

// Run prints the manifest.
func (c *slackManifestCommand) Run(out *console) error {
	text, err := slack.Manifest(c.HTTP == "", c.HTTP)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out.out, "%s\n", text)
	return err
}
