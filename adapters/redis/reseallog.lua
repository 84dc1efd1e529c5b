-- reseallog writes a log anew, entry for entry, if it has neither grown nor been wiped meanwhile.
-- KEYS  1 log (stream)
-- ARGV  1 entries it had  2 id of the last  3 the last as it was read, then id and new entry of each
-- returns 1, or 0 when it has changed or gone
-- Ids, order and life stay: followers and cursors notice nothing. Entries are never changed in place
-- and their nonces are random, so a log of the same length and last entry is the same log.
local c = redis.call
local last = c('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
if not last or last[1] ~= ARGV[2] or last[2][2] ~= ARGV[3] or c('XLEN', KEYS[1]) ~= tonumber(ARGV[1]) then
  return 0
end
local life = c('PTTL', KEYS[1])
c('DEL', KEYS[1])
for i = 4, #ARGV, 2 do
  c('XADD', KEYS[1], ARGV[i], 'e', ARGV[i + 1])
end
if life > 0 then
  c('PEXPIRE', KEYS[1], life)
end
return 1
