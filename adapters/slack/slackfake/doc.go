// Package slackfake is a Slack workspace in memory that the real client library talks to. It keeps
// channels, threads, views and files, delivers what people do by Socket Mode or signed HTTP, and can be
// told to misbehave. It knows nothing of the house and keeps nothing on disk.
//
// It follows docs.slack.dev: names of methods, errors, envelopes and limits are the platform's. Where
// people act (Write, Click, SubmitView…) it plays Slack's client as well: it escapes what was typed,
// refuses an empty required field, and shows what the person would see.
package slackfake
