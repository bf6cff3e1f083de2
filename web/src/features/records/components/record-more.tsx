import type { RecordDetail } from '@tokengrip/core/contract/records';
import type { ReactNode } from 'react';
import { ScrollRegion } from '../../../components/ui/scroll-region.tsx';
import { formatDuration } from '../../../lib/numbers.ts';
import { recordAddress } from '../../../lib/record-address.ts';
import { formatAbsolute } from '../../../lib/time.ts';
import { Fact, Facts } from './facts.tsx';

const yesOrNo = (value: boolean | null) => (value === null ? null : value ? 'yes' : 'no');

/** What a row of the list does not have. Facts that are not known are left out. */
export function RecordMore({
  record,
  timeZone,
  show,
}: {
  record: RecordDetail;
  timeZone: string;
  show: (address: string) => void;
}) {
  const tags = Object.entries(record.tags);
  const facts: [string, ReactNode][] = [
    ['First token', record.timeToFirstTokenMs === null ? null : formatDuration(record.timeToFirstTokenMs)],
    ['Attempts', record.attempts],
    ['Error', record.errorType],
    ['Finished', record.finishReason],
    ['Service tier', record.serviceTier],
    ['Speed', record.speed],
    ['Region', record.region],
    ['Reasoning', record.reasoningEffort],
    ['Streamed', yesOrNo(record.streamed)],
    ['Interactive', yesOrNo(record.interactive)],
    ['Session', record.session],
    ['Trace', record.traceId],
    ['Response', record.responseId],
    ['Source', record.source],
    ['Key', record.key && `${record.key.name} (${record.key.prefix}…)`],
    ['Received', formatAbsolute(record.receivedAt, timeZone)],
  ];
  return (
    <>
      <Facts>
        {facts
          .filter(([, value]) => value !== null)
          .map(([name, value]) => (
            <Fact key={name} name={name}>
              {value}
            </Fact>
          ))}
      </Facts>
      {tags.length > 0 && (
        <Facts title="Tags">
          {tags.map(([name, value]) => (
            <Fact key={name} name={name}>
              {value}
            </Fact>
          ))}
        </Facts>
      )}
      <Twins record={record} timeZone={timeZone} show={show} />
      {record.content && (
        <Section title="Captured text">
          {record.content.prompt !== null && <Quote name="Prompt">{record.content.prompt}</Quote>}
          {record.content.response !== null && <Quote name="Response">{record.content.response}</Quote>}
        </Section>
      )}
      {record.rawUsage !== null && (
        <Section title="Usage as it came">
          <ScrollRegion
            label="Usage as it came"
            className="max-h-80 overflow-auto rounded-md border border-line bg-sunken p-3"
          >
            <pre className="font-mono text-xs text-ink">{JSON.stringify(record.rawUsage, null, 2)}</pre>
          </ScrollRegion>
        </Section>
      )}
    </>
  );
}

/** The other reports of the same call. */
function Twins({
  record,
  timeZone,
  show,
}: {
  record: RecordDetail;
  timeZone: string;
  show: (address: string) => void;
}) {
  const twins = record.winner ? [record.winner] : record.duplicates;
  if (twins.length === 0 && record.duplicateOf === null) return null;
  return (
    <Section
      title={
        record.duplicateOf === null
          ? 'Also reported by'
          : 'Not counted: another record reports the same response of the provider'
      }
    >
      <ul className="flex flex-col gap-1 text-sm">
        {twins.map(({ id, timestamp, source }) => (
          <li key={id}>
            <button
              type="button"
              className="text-left text-accent hover:underline"
              onClick={() => show(recordAddress({ projectId: record.projectId, id }))}
            >
              {source}, {formatAbsolute(timestamp, timeZone)}
            </button>
          </li>
        ))}
      </ul>
    </Section>
  );
}

const Section = ({ title, children }: { title: string; children: ReactNode }) => (
  <div className="flex flex-col gap-2 px-5 py-4">
    <p className="text-xs font-medium text-muted">{title}</p>
    {children}
  </div>
);

const Quote = ({ name, children }: { name: string; children: string }) => (
  <div>
    <p className="text-xs text-subtle">{name}</p>
    <p className="mt-0.5 text-sm break-words whitespace-pre-wrap text-ink">{children}</p>
  </div>
);
