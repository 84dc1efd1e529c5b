// Package media moves sound and keys of a call over RTP; it knows no SIP and no conversation.
//
// A Room owns the range of ports, the one pacer of all calls and the counters. A Stream is the
// sound of one call: two sockets (RTP and RTCP), one description agreed with the peer, one thing
// played at a time. Who signals treats descriptions as opaque bytes:
//
//	room, err := media.New(media.Config{Hosts: hosts, FirstPort: 20000, LastPort: 20999})
//	stream, err := room.Open(peer, offer)    // peer: whom the call is signalled with. ErrFull: answer 486 or 503
//	stream.AllowSecure()                     // only when the call was signalled over TLS; OfferSecure with sips:
//	answer, err := stream.Answer(offer)      // every INVITE with a body; ErrNotAcceptable: 488
//	offer, err := stream.Offer()             // INVITE without a body, or our own INVITE …
//	err = stream.Accept(answer)              // … and what came back in the ACK or the 200
//	stream.Close()
//
// What fails to be agreed leaves the stream as it was. Who speaks plays one sound at a time and
// reads keys meanwhile; when Play returns, no more of the sound is sent:
//
//	played, err := stream.Play(ctx, sound)   // nil: played to its end; ctx.Err(): cut
//	key := <-stream.Keys()                   // at the first packet of the press
//	stream.Info(key)                         // a key that came by SIP INFO
//	pcm, err := stream.Record(ctx, 2*time.Minute, 4*time.Second)
//	err = media.Bridge(ctx, caller, counsellor)
//
// While a peer holds the call (Held) nothing is sent, a sound waits where it was, and Silent does
// not run. A Room has an address of IPv4, one of IPv6, or both: a stream is of one
// family at a time. It goes to the other with an offer of the peer's, where the Room has that; an answer in
// another family than was offered is refused.
//
// Sound is sent as G.711 (A-law or µ-law, 20 ms), keys are RFC 4733, RFC 3264 rules offers and
// answers, RFC 3550 the reports, RFC 3711 and RFC 4568 what is encrypted.
package media
