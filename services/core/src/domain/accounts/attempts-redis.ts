import type { Redis } from 'ioredis';
import type { Counters, DelayRule } from './attempt-counters.ts';

/** One step, so that attempts that arrive together are counted one by one. The delays are those of `delayAfter`. */
const CLAIM = `
local now, forget = tonumber(ARGV[1]), tonumber(ARGV[3])
local trusted = ARGV[2] == '1' or redis.call('exists', KEYS[3]) == 1
local applied = trusted and 1 or 2
local wait = 0
for i = 1, applied do
  wait = math.max(wait, tonumber(redis.call('hget', KEYS[i], 'next') or '0') - now)
end
if wait > 0 then return wait end
for i = 1, applied do
  local free, first, most = tonumber(ARGV[i * 3 + 1]), tonumber(ARGV[i * 3 + 2]), tonumber(ARGV[i * 3 + 3])
  local n = redis.call('hincrby', KEYS[i], 'n', 1)
  local delay = n < free and 0 or math.min(most, first * 2 ^ (n - free))
  redis.call('hset', KEYS[i], 'next', string.format('%.0f', now + delay))
  redis.call('pexpire', KEYS[i], forget)
end
return 0`;

const numbers = ({ free, firstMs, mostMs }: DelayRule) => [free, firstMs, mostMs];

export function createRedisCounters(redis: Redis): Counters {
  return {
    claim: async ({ now, place, strangers, trustKey, trusted, forgetMs }) =>
      Number(
        await redis.eval(
          CLAIM,
          3,
          place.key,
          strangers.key,
          trustKey,
          now,
          trusted ? 1 : 0,
          forgetMs,
          ...numbers(place.rule),
          ...numbers(strangers.rule),
        ),
      ),
    clear: async (key) => {
      await redis.del(key);
    },
    trust: async (key, forMs) => {
      await redis.set(key, '1', 'PX', forMs);
    },
  };
}
