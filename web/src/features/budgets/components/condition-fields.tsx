import { useQuery } from '@tanstack/react-query';
import { Plus, X } from 'lucide-react';
import { Button } from '../../../components/ui/button.tsx';
import { inputClass } from '../../../components/ui/field.tsx';
import { Picker } from '../../../components/ui/picker.tsx';
import { useMe } from '../../../lib/api/me.ts';
import { cn } from '../../../lib/cn.ts';
import { valuesQuery } from '../api/values.ts';
import type { ConditionInput } from '../conditions.ts';
import { DIMENSIONS, type DimensionName } from '../words.ts';

export interface ConditionFieldsProps {
  inputs: readonly ConditionInput[];
  onChange: (inputs: ConditionInput[]) => void;
}

/** Which calls the budget covers: every line narrows it, several values of a line widen it. */
export function ConditionFields({ inputs, onChange }: ConditionFieldsProps) {
  const replace = (changed: ConditionInput) =>
    onChange(inputs.map((input) => (input.id === changed.id ? changed : input)));
  const add = () => {
    const used = new Set<string>(inputs.map(({ dimension }) => dimension));
    const dimension = DIMENSIONS.find(({ name }) => !used.has(name))?.name ?? 'tag';
    onChange([...inputs, { id: Math.max(0, ...inputs.map(({ id }) => id + 1)), dimension, tagKey: '', values: '' }]);
  };
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-xs font-medium text-ink">Which calls</legend>
      {inputs.length === 0 && (
        <p className="text-xs text-subtle">Every call of the organization, save those of the sample data.</p>
      )}
      {inputs.map((input) => (
        <ConditionLine
          key={input.id}
          input={input}
          onChange={replace}
          onRemove={() => onChange(inputs.filter(({ id }) => id !== input.id))}
        />
      ))}
      <div>
        <Button size="sm" variant="ghost" icon={<Plus size={13} aria-hidden />} onClick={add}>
          Add a condition
        </Button>
      </div>
    </fieldset>
  );
}

function ConditionLine({
  input,
  onChange,
  onRemove,
}: {
  input: ConditionInput;
  onChange: (input: ConditionInput) => void;
  onRemove: () => void;
}) {
  const { dimension, tagKey, values } = input;
  const isId = dimension === 'projects' || dimension === 'keys';
  return (
    <div className="flex items-center gap-2 max-sm:flex-wrap">
      <select
        aria-label="Dimension"
        className={cn(inputClass, 'w-36! shrink-0')}
        value={dimension}
        onChange={(event) =>
          onChange({ ...input, dimension: event.target.value as ConditionInput['dimension'], values: '' })
        }
      >
        {DIMENSIONS.map(({ name, label }) => (
          <option key={name} value={name}>
            {label}
          </option>
        ))}
        <option value="tag">Tag</option>
      </select>
      {dimension === 'tag' && (
        <input
          aria-label="Key of the tag"
          placeholder="team"
          className={cn(inputClass, 'w-28! shrink-0 font-mono text-xs!')}
          value={tagKey}
          onChange={(event) => onChange({ ...input, tagKey: event.target.value })}
        />
      )}
      {isId ? (
        <IdPicker dimension={dimension} values={values} onChange={(next) => onChange({ ...input, values: next })} />
      ) : (
        <ValueInput
          dimension={dimension === 'tag' ? `tag:${tagKey.trim()}` : valuesOf(dimension)}
          values={values}
          onChange={(next) => onChange({ ...input, values: next })}
        />
      )}
      <Button size="sm" variant="ghost" square aria-label="Remove the condition" onClick={onRemove}>
        <X size={14} aria-hidden />
      </Button>
    </div>
  );
}

const valuesOf = (dimension: DimensionName) => DIMENSIONS.find(({ name }) => name === dimension)?.values ?? dimension;

interface ValuesProps {
  values: string;
  onChange: (values: string) => void;
}

/** Any text, since a budget may be about somebody who has not called yet; what was seen is offered. */
function ValueInput({ dimension, values, onChange }: ValuesProps & { dimension: string }) {
  const seen = useQuery({ ...valuesQuery(dimension), enabled: dimension !== 'tag:' });
  const before = values.includes(',') ? `${values.slice(0, values.lastIndexOf(',') + 1)} ` : '';
  const list = `budget-values-${dimension}`;
  return (
    <>
      <input
        aria-label="Values"
        placeholder="one, or several with commas"
        list={list}
        autoComplete="off"
        className={cn(inputClass, 'min-w-0 flex-1 font-mono text-xs!')}
        value={values}
        onChange={(event) => onChange(event.target.value)}
      />
      <datalist id={list}>
        {seen.data?.values
          .filter(({ value }) => value !== '')
          .map(({ value }) => (
            <option key={value} value={`${before}${value}`} />
          ))}
      </datalist>
    </>
  );
}

function IdPicker({ dimension, values, onChange }: ValuesProps & { dimension: 'projects' | 'keys' }) {
  const { projects } = useMe();
  const keys = useQuery({ ...valuesQuery('key'), enabled: dimension === 'keys' });
  const options =
    dimension === 'projects'
      ? projects.map(({ id, name }) => ({ value: String(id), label: name }))
      : (keys.data?.values.filter(({ value }) => value !== '0').map(({ value, label }) => ({ value, label })) ?? []);
  const selected = values
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');
  const chosen = options.filter(({ value }) => selected.includes(value)).map(({ label }) => label);
  return (
    <div className="min-w-0 flex-1">
      <Picker
        label={dimension === 'projects' ? 'Projects' : 'API keys'}
        options={options}
        selected={selected}
        multiple
        text={chosen.length > 0 ? chosen.join(', ') : 'Choose …'}
        className="w-full max-w-none! justify-between"
        onChoose={(value) =>
          onChange(
            (selected.includes(value) ? selected.filter((one) => one !== value) : [...selected, value]).join(', '),
          )
        }
      />
    </div>
  );
}
