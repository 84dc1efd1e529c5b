-- putblob keeps what is too large for a log, under a conversation that is there and stays.
-- KEYS  1 session (string)  2 blob (string)
-- ARGV  1 session as it was read  2 sealed blob  3 life of the blob, ms
-- returns when it ends, ms, or 0 when the session has moved since: it may have been erased
-- What was kept before is gone. A repetition after a lost answer does the same again, from now on.
local c = redis.call
if c('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
c('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
local t = c('TIME')
return t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[3]
