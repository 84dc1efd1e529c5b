-- park moves the next input of a conversation to the dead letters.
-- KEYS  1 inbox (list)  2 due (zset)  3 dead letters (stream)
-- ARGV  1 stored entry  2 due member of the inbox  3 grace, ms  4 conversation  5 why
--       6 most dead letters
-- returns 1, or 0 when the entry is not the next one
local c = redis.call
if c('LINDEX', KEYS[1], 0) ~= ARGV[1] then
  return 0
end
c('XADD', KEYS[3], 'MAXLEN', '~', ARGV[6], '*', 'conv', ARGV[4], 'leg', '', 'seq', '', 'why', ARGV[5], 'entry', ARGV[1])
c('LPOP', KEYS[1])
if c('LLEN', KEYS[1]) == 0 then
  c('ZREM', KEYS[2], ARGV[2])
else
  local t = c('TIME')
  c('ZADD', KEYS[2], string.format('%.0f', t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[3]), ARGV[2])
end
return 1
