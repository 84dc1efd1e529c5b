package redis

import (
	_ "embed"

	goredis "github.com/redis/go-redis/v9"
)

// Each script says in its head what its KEYS and ARGV are and what it returns. They use redis.call
// and string functions alone, so that Redis, Valkey and the embedded store run them alike, take the
// time from Redis only, and may be sent again after an answer was lost.
var (
	//go:embed accept.lua
	acceptLua string
	//go:embed commit.lua
	commitLua string
	//go:embed sweep.lua
	sweepLua string
	//go:embed fire.lua
	fireLua string
	//go:embed advance.lua
	advanceLua string
	//go:embed delay.lua
	delayLua string
	//go:embed resolve.lua
	resolveLua string
	//go:embed drop.lua
	dropLua string
	//go:embed setref.lua
	setrefLua string
	//go:embed lease.lua
	leaseLua string
	//go:embed limit.lua
	limitLua string
	//go:embed keep.lua
	keepLua string
	//go:embed attempt.lua
	attemptLua string
	//go:embed park.lua
	parkLua string
	//go:embed presence.lua
	presenceLua string
	//go:embed claim.lua
	claimLua string
	//go:embed sending.lua
	sendingLua string
	//go:embed pass.lua
	passLua string
	//go:embed fail.lua
	failLua string
	//go:embed reseal.lua
	resealLua string
	//go:embed resealstream.lua
	resealstreamLua string
	//go:embed putblob.lua
	putblobLua string
	//go:embed turnstile.lua
	turnstileLua string
	//go:embed append.lua
	appendLua string
)

type scripts struct {
	attempt, park, keep, append                   *goredis.Script
	accept, commit, sweep, fire, advance, delay   *goredis.Script
	resolve, drop, setref, lease, limit, presence *goredis.Script
	claim, sending, pass, fail                    *goredis.Script
	reseal, resealstream, turnstile, putblob      *goredis.Script
}

func newScripts() scripts {
	return scripts{
		attempt: goredis.NewScript(attemptLua), park: goredis.NewScript(parkLua),
		keep: goredis.NewScript(keepLua), append: goredis.NewScript(appendLua),
		accept: goredis.NewScript(acceptLua), commit: goredis.NewScript(commitLua),
		sweep: goredis.NewScript(sweepLua), fire: goredis.NewScript(fireLua),
		advance: goredis.NewScript(advanceLua), delay: goredis.NewScript(delayLua),
		resolve: goredis.NewScript(resolveLua), drop: goredis.NewScript(dropLua),
		setref: goredis.NewScript(setrefLua), lease: goredis.NewScript(leaseLua),
		limit: goredis.NewScript(limitLua), presence: goredis.NewScript(presenceLua),
		claim: goredis.NewScript(claimLua), sending: goredis.NewScript(sendingLua),
		pass: goredis.NewScript(passLua), fail: goredis.NewScript(failLua),
		reseal: goredis.NewScript(resealLua), resealstream: goredis.NewScript(resealstreamLua),
		turnstile: goredis.NewScript(turnstileLua), putblob: goredis.NewScript(putblobLua),
	}
}
