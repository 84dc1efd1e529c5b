-- limit takes one token from a bucket that refills with time.
-- KEYS  1 bucket (hash: n tokens left, at when, ms)
-- ARGV  1 tokens a second  2 most tokens  3 life of an untouched bucket, ms
-- returns 1 when there was a token, else 0
local c = redis.call
local t = c('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local n = tonumber(c('HGET', KEYS[1], 'n') or burst)
local at = tonumber(c('HGET', KEYS[1], 'at') or now)
n = math.min(burst, n + math.max(0, now - at) * rate / 1000)
local allowed = 0
if n >= 1 then
  n, allowed = n - 1, 1
end
c('HSET', KEYS[1], 'n', string.format('%.6f', n), 'at', string.format('%.0f', now))
c('PEXPIRE', KEYS[1], ARGV[3])
return allowed
