import type { AnalysisSample } from '@tokengrip/core/contract/analysis';
import { useState } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { Checkbox } from '../../../components/ui/field.tsx';
import { useTimeZone } from '../../../lib/api/me.ts';
import { formatAbsolute } from '../../../lib/time.ts';
import { countOf } from '../words.ts';

export interface SamplesChoiceProps {
  samples: readonly AnalysisSample[];
  leftOut: readonly string[];
  /** Makes the document again without these. */
  onLeaveOut: (ids: readonly string[]) => void;
}

/** The texts that are in the document, each with a tick. */
export function SamplesChoice({ samples, leftOut, onLeaveOut }: SamplesChoiceProps) {
  const timeZone = useTimeZone();
  const [unticked, setUnticked] = useState<readonly string[]>([]);
  const toggle = (id: string) =>
    setUnticked((before) => (before.includes(id) ? before.filter((other) => other !== id) : [...before, id]));
  return (
    <section aria-label="Samples of text" className="border-t border-line px-4 py-3">
      <h3 className="text-xs font-medium text-subtle">
        {countOf(samples.length, 'sample')} of captured text in the document
        {leftOut.length > 0 && `, ${leftOut.length} left out`}
      </h3>
      <ul className="mt-2 flex flex-col gap-3">
        {samples.map((sample) => (
          <li key={sample.id} className="rounded-md border border-line px-3 py-2.5">
            <Checkbox
              label={`${sample.project.name}${sample.feature === null ? '' : ` · ${sample.feature}`}`}
              hint={`${formatAbsolute(sample.timestamp, timeZone)}${redactedText(sample.redacted)}`}
              checked={!unticked.includes(sample.id)}
              onChange={() => toggle(sample.id)}
            />
            <dl className="mt-2 grid gap-2 text-xs sm:grid-cols-2">
              <Text name="Prompt" text={sample.prompt} />
              <Text name="Answer" text={sample.response} />
            </dl>
          </li>
        ))}
      </ul>
      {(unticked.length > 0 || leftOut.length > 0) && (
        <div className="mt-3 flex flex-wrap gap-2">
          {unticked.length > 0 && (
            <Button size="sm" onClick={() => onLeaveOut([...leftOut, ...unticked])}>
              Make the document without {unticked.length === 1 ? 'it' : 'these'}
            </Button>
          )}
          {leftOut.length > 0 && (
            <Button size="sm" variant="ghost" onClick={() => onLeaveOut([])}>
              Take all in again
            </Button>
          )}
        </div>
      )}
    </section>
  );
}

function redactedText(redacted: Record<string, number>): string {
  const kinds = Object.entries(redacted).map(([kind, count]) => `${count} × ${kind.replaceAll('_', ' ')}`);
  return kinds.length === 0 ? '' : ` · taken out: ${kinds.join(', ')}`;
}

const Text = ({ name, text }: { name: string; text: string | null }) =>
  text === null ? null : (
    <div className="min-w-0">
      <dt className="text-subtle">{name}</dt>
      <dd className="break-words whitespace-pre-wrap text-ink">{text}</dd>
    </div>
  );
