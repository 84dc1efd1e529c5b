-- turnstile gives tokens of a bucket to who has waited longest. Who finds none keeps a place in the
-- order and is told when to ask again; who does not come back then is forgotten.
-- KEYS  1 waiting (zset: members by when they began to wait, ms)  2 back (zset: by when they ask again, ms)
--       3 bucket (hash: n tokens left, at when, ms)
-- ARGV  1 member  2 since when it waits, ms  3 tokens a second  4 most tokens
--       5 how long nobody passes, ms, or 0  6 how late a member may come back, ms  7 life of the keys, ms
-- returns 0 to pass, or ms to wait
local c = redis.call
local t = c('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
for _, lost in ipairs(c('ZRANGEBYSCORE', KEYS[2], '-inf', string.format('%.0f', now - ARGV[6]), 'LIMIT', 0, 100)) do
  c('ZREM', KEYS[1], lost)
  c('ZREM', KEYS[2], lost)
end
c('ZADD', KEYS[1], 'LT', ARGV[2], ARGV[1]) -- who became urgent moves up; nobody moves down
local rank = c('ZRANK', KEYS[1], ARGV[1])
local rate, burst, shut = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local n = tonumber(c('HGET', KEYS[3], 'n') or burst)
local at = tonumber(c('HGET', KEYS[3], 'at') or now)
n = math.min(burst, n + math.max(0, now - at) * rate / 1000)
local wait = 0
if shut > 0 then
  wait = shut
elseif rank + 1 > n then
  wait = math.max(20, math.ceil((rank + 1 - n) * 1000 / rate))
end
if wait == 0 then
  n = n - 1
  c('ZREM', KEYS[1], ARGV[1])
  c('ZREM', KEYS[2], ARGV[1])
else
  c('ZADD', KEYS[2], string.format('%.0f', now + wait), ARGV[1])
end
c('HSET', KEYS[3], 'n', string.format('%.6f', n), 'at', string.format('%.0f', math.max(now, at)))
for _, key in ipairs(KEYS) do
  c('PEXPIRE', key, ARGV[7])
end
return wait
