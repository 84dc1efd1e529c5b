package redis

import (
	"encoding/binary"
	"hash/fnv"
	"strconv"
	"strings"

	"frontdesk/bot"
)

// keys builds every key there is. What belongs to one conversation shares the hash tag of its
// shard, so that a Cluster keeps it on one node. No key holds an address, a name or an id of the
// outside: those go through an HMAC whose key is never rotated, or they would not be found again.
type keys struct {
	prefix string // of this deployment: "fd:" and its region
	shards int
	ring   *Keyring
}

func (k keys) shard(id bot.ConversationID) int {
	h := fnv.New32a()
	h.Write([]byte(id))
	return int(h.Sum32() % uint32(k.shards))
}

func (k keys) in(shard int, name string) string {
	return k.prefix + "{" + strconv.Itoa(shard) + "}:" + name
}

func (k keys) of(id bot.ConversationID, kind string) string {
	return k.in(k.shard(id), kind+":"+string(id))
}

// Of one conversation.
func (k keys) session(id bot.ConversationID) string { return k.of(id, "c") }
func (k keys) inbox(id bot.ConversationID) string   { return k.of(id, "i") }
func (k keys) log(id bot.ConversationID) string     { return k.of(id, "l") }
func (k keys) cursors(id bot.ConversationID) string { return k.of(id, "k") }
func (k keys) blob(id bot.ConversationID) string    { return k.of(id, "b") }
func (k keys) present(id bot.ConversationID) string { return k.of(id, "p") }

// dedup is of one input in one conversation: an input that is forwarded keeps its id.
func (k keys) dedup(id bot.ConversationID, hash string) string {
	return k.in(k.shard(id), "d:"+hash)
}

// Of one shard.
func (k keys) due(shard int) string   { return k.in(shard, "due") }
func (k keys) cards(shard int) string { return k.in(shard, "cards") }
func (k keys) tries(shard int) string { return k.in(shard, "tries") }
func (k keys) dead(shard int) string  { return k.in(shard, "dead") }
func (k keys) trace(shard int) string { return k.in(shard, "trace") }
func (k keys) audit(shard int) string { return k.in(shard, "audit") }

// sessions matches the keys of all sessions; sessionOf reads one.
func (k keys) sessions() string { return k.prefix + "{*}:c:*" }

func (k keys) sessionOf(key string) bot.ConversationID {
	_, id, _ := strings.Cut(strings.TrimPrefix(key, k.prefix), "}:c:")
	return bot.ConversationID(id)
}

// Of the deployment.
func (k keys) meta() string { return k.prefix + "meta" }
func (k keys) wake() string { return k.prefix + "wake" }
func (k keys) open() string { return k.prefix + "open" }

// signs are of replicas: which key each seals with.
func (k keys) signs() string { return k.prefix + "signs" }

func (k keys) leg(leg bot.Leg) string {
	return k.prefix + "leg:" + k.ring.hash("leg", string(leg.Channel), string(leg.Peer))
}

func (k keys) ref(kind, name string) string {
	return k.prefix + "ref:" + kind + ":" + k.ring.hash("ref", kind, name)
}

func (k keys) lease(name string) string { return k.prefix + "lease:" + name }

func (k keys) bucket(kind, name string) string {
	return k.prefix + "limit:" + kind + ":" + k.ring.hash("limit", kind, name)
}

// turnstile is a line of members: who waits, when they come back, and the bucket they wait for.
func (k keys) turnstile(name string) []string {
	tag := k.prefix + "turn:{" + k.ring.hash("turn", name) + "}:"
	return []string{tag + "waiting", tag + "back", tag + "bucket"}
}

func (k keys) breaker(name string) string {
	return k.prefix + "breaker:" + k.ring.hash("breaker", name)
}

func (k keys) release(hash string) string { return k.prefix + "release:" + hash }

// journal is its stream and its head.
func (k keys) journal() []string {
	return []string{k.prefix + "{journal}:lines", k.prefix + "{journal}:head"}
}

func (k keys) data(hash string) string { return k.prefix + "data:" + hash }

// all matches every key of the deployment. Nothing in a prefix is special to Redis.
func (k keys) all() string { return k.prefix + "*" }

// kindOf says what a key holds: "b", "c", "i", "l" and the conversation it is of, "cards", "dead", "ref", or "".
func (k keys) kindOf(key string) (kind string, id bot.ConversationID) {
	rest, ours := strings.CutPrefix(key, k.prefix)
	if !ours {
		return "", ""
	}
	if strings.HasPrefix(rest, "ref:") {
		return "ref", ""
	}
	_, rest, _ = strings.Cut(rest, "}:")
	kind, conversation, _ := strings.Cut(rest, ":")
	switch kind {
	case "b", "c", "i", "l", "cards", "dead":
		return kind, bot.ConversationID(conversation)
	}
	return "", ""
}

// Members of the due sets. A conversation's id has no colon; what follows it may.
func inboxMember(id bot.ConversationID) string { return "i:" + string(id) }
func timerMember(id bot.ConversationID) string { return "t:" + string(id) }

func legMember(id bot.ConversationID, leg string) string { return "o:" + string(id) + ":" + leg }

func parseMember(m string) (kind string, id bot.ConversationID, leg string) {
	kind, rest, _ := strings.Cut(m, ":")
	conversation, leg, _ := strings.Cut(rest, ":")
	return kind, bot.ConversationID(conversation), leg
}

// usable says whether an id can stand in keys and members.
func usable(id bot.ConversationID) bool {
	return id != "" && len(id) <= 64 && !strings.ContainsAny(string(id), ":{}| \r\n")
}

// short is as much of a conversation's id as a log line or an error may carry.
func short(id bot.ConversationID) string {
	return string(id[:min(6, len(id))])
}

// versionBytes is how a session's version stands before its envelope; nothing for no session.
func versionBytes(version uint64) string {
	if version == 0 {
		return ""
	}
	return string(binary.BigEndian.AppendUint64(nil, version))
}
