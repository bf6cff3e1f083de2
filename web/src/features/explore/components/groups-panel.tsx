import type { UsageResult } from '@tokengrip/core/contract/analytics';
import { Download } from 'lucide-react';
import { useMemo } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { Panel, PanelHeader } from '../../../components/ui/panel.tsx';
import { cn } from '../../../lib/cn.ts';
import { csvText } from '../../../lib/csv.ts';
import { localDay } from '../../../lib/period.ts';
import { saveFile } from '../../../lib/save-file.ts';
import { useSearchPatch } from '../../../lib/search-state.ts';
import { csvCells, csvNames, sortColumn, sortRows, tableColumns, tableRows } from '../columns.ts';
import { useExploreState } from '../use-explore.ts';
import { ColumnPicker } from './choices.tsx';
import { ExploreTable } from './explore-table.tsx';

export interface GroupsPanelProps {
  label: string;
  result: UsageResult | undefined;
  /** `result` answers what was asked before. */
  stale: boolean;
}

/** What the chart shows as figures, with as many others as one likes, and as a file. */
export function GroupsPanel({ label, result, stale }: GroupsPanelProps) {
  const state = useExploreState();
  const patch = useSearchPatch();
  const columns = tableColumns(state);
  const rows = useMemo(() => result && tableRows(result, state.by), [result, state.by]);
  const save = () => {
    if (!rows || !result) return;
    const shown = [...sortRows(rows, sortColumn(columns, state.sort), state.ascending), rows.rest, rows.total];
    const lines = shown.flatMap((row) => (row ? [csvCells(columns, row, rows.total)] : []));
    const [first, last] = [
      localDay(result.from, result.timeZone),
      localDay(Date.parse(result.to) - 1, result.timeZone),
    ];
    saveFile(
      `tokengrip-explore-${first}-to-${last}.csv`,
      new Blob([csvText(csvNames(columns), lines)], { type: 'text/csv;charset=utf-8' }),
    );
  };
  return (
    <Panel aria-label="Figures">
      <PanelHeader
        title="Figures"
        actions={
          <div className="flex flex-wrap items-center gap-1">
            <Button
              variant="ghost"
              size="sm"
              aria-pressed={state.compare}
              onClick={() => patch({ compare: state.compare ? 'off' : undefined, sort: undefined, order: undefined })}
              className={cn(state.compare && 'bg-pressed text-ink')}
            >
              Compare
            </Button>
            <ColumnPicker />
            <Button
              variant="ghost"
              size="sm"
              icon={<Download size={14} aria-hidden />}
              disabled={!rows || stale}
              onClick={save}
            >
              CSV
            </Button>
          </div>
        }
      />
      <div className={cn('transition-opacity duration-150', stale && 'opacity-60')}>
        <ExploreTable label={label} columns={columns} rows={rows} />
      </div>
    </Panel>
  );
}
