-- pass asks whether a platform may be called.
-- KEYS  1 breaker (hash: n failures in a row, till when it is shut, ms, shut how often in a row,
--         probe until when somebody tries, ms, by whom)
-- ARGV  1 mark of this call  2 life of a probe, ms
-- returns how long to wait, ms, and n
-- Once its pause is over a breaker that was shut lets one through at a time; a repetition after a
-- lost answer knows its own probe by the mark.
local c = redis.call
local n = tonumber(c('HGET', KEYS[1], 'n') or 0)
local till = tonumber(c('HGET', KEYS[1], 'till') or 0)
if till == 0 then
  return {0, n}
end
local t = c('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
if till > now then
  return {till - now, n}
end
local probe = tonumber(c('HGET', KEYS[1], 'probe') or 0)
if probe > now and c('HGET', KEYS[1], 'by') ~= ARGV[1] then
  return {probe - now, n}
end
c('HSET', KEYS[1], 'probe', string.format('%.0f', now + ARGV[2]), 'by', ARGV[1])
return {0, n}
