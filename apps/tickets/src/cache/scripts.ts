/**
 * What must happen at once, in Lua. Times are Redis' own, so that no two clocks have to agree.
 *
 * A key has three: KEY holds the value, KEY:fill the right to fill it, KEY:position how far back a fill may not read. The
 * right is `+TOKEN`; a sale turns the sign to `-`: what is being read was perhaps read before the sale.
 */

const NOW = `
local time = redis.call('time')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`;

/** KEYS fill, position; ARGV token, milliseconds it holds → {position or '', now}, or nothing: another one fills. */
export const TAKE = `
if not redis.call('set', KEYS[1], '+' .. ARGV[1], 'nx', 'px', ARGV[2]) then return false end
${NOW}
return {redis.call('get', KEYS[2]) or '', now}`;

/**
 * KEYS value, fill; ARGV token, the value, since when it was read, its whole life, how long it is served stale → 1 kept.
 * Of a value that a sale has overtaken only as much is kept as the bound allows, counted from before it was read: sales
 * that follow closely would otherwise keep the cache empty. It is marked as stale and as including no write, since it was
 * perhaps read before the sale's, and a newer one is not overwritten.
 */
export const KEEP = `
${NOW}
local age = now - ARGV[3]
local held = redis.call('get', KEYS[2])
local ours = held and string.sub(held, 2) == ARGV[1]
if ours then redis.call('del', KEYS[2]) end
if ours and string.sub(held, 1, 1) == '+' and ARGV[4] - age > 0 then
  redis.call('set', KEYS[1], ARGV[2], 'px', math.floor(ARGV[4] - age))
  return 1
end
local left = math.floor(ARGV[5] - age)
if left > 0 and redis.call('getrange', KEYS[1], 0, 0) ~= 'F' then
  redis.call('set', KEYS[1], 'S' .. string.sub(ARGV[2], 2, 3) .. '00000000/00000000' .. string.sub(ARGV[2], 21), 'px', left)
end
return 0`;

/** KEYS fill; ARGV token: gives the right back after a fill that failed. */
export const RELEASE = `
local held = redis.call('get', KEYS[1])
if held and string.sub(held, 2) == ARGV[1] then redis.call('del', KEYS[1]) end
return 0`;

/**
 * KEYS value, fill, position; ARGV position or '', how long it matters, how long a stale value is served. A full Redis
 * that takes nothing more still deletes: then nothing stale is served at all. A value that the sale overtakes includes no
 * write any longer as far as clients with a token are concerned: positions of two writes may be equal.
 */
export const OUTDATE = `
local function drop()
  redis.call('del', KEYS[1], KEYS[2])
  return 0
end
local held = redis.call('get', KEYS[2])
if held then
  local turned = redis.pcall('set', KEYS[2], '-' .. string.sub(held, 2), 'keepttl')
  if turned.err then return drop() end
end
if ARGV[1] ~= '' then
  local known = redis.call('get', KEYS[3])
  if not known or known < ARGV[1] then
    local marked = redis.pcall('set', KEYS[3], ARGV[1], 'px', ARGV[2])
    if marked.err then return drop() end
  end
end
if redis.call('getrange', KEYS[1], 0, 0) == 'F' then
  for offset, text in pairs({[0] = 'S', [3] = '00000000/00000000'}) do
    local marked = redis.pcall('setrange', KEYS[1], offset, text)
    if type(marked) == 'table' and marked.err then return drop() end
  end
  if redis.call('pttl', KEYS[1]) > tonumber(ARGV[3]) then redis.call('pexpire', KEYS[1], ARGV[3]) end
end
return 1`;
