-- drop deletes a string if it still has the value one believes.
-- KEYS  1 string
-- ARGV  1 value
if redis.call('GET', KEYS[1]) == ARGV[1] then
  return redis.call('DEL', KEYS[1])
end
return 0
