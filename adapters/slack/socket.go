package slack

import (
	"context"
	"encoding/json"
	"io"
	"log"
	"sync"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"frontdesk/bot"
)

// Listen receives by Socket Mode where there is an app token, and looks after what nobody asks for: homes,
// broken promises, Slack's outages. It returns nil when ctx ends and nothing is on its way any more.
// Inputs go through Config.Door, as they do over HTTP.
func (d *Desk) Listen(ctx context.Context, _ bot.Door) error {
	var all sync.WaitGroup
	all.Go(func() { d.keepHomes(ctx) })
	all.Go(func() { d.keepWatch(ctx) })
	all.Go(func() { d.keepChecking(ctx) })
	if d.AppToken != "" {
		all.Go(func() { d.socket(ctx) })
	}
	<-ctx.Done()
	all.Wait()
	d.inward.intake.wait()
	d.inward.slow.wait()
	return nil
}

// socket keeps a connection. The library comes back by itself from everything but a token that is good for
// nothing any more: that is for a human to mend, and tried again slowly.
func (d *Desk) socket(ctx context.Context) {
	for ctx.Err() == nil {
		client := socketmode.New(d.api, socketmode.OptionLog(log.New(io.Discard, "", 0)))
		var running sync.WaitGroup
		within, cancel := context.WithCancel(ctx)
		var end error
		running.Go(func() {
			defer cancel()
			end = client.RunContext(within)
		})
		slow := d.hear(within, client)
		cancel()
		running.Wait()
		switch {
		case ctx.Err() != nil:
			return
		case slow:
			pause(ctx, d.inward.beats.check)
			continue
		}
		d.Log.Error("Slack refuses the connection", "error", bland(end))
		d.alarm(ctx, "socket", "", bland(end), "Slack refuse la connexion du service. Les conseillères et les conseillers n'y reçoivent plus rien. Vérifiez les jetons de l'application.")
		pause(ctx, d.inward.beats.retry)
	}
}

// longestWait is how long the library may wait before it tries to connect again. It would come to five
// minutes, which counsellors would wait after Slack works again.
const longestWait = 20 * time.Second

// hear reads one connection after the other, in order, until ctx ends. slow: there was none for so long that
// it is better to begin anew.
func (d *Desk) hear(ctx context.Context, client *socketmode.Client) (slow bool) {
	for {
		select {
		case <-ctx.Done():
			return false
		case e := <-client.Events:
			switch e.Type {
			case socketmode.EventTypeConnected:
				d.Log.Info("connected to Slack")
				d.mended(ctx, "socket")
			case socketmode.EventTypeConnectionError:
				d.Log.Warn("connect to Slack: it is tried again")
				if failed, is := e.Data.(*slack.ConnectionErrorEvent); is && failed.Backoff > longestWait {
					return true
				}
			case socketmode.EventTypeEventsAPI, socketmode.EventTypeInteractive, socketmode.EventTypeSlashCommand:
				d.incoming(ctx, client, *e.Request)
			case socketmode.EventTypeErrorBadMessage:
				d.unknownToLibrary(ctx, client, e.Data)
			}
		}
	}
}

// unknownToLibrary is a request that the library could not decode whole, for one of its blocks perhaps. We
// read less of it.
func (d *Desk) unknownToLibrary(ctx context.Context, client *socketmode.Client, data any) {
	bad, is := data.(*socketmode.ErrorBadMessage)
	if !is {
		return
	}
	var request socketmode.Request
	if err := json.Unmarshal(bad.Message, &request); err != nil || request.EnvelopeID == "" {
		d.malformed("request")
		return
	}
	d.incoming(ctx, client, request)
}

// incoming hands a request on. It is acknowledged when it is kept, else Slack brings it again.
func (d *Desk) incoming(ctx context.Context, client *socketmode.Client, request socketmode.Request) {
	acknowledge := func(body any, err error) {
		if err == nil {
			within, cancel := context.WithTimeout(ctx, keepWithin)
			defer cancel()
			err = client.AckCtx(within, request.EnvelopeID, body)
		}
		if err != nil {
			d.Log.Warn("a request of Slack's was not acknowledged; it comes again", "error", bland(err))
		}
	}
	e := envelope{attempt: request.RetryAttempt}
	var err error
	switch request.Type {
	case socketmode.RequestTypeEventsAPI:
		var o outer
		if o, e.event, err = decodeEvent(request.Payload); err == nil && e.event == nil {
			d.aboutSubscription(ctx, o)
		}
	case socketmode.RequestTypeInteractive:
		e.interaction, err = decodeInteraction(request.Payload)
	case socketmode.RequestTypeSlashCommands:
		var c command
		if err = json.Unmarshal(request.Payload, &c); err == nil {
			e.command = &c
		}
	default:
		return
	}
	if err != nil {
		d.malformed(request.Type)
		acknowledge(nil, nil) // another attempt would bring the same
		return
	}
	d.accept(ctx, e, acknowledge)
}

// pause waits, or until ctx ends.
func pause(ctx context.Context, wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
