import { clipContent } from './text.ts';
import type { ManualRecord, UsageRecord } from './usage-record.ts';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/**
 * A record that the host wrote itself, in the form that the server takes: whole milliseconds, text for the time,
 * content only where capturing is on. Attribution is left out; it is merged with that of the context.
 *
 * A record with an id of its own but without a time gets the time of now only if the id holds none: the same id with
 * two times would count twice.
 */
export function manualRecord(input: ManualRecord, settings: { captureContent: boolean }): UsageRecord {
  const { timestamp, content, latencyMs, timeToFirstTokenMs, ...rest } = input;
  const { feature, environment, user, session, customer, tags, traceId, interactive, ...record } = rest;
  const made: UsageRecord = record;
  if (latencyMs !== undefined) made.latencyMs = wholeMs(latencyMs);
  if (timeToFirstTokenMs !== undefined) made.timeToFirstTokenMs = wholeMs(timeToFirstTokenMs);
  if (timestamp !== undefined) made.timestamp = timestamp instanceof Date ? timestamp.toISOString() : timestamp;
  else if (made.id !== undefined && !UUID_V7.test(made.id)) made.timestamp = new Date().toISOString();
  if (content !== undefined && settings.captureContent) made.content = clipContent(content);
  return made;
}

/** Milliseconds as the server takes them: whole, not negative. */
export function wholeMs(milliseconds: number): number {
  return Math.max(0, Math.round(milliseconds));
}
