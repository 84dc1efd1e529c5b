-- claim leases a push leg whose time has come.
-- KEYS  1 due (zset)
-- ARGV  1 due member of the leg  2 lease, ms
-- returns 1 when the caller has it, 0 when it is not due: leased, put off, or nothing to deliver
-- A repetition after a lost answer finds the lease of the first: the leg comes back when it ends.
local c = redis.call
local t = c('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local score = c('ZSCORE', KEYS[1], ARGV[1])
if not score or tonumber(score) > now then
  return 0
end
c('ZADD', KEYS[1], string.format('%.0f', now + ARGV[2]), ARGV[1])
return 1
