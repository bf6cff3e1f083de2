import type { AnalysisPreview } from '@tokengrip/core/contract/analysis';
import { Search, Send } from 'lucide-react';
import { type ReactNode, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { CopyButton } from '../../../components/ui/copy-button.tsx';
import { FormError } from '../../../components/ui/field.tsx';
import { Money } from '../../../components/ui/figures.tsx';
import { Panel } from '../../../components/ui/panel.tsx';
import { ScrollRegion } from '../../../components/ui/scroll-region.tsx';
import { formatCompact, formatCount } from '../../../lib/numbers.ts';
import { findInText } from '../find-in-text.ts';
import { countOf } from '../words.ts';
import { SamplesChoice } from './samples-choice.tsx';

export interface DocumentPanelProps {
  preview: AnalysisPreview;
  /** Something else is chosen by now. */
  isOutdated: boolean;
  isSending: boolean;
  error: string | undefined;
  leftOut: readonly string[];
  onLeaveOut: (ids: readonly string[]) => void;
  onSend: () => void;
}

/** Exactly what would be sent, to be read and searched, and the button that sends it. */
export function DocumentPanel(props: DocumentPanelProps) {
  const { preview, isOutdated, isSending, error, leftOut, onLeaveOut, onSend } = props;
  const { document: text, documentBytes, documentHash, estimate, samples, model, host } = preview;
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    panel.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <Panel aria-label="What would be sent" ref={panel}>
      <div className="px-4 pt-4 pb-3">
        <h2 className="text-sm font-semibold text-ink">What would be sent, to the byte</h2>
        <dl className="mt-3 grid grid-cols-2 gap-x-8 gap-y-3 md:grid-cols-4">
          <Fact name="To" note={model}>
            {host}
          </Fact>
          <Fact name="Size" note={`about ${formatCompact(estimate.inputTokens)} tokens with the instructions`}>
            {formatBytes(documentBytes)}
          </Fact>
          <Fact name="Samples of text" note={samples.length === 0 ? 'figures alone' : 'redacted, see below'}>
            {samples.length === 0 ? 'None' : formatCount(samples.length)}
          </Fact>
          <Fact
            name="Costs at most"
            note={
              estimate.maxCost === null
                ? 'the model has no price here'
                : `for up to ${formatCompact(estimate.maxOutputTokens)} tokens of answer`
            }
          >
            {estimate.maxCost === null ? 'Not known' : <Money usd={estimate.maxCost} />}
          </Fact>
        </dl>
      </div>
      <DocumentText text={text} />
      <div className="flex flex-col gap-2 border-t border-line px-4 py-3 text-xs text-muted">
        <Fold title="The instructions that go with it, the same for everybody">{preview.instructions}</Fold>
        <Fold title="The form that the answer must have">{preview.answerForm}</Fold>
        <p className="break-all text-subtle">
          SHA-256 <span className="font-mono">{documentHash}</span>
        </p>
      </div>
      {(samples.length > 0 || leftOut.length > 0) && (
        <SamplesChoice samples={samples} leftOut={leftOut} onLeaveOut={onLeaveOut} />
      )}
      <div className="flex flex-wrap items-center gap-3 border-t border-line px-4 py-3">
        <Button
          variant="primary"
          icon={<Send size={14} aria-hidden />}
          loading={isSending}
          disabled={isOutdated}
          onClick={onSend}
        >
          Send it to Claude
        </Button>
        <p className="text-xs text-subtle">
          {isOutdated
            ? 'Something else is chosen by now. Make the document again first.'
            : 'This document and nothing else. Its cost is recorded as a call of yours.'}
        </p>
        {error && (
          <div className="w-full">
            <FormError>{error}</FormError>
          </div>
        )}
      </div>
    </Panel>
  );
}

const KILO = 1_000;
const formatBytes = (bytes: number) => (bytes < KILO ? `${bytes} bytes` : `${(bytes / KILO).toFixed(1)} kB`);

const Fact = ({ name, note, children }: { name: string; note: string; children: ReactNode }) => (
  <div className="min-w-0">
    <dt className="text-xs text-subtle">{name}</dt>
    <dd className="truncate text-sm font-medium text-ink nums">{children}</dd>
    <dd className="text-xs text-subtle">{note}</dd>
  </div>
);

const Fold = ({ title, children }: { title: string; children: string }) => (
  <details>
    <summary className="w-fit cursor-pointer rounded-xs hover:text-ink">{title}</summary>
    <ScrollRegion
      label={title}
      className="mt-2 max-h-64 overflow-auto rounded-sm border border-line bg-canvas px-3 py-2"
    >
      <pre className="font-mono text-2xs leading-4 break-words whitespace-pre-wrap text-ink">{children}</pre>
    </ScrollRegion>
  </details>
);

function DocumentText({ text }: { text: string }) {
  const [wanted, setWanted] = useState('');
  const deferred = useDeferredValue(wanted);
  const { parts, count } = useMemo(() => findInText(text, deferred), [text, deferred]);
  const region = useRef<HTMLElement>(null);
  useEffect(() => {
    if (deferred === '') return;
    const mark = region.current?.querySelector('mark');
    if (mark && region.current) region.current.scrollTop = mark.offsetTop - region.current.clientHeight / 3;
  }, [deferred]);
  return (
    <div className="border-t border-line">
      <div className="flex flex-wrap items-center gap-3 px-4 py-2">
        <div className="relative w-72 max-w-full">
          <Search
            size={14}
            className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-subtle"
            aria-hidden
          />
          <input
            type="search"
            aria-label="Search the document"
            placeholder="Search the document"
            autoComplete="off"
            spellCheck={false}
            value={wanted}
            onChange={(event) => setWanted(event.target.value)}
            className="h-8 w-full rounded-sm border border-line-strong bg-surface pr-2 pl-8 text-sm text-ink shadow-raised placeholder:text-subtle focus:border-accent focus:outline-2 focus:outline-offset-0 focus:outline-accent-soft"
          />
        </div>
        <span role="status" className="text-xs text-subtle nums">
          {deferred === '' ? '' : count === 0 ? 'It is not in it' : countOf(count, 'place')}
        </span>
        <span className="ml-auto">
          <CopyButton size="sm" variant="ghost" text={text} label="Copy document" />
        </span>
      </div>
      <ScrollRegion
        label="The document"
        ref={region}
        className="relative h-96 overflow-auto overscroll-contain border-t border-line bg-canvas px-4 py-3 focus-visible:-outline-offset-2"
      >
        <pre className="font-mono text-xs leading-5 break-words whitespace-pre-wrap text-ink">
          {parts.map(({ at, text: part, found }) =>
            found ? (
              <mark key={at} className="rounded-xs bg-warn-soft text-ink outline-1 outline-warn">
                {part}
              </mark>
            ) : (
              <span key={at}>{part}</span>
            ),
          )}
        </pre>
      </ScrollRegion>
    </div>
  );
}
