-- attempt counts that a sweep begins to play an input, and puts the conversation off: twice as long
-- each time, so that what ends one process does not end all of them at once.
-- KEYS  1 attempts (hash: conversation, 'n name')  2 due (zset)
-- ARGV  1 conversation  2 name of the input  3 due member of the inbox  4 grace, ms
-- returns the number of this attempt
local c = redis.call
local n = 1
local n0, name = string.match(c('HGET', KEYS[1], ARGV[1]) or '', '^(%d+) (.*)$')
if name == ARGV[2] then
  n = n0 + 1
end
c('HSET', KEYS[1], ARGV[1], string.format('%.0f %s', n, ARGV[2]))
c('PEXPIRE', KEYS[1], 86400000) -- of a process that died after its commit nobody says that it survived
local t = c('TIME')
local at = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[4] * 2 ^ math.min(n, 5)
c('ZADD', KEYS[2], 'XX', string.format('%.0f', at), ARGV[3])
return n
