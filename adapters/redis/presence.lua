-- presence counts the legs on which a person has the conversation before them.
-- KEYS  1 present (zset: leg, until when, ms)
-- ARGV  1 'here', 'gone' or 'ask'  2 leg  3 life of a sign, ms
-- returns how many legs are present
local c = redis.call
local t = c('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
c('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
if ARGV[1] == 'here' then
  c('ZADD', KEYS[1], string.format('%.0f', now + ARGV[3]), ARGV[2])
  c('PEXPIRE', KEYS[1], ARGV[3])
elseif ARGV[1] == 'gone' then
  c('ZREM', KEYS[1], ARGV[2])
end
return c('ZCARD', KEYS[1])
