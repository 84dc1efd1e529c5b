-- commit makes one turn true, whole or not at all.
-- KEYS  1 session (string)  2 inbox (list)  3 due (zset)  4 log (stream: entry n has the id n-0)
--       5 cursors (hash)  6 cards (hash)  7 trace (stream)  8 dead letters (stream)
--       9 audit (stream)  10 blob (string)
-- ARGV  1 version the turn was decided on, 8 bytes, '' when there was no session
--       2 stored entry that the turn played   3 new session   4 life of the session, s, 0 for ever
--       5 grace, ms   6 conversation   7 next timer, ms, or ''
--       8 card: '' leaves it, '-' takes it away, else the sealed card
--       9 trace, or ''   10 most traces in the stream   11 channel of the wake hint
--       12 '1' to erase what the log held, or ''   13 entries before those of this turn
--       14 life of the log, s, 0 for ever   15 why the input goes to the dead letters, or ''
--       16 most dead letters   17 life of an audit line, ms
--       then six lists, each its length and its items: log entries, '' for one that is not kept;
--       legs that join; due members to take away; due members of legs with something to deliver;
--       audit lines; entries of the log to take out of it
-- returns {'MOVED'} | {'GONE'} | {'OK', next stored entry or false}
-- A repetition after a lost answer finds its own session, byte for byte (nonces are random), and
-- is answered OK as long as nobody committed after it.
local c = redis.call
if c('GETRANGE', KEYS[1], 0, 7) ~= ARGV[1] then
  if c('GET', KEYS[1]) == ARGV[3] then
    return {'OK', c('LINDEX', KEYS[2], 0)}
  end
  return {'MOVED'}
end
local played = c('LPOP', KEYS[2])
if played ~= ARGV[2] then
  if played then
    c('LPUSH', KEYS[2], played)
  end
  return {'GONE'}
end
local function after(ms) -- most turns need no time
  local t = c('TIME')
  return string.format('%.0f', t[1] * 1000 + math.floor(t[2] / 1000) + ms)
end
local at = 18
local function each(f)
  local n = tonumber(ARGV[at])
  for i = at + 1, at + n do
    f(ARGV[i])
  end
  at = at + n + 1
end

if ARGV[4] == '0' then
  c('SET', KEYS[1], ARGV[3])
else
  c('SET', KEYS[1], ARGV[3], 'EX', ARGV[4])
end
if ARGV[12] ~= '' or ARGV[1] == '' then -- a conversation that begins has no log, whatever is left of one
  c('DEL', KEYS[4])
  c('DEL', KEYS[10])
  for _, leg in ipairs(c('HKEYS', KEYS[5])) do -- not at 0, where a late courier might have begun
    c('HSET', KEYS[5], leg, ARGV[13])
  end
end
local seq = tonumber(ARGV[13])
each(function(entry)
  seq = seq + 1
  if entry ~= '' then
    c('XADD', KEYS[4], string.format('%.0f-0', seq), 'e', entry)
  end
end)
each(function(leg) c('HSET', KEYS[5], leg, ARGV[13]) end)
each(function(member) c('ZREM', KEYS[3], member) end)
each(function(member) c('ZADD', KEYS[3], 'NX', after(0), member) end)
each(function(line) c('XADD', KEYS[9], 'MINID', '~', after(-ARGV[17]), '*', 'a', line) end)
each(function(n) c('XDEL', KEYS[4], n .. '-0') end)
for _, key in ipairs({KEYS[4], KEYS[5]}) do
  if ARGV[14] == '0' then
    c('PERSIST', key)
  else
    c('EXPIRE', key, ARGV[14])
  end
end

local timer = 't:' .. ARGV[6]
if ARGV[7] == '' then
  c('ZREM', KEYS[3], timer)
else
  c('ZADD', KEYS[3], ARGV[7], timer)
end
if ARGV[8] == '-' then
  c('HDEL', KEYS[6], ARGV[6])
elseif ARGV[8] ~= '' then
  c('HSET', KEYS[6], ARGV[6], ARGV[8])
end
if ARGV[9] ~= '' then
  c('XADD', KEYS[7], 'MAXLEN', '~', ARGV[10], '*', 't', ARGV[9])
end
if ARGV[15] ~= '' then
  c('XADD', KEYS[8], 'MAXLEN', '~', ARGV[16], '*', 'conv', ARGV[6], 'leg', '', 'seq', string.format('%.0f', ARGV[13] + 1),
    'why', ARGV[15], 'entry', ARGV[2])
end
c('PUBLISH', ARGV[11], ARGV[6])

local head = c('LINDEX', KEYS[2], 0)
if head then
  c('ZADD', KEYS[3], after(ARGV[5]), 'i:' .. ARGV[6])
else
  c('ZREM', KEYS[3], 'i:' .. ARGV[6])
end
return {'OK', head}
