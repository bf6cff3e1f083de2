import { Autocomplete } from '@base-ui/react/autocomplete';
import { type ReactNode, useState } from 'react';
import { FieldFrame, inputClass } from './field.tsx';
import { POPUP_LAYER, popupClass } from './popup.ts';

export interface Suggestion {
  value: string;
  /** At the right edge. */
  hint?: ReactNode;
}

export interface SuggestFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  onBlur?: () => void;
  /** What goes with the text so far; found by whoever uses this. */
  suggestions: readonly Suggestion[];
  hint?: ReactNode;
  error?: string | undefined;
  placeholder?: string;
  disabled?: boolean;
  className?: string;
}

/** A text input that offers values to choose from; any other text may be typed, too. */
export function SuggestField(props: SuggestFieldProps) {
  const { label, value, onChange, onBlur, suggestions, hint, error, placeholder, disabled = false, className } = props;
  const [open, setOpen] = useState(false);
  return (
    <FieldFrame label={label} hint={hint} error={error} className={className}>
      {(control) => (
        <Autocomplete.Root
          items={suggestions}
          value={value}
          onValueChange={onChange}
          itemToStringValue={(suggestion: Suggestion) => suggestion.value}
          filter={null}
          // An open list hides the rest of the form from screen readers; one without suggestions must not.
          open={open && suggestions.length > 0}
          onOpenChange={setOpen}
          disabled={disabled}
          openOnInputClick
        >
          <Autocomplete.Input
            {...control}
            className={`${inputClass} font-mono text-xs`}
            placeholder={placeholder}
            autoComplete="off"
            spellCheck={false}
            onBlur={onBlur}
          />
          <Autocomplete.Portal>
            <Autocomplete.Positioner className={`outline-none ${POPUP_LAYER}`} sideOffset={4} align="start">
              <Autocomplete.Popup className={`${popupClass} w-(--anchor-width) empty:hidden data-empty:hidden`}>
                <Autocomplete.List className="max-h-60 overflow-y-auto overscroll-contain p-1 outline-none">
                  {(suggestion: Suggestion) => (
                    <Autocomplete.Item
                      key={suggestion.value}
                      value={suggestion}
                      className="flex min-h-8 cursor-default items-center gap-3 rounded-xs px-2 text-sm text-ink outline-none select-none data-highlighted:bg-hover"
                    >
                      <span className="min-w-0 flex-1 truncate font-mono text-xs">{suggestion.value}</span>
                      {suggestion.hint !== undefined && (
                        <span className="shrink-0 text-xs text-subtle nums">{suggestion.hint}</span>
                      )}
                    </Autocomplete.Item>
                  )}
                </Autocomplete.List>
              </Autocomplete.Popup>
            </Autocomplete.Positioner>
          </Autocomplete.Portal>
        </Autocomplete.Root>
      )}
    </FieldFrame>
  );
}
