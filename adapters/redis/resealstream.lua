-- resealstream writes a stream anew, entry for entry, if it has neither grown nor been cut meanwhile.
-- KEYS  1 stream
-- ARGV  1 entries it had  2 id of the first  3 id of the last  4 sealed value of the last, as it was
--       then of each entry: its id, how many fields and values follow, those
-- returns 1, or 0 when it has changed or gone
-- Ids, order and life stay: who reads it notices nothing. Entries are never changed in place and nonces
-- are random: a stream of the same length, first and last entry is the same stream.
local c = redis.call
local first = c('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
local last = c('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
if not last or first[1] ~= ARGV[2] or last[1] ~= ARGV[3] or c('XLEN', KEYS[1]) ~= tonumber(ARGV[1]) then
  return 0
end
local same = false
for _, value in ipairs(last[2]) do
  same = same or value == ARGV[4]
end
if not same then
  return 0
end
local life = c('PTTL', KEYS[1])
c('DEL', KEYS[1])
local at = 5
while at < #ARGV do
  local n = tonumber(ARGV[at + 1])
  c('XADD', KEYS[1], ARGV[at], unpack(ARGV, at + 2, at + 1 + n))
  at = at + 2 + n
end
if life > 0 then
  c('PEXPIRE', KEYS[1], life)
end
return 1
