-- sending notes that an entry is about to be handed to a platform, which may lose the answer.
-- KEYS  1 cursors (hash)  2 log (stream)
-- ARGV  1 leg  2 where its cursor must be  3 entry  4 mark of this call
-- returns -1 when the cursor is elsewhere; 1 when an attempt at this entry was noted before, else 0
-- The note is 'entry|mark' in the field 'sending <leg>'; advance.lua takes it away. A repetition after
-- a lost answer knows its own note by the mark.
local c = redis.call
local cursor = c('HGET', KEYS[1], ARGV[1]) or '0'
if string.match(cursor, '^%d+') ~= ARGV[2] then
  return -1
end
local field = 'sending ' .. ARGV[1]
local there = c('HGET', KEYS[1], field) or ''
local note = ARGV[3] .. '|' .. ARGV[4]
if there ~= note and string.match(there, '^%d+') == ARGV[3] then
  return 1
end
c('HSET', KEYS[1], field, note)
local life = c('PTTL', KEYS[2])
if life > 0 then
  c('PEXPIRE', KEYS[1], life)
end
return 0
