import type { RealizedDay } from '@tokengrip/core/contract/realized';
import { Money } from '../../../components/ui/figures.tsx';
import { Table, Td, Th } from '../../../components/ui/table.tsx';
import { columnPlaces, formatUsd, formatUsdAxis } from '../../../lib/money.ts';
import { formatCount, formatPercent } from '../../../lib/numbers.ts';
import { formatBucket, formatTick } from '../../../lib/time.ts';
import type { BandPoint } from '../band.ts';
import { BandChart, COLOURS } from './band-chart.tsx';

const noon = (day: string) => `${day}T12:00:00Z`;
const title = (day: string) => formatBucket(noon(day), 'day', 'UTC');

/** `cost`: what each day cost, against what it would have cost. `saved`: everything saved up to each day. */
export function RealizedChart({ days, kind }: { days: readonly RealizedDay[]; kind: 'cost' | 'saved' }) {
  const at = ({ day }: RealizedDay) => ({ title: title(day), tick: formatTick(noon(day), 'day', 'UTC') });
  if (kind === 'saved') {
    const points = days.map(
      (day): BandPoint => ({
        ...at(day),
        value: Number(day.cumulative),
        low: Number(day.cumulativeLow),
        high: Number(day.cumulativeHigh),
      }),
    );
    return (
      <BandChart
        label="Everything saved up to each day, with its uncertainty"
        points={points}
        names={{ value: 'Saved in all', band: '95 % confidence' }}
        formatAxis={formatUsdAxis}
        texts={(index) => {
          const day = days[index];
          if (!day) return [];
          return [
            { label: 'Saved in all', text: formatUsd(day.cumulative), colour: COLOURS.value },
            { label: 'At least', text: formatUsd(day.cumulativeLow), colour: 'transparent' },
            { label: 'At most', text: formatUsd(day.cumulativeHigh), colour: 'transparent' },
            { label: 'That day', text: formatUsd(day.saved), colour: 'transparent' },
          ];
        }}
      />
    );
  }
  // The uncertainty is that of the old way: what was paid is known.
  const points = days.map((day): BandPoint => {
    const cost = Number(day.cost);
    return {
      ...at(day),
      other: cost,
      value: Number(day.costOtherwise),
      low: cost + Number(day.savedLow),
      high: cost + Number(day.savedHigh),
    };
  });
  return (
    <BandChart
      label="Cost by day, against what it would have cost, with its uncertainty"
      points={points}
      names={{ other: 'It did cost', value: 'It would have cost', band: '95 % confidence' }}
      formatAxis={formatUsdAxis}
      texts={(index) => {
        const day = days[index];
        if (!day) return [];
        return [
          { label: 'It would have cost', text: formatUsd(day.costOtherwise), colour: COLOURS.value },
          { label: 'It did cost', text: formatUsd(day.cost), colour: COLOURS.other },
          { label: 'Saved', text: formatUsd(day.saved), colour: 'transparent' },
          {
            label: '95 % confidence',
            text: `${formatUsd(day.savedLow)} – ${formatUsd(day.savedHigh)}`,
            colour: 'transparent',
          },
        ];
      }}
    />
  );
}

/** The same figures, the newest first. */
export function RealizedTable({ days }: { days: readonly RealizedDay[] }) {
  const places = columnPlaces(days.flatMap(({ cost, costOtherwise, saved }) => [cost, costOtherwise, saved]));
  return (
    <Table aria-label="Saved, day by day">
      <thead>
        <tr>
          <Th>Day</Th>
          <Th numeric className="max-sm:hidden">
            Calls
          </Th>
          <Th numeric className="max-lg:hidden">
            Changed
          </Th>
          <Th numeric>Did cost</Th>
          <Th numeric>Would have</Th>
          <Th numeric>Saved</Th>
          <Th numeric className="max-md:hidden">
            95 % confidence
          </Th>
          <Th numeric className="max-sm:hidden">
            In all
          </Th>
        </tr>
      </thead>
      <tbody>
        {[...days].reverse().map((one) => (
          <tr key={one.day} className="border-t border-line">
            <Td className="text-muted">{title(one.day)}</Td>
            <Td numeric className="text-muted max-sm:hidden">
              {formatCount(one.calls)}
            </Td>
            <Td numeric className="text-muted max-lg:hidden">
              {one.adoption === null ? '—' : formatPercent(one.adoption, 0)}
            </Td>
            <Td numeric>
              <Money usd={one.cost} places={places} />
            </Td>
            <Td numeric>
              <Money usd={one.costOtherwise} places={places} />
            </Td>
            <Td numeric className="font-medium">
              <Money usd={one.saved} places={places} />
            </Td>
            <Td numeric className="text-subtle max-md:hidden">
              <Money usd={one.savedLow} places={places} /> – <Money usd={one.savedHigh} places={places} />
            </Td>
            <Td numeric className="max-sm:hidden">
              <Money usd={one.cumulative} places={places} />
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
