import { ChartColumn, KeyRound } from 'lucide-react';
import { useState } from 'react';
import { Sparkline } from '../../../components/charts/sparkline.tsx';
import { type StepData, StepSeries } from '../../../components/charts/step-series.tsx';
import { CHART_HEIGHT, ChartSkeleton, TimeSeries } from '../../../components/charts/time-series.tsx';
import { Badge } from '../../../components/ui/badge.tsx';
import { ProgressBar, ShareBar } from '../../../components/ui/bar.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { CodeBlock } from '../../../components/ui/code-block.tsx';
import { Delta, Money, Points, Tokens } from '../../../components/ui/figures.tsx';
import { Kbd } from '../../../components/ui/kbd.tsx';
import { Logo } from '../../../components/ui/logo.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { Segmented } from '../../../components/ui/segmented.tsx';
import { Skeleton, SkeletonRows } from '../../../components/ui/skeleton.tsx';
import { EmptyState, ErrorState } from '../../../components/ui/states.tsx';
import { Table, Td, Th } from '../../../components/ui/table.tsx';
import { seriesColour } from '../../../lib/colours.ts';
import { HttpError } from '../../../lib/http.ts';
import { formatUsd, formatUsdAxis } from '../../../lib/money.ts';
import { formatDate } from '../../../lib/time.ts';
import { Specimen, State } from './specimen.tsx';

const AMOUNTS = ['0', '0.000000042', '0.0042', '0.42', '12.3', '1204.331500000001', '-7.5'];
const OPENED = Date.now();
const ago = (seconds: number) => new Date(OPENED - seconds * 1_000).toISOString();

export const Figures = () => (
  <Specimen name="Money, Tokens, Delta, Points, RelativeTime, Badge, Kbd, Logo">
    <State name="money">
      <div className="flex gap-4">
        {AMOUNTS.map((usd) => (
          <Money key={usd} usd={usd} />
        ))}
        <Money usd={null} />
      </div>
    </State>
    <State name="money, lined up">
      <div className="flex flex-col text-right">
        {['0.0042', '0.42', '12.3'].map((usd) => (
          <Money key={usd} usd={usd} places={4} />
        ))}
      </div>
    </State>
    <State name="tokens">
      <div className="flex gap-4">
        {[0, 983, 12_430, 1_204_331, 1_520_000_000].map((count) => (
          <Tokens key={count} count={count} />
        ))}
      </div>
    </State>
    <State name="delta">
      <div className="flex gap-4">
        <Delta now={120} before={100} good="down" />
        <Delta now={80} before={100} good="down" />
        <Delta now={130} before={100} />
        <Delta now={100} before={100} />
        <Delta now={1_500} before={100} />
        <Delta now={10} before={0} />
        <Delta now={0} before={0} />
        <Points now={0.034} before={0.012} good="down" />
      </div>
    </State>
    <State name="relative time">
      <div className="flex gap-4">
        {[0, 42, 600, 14_000, 259_200, 4_000_000].map((seconds) => (
          <RelativeTime key={seconds} instant={ago(seconds)} timeZone="UTC" />
        ))}
      </div>
    </State>
    <State name="badge">
      <div className="flex gap-2">
        {(['neutral', 'accent', 'good', 'warn', 'bad'] as const).map((tone) => (
          <Badge key={tone} tone={tone}>
            {tone}
          </Badge>
        ))}
      </div>
    </State>
    <State name="keys">
      <span className="flex gap-1">
        <Kbd>⌘K</Kbd>
        <Kbd>g o</Kbd>
      </span>
    </State>
    <State name="logo">
      <Logo />
    </State>
  </Specimen>
);

const TABLE_ROWS = [
  ['gpt-5.4', '642.67', 33_292, 120],
  ['claude-haiku-4-5', '164.2', 51_337, 80],
  ['text-embedding-3-large', '0.0042', 9, 100],
] as const;

export const Tables = () => (
  <Specimen name="Table, Skeleton, ShareBar, ProgressBar">
    <div className="w-full max-w-xl">
      <Table>
        <thead>
          <tr>
            <Th>Model</Th>
            <Th numeric>Spend</Th>
            <Th numeric>Calls</Th>
            <Th numeric>Change</Th>
          </tr>
        </thead>
        <tbody>
          {TABLE_ROWS.map(([model, cost, calls, change]) => (
            <tr key={model} className="border-t border-line hover:bg-hover">
              <Td>{model}</Td>
              <Td numeric>
                <Money usd={cost} places={4} />
              </Td>
              <Td numeric>{calls}</Td>
              <Td numeric>
                <Delta now={change} before={100} good="down" />
              </Td>
            </tr>
          ))}
          <SkeletonRows rows={2} columns={4} />
        </tbody>
      </Table>
    </div>
    <div className="flex w-56 flex-col gap-4">
      <ShareBar share={0.72} />
      <ShareBar share={0.4} colour="var(--series-2)" />
      <ProgressBar value={0.6} label="Loading sample data" />
      <Skeleton className="h-6 w-32" />
    </div>
  </Specimen>
);

const BUCKETS = Array.from({ length: 24 }, (_, hour) => ({
  title: `Aug 4, ${hour}:00`,
  tick: `${hour}:00`,
  running: hour === 23,
}));
const wave = (slot: number) =>
  BUCKETS.map((_, hour) => Math.max(0.2, 6 - slot * 0.5 + 3 * Math.sin((hour + slot * 2) / 3.5)));
const SERIES = Array.from({ length: 9 }, (_, slot) => {
  const values = wave(slot);
  return {
    id: String(slot),
    label: slot === 8 ? '12 others' : `Series ${slot + 1}`,
    colour: seriesColour(slot === 8 ? undefined : slot),
    values,
    texts: values.map((value) => formatUsd(value.toFixed(4))),
  };
});
const DATA = {
  shape: 'stack' as const,
  buckets: BUCKETS,
  series: SERIES,
  totals: BUCKETS.map((_, hour) =>
    formatUsd(SERIES.reduce((sum, { values }) => sum + (values[hour] ?? 0), 0).toFixed(4)),
  ),
};

const DAY_MS = 86_400_000;
const STEPS: StepData = {
  end: OPENED,
  steps: [
    { at: OPENED - 90 * DAY_MS, title: 'Until May 4' },
    { at: OPENED - 50 * DAY_MS, title: 'May 4 – Jun 1' },
    { at: OPENED - 20 * DAY_MS, title: 'Since Jun 1', note: 'your own price' },
  ],
  lines: [
    {
      id: 'output',
      label: 'Output',
      colour: 'var(--series-1)',
      values: [10, 12, 8],
      texts: ['$10.00', '$12.00', '$8.00'],
    },
    { id: 'input', label: 'Input', colour: 'var(--series-7)', values: [2.5, null, 2], texts: ['$2.50', '—', '$2.00'] },
  ],
};
const formatStepTick = (instant: number) => formatDate(instant, 'UTC');

export function Charts() {
  const [view, setView] = useState<'chart' | 'table'>('chart');
  return (
    <Specimen name="TimeSeries, StepSeries, Sparkline">
      <div className="w-full">
        <Segmented
          label="View"
          value={view}
          onChange={setView}
          options={[
            { value: 'chart', label: 'Chart' },
            { value: 'table', label: 'Table' },
          ]}
        />
        <TimeSeries
          label="An example of eight series and the rest"
          data={DATA}
          formatAxis={formatUsdAxis}
          view={view}
        />
      </div>
      <div className="w-full">
        <StepSeries
          label="An example of two rates"
          data={STEPS}
          formatAxis={formatUsdAxis}
          formatTick={formatStepTick}
          view={view}
        />
      </div>
      <Sparkline values={wave(0)} className="h-8 w-40 text-accent" />
      <div className={`${CHART_HEIGHT} w-full`}>
        <ChartSkeleton />
      </div>
    </Specimen>
  );
}

export const States = () => (
  <Specimen name="EmptyState, ErrorState, CodeBlock">
    <EmptyState
      icon={<KeyRound size={18} aria-hidden />}
      title="No keys yet"
      actions={<Button variant="primary">Create key</Button>}
    >
      Create one to connect the first program.
    </EmptyState>
    <EmptyState icon={<ChartColumn size={18} aria-hidden />} title="No calls match these filters" />
    <ErrorState
      error={new HttpError('unavailable', 503, 'The database cannot be reached.', [], 'req-7f3a')}
      what="Spend"
      onRetry={() => undefined}
    />
    <div className="w-full max-w-xl">
      <CodeBlock
        title="app.ts"
        language="typescript"
        code={"import OpenAI from 'openai';\n\n// A comment\nconst openai = wrapOpenAI(new OpenAI(), tokengrip);"}
      />
    </div>
  </Specimen>
);
