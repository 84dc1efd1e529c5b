-- drop deletes a string if it still has the value one believes.
-- KEYS  1 string
-- ARGV  1 value
-- returns 1, or 0 when another value is there, or none
if redis.call('GET', KEYS[1]) == ARGV[1] then
  return redis.call('DEL', KEYS[1])
end
return 0
