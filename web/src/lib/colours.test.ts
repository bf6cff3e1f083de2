import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createPalette, SERIES_SLOTS } from './colours.ts';
import { distances } from './testing/colour-vision.ts';

const MODELS = [
  'gpt-5.5',
  'gpt-5.4',
  'gpt-5.4-mini',
  'claude-opus-4-8',
  'claude-sonnet-4-6',
  'gemini-3.5-flash',
  'x',
  'y',
];

describe('colours of series', () => {
  it('gives eight names eight colours', () => {
    expect(new Set(createPalette().assign(MODELS).values()).size).toBe(SERIES_SLOTS);
  });

  it('does not depend on the order of the names', () => {
    const forwards = createPalette().assign(MODELS);
    const backwards = createPalette().assign([...MODELS].reverse());
    for (const name of MODELS) expect(backwards.get(name)).toBe(forwards.get(name));
  });

  it('keeps the colour of a name when others leave the chart', () => {
    const palette = createPalette();
    const all = palette.assign(MODELS);
    for (const name of MODELS) expect(palette.assign([name]).get(name)).toBe(all.get(name));
    expect(palette.assign(MODELS.slice(2, 5)).get('gpt-5.4-mini')).toBe(all.get('gpt-5.4-mini'));
  });

  it('never gives two names of a chart the same colour, whatever was shown before', () => {
    const palette = createPalette();
    for (let index = 0; index < 40; index++) {
      const names = Array.from({ length: SERIES_SLOTS }, (_, slot) => `model-${(index * 3 + slot * 7) % 29}`);
      const distinct = new Set(names);
      expect(new Set(palette.assign(names).values()).size).toBe(distinct.size);
    }
  });

  it('leaves what is beyond eight without a colour', () => {
    expect(createPalette().assign([...MODELS, 'ninth', 'tenth']).size).toBe(SERIES_SLOTS);
  });
});

/** OKLab distance; about 0.02 is just noticeable side by side, and colours in a legend need several times that. */
const TELLABLE = 0.08;

describe('the palette in styles.css', () => {
  const css = readFileSync(new URL('../styles.css', import.meta.url), 'utf8');
  const blocks = [...css.matchAll(/(?:--series-(?:\d|other): #[0-9a-f]{6};\s*){9}/g)].map(([block]) =>
    [...block.matchAll(/#[0-9a-f]{6}/g)].map(([colour]) => colour),
  );

  it('exists for both themes, with a colour for the rest', () => {
    expect(blocks.map((colours) => colours.length)).toEqual([SERIES_SLOTS + 1, SERIES_SLOTS + 1]);
  });

  it.each(['normal', 'protan', 'deutan', 'tritan'] as const)('can be told apart with %s vision', (vision) => {
    for (const colours of blocks) expect(Math.min(...distances(colours, vision))).toBeGreaterThan(TELLABLE);
  });
});
