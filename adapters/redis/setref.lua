-- setref stores a reference if the present one is the one expected.
-- KEYS  1 reference (string: 16 bytes that stand for the value, then the sealed value)
-- ARGV  1 the 16 bytes expected, '' for none  2 new string  3 life, ms, 0 for ever
-- returns 1, or 0 when another value is there
-- A repetition after a lost answer finds its own string. It writes it again on purpose: a WAIT behind
-- this script so covers what the first attempt wrote.
local there = redis.call('GET', KEYS[1]) or ''
if there ~= ARGV[2] and string.sub(there, 1, 16) ~= ARGV[1] then
  return 0
end
if ARGV[3] == '0' then
  redis.call('SET', KEYS[1], ARGV[2])
else
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
end
return 1
