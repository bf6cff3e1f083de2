import { createHash } from 'node:crypto';
import { HOUR } from '@tokengrip/core/clock';

/** Somebody's texts, to be looked for afterwards. */
export const VICTIM = 'victim-5d07c2';
const BEGAN = Date.now() - 20 * HOUR;
const FEATURES = ['search', 'chat', 'summary'] as const;

/** The records of a target by number: always the same ones, so that a million can be sent again without being kept. */
export function recordOf(target: string, i: number) {
  const hash = createHash('sha256').update(`${target} ${i}`).digest();
  const time = BEGAN + (hash.readUInt32BE(12) % (19 * HOUR));
  return {
    id: uuidV7(hash, time),
    timestamp: new Date(time).toISOString(),
    source: 'openai.chat',
    model: 'gpt-4.1',
    usage: { prompt_tokens: 100 + (i % 100), completion_tokens: 10 },
    feature: FEATURES[i % FEATURES.length],
    user: isVictims(i) ? VICTIM : `u-${i % 50}`,
    responseId: `${target}-${hash.toString('hex', 16, 28)}`,
    tags: { of: isVictims(i) ? VICTIM : 'others' },
  };
}

/** Half of all. */
export const isVictims = (i: number): boolean => i % 2 === 0;

function uuidV7(random: Buffer, time: number): string {
  const bytes = Buffer.from(random.subarray(0, 16));
  bytes.writeUIntBE(time, 0, 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
