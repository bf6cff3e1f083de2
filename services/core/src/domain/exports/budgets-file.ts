import type { Budget, BudgetPeriod } from '../../contract/budgets.ts';
import type { ListExportQuery, ListFormat } from '../../contract/exports.ts';
import type { Snapshot } from '../../db/scope.ts';
import { readBudgetPeriods } from '../budgets/budget-periods.ts';
import { readBudgets } from '../budgets/list-budgets.ts';
import type { Column } from './file-text.ts';
import { type ListFile, listFile } from './list-file.ts';

interface Row {
  budget: Budget;
  /** `undefined` for a budget that has not begun. */
  period: BudgetPeriod | undefined;
}

const text = (name: string, value: Column<Row>['value']): Column<Row> => ({ name, kind: 'text', value });
const number = (name: string, value: Column<Row>['value']): Column<Row> => ({ name, kind: 'number', value });

const COLUMNS: readonly Column<Row>[] = [
  number('budgetId', ({ budget }) => budget.id),
  text('name', ({ budget }) => budget.name),
  text('conditions', ({ budget }) => JSON.stringify(budget.conditions)),
  text('measure', ({ budget }) => budget.measure),
  number('amount', ({ budget }) => budget.amount),
  text('period', ({ budget }) => budget.period),
  number('rollingHours', ({ budget }) => budget.rollingHours),
  text('thresholds', ({ budget }) => budget.thresholds.join(' ')),
  text('action', ({ budget }) => budget.action),
  text('unpriced', ({ budget }) => budget.unpriced),
  text('status', ({ budget }) => budget.state.status),
  text('createdAt', ({ budget }) => budget.createdAt),
  text('archivedAt', ({ budget }) => budget.archivedAt),
  text('periodStart', ({ period }) => period?.start),
  text('periodEnd', ({ period }) => period?.end),
  number('spent', ({ period }) => period?.spent),
  number('calls', ({ period }) => period?.calls),
  number('tokens', ({ period }) => period?.tokens),
  number('unpricedCalls', ({ period }) => period?.unpricedCalls),
  text('partial', ({ period }) => period?.partial),
];

/**
 * Every budget with what its last periods were: in CSV a row for each period, the newest first, in JSON one object for each
 * budget.
 */
export async function budgetsFile(
  tx: Snapshot,
  organization: { id: number; retentionDays: number },
  { format, bom = false }: ListExportQuery,
  now: Date,
): Promise<ListFile> {
  const found = await readBudgets(tx, organization.id, now);
  const budgets: { budget: Budget; periods: BudgetPeriod[] }[] = [];
  for (const one of found) {
    budgets.push({ budget: one.budget, periods: await readBudgetPeriods(tx, one, organization.retentionDays, now) });
  }
  const file = { what: 'budgets', format: format as ListFormat, byteOrderMark: bom, now };
  if (format !== 'csv') {
    const toJson = ({ budget, periods }: (typeof budgets)[number]) => ({ ...budget, periods });
    return listFile(budgets, { ...file, columns: [], toJson });
  }
  const rows = budgets.flatMap(({ budget, periods }): Row[] =>
    periods.length === 0 ? [{ budget, period: undefined }] : periods.map((period) => ({ budget, period })),
  );
  return listFile(rows, { ...file, columns: COLUMNS, toJson: (row) => row });
}
