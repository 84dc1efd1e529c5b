-- sweep claims what is due in one shard. Inboxes and legs are leased: they come back when whoever
-- claimed them does not finish. Timers are only named, fire.lua takes them.
-- KEYS  1 due (zset)
-- ARGV  1 lease of an inbox, ms  2 lease of a leg, ms  3 most members
-- returns the members
local c = redis.call
local t = c('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local members = c('ZRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now), 'LIMIT', 0, ARGV[3])
for _, m in ipairs(members) do
  local kind = string.sub(m, 1, 2)
  if kind == 'i:' then
    c('ZADD', KEYS[1], string.format('%.0f', now + ARGV[1]), m)
  elseif kind == 'o:' then
    c('ZADD', KEYS[1], string.format('%.0f', now + ARGV[2]), m)
  end
end
return members
