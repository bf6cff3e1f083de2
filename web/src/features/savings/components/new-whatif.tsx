import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { WhatIfRequest } from '@tokengrip/core/contract/whatif';
import { Save } from 'lucide-react';
import { useMemo, useState } from 'react';
import { FilterBar } from '../../../components/filters/filter-bar.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { CopyButton } from '../../../components/ui/copy-button.tsx';
import { Panel, PanelHeader } from '../../../components/ui/panel.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { EmptyState, ErrorState } from '../../../components/ui/states.tsx';
import { cn } from '../../../lib/cn.ts';
import { formatCount } from '../../../lib/numbers.ts';
import { usePeriod, useRecordFilters, useSearchPatch } from '../../../lib/search-state.ts';
import { createWhatIf, previewQuery, whatIfQuery, whatIfsQuery } from '../api/whatifs.ts';
import { useChangeFields } from '../use-change-fields.ts';
import { useMay } from '../use-savings.ts';
import { changeOf, changeText, checkChange, selectionOf } from '../whatif.ts';
import { ChangeFieldsForm } from './change-fields.tsx';
import { NameDialog } from './name-dialog.tsx';
import { WhatIfOutcome } from './whatif-outcome.tsx';

/** The calls that the pickers and filters choose, and what would be different; the outcome follows by itself. */
export function NewWhatIf() {
  const { from, to } = usePeriod();
  const filters = useRecordFilters();
  const { typed, settled, change: setFields } = useChangeFields();
  const asked = useMemo((): WhatIfRequest | undefined => {
    const change = changeOf(settled);
    return change && { selection: selectionOf({ from, to }, filters), change };
  }, [settled, from, to, filters]);
  return (
    <>
      <FilterBar />
      <Panel aria-label="What would be different">
        <PanelHeader
          title="What if these calls had been made otherwise?"
          description="Each call of the period is priced again, with the prices of its day. Nothing is changed."
        />
        <div className="border-t border-line px-4 py-4">
          <ChangeFieldsForm fields={typed} onChange={(fields) => setFields(fields as typeof typed)} />
        </div>
      </Panel>
      {asked ? <Preview asked={asked} /> : <Nothing invalid={Object.keys(checkChange(settled)).length > 0} />}
    </>
  );
}

const Nothing = ({ invalid }: { invalid: boolean }) => (
  <Panel>
    <EmptyState title={invalid ? 'A field above cannot be right' : 'Say what would be different'} className="py-14">
      Another model, another tier, a share of the prompt from a cache, or more or fewer tokens. What it would have cost
      appears here.
    </EmptyState>
  </Panel>
);

function Preview({ asked }: { asked: WhatIfRequest }) {
  const preview = useQuery(previewQuery(asked));
  const { data } = preview;
  if (preview.isError && (!data || preview.isPlaceholderData)) {
    return (
      <Panel>
        <ErrorState error={preview.error} what="The what-if" onRetry={() => void preview.refetch()} />
      </Panel>
    );
  }
  if (!data) {
    return (
      <Panel className="flex flex-col gap-4 px-4 py-5" aria-busy>
        <Skeleton className="h-9 w-96 max-w-full" />
        <Skeleton className="h-48 w-full" />
      </Panel>
    );
  }
  if (data.records === 0) {
    return (
      <Panel>
        <EmptyState title="No calls to price" className="py-14">
          Nothing was recorded in this period that fits the filters.
        </EmptyState>
      </Panel>
    );
  }
  return (
    <div
      className={cn('flex flex-col gap-4 transition-opacity duration-150', preview.isPlaceholderData && 'opacity-50')}
      aria-busy={preview.isPlaceholderData}
    >
      {data.result === null ? (
        <TooMany records={data.records} asked={asked} />
      ) : (
        <WhatIfOutcome result={data.result} actions={<Keep asked={asked} />} />
      )}
    </div>
  );
}

function TooMany({ records, asked }: { records: number; asked: WhatIfRequest }) {
  const maySave = useMay('whatifs.manage');
  return (
    <Panel>
      <EmptyState
        title={`These are about ${formatCount(records)} calls`}
        className="py-14"
        actions={<Keep asked={asked} large />}
      >
        {maySave
          ? 'More than are priced at once. Give it a name, and it is computed in the background, whether you stay or not.'
          : 'More than are priced at once. Members have larger ones computed in the background; choose a shorter period, or filter.'}
      </EmptyState>
    </Panel>
  );
}

/** Saves it under a name, to be shared by its link. */
function Keep({ asked, large = false }: { asked: WhatIfRequest; large?: boolean }) {
  const client = useQueryClient();
  const patch = useSearchPatch();
  const maySave = useMay('whatifs.manage');
  const [naming, setNaming] = useState(false);
  const create = useMutation({
    mutationFn: createWhatIf,
    onSuccess: async (made) => {
      client.setQueryData(whatIfQuery(made.id).queryKey, made);
      setNaming(false);
      patch({ whatif: made.id });
      await client.invalidateQueries({ queryKey: whatIfsQuery.queryKey, exact: true });
    },
  });
  return (
    <>
      {!large && <CopyButton text={window.location.href} label="Copy link" size="sm" />}
      {maySave && (
        <Button
          size={large ? 'md' : 'sm'}
          variant={large ? 'primary' : 'secondary'}
          icon={<Save size={13} aria-hidden />}
          onClick={() => {
            create.reset();
            setNaming(true);
          }}
        >
          {large ? 'Compute in the background' : 'Save'}
        </Button>
      )}
      <NameDialog
        open={naming}
        onOpenChange={setNaming}
        title={large ? 'Compute in the background' : 'Save this what-if'}
        description="It keeps its period, its filters and its result. Everybody in the organization who has the link can open it."
        initial={changeText(asked.change).slice(0, 100)}
        action={large ? 'Compute' : 'Save'}
        pending={create.isPending}
        error={create.error?.message}
        onName={(name) => create.mutate({ ...asked, name })}
      />
    </>
  );
}
