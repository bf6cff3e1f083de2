/** Slots of the series palette; `styles.css` names their colours `--series-1` to `--series-8`. */
export const SERIES_SLOTS = 8;

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return value;
}

/** All slots in the order in which `name` would like to have them. An odd step visits every one of eight. */
function preferences(name: string): number[] {
  const value = hash(name);
  const step = ((value >>> 8) & 3) * 2 + 1;
  return Array.from({ length: SERIES_SLOTS }, (_, index) => (value + index * step) % SERIES_SLOTS);
}

export interface Palette {
  /**
   * One slot for each of at most eight names, no two alike. A name keeps the slot it was first given, so that it has
   * the same colour on every chart and under every filter; only when two of a chart's names hold the same slot does
   * one of them move, on that chart alone.
   */
  assign(names: readonly string[]): Map<string, number>;
}

export function createPalette(): Palette {
  const remembered = new Map<string, number>();
  return {
    assign(names) {
      const slots = new Map<string, number>();
      const free = new Set(Array.from({ length: SERIES_SLOTS }, (_, slot) => slot));
      const take = (name: string, slot: number) => {
        slots.set(name, slot);
        free.delete(slot);
      };
      // By hash, not by rank: two charts that show the same names in another order agree.
      const ordered = [...new Set(names)].sort((a, b) => hash(a) - hash(b)).slice(0, SERIES_SLOTS);
      for (const name of ordered) {
        const slot = remembered.get(name);
        if (slot !== undefined && free.has(slot)) take(name, slot);
      }
      for (const name of ordered) {
        if (slots.has(name)) continue;
        const slot = preferences(name).find((candidate) => free.has(candidate));
        if (slot === undefined) continue;
        take(name, slot);
        if (!remembered.has(name)) remembered.set(name, slot);
      }
      return slots;
    },
  };
}

/** The palettes of this visit, one for each dimension: a model and a feature of the same name are not the same thing. */
const palettes = new Map<string, Palette>();

export function paletteOf(dimension: string): Palette {
  const known = palettes.get(dimension);
  if (known) return known;
  const created = createPalette();
  palettes.set(dimension, created);
  return created;
}

export const seriesColour = (slot: number | undefined): string =>
  slot === undefined ? 'var(--series-other)' : `var(--series-${slot + 1})`;
