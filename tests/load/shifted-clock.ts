// Puts the calendar of its process ahead, so that a period ends when somebody wants it to. Preloaded into services by
// `node --import`, with how far in LOAD_CLOCK_AHEAD_MS; `performance` stays what it is.
const now = Date.now;
let aheadMs = Number(process.env.LOAD_CLOCK_AHEAD_MS ?? 0);

const shifted = (): number => now() + aheadMs;

globalThis.Date = new Proxy(Date, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [shifted()] : args, newTarget),
  get: (target, name) => (name === 'now' ? shifted : Reflect.get(target, name)),
});

export function shiftClock(ms: number): void {
  aheadMs = ms;
}
