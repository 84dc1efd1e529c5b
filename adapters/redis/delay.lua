-- delay puts a due member off, if it is still due at all.
-- KEYS  1 due (zset)
-- ARGV  1 member  2 wait, ms
-- returns 1
local t = redis.call('TIME')
local at = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[2]
redis.call('ZADD', KEYS[1], 'XX', string.format('%.0f', at), ARGV[1])
return 1
