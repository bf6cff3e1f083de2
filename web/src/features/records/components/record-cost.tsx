import type { CostLine, RecordDetail } from '@tokengrip/core/contract/records';
import type { ReactNode } from 'react';
import { exactUsd } from '../../../lib/money.ts';
import { formatCount } from '../../../lib/numbers.ts';
import { formatAbsolute } from '../../../lib/time.ts';
import { tokenClassLabel } from '../../../lib/token-classes.ts';

/** How a record's cost comes about: quantity × rate = amount for each class, and the price that it is from. */
export function RecordCost({ record, timeZone }: { record: RecordDetail; timeZone: string }) {
  const { lines, exact, match, approximate, reported, recostingId } = record.costDetail;
  return (
    <div className="mt-3 flex flex-col gap-3">
      {lines.length > 0 && (
        <dl className="flex flex-col gap-1.5 text-sm">
          {lines.map((line) => (
            <Line key={line.costClass} line={line} />
          ))}
        </dl>
      )}
      {!exact && (
        <p className="text-xs text-muted">
          The calculation cannot be shown to the last digit: the usage object was erased, or the price under it has been
          corrected since.
        </p>
      )}
      <ul className="flex flex-col gap-1 text-xs text-muted">
        <PriceNote record={record} timeZone={timeZone} />
        {match && <li>{match.text}</li>}
        {approximate.map(({ code, text }) => (
          <li key={code}>{text}</li>
        ))}
        {reported !== null && <li>The provider itself says {exactUsd(reported)}.</li>}
        {recostingId !== null && <li>Priced again by re-costing {recostingId}.</li>}
      </ul>
    </div>
  );
}

/** `webSearches` → `Web searches`, where the class is none of tokens. */
function nameOfClass(costClass: string): string {
  const label = tokenClassLabel(costClass);
  if (label !== costClass) return label;
  const words = costClass.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function Line({ line }: { line: CostLine }) {
  const factors = line.factors.map(({ applies, factor }) => ` × ${factor} (${applies})`).join('');
  return (
    <div className="grid grid-cols-[1fr_auto] items-baseline gap-x-3">
      <dt className="min-w-0 truncate text-muted">{nameOfClass(line.costClass)}</dt>
      <dd className="text-right text-ink nums">{exactUsd(line.amount)}</dd>
      <dd className="col-span-2 text-xs text-subtle nums">
        {formatCount(line.quantity)} × ${line.rate}
        {factors}
      </dd>
    </div>
  );
}

function PriceNote({ record, timeZone }: { record: RecordDetail; timeZone: string }): ReactNode {
  const { price } = record.costDetail;
  if (!price) return null;
  const since =
    price.effectiveFrom === null ? '' : `, in effect since ${formatAbsolute(price.effectiveFrom, timeZone)}`;
  return (
    <li>
      {price.kind === 'override' ? 'Your own price of ' : 'Price of '}
      <span className="font-mono text-ink">{price.modelKey}</span>
      {price.edition === null ? '' : ` in the list of ${price.edition}`}
      {since}.{price.note === null ? '' : ` ${price.note}`}
      {price.replaced && ' Another price holds for that time by now: re-costing would change this cost.'}
    </li>
  );
}
