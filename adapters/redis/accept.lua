-- accept keeps one input in its conversation's inbox, once however often it is sent.
-- KEYS  1 dedup (string)  2 inbox (list)  3 due (zset)  4 session (string)
-- ARGV  1 life of the dedup mark, s  2 sealed input  3 grace, ms  4 due member of the inbox
--       5 most inputs that may wait  6 fingerprint of the event
-- returns {'DUP'} | {'OTHER'}, {'FULL'}: nothing kept | {'QUEUED'}: another input is before it
--       | {'RUN', stored entry, session or false}
-- An id that comes back with another event is somebody's mistake: OTHER tells them.
-- A repetition after a lost answer is a DUP; the sweep then plays the input. EXPIRE on a DUP is a
-- write on purpose: a WAIT behind this script so covers what the first attempt wrote.
local c = redis.call
if not c('SET', KEYS[1], ARGV[6], 'NX', 'EX', ARGV[1]) then
  if c('GET', KEYS[1]) ~= ARGV[6] then
    return {'OTHER'}
  end
  c('EXPIRE', KEYS[1], ARGV[1])
  return {'DUP'}
end
if c('LLEN', KEYS[2]) >= tonumber(ARGV[5]) then
  c('DEL', KEYS[1])
  return {'FULL'}
end
local t = c('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local due = string.format('%.0f', now + ARGV[3])
local entry = string.format('%.0f', now) .. '|' .. ARGV[2]
if c('RPUSH', KEYS[2], entry) > 1 then
  c('ZADD', KEYS[3], 'NX', due, ARGV[4])
  return {'QUEUED'}
end
c('ZADD', KEYS[3], due, ARGV[4])
return {'RUN', entry, c('GET', KEYS[4])}
