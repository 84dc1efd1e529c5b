// Package slackfake is a Slack workspace in memory that the real client library talks to. It keeps
// channels, threads, views and files, delivers what people do by Socket Mode or signed HTTP, and can be
// told to misbehave. It knows nothing of the house and keeps nothing on disk.
//
// It follows docs.slack.dev: names of methods, errors, envelopes and limits are the platform's. Where
// people act (Write, Click, SubmitView…) it plays Slack's client as well: it escapes what was typed,
// refuses an empty required field, and shows what the person would see.
//
//	w := slackfake.New(slackfake.Options{})
//	base := w.Start()
//	defer w.Close()
//	anna := w.AddUser("U0ANNA", "Anna Le Goff")
//	api := slack.New(w.BotToken, slack.OptionAPIURL(base+"/api/"), slack.OptionAppLevelToken(w.AppToken))
//	// … the app posts a card with a button "take" …
//	err := w.Click(anna, channel, ts, "take") // once the app acknowledged
//
// Timestamps, triggers and acknowledgements go by the wall clock; Options.Speed makes limits and retries
// faster. An event that nobody takes is tried again at once, after one minute and after five; an
// interaction is not, and the person sees a Failure.
package slackfake
