-- lease is taken when nobody has it and renewed by whoever has.
-- KEYS  1 lease (string)
-- ARGV  1 holder  2 life, ms
-- returns 1 when the holder has it now, else 0
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
