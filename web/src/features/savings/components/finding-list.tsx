import { Link } from '@tanstack/react-router';
import type { AnalysisFinding } from '@tokengrip/core/contract/analysis';
import { Badge } from '../../../components/ui/badge.tsx';
import { Money } from '../../../components/ui/figures.tsx';
import { Panel, PanelHeader } from '../../../components/ui/panel.tsx';
import { EmptyState } from '../../../components/ui/states.tsx';
import { formatPercent } from '../../../lib/numbers.ts';
import { readAppSearch } from '../../../lib/search.ts';
import { countOf } from '../words.ts';
import { Levels } from './levels.tsx';

const ACTIONS: Record<AnalysisFinding['action'], string> = {
  switch_model: 'Another model',
  use_batch: 'Batch',
  change_tier: 'Another tier',
  add_caching: 'Prompt caching',
  shorten_prompts: 'Shorter prompts',
  lower_max_tokens: 'Lower limit of tokens',
  lower_effort: 'Less reasoning effort',
  advice: 'Advice',
};

/** What the API calls the parameters of an action. */
const DETAILS: Record<string, (value: string) => [name: string, value: string]> = {
  readShare: (value) => ['from a cache', formatPercent(Number(value), 0)],
  inputFactor: (value) => ['input tokens', `× ${value}`],
  outputFactor: (value) => ['output tokens', `× ${value}`],
};

const NO_SAVING: Record<NonNullable<AnalysisFinding['noSaving']>, string> = {
  advice: 'Advice: nothing that could be computed.',
  not_computable: 'What it would save cannot be computed from the calls.',
  no_saving: 'Computed over your calls, it saves nothing.',
  no_calls: 'No calls fit it.',
};

/** What Claude proposes, with what our engine makes of it. All texts are a model's: shown as they are, never as markup. */
export function FindingList({ findings, discarded }: { findings: readonly AnalysisFinding[]; discarded: number }) {
  return (
    <Panel aria-label="What Claude proposes">
      <PanelHeader
        title="What Claude proposes"
        description="Savings are computed here, over your calls, in 30 days. None is Claude’s word."
      />
      {findings.length === 0 ? (
        <EmptyState title="Nothing was proposed" className="border-t border-line" />
      ) : (
        <ul>
          {findings.map((finding) => (
            <Finding key={`${finding.title} ${finding.explanation}`} finding={finding} />
          ))}
        </ul>
      )}
      {discarded > 0 && (
        <p className="border-t border-line px-4 py-2.5 text-xs text-subtle">
          {countOf(discarded, 'proposal')} {discarded === 1 ? 'was' : 'were'} left out: about things that do not exist,
          or without sense.
        </p>
      )}
    </Panel>
  );
}

function Finding({ finding }: { finding: AnalysisFinding }) {
  const { title, explanation, steps, action, details, monthlySaving, noSaving, recommendationId } = finding;
  return (
    <li className="border-t border-line px-4 py-4">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2">
        <div className="min-w-0 flex-1 max-sm:w-full max-sm:flex-none">
          <h3 className="text-sm font-medium break-words text-ink">{title}</h3>
          <p className="mt-1 flex flex-wrap items-center gap-1">
            <Badge>{ACTIONS[action]}</Badge>
            <Levels recommendation={finding} />
          </p>
        </div>
        <p className="max-w-64 text-right text-xs text-muted max-sm:text-left">
          {monthlySaving !== null ? (
            <>
              <Money usd={monthlySaving} className="text-md font-semibold tracking-tight text-ink" /> a month
            </>
          ) : (
            noSaving && NO_SAVING[noSaving]
          )}
        </p>
      </div>
      <p className="mt-2 max-w-3xl text-sm break-words whitespace-pre-wrap text-muted">{explanation}</p>
      {details.length > 0 && (
        <dl className="mt-2 flex flex-wrap gap-x-5 gap-y-1 text-xs">
          {details
            .map(({ name, value }) => DETAILS[name]?.(value) ?? [name, value])
            .map(([name, value]) => (
              <div key={`${name} ${value}`} className="flex min-w-0 gap-1.5">
                <dt className="text-subtle">{name}</dt>
                <dd className="break-all text-ink">{value}</dd>
              </div>
            ))}
        </dl>
      )}
      {steps.length > 0 && (
        <ol className="mt-2 flex max-w-3xl list-decimal flex-col gap-1 pl-4 text-sm text-ink marker:text-subtle">
          {steps.map((step) => (
            <li key={step} className="break-words">
              {step}
            </li>
          ))}
        </ol>
      )}
      {recommendationId !== null && (
        <Link
          to="/savings"
          search={(search) => ({
            ...readAppSearch({ ...search }),
            state: 'all' as const,
            recommendation: recommendationId,
          })}
          className="mt-2 inline-block rounded-xs text-xs font-medium text-accent hover:underline"
        >
          Decide about it
        </Link>
      )}
    </li>
  );
}
