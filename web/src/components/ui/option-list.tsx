import { Check, Search } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react';
import { cn } from '../../lib/cn.ts';

export interface Option {
  value: string;
  label: string;
  /** At the right edge: a count, a shortcut. */
  hint?: ReactNode;
  icon?: ReactNode;
  /** Options of the same group stand together under its name. */
  group?: string;
  /** More words by which a search finds it. */
  keywords?: string;
}

export interface OptionListProps {
  label: string;
  options: readonly Option[];
  selected?: readonly string[];
  onChoose: (value: string) => void;
  /** With a placeholder the list has a search field. */
  search?: string | undefined;
  /** Somebody else looks: called with what is typed, and `options` are what was found. */
  onSearch?: (text: string) => void;
  /** Said when there are no options at all, or none that match. */
  empty?: string;
  className?: string;
}

const matches = (option: Option, words: readonly string[]) => {
  const text = `${option.label} ${option.keywords ?? ''} ${option.group ?? ''}`.toLowerCase();
  return words.every((word) => text.includes(word));
};

/** The next position for a key, or `undefined` if the key does not move. */
function moved(key: string, active: number, count: number): number | undefined {
  if (count === 0) return undefined;
  if (key === 'ArrowDown') return (active + 1) % count;
  if (key === 'ArrowUp') return (active - 1 + count) % count;
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  return undefined;
}

/** A list to choose from with the keyboard or the pointer: the inside of pickers and of the command palette. */
export function OptionList({
  label,
  options,
  selected,
  onChoose,
  search,
  onSearch,
  empty = 'Nothing found',
  className,
}: OptionListProps) {
  const id = useId();
  const [text, setText] = useState('');
  const [active, setActive] = useState(() =>
    Math.max(
      0,
      options.findIndex((option) => selected?.includes(option.value)),
    ),
  );
  const list = useRef<HTMLDivElement>(null);
  const shown = useMemo(() => {
    if (onSearch) return options;
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    return words.length === 0 ? options : options.filter((option) => matches(option, words));
  }, [options, text, onSearch]);
  const current = Math.min(active, shown.length - 1);
  const optionId = (index: number) => `${id}-${index}`;

  useEffect(() => {
    list.current?.querySelector('[data-active]')?.scrollIntoView({ block: 'nearest' });
  });

  const onKeyDown = (event: KeyboardEvent) => {
    const next = moved(event.key, current, shown.length);
    if (next !== undefined && !(search !== undefined && (event.key === 'Home' || event.key === 'End'))) {
      event.preventDefault();
      setActive(next);
      return;
    }
    const option = shown[current];
    if (option && (event.key === 'Enter' || (event.key === ' ' && search === undefined))) {
      event.preventDefault();
      onChoose(option.value);
    }
  };

  const owner = {
    'aria-label': label,
    'aria-activedescendant': shown.length > 0 ? optionId(current) : undefined,
    onKeyDown,
  };
  return (
    <div className={cn('flex min-h-0 flex-col', className)}>
      {search !== undefined && (
        <div className="flex items-center gap-2.5 border-b border-line px-3">
          <Search size={14} className="shrink-0 text-subtle" aria-hidden />
          <input
            {...owner}
            role="combobox"
            aria-expanded
            aria-controls={`${id}-list`}
            autoComplete="off"
            spellCheck={false}
            placeholder={search}
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              onSearch?.(event.target.value);
              setActive(0);
            }}
            className="h-10 w-full bg-transparent text-sm text-ink outline-none placeholder:text-subtle"
          />
        </div>
      )}
      <div
        ref={list}
        id={`${id}-list`}
        role="listbox"
        aria-label={label}
        {...(search === undefined ? { ...owner, tabIndex: 0 } : { tabIndex: -1 })}
        className="min-h-0 flex-1 overflow-y-auto overscroll-contain p-1 outline-none"
      >
        {shown.map((option, index) => {
          const chosen = selected?.includes(option.value) ?? false;
          const heading =
            option.group !== undefined && option.group !== shown[index - 1]?.group ? option.group : undefined;
          return (
            <div key={option.value} role="presentation">
              {heading !== undefined && (
                <div role="presentation" className="px-2 pt-2 pb-1 text-2xs font-medium text-subtle">
                  {heading}
                </div>
              )}
              <button
                type="button"
                id={optionId(index)}
                role="option"
                tabIndex={-1}
                aria-selected={chosen}
                data-active={index === current || undefined}
                onPointerMove={() => setActive(index)}
                onClick={() => onChoose(option.value)}
                className="flex min-h-8 w-full items-center gap-2.5 rounded-xs px-2 py-1 text-left text-sm text-ink select-none data-active:bg-hover"
              >
                {option.icon}
                <span className="min-w-0 flex-1 truncate">{option.label}</span>
                {option.hint !== undefined && <span className="shrink-0 text-xs text-subtle nums">{option.hint}</span>}
                {selected && (
                  <Check size={14} className={cn('shrink-0 text-ink', !chosen && 'invisible')} aria-hidden />
                )}
              </button>
            </div>
          );
        })}
        {shown.length === 0 && <div className="px-2 py-6 text-center text-xs text-subtle">{empty}</div>}
      </div>
    </div>
  );
}
