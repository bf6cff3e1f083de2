import { readFile } from 'node:fs/promises';
import { createCatalog } from '@tokengrip/core/cost/catalog';
import { parsePriceFile } from '@tokengrip/core/cost/price-file';
import { SNAPSHOT_FILE } from '@tokengrip/core/domain/prices/load-snapshot';
import {
  estimateFrom,
  SCENARIOS,
  type ScenarioName,
  trueSaving,
  twoWays,
  wasted,
} from '@tokengrip/core/domain/realized/testing';

/** A month: one feature of some weight, 1,000 a day; twice that where what is saved can only be counted. */
const CALLS = 30_000;
const CALLS_OF_KIND: Partial<Record<ScenarioName, number>> = { 'calls that do not fail': 60_000 };

const percent = (share: number) => `${(share * 100).toFixed(2)} %`;

interface Found {
  /** Of the true saving. */
  error: number;
  isInside: boolean;
  half: number;
  wasted: ReturnType<typeof wasted>;
}

/** Plants a change of every kind at a known date, seed after seed, and says how far the saving that is found lies from the true one. */
export async function measureRealized({
  first = 1,
  last = 10,
  calls,
  only = '',
}: {
  first?: number | undefined;
  last?: number | undefined;
  calls?: number | undefined;
  only?: string | undefined;
}): Promise<void> {
  const parsed = parsePriceFile(await readFile(SNAPSHOT_FILE, 'utf8'));
  if (parsed.status === 'refused') throw new Error(parsed.reason);
  const catalog = createCatalog([...parsed.entries].map(([key, entry]) => ({ key, versionId: 1, entry })));
  console.log(
    '| change | mean error | worst | bias | truth in the interval | half of the interval | paid calls wasted |',
  );
  console.log('| --- | --- | --- | --- | --- | --- | --- |');
  for (const name of Object.keys(SCENARIOS) as ScenarioName[]) {
    if (!name.includes(only)) continue;
    const found: Found[] = [];
    for (let seed = first; seed <= last; seed++) {
      const ways = twoWays(name, seed, calls ?? CALLS_OF_KIND[name] ?? CALLS);
      const truth = trueSaving(catalog, ways);
      const { state, totals } = estimateFrom(catalog, name, ways.traffic);
      if (process.env.VERBOSE) console.log(seed, state, Number(totals.saved) / Number(truth) - 1);
      found.push({
        error: state === 'following' ? Number(totals.saved - truth) / Number(truth) : -1,
        isInside: totals.low <= truth && truth <= totals.high,
        half: Number(totals.high - totals.low) / 2 / Number(truth),
        wasted: wasted(catalog, name, ways),
      });
    }
    const mean = (of: (one: Found) => number) => found.reduce((sum, one) => sum + of(one), 0) / found.length;
    const worst = Math.max(...found.map(({ error }) => Math.abs(error)));
    const inside = found.filter(({ isInside }) => isInside).length;
    const known = found.flatMap(({ wasted: one }) => (one ? [Math.abs(one.errorOfKnowing)] : []));
    const counts = found[0]?.wasted;
    console.log(
      `| ${name} | ${percent(mean(({ error }) => Math.abs(error)))} | ${percent(worst)} | ${percent(mean(({ error }) => error))} | ` +
        `${inside}/${found.length} | ±${percent(mean(({ half }) => half))} | ` +
        (counts
          ? `${counts.before} before, ${counts.since} since; with their number known at worst ${percent(Math.max(...known))} |`
          : '|'),
    );
  }
}
