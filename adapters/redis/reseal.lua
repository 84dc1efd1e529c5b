-- reseal puts a value in the place of one that says the same, if nobody has changed that meanwhile.
-- KEYS  1 string, or hash
-- ARGV  1 value as it was read  2 value under a newer key  3 field of the hash, '' for a string
-- returns 1, or 0 when it has changed or gone: whoever changed it sealed it with a newer key
-- A string keeps its life. After a lost answer the repetition finds the new value: 0, nothing is done.
local c = redis.call
if ARGV[3] ~= '' then
  if c('HGET', KEYS[1], ARGV[3]) ~= ARGV[1] then
    return 0
  end
  c('HSET', KEYS[1], ARGV[3], ARGV[2])
  return 1
end
if c('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
c('SET', KEYS[1], ARGV[2], 'KEEPTTL')
return 1
