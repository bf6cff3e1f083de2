import type { RecostingDetail } from '@tokengrip/core/contract/recosting';
import { Difference } from '../../../components/ui/difference.tsx';
import { Money } from '../../../components/ui/figures.tsx';
import { Panel, PanelHeader } from '../../../components/ui/panel.tsx';
import { EmptyState } from '../../../components/ui/states.tsx';
import { Table, Td, Th } from '../../../components/ui/table.tsx';
import { monthName } from '../../../lib/calendar.ts';
import { cn } from '../../../lib/cn.ts';
import { columnPlaces } from '../../../lib/money.ts';
import { groupName } from '../../../lib/names.ts';
import { formatCount } from '../../../lib/numbers.ts';

/** What the preview found, by model and month, the largest difference first. */
export function RecostingLines({ detail, looking }: { detail: RecostingDetail; looking: boolean }) {
  const lines = detail.lines.filter(({ changedCalls }) => changedCalls > 0);
  const same = detail.lines.length - lines.length;
  const places = columnPlaces(lines.flatMap(({ costBefore, costAfter }) => [costBefore, costAfter]));
  return (
    <Panel aria-label="By model and month">
      <PanelHeader title="By model and month" description="Before and after, for the calls of the month." />
      {lines.length === 0 ? (
        <EmptyState title={looking ? 'Looking at the calls…' : 'Nothing would change'} className="border-t border-line">
          {looking
            ? 'Differences appear here as they are found.'
            : 'Every call has the cost that today’s prices give it.'}
        </EmptyState>
      ) : (
        <div className={cn('pb-1.5', looking && 'opacity-60')}>
          <Table>
            <thead>
              <tr>
                <Th>Model</Th>
                <Th className="max-md:hidden">Provider</Th>
                <Th>Month</Th>
                <Th numeric>Calls that change</Th>
                <Th numeric>Without a cost</Th>
                <Th numeric>Before</Th>
                <Th numeric>After</Th>
                <Th numeric>Difference</Th>
              </tr>
            </thead>
            <tbody>
              {lines.map((line) => (
                <tr key={[line.month, line.provider, line.model].join('\n')} className="border-t border-line">
                  <Td className="w-full max-w-0 min-w-36 truncate font-medium text-ink" title={line.model}>
                    {groupName('model', line.model)}
                  </Td>
                  <Td className="text-muted max-md:hidden">{groupName('provider', line.provider)}</Td>
                  <Td className="text-muted">{monthName(`${line.month}-01`)}</Td>
                  <Td numeric>
                    {formatCount(line.changedCalls)} <span className="text-subtle">of {formatCount(line.calls)}</span>
                  </Td>
                  <Td numeric className="text-muted">
                    {line.uncostedBefore === line.uncostedAfter ? (
                      formatCount(line.uncostedAfter)
                    ) : (
                      <>
                        {formatCount(line.uncostedBefore)} → {formatCount(line.uncostedAfter)}
                      </>
                    )}
                  </Td>
                  <Td numeric className="text-muted">
                    <Money usd={line.costBefore} places={places} />
                  </Td>
                  <Td numeric className="text-ink">
                    <Money usd={line.costAfter} places={places} />
                  </Td>
                  <Td numeric className="font-medium text-ink">
                    <Difference before={line.costBefore} after={line.costAfter} places={places} />
                  </Td>
                </tr>
              ))}
            </tbody>
          </Table>
          {(same > 0 || detail.linesLeftOff > 0) && (
            <p className="border-t border-line px-4 pt-2 pb-1 text-xs text-subtle nums">
              {same > 0 && `Models and months that stay as they are: ${formatCount(same)}. `}
              {detail.linesLeftOff > 0 && `${formatCount(detail.linesLeftOff)} more lines are not listed.`}
            </p>
          )}
        </div>
      )}
    </Panel>
  );
}
