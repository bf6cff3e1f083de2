import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Recommendation } from '@tokengrip/core/contract/savings';
import { ArrowUpRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { Badge } from '../../../components/ui/badge.tsx';
import { CodeBlock } from '../../../components/ui/code-block.tsx';
import { Sheet } from '../../../components/ui/dialog.tsx';
import { Money, Tokens } from '../../../components/ui/figures.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { ErrorState } from '../../../components/ui/states.tsx';
import { useTimeZone } from '../../../lib/api/me.ts';
import type { Language } from '../../../lib/highlight.ts';
import { exactUsd } from '../../../lib/money.ts';
import { formatCount } from '../../../lib/numbers.ts';
import { parseSearch, readAppSearch } from '../../../lib/search.ts';
import { useSearchPatch } from '../../../lib/search-state.ts';
import { formatDate } from '../../../lib/time.ts';
import { recommendationQuery } from '../api/decisions.ts';
import { useMay, useSavingsSearch } from '../use-savings.ts';
import { figureText, kindText, STATE_LABELS, STATE_TONES } from '../words.ts';
import { DecisionActions } from './decision-actions.tsx';
import { Levels } from './levels.tsx';

/** One recommendation: what was seen, how to do it, and what becomes of it. */
export function RecommendationSheet() {
  const { recommendation: id } = useSavingsSearch();
  const patch = useSearchPatch();
  const found = useQuery({ ...recommendationQuery(id ?? 0), enabled: id !== undefined });
  return (
    <Sheet
      open={id !== undefined}
      onOpenChange={(open) => !open && patch({ recommendation: undefined })}
      title={found.data ? kindText(found.data) : 'Recommendation'}
      className="w-[42rem]! max-sm:max-w-full!"
    >
      {found.data ? (
        <Details key={id} recommendation={found.data} />
      ) : found.isError ? (
        <ErrorState error={found.error} what="The recommendation" onRetry={() => void found.refetch()} />
      ) : (
        <div className="flex flex-col gap-4 px-5 py-5">
          <Skeleton className="h-5 w-80 max-w-full" />
          <Skeleton className="h-10 w-48" />
          <Skeleton className="h-32 w-full" />
        </div>
      )}
    </Sheet>
  );
}

const Section = ({ title, children }: { title: string; children: ReactNode }) => (
  <section className="border-t border-line px-5 py-4">
    <h3 className="mb-2 text-xs font-medium text-subtle">{title}</h3>
    {children}
  </section>
);

function Details({ recommendation }: { recommendation: Recommendation }) {
  const { title, what, steps, snippet, savingPerMonth, state, projectName } = recommendation;
  const mayDecide = useMay('savings.manage');
  return (
    <div className="flex min-h-full flex-col">
      <div className="px-5 py-4">
        <h2 className="text-md font-semibold text-balance text-ink">{title}</h2>
        <p className="mt-1 text-sm text-muted">
          <Money usd={savingPerMonth} className="text-2xl font-semibold tracking-tight text-ink" /> a month
          {projectName !== null && ` in ${projectName}`}
        </p>
        <div className="mt-2 flex flex-wrap items-center gap-1">
          <Badge tone={STATE_TONES[state]}>{STATE_LABELS[state].toLowerCase()}</Badge>
          <Levels recommendation={recommendation} />
          {recommendation.source === 'analysis' && (
            <Badge title="A model proposed it; the saving was computed here, over the calls themselves.">
              proposed by Claude
            </Badge>
          )}
        </div>
        <Decided recommendation={recommendation} />
      </div>
      <Section title="Why">
        <ul className="flex flex-col gap-1.5 text-sm text-ink">
          {what.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </Section>
      <Evidence recommendation={recommendation} />
      {(steps.length > 0 || snippet !== null) && (
        <Section title="How">
          <ol className="flex list-decimal flex-col gap-1.5 pl-4 text-sm text-ink marker:text-subtle">
            {steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
          {snippet && (
            <div className="mt-3">
              <CodeBlock
                code={snippet.code}
                language={LANGUAGES[snippet.language] ?? 'shell'}
                title={snippet.language === 'diff' ? 'Change' : 'Example'}
              />
            </div>
          )}
        </Section>
      )}
      {mayDecide && (
        <div className="sticky bottom-0 mt-auto border-t border-line bg-surface px-5 py-3">
          <DecisionActions recommendation={recommendation} />
        </div>
      )}
    </div>
  );
}

const LANGUAGES: Partial<Record<string, Language>> = { ts: 'typescript', typescript: 'typescript', diff: 'diff' };

function Decided({ recommendation }: { recommendation: Recommendation }) {
  const timeZone = useTimeZone();
  const { state, decidedBy, decidedAt, reason, snoozedUntil, applies } = recommendation;
  const by = decidedAt !== null && (
    <>
      {decidedBy === null ? '' : ` by ${decidedBy.name}`} on {formatDate(decidedAt, timeZone)}
    </>
  );
  return (
    <div className="mt-2 flex flex-col gap-1 text-xs text-subtle empty:hidden">
      {state === 'accepted' && (
        <p>
          Accepted{by}.{' '}
          <Link
            to="/savings"
            search={(search) => ({
              ...readAppSearch({ ...search }),
              tab: 'realized' as const,
              recommendation: recommendation.id,
            })}
            className="rounded-xs text-accent hover:underline"
          >
            What it has saved
          </Link>
        </p>
      )}
      {state === 'dismissed' && (
        <p>
          Dismissed{by}
          {reason !== null && <>: “{reason}”</>}. It comes back if it would save twice as much.
        </p>
      )}
      {state === 'snoozed' && snoozedUntil !== null && (
        <p>
          Put off until {formatDate(snoozedUntil, timeZone)}
          {decidedBy && ` by ${decidedBy.name}`}.
        </p>
      )}
      {!applies && state !== 'gone' && <p>The last look did not find it any more.</p>}
    </div>
  );
}

function Evidence({ recommendation }: { recommendation: Recommendation }) {
  const timeZone = useTimeZone();
  const { evidence, query } = recommendation;
  const days = formatCount(Math.max(1, Math.round(evidence.days)));
  return (
    <Section title="What was seen">
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3">
        <Figure name="Period" title={`${days} days, scaled to 30`}>
          {formatDate(evidence.from, timeZone)} – {formatDate(Date.parse(evidence.to) - 1, timeZone)}
        </Figure>
        <Figure name="Calls">{formatCount(evidence.calls)}</Figure>
        <Figure name="Tokens">
          <Tokens count={evidence.tokens} />
        </Figure>
        <Figure name="Their cost">
          <Money usd={evidence.cost} />
        </Figure>
        {evidence.figures.map((one) => (
          <Figure key={one.name} name={one.label} title={one.unit === 'usd' ? exactUsd(String(one.value)) : undefined}>
            {figureText(one)}
          </Figure>
        ))}
      </dl>
      <Link
        to="/records"
        search={parseSearch(query.slice(query.indexOf('?') + 1))}
        className="mt-3 inline-flex items-center gap-1 rounded-xs text-xs font-medium text-accent hover:underline"
      >
        Open the records behind it <ArrowUpRight size={13} aria-hidden />
      </Link>
    </Section>
  );
}

function Figure(props: { name: string; title?: string | undefined; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-subtle">{props.name}</dt>
      <dd className="text-sm break-words text-ink" title={props.title}>
        {props.children}
      </dd>
    </div>
  );
}
