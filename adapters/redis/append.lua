-- append adds a line to the journal if the one expected is still its last.
-- KEYS  1 journal (stream)  2 head (string: number and mark of the last line)
-- ARGV  1 head expected, '' for none  2 new head  3 number  4 mark  5 line
-- returns 1, or 0 when another line came between
-- A repetition after a lost answer finds its own head. It writes it again on purpose: a WAIT behind this
-- script so covers what the first attempt wrote.
local there = redis.call('GET', KEYS[2]) or ''
if there == ARGV[2] then
  redis.call('SET', KEYS[2], ARGV[2])
  return 1
end
if there ~= ARGV[1] then
  return 0
end
redis.call('XADD', KEYS[1], '*', 'n', ARGV[3], 'm', ARGV[4], 'j', ARGV[5])
redis.call('SET', KEYS[2], ARGV[2])
return 1
