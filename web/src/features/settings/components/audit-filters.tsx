import { useQuery } from '@tanstack/react-query';
import { Button } from '../../../components/ui/button.tsx';
import { Picker } from '../../../components/ui/picker.tsx';
import { useTimeZone } from '../../../lib/api/me.ts';
import { localDay } from '../../../lib/period.ts';
import { useSearchPatch } from '../../../lib/search-state.ts';
import { auditActionsQuery } from '../api/audit.ts';
import { membersQuery } from '../api/members.ts';
import { describeAction, kindLabel } from '../audit-words.ts';
import { useAuditSearch } from '../use-audit-search.ts';

const ANY = '';

/** Who, what and when: each in the address of the page. */
export function AuditFilters() {
  const { search } = useAuditSearch();
  const patch = useSearchPatch();
  const isFiltered = Object.values(search).some((value) => value !== undefined);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <PersonPicker person={search.person} />
      <ActionPicker action={search.action} />
      <DayField label="From" name="since" value={search.since} />
      <DayField label="To" name="until" value={search.until} />
      {isFiltered && (
        <Button
          variant="ghost"
          size="sm"
          onClick={() => patch({ person: undefined, action: undefined, since: undefined, until: undefined })}
        >
          Clear
        </Button>
      )}
    </div>
  );
}

function PersonPicker({ person }: { person: number | undefined }) {
  const patch = useSearchPatch();
  const members = useQuery(membersQuery).data?.members ?? [];
  const options = [
    { value: ANY, label: 'Everybody' },
    ...members.map(({ userId, name, email }) => ({ value: String(userId), label: name, keywords: email })),
  ];
  const selected = person === undefined ? ANY : String(person);
  if (!options.some(({ value }) => value === selected)) options.push({ value: selected, label: `User ${selected}` });
  return (
    <Picker
      label="Person"
      options={options}
      selected={[selected]}
      search="Find a member"
      onChoose={(value) => patch({ person: value === ANY ? undefined : value })}
    />
  );
}

/** Those that the log tells of, and all of one kind together. */
function ActionPicker({ action }: { action: string | undefined }) {
  const patch = useSearchPatch();
  const actions = useQuery(auditActionsQuery).data?.actions ?? [];
  const kinds = [...new Set([...actions, ...(action ? [action] : [])].map((one) => one.split('.')[0] ?? ''))];
  const options = [
    { value: ANY, label: 'Everything' },
    ...kinds.flatMap((kind) => [
      { value: kind, label: `All of ${kindLabel(kind).toLowerCase()}`, group: kindLabel(kind) },
      ...actions
        .filter((one) => one.startsWith(`${kind}.`))
        .map((one) => ({ value: one, label: describeAction(one), group: kindLabel(kind) })),
    ]),
  ];
  return (
    <Picker
      label="Action"
      options={options}
      selected={[action ?? ANY]}
      search="Find an action"
      onChoose={(value) => patch({ action: value === ANY ? undefined : value })}
    />
  );
}

interface DayFieldProps {
  label: string;
  name: 'since' | 'until';
  value: string | undefined;
}

function DayField({ label, name, value }: DayFieldProps) {
  const patch = useSearchPatch();
  const timeZone = useTimeZone();
  return (
    <label className="inline-flex items-center gap-1.5 text-xs text-subtle">
      {label}
      <input
        type="date"
        value={value ?? ''}
        max={localDay(Date.now(), timeZone)}
        onChange={(event) => patch({ [name]: event.target.value === '' ? undefined : event.target.value })}
        className="h-8 rounded-sm border border-line-strong bg-surface px-2 text-sm text-ink shadow-raised hover:border-subtle"
      />
    </label>
  );
}
