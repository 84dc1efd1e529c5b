package redis

import (
	"encoding/base32"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	goredis "github.com/redis/go-redis/v9"

	"frontdesk/bot"
)

// BenchmarkIdleSessions reports what Redis keeps for a person who said all they had to say: their
// session, and the reference of their browser, when log and dedup marks have expired. An operation is
// one person; -benchtime 300000x is the crowd of the README.
func BenchmarkIdleSessions(b *testing.B) {
	s := openChild(b, peer(b), func(o *Options) { o.Prefix = "fd:bretagne:" })
	sessions := walks(b, 3, 200)
	chance := rand.New(rand.NewPCG(4, 4))
	id := func() bot.ConversationID {
		raw := make([]byte, 16)
		for i := range raw {
			raw[i] = byte(chance.Uint32())
		}
		return bot.ConversationID(strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw)))
	}
	ids := make([]bot.ConversationID, b.N)
	b.ResetTimer()
	session, err := s.grown(b.Context(), b.N, func(pipe goredis.Pipeliner, i int) {
		ids[i] = id()
		plain := sessions[i%len(sessions)]
		sealed := s.ring.sealVersionedAs(packedCodec, ids[i], sealedSession, 9, pack(plain))
		pipe.Set(b.Context(), s.keys.session(ids[i]), sealed, s.retention.Session)
	})
	if err != nil {
		b.Fatal(err)
	}
	leg, err := s.grown(b.Context(), b.N, func(pipe goredis.Pipeliner, i int) {
		pipe.Set(b.Context(), s.keys.leg(bot.Leg{Channel: "web", Peer: bot.Address(fmt.Sprint(i))}), string(ids[i]), s.retention.Session)
	})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(session, "B/session")
	b.ReportMetric(leg, "B/leg")
	b.ReportMetric(session*float64(b.N)/1e6, "MB")
}
