import { Calendar, ChevronDown } from 'lucide-react';
import { useState } from 'react';
import { useTimeZone } from '../../lib/api/me.ts';
import { localDay, PRESET_LABELS, PRESETS } from '../../lib/period.ts';
import { DEFAULT_PRESET, rangeOf } from '../../lib/search.ts';
import { useAppSearch, usePeriod, useSearchPatch } from '../../lib/search-state.ts';
import { formatDays } from '../../lib/time.ts';
import { buttonClass } from '../ui/button.tsx';
import { OptionList } from '../ui/option-list.tsx';
import { Popover } from '../ui/popover.tsx';
import { RangeCalendar } from './range-calendar.tsx';

const OPTIONS = PRESETS.map((preset) => ({ value: preset, label: PRESET_LABELS[preset] }));

export function RangePicker() {
  const search = useAppSearch();
  const patch = useSearchPatch();
  const timeZone = useTimeZone();
  const { from, to } = usePeriod();
  const [open, setOpen] = useState(false);
  const range = rangeOf(search);
  const text = range.kind === 'preset' ? PRESET_LABELS[range.preset] : formatDays(range.from, range.to);
  const choose = (change: { range: string | undefined; from?: string; to?: string }) => {
    patch({ from: undefined, to: undefined, bucket: undefined, ...change });
    setOpen(false);
  };
  const trigger = (
    <button type="button" aria-label={`Period: ${text}`} className={`${buttonClass()} pr-2`}>
      <Calendar size={14} className="text-subtle" aria-hidden />
      {text}
      <ChevronDown size={14} className="text-subtle" aria-hidden />
    </button>
  );
  return (
    <Popover trigger={trigger} label="Period" open={open} onOpenChange={setOpen} align="end">
      <div className="flex max-sm:flex-col sm:divide-x sm:divide-line">
        <div className="flex w-40 flex-col justify-between max-sm:w-full">
          <OptionList
            label="Period"
            options={OPTIONS}
            selected={range.kind === 'preset' ? [range.preset] : []}
            onChoose={(preset) => choose({ range: preset === DEFAULT_PRESET ? undefined : preset })}
          />
          <p className="px-3 pb-2.5 text-2xs text-subtle max-sm:hidden">Days in {timeZone.replace('_', ' ')}</p>
        </div>
        <RangeCalendar
          from={localDay(from, timeZone)}
          to={localDay(Date.parse(to) - 1, timeZone)}
          today={localDay(Date.now(), timeZone)}
          onChoose={(from, to) => choose({ range: 'custom', from, to })}
        />
      </div>
    </Popover>
  );
}
