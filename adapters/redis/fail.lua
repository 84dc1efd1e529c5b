-- fail counts a failure of a platform, and shuts its breaker when there were too many in a row.
-- KEYS  1 breaker (see pass.lua; last: mark of the last failure)
-- ARGV  1 mark of this call  2 how long the platform asks to be left alone, ms, or 0
--       3 failures in a row that shut it  4 first pause, ms  5 longest pause, ms
--       6 chance, 0 to 1000: how much of the second half of a pause is kept
--       7 life of an untouched breaker, ms
-- returns how long it is shut from now, ms; 0 when it is not
-- A failure that was under way when the breaker shut does not shut it longer. A repetition after a
-- lost answer knows itself by its mark and counts nothing.
local c = redis.call
local t = c('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local till = tonumber(c('HGET', KEYS[1], 'till') or 0)
local told = tonumber(ARGV[2])
if c('HGET', KEYS[1], 'last') ~= ARGV[1] then
  local n = c('HINCRBY', KEYS[1], 'n', 1)
  c('HSET', KEYS[1], 'last', ARGV[1])
  local pause = 0
  if told > 0 then
    pause = told
  elseif till <= now and (till > 0 or n >= tonumber(ARGV[3])) then
    local shut = c('HINCRBY', KEYS[1], 'shut', 1)
    pause = math.min(tonumber(ARGV[5]), ARGV[4] * 2 ^ math.min(shut - 1, 20))
    pause = math.floor(pause / 2 + pause / 2 * ARGV[6] / 1000)
  end
  if pause > 0 then
    till = math.max(till, now + pause)
    c('HSET', KEYS[1], 'till', string.format('%.0f', till))
    c('HDEL', KEYS[1], 'probe', 'by')
  end
  c('PEXPIRE', KEYS[1], string.format('%.0f', math.max(tonumber(ARGV[7]), 2 * pause)))
end
return math.max(0, till - now)
