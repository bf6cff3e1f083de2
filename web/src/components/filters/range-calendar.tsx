import { ChevronLeft, ChevronRight } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { dayName, monthGrid, monthName, shiftDays, shiftMonths } from '../../lib/calendar.ts';
import { cn } from '../../lib/cn.ts';
import { Button } from '../ui/button.tsx';

const WEEKDAYS = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'];
const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

export interface RangeCalendarProps {
  /** The range that is on, shown until the first press. */
  from: string;
  to: string;
  /** The last day that can be chosen. */
  today: string;
  onChoose: (from: string, to: string) => void;
}

/** Two presses choose a range of days, both included. */
export function RangeCalendar({ from, to, today, onChoose }: RangeCalendarProps) {
  const [cursor, setCursor] = useState(to < today ? to : today);
  const [start, setStart] = useState<string>();
  const [hovered, setHovered] = useState<string>();
  const grid = useRef<HTMLFieldSetElement>(null);
  const moveFocus = useRef(false);

  useEffect(() => {
    if (!moveFocus.current) return;
    moveFocus.current = false;
    grid.current?.querySelector<HTMLButtonElement>(`[data-day="${cursor}"]`)?.focus();
  }, [cursor]);

  const press = (day: string) => {
    if (start === undefined) {
      setStart(day);
      setCursor(day);
    } else onChoose(start < day ? start : day, start < day ? day : start);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = shiftDays(cursor, step);
    if (next > today) return;
    moveFocus.current = true;
    setCursor(next);
    setHovered(next);
  };

  const other = start === undefined ? to : (hovered ?? start);
  const anchor = start ?? from;
  const [low, high] = anchor !== undefined && other !== undefined && other < anchor ? [other, anchor] : [anchor, other];
  const month = cursor.slice(0, 7);
  return (
    <div className="w-64 p-3">
      <div className="mb-2 flex items-center justify-between">
        <Button
          variant="ghost"
          size="sm"
          square
          aria-label="Previous month"
          onClick={() => setCursor(shiftMonths(cursor, -1))}
        >
          <ChevronLeft size={14} aria-hidden />
        </Button>
        <span className="text-sm font-medium" aria-live="polite">
          {monthName(cursor)}
        </span>
        <Button
          variant="ghost"
          size="sm"
          square
          aria-label="Next month"
          disabled={shiftMonths(cursor, 1) > today}
          onClick={() => setCursor(shiftMonths(cursor, 1))}
        >
          <ChevronRight size={14} aria-hidden />
        </Button>
      </div>
      <div aria-hidden className="grid grid-cols-7 text-center text-2xs text-subtle">
        {WEEKDAYS.map((weekday) => (
          <span key={weekday} className="h-6 leading-6">
            {weekday}
          </span>
        ))}
      </div>
      <fieldset ref={grid} aria-label={monthName(cursor)} onKeyDown={onKeyDown} className="grid grid-cols-7 gap-y-0.5">
        {monthGrid(cursor).map((day) => {
          const within = day >= low && day <= high;
          const edge = within && (day === low || day === high);
          return (
            <button
              key={day}
              type="button"
              data-day={day}
              disabled={day > today}
              tabIndex={day === cursor ? 0 : -1}
              aria-label={dayName(day)}
              aria-pressed={within}
              onClick={() => press(day)}
              onPointerEnter={() => setHovered(day)}
              className={cn(
                'h-8 text-xs nums disabled:pointer-events-none disabled:opacity-35',
                !within && 'rounded-xs hover:bg-hover',
                within && !edge && 'bg-accent-soft',
                edge && 'bg-accent font-medium text-accent-ink',
                day === low && 'rounded-l-xs',
                day === high && 'rounded-r-xs',
                !day.startsWith(month) && !edge && 'text-subtle',
                day === today && !edge && 'font-semibold text-accent',
              )}
            >
              {Number(day.slice(8))}
            </button>
          );
        })}
      </fieldset>
      <p className="mt-2 text-center text-2xs text-subtle">
        {start === undefined ? 'Choose the first day' : 'Choose the last day'}
      </p>
    </div>
  );
}
