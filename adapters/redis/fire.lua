-- fire turns a timer that ran out into an input of its conversation, once however many try.
-- KEYS  1 due (zset)  2 inbox (list)
-- ARGV  1 due member of the timer  2 due member of the inbox  3 grace, ms
-- returns 1 when the input is the next one, so that the caller plays it; else 0
local c = redis.call
local t = c('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local score = c('ZSCORE', KEYS[1], ARGV[1])
if not score or tonumber(score) > now then
  return 0
end
c('ZREM', KEYS[1], ARGV[1])
local due = string.format('%.0f', now + ARGV[3])
if c('RPUSH', KEYS[2], string.format('%.0f', now) .. '|T') > 1 then
  c('ZADD', KEYS[1], 'NX', due, ARGV[2])
  return 0
end
c('ZADD', KEYS[1], due, ARGV[2])
return 1
