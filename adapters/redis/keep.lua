-- keep stores a string for good. It is a script so that a WAIT can stand behind it like behind others.
-- KEYS  1 string
-- ARGV  1 value
-- returns OK
return redis.call('SET', KEYS[1], ARGV[1])
