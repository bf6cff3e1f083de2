import type { BudgetDetail } from '@tokengrip/core/contract/budgets';
import { useNow } from '../../../lib/now.ts';
import { formatBucket, formatDate } from '../../../lib/time.ts';
import { amountText } from '../words.ts';

const WIDTH = 100;
const HEIGHT = 100;

/** What is left of the amount, against the time that is left: above the diagonal there is more than the time needs. */
export function BurnChart({ detail }: { detail: BudgetDetail }) {
  const now = useNow();
  const { budget, burn, timeZone } = detail;
  const amount = Number(budget.amount);
  const [start, end] = [Date.parse(budget.state.periodStart), Date.parse(budget.state.periodEnd)];
  const x = (time: number) => (Math.min(1, Math.max(0, (time - start) / (end - start))) * WIDTH).toFixed(2);
  let spent = 0;
  // What lies below zero is the overshoot, and has its room.
  const lefts = burn.points.map((point, i) => {
    spent += Number(point.spent);
    const next = burn.points[i + 1];
    return { time: next ? Date.parse(next.start) : Math.min(now, end), left: amount - spent, point };
  });
  const low = Math.min(0, ...lefts.map(({ left }) => left));
  const y = (left: number) => (((amount - left) / (amount - low)) * HEIGHT).toFixed(2);
  const line = `M${x(start)} ${y(amount)}${lefts.map(({ time, left }) => `L${x(time)} ${y(left)}`).join('')}`;
  const isOver = spent >= amount;
  return (
    <div>
      <div className="relative h-48 px-4">
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`${amountText(String(Math.max(0, amount - spent)), budget.measure)} of ${amountText(budget.amount, budget.measure)} left`}
          className={`size-full overflow-visible ${isOver ? 'text-bad' : 'text-accent'}`}
        >
          <line
            x1="0"
            x2={WIDTH}
            y1={y(0)}
            y2={y(0)}
            className="stroke-line-strong"
            vectorEffect="non-scaling-stroke"
          />
          <line
            x1="0"
            y1={y(amount)}
            x2={WIDTH}
            y2={y(0)}
            className="stroke-line-strong"
            strokeDasharray="4 4"
            vectorEffect="non-scaling-stroke"
          />
          {lefts.length > 0 && (
            <>
              <path
                d={`${line}L${x(lefts.at(-1)?.time ?? start)} ${y(0)}L${x(start)} ${y(0)}Z`}
                fill="currentColor"
                opacity="0.08"
              />
              <path
                d={line}
                fill="none"
                stroke="currentColor"
                strokeWidth="2"
                strokeLinejoin="round"
                vectorEffect="non-scaling-stroke"
              />
            </>
          )}
        </svg>
      </div>
      <p className="flex justify-between px-4 pt-1.5 pb-3 text-2xs text-subtle">
        <span>{formatDate(start, timeZone)}</span>
        <span>dashed: spent evenly</span>
        <span>{formatDate(end - 1, timeZone)}</span>
      </p>
      <table className="sr-only">
        <caption>Spent in each {burn.bucket}</caption>
        <tbody>
          {burn.points.map((point) => (
            <tr key={point.start}>
              <th scope="row">{formatBucket(point.start, burn.bucket, timeZone)}</th>
              <td>{amountText(point.spent, budget.measure)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
