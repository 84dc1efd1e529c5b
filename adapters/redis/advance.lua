-- advance moves the cursor of a push leg, and buries the entry it passes when told why.
-- KEYS  1 cursors (hash)  2 due (zset)  3 log (stream)  4 dead letters (stream)
-- ARGV  1 leg  2 from  3 to  4 mark of this call  5 due member of the leg  6 lease, ms
--       7 conversation  8 why the entry is buried, or ''  9 most dead letters
-- returns 1, or 0 when the cursor is not at from (another was there)
-- A cursor is 'seq' or 'seq|mark'; a repetition after a lost answer knows itself by its mark.
-- With more to read the leg stays leased to the caller; at the end it is no longer due.
local c = redis.call
local cursor = c('HGET', KEYS[1], ARGV[1]) or '0'
local moved = ARGV[3] .. '|' .. ARGV[4]
if cursor == moved then
  return 1
end
if string.match(cursor, '^%d+') ~= ARGV[2] then
  return 0
end
c('HSET', KEYS[1], ARGV[1], moved)
c('HDEL', KEYS[1], 'sending ' .. ARGV[1])
local life = c('PTTL', KEYS[3])
if life > 0 then
  c('PEXPIRE', KEYS[1], life)
elseif life == -2 then -- the log has expired, and its cursors with it
  c('DEL', KEYS[1])
end
if ARGV[8] ~= '' then
  c('XADD', KEYS[4], 'MAXLEN', '~', ARGV[9], '*', 'conv', ARGV[7], 'leg', ARGV[1], 'seq', ARGV[3], 'why', ARGV[8])
end
local last = c('XREVRANGE', KEYS[3], '+', '-', 'COUNT', 1)[1]
if not last or tonumber(ARGV[3]) >= tonumber(string.match(last[1], '^%d+')) then
  c('ZREM', KEYS[2], ARGV[5])
else
  local t = c('TIME')
  c('ZADD', KEYS[2], string.format('%.0f', t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[6]), ARGV[5])
end
return 1
