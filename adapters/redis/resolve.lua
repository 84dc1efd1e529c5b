-- resolve finds the conversation of a leg, or gives it one.
-- KEYS  1 leg (string)
-- ARGV  1 conversation to begin  2 life, s
-- returns the conversation of the leg
-- It always writes: a WAIT behind this script so covers what an attempt before it wrote.
local there = redis.call('GET', KEYS[1])
if there then
  redis.call('EXPIRE', KEYS[1], ARGV[2])
  return there
end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return ARGV[1]
