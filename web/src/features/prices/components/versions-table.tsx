import type { PriceHistoryVersion } from '@tokengrip/core/contract/prices';
import { Badge } from '../../../components/ui/badge.tsx';
import { Table, Td, Th } from '../../../components/ui/table.tsx';
import { useTimeZone } from '../../../lib/api/me.ts';
import { cn } from '../../../lib/cn.ts';
import { formatAbsolute, formatDate } from '../../../lib/time.ts';
import { ORIGINS } from '../words.ts';
import { Rate, RateLine } from './rate.tsx';
import { Span } from './span.tsx';

/** Everything that was ever known of the list's price: when it held, and from when to when we knew it so. */
export function VersionsTable({ versions }: { versions: readonly PriceHistoryVersion[] }) {
  const timeZone = useTimeZone();
  // Images, seconds and pages have rates of other names.
  const perToken = versions.some(
    ({ entry: { rates } }) => 'input_cost_per_token' in rates || 'output_cost_per_token' in rates,
  );
  const moment = (instant: string) => (
    <span title={formatAbsolute(instant, timeZone)}>{formatDate(instant, timeZone)}</span>
  );
  return (
    <section aria-label="Versions" className="pt-4 pb-3">
      <p className="px-5 text-xs font-medium text-muted">
        Versions of the price list
        <span className="font-normal text-subtle"> · a call costs what held at its time, as best known</span>
      </p>
      <div className="mt-1.5 px-1">
        <Table>
          <thead>
            <tr>
              <Th>Held</Th>
              {perToken ? (
                <>
                  <Th numeric>Input</Th>
                  <Th numeric>Output</Th>
                </>
              ) : (
                <Th>Rates</Th>
              )}
              <Th>From</Th>
              <Th>Known since</Th>
            </tr>
          </thead>
          <tbody>
            {[...versions].reverse().map((version) => {
              const superseded = version.supersededAt !== null;
              return (
                <tr key={version.id} className={cn('border-t border-line', superseded && 'text-subtle')}>
                  <Td>
                    <Span from={version.effectiveFrom} to={version.effectiveTo} />
                  </Td>
                  {perToken ? (
                    <>
                      <Td numeric>
                        <Rate rates={version.entry.rates} name="input_cost_per_token" />
                      </Td>
                      <Td numeric>
                        <Rate rates={version.entry.rates} name="output_cost_per_token" />
                      </Td>
                    </>
                  ) : (
                    <Td className="text-xs">
                      <RateLine rates={version.entry.rates} most={1} />
                    </Td>
                  )}
                  <Td className="text-xs">
                    {ORIGINS[version.origin]} <span className="text-subtle">{version.edition}</span>
                  </Td>
                  <Td className="text-xs">
                    {moment(version.recordedAt)}
                    {version.supersededAt !== null && (
                      <>
                        {' '}
                        <Badge title={`Replaced ${formatAbsolute(version.supersededAt, timeZone)}`}>replaced</Badge>
                      </>
                    )}
                  </Td>
                </tr>
              );
            })}
          </tbody>
        </Table>
      </div>
    </section>
  );
}
