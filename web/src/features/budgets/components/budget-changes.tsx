import type { BudgetChange } from '@tokengrip/core/contract/budgets';
import { Panel, PanelHeader } from '../../../components/ui/panel.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';

const VERBS: Record<string, string> = {
  'budget.created': 'made it',
  'budget.changed': 'changed it',
  'budget.deleted': 'archived it',
};

const said = (value: unknown): string =>
  value === null || value === undefined ? 'nothing' : typeof value === 'object' ? JSON.stringify(value) : String(value);

/** Who changed what, the newest first. */
export const BudgetChanges = ({ changes, timeZone }: { changes: readonly BudgetChange[]; timeZone: string }) => (
  <Panel aria-label="Changes">
    <PanelHeader title="Who changed what" />
    <ul className="pb-2">
      {changes.map((change) => (
        <li key={`${change.at} ${change.action}`} className="border-t border-line px-4 py-2.5 text-sm">
          <p className="flex justify-between gap-4">
            <span>
              <span className="font-medium text-ink">{change.by?.name ?? 'Somebody whose account was deleted'}</span>{' '}
              <span className="text-muted">{VERBS[change.action] ?? change.action}</span>
            </span>
            <RelativeTime instant={change.at} timeZone={timeZone} className="shrink-0 text-xs text-subtle" />
          </p>
          {change.before && change.after && (
            <ul className="mt-1 text-xs text-muted">
              {Object.keys(change.after).map((name) => (
                <li key={name} className="break-words">
                  {name}: <span className="text-subtle line-through">{said(change.before?.[name])}</span>{' '}
                  {said(change.after?.[name])}
                </li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ul>
  </Panel>
);
