/**
 * Looks for planted waste with the savings rules, seed after seed, and says how well they find it.
 *
 *     node tests/savings/main.ts 100 119 [calls]
 *
 * Or plants changes at a known date, and says how well what they have saved is found (`realized.ts`):
 *
 *     node tests/savings/main.ts realized 100 119 [calls] [part of a name]
 */
import { lookAtProject, priceList } from '@tokengrip/core/domain/savings/look-at-project';
import {
  cleanTraffic,
  NOW,
  PERIOD,
  startTestSavings,
  store,
  wastefulTraffic,
} from '@tokengrip/core/domain/savings/testing';
import { WASTES, type Waste, wastefulFeature } from '@tokengrip/core/sample/company/waste';
import { prepareTemplate } from '@tokengrip/core/testing/postgres';
import { measureRealized } from './realized.ts';

const [part, ...given] = process.argv.slice(2);
if (part === 'realized') {
  const [first, last, calls] = given.map(Number);
  await measureRealized({ first, last, calls, only: given[3] });
  process.exit();
}

const [first = 1, last = 10, calls = 15_000] = process.argv.slice(2).map(Number);

await prepareTemplate();
const results = new Map(WASTES.map((waste) => [waste, { found: 0, errors: [] as number[], others: 0, onClean: 0 }]));
const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
const usd = (pico: bigint) => (Number(pico) / 1e12).toFixed(2);

const worst = () => Math.max(...[...results.values()].flatMap(({ errors }) => errors));

for (let seed = first; seed <= last; seed++) {
  const { database, worker, catalog } = await startTestSavings();
  try {
    const { records, planted } = wastefulTraffic(catalog, seed, calls);
    await store(worker, catalog, records, 11);
    await store(worker, catalog, cleanTraffic(seed + 1_000, calls), 12);
    const prices = priceList(catalog, NOW);
    const wasteful = await lookAtProject(worker.db, { projectId: 11, ...PERIOD }, prices);
    const clean = await lookAtProject(worker.db, { projectId: 12, ...PERIOD }, prices);
    for (const waste of WASTES) {
      const result = results.get(waste);
      const mine = wasteful.drafts.filter(
        ({ rule, scope }) => rule === waste && scope.feature === wastefulFeature(waste),
      );
      if (!result) continue;
      if (mine.length === 1) result.found++;
      const amount = planted.get(waste) ?? 0n;
      const saving = mine.reduce((sum, draft) => sum + draft.savingPicoUsdPerMonth, 0n);
      result.errors.push(Math.abs(Number(saving - amount) / Number(amount)));
      if (process.env.VERBOSE) console.log(seed, waste, mine.length, usd(saving), usd(amount));
    }
    for (const { rule, scope, savingPicoUsdPerMonth } of wasteful.drafts) {
      if (scope.feature === wastefulFeature(rule as Waste)) continue;
      const result = results.get(rule as Waste);
      if (result) result.others++;
      console.log(`seed ${seed}: ${rule} also for ${JSON.stringify(scope)}, ${usd(savingPicoUsdPerMonth)}`);
    }
    for (const { rule, scope, savingPicoUsdPerMonth } of clean.drafts) {
      const result = results.get(rule as Waste);
      if (result) result.onClean++;
      console.log(`seed ${seed}: ${rule} on clean traffic, ${JSON.stringify(scope)}, ${usd(savingPicoUsdPerMonth)}`);
    }
    console.log(
      `seed ${seed}: ${wasteful.calls} calls with waste for ${usd(wasteful.costPicoUsd)}, ${clean.calls} clean for ${usd(clean.costPicoUsd)}; ` +
        `${wasteful.drafts.length} found, the worst error so far ${percent(worst())}`,
    );
  } finally {
    await database.drop();
  }
}

console.log(
  '\n| rule | found | mean error | worst error | elsewhere | on clean traffic |\n| --- | --- | --- | --- | --- | --- |',
);
for (const [waste, { found, errors, others, onClean }] of results) {
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  console.log(
    `| ${waste} | ${found}/${errors.length} | ${percent(mean)} | ${percent(Math.max(...errors))} | ${others} | ${onClean} |`,
  );
}
