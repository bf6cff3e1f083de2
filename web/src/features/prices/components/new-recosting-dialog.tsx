import { useQuery } from '@tanstack/react-query';
import type { NewRecosting } from '@tokengrip/core/contract/recosting';
import { useMemo, useState } from 'react';
import { useForm } from 'react-hook-form';
import { useProblem } from '../../../components/forms/use-problem.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog, DialogActions } from '../../../components/ui/dialog.tsx';
import { Checkbox, Field, FormError } from '../../../components/ui/field.tsx';
import { Picker } from '../../../components/ui/picker.tsx';
import { useMe } from '../../../lib/api/me.ts';
import { shiftDays } from '../../../lib/calendar.ts';
import { localDay, resolvePeriod } from '../../../lib/period.ts';
import { useAppSearch } from '../../../lib/search-state.ts';
import { modelsInUseQuery } from '../api/models-in-use.ts';
import { instantOf } from '../days.ts';
import { useStartRecosting } from './use-start-recosting.ts';

/** Chooses which calls are priced again; a preview is all that begins. */
export const NewRecostingDialog = ({
  open,
  onOpenChange,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) => (
  <Dialog
    open={open}
    onOpenChange={onOpenChange}
    title="New re-costing"
    description="Calls are priced again with today’s prices, each by what held at its time. Nothing changes before you have seen the difference."
  >
    <RecostingForm onDone={() => onOpenChange(false)} />
  </Dialog>
);

interface Form {
  from: string;
  /** The last day, included. */
  to: string;
  onlyUnpriced: boolean;
}

const ALL = '';
/** As many as a re-costing can be narrowed to. */
const MOST_MODELS = 50;

function RecostingForm({ onDone }: { onDone: () => void }) {
  const { organization, projects } = useMe();
  const { timeZone } = organization;
  const search = useAppSearch();
  const [project, setProject] = useState(search.project === undefined ? ALL : String(search.project));
  const [models, setModels] = useState<readonly string[]>([]);
  const used = useQuery(
    modelsInUseQuery(useMemo(() => resolvePeriod({ kind: 'preset', preset: '90d' }, Date.now(), timeZone), [timeZone])),
  );
  const options = [...new Set(used.data?.models.map(({ model }) => model))]
    .filter(Boolean)
    .map((model) => ({ value: model, label: model }));
  const { register, handleSubmit, setError, formState } = useForm<Form>({
    defaultValues: { from: '', to: '', onlyUnpriced: false },
  });
  const { problem, show, clear } = useProblem<Form>(['from', 'to'], setError);
  const start = useStartRecosting();
  const submit = handleSubmit(({ from, to, onlyUnpriced }) => {
    clear();
    const input: NewRecosting = {
      onlyUnpriced,
      ...(project === ALL ? {} : { projectId: [Number(project)] }),
      ...(from === '' ? {} : { from: instantOf(from, timeZone) }),
      ...(to === '' ? {} : { to: instantOf(shiftDays(to, 1), timeZone) }),
      ...(models.length === 0 ? {} : { model: [...models] }),
    };
    start.mutate(input, { onSuccess: onDone, onError: show });
  });
  const toggle = (model: string) =>
    setModels((now) =>
      now.includes(model) ? now.filter((other) => other !== model) : [...now, model].slice(0, MOST_MODELS),
    );
  const today = localDay(Date.now(), timeZone);
  return (
    <form noValidate className="mt-4 flex flex-col gap-4" onSubmit={(event) => void submit(event)}>
      <FormError>{problem}</FormError>
      <div className="grid grid-cols-2 gap-3">
        <Field
          label="From"
          type="date"
          max={today}
          hint="Empty: everything that is kept."
          error={formState.errors.from?.message}
          {...register('from')}
        />
        <Field
          label="To"
          type="date"
          max={today}
          hint="Included. Empty: until now."
          error={formState.errors.to?.message}
          {...register('to')}
        />
      </div>
      <div className="flex flex-wrap gap-2">
        <Picker
          label="Project"
          options={[
            { value: ALL, label: 'All projects' },
            ...projects.map(({ id, name }) => ({ value: String(id), label: name })),
          ]}
          selected={[project]}
          onChoose={setProject}
        />
        <Picker
          label="Models"
          text={models.length === 0 ? 'All models' : models.length === 1 ? models[0] : `${models.length} models`}
          options={options}
          selected={models}
          onChoose={toggle}
          search="Find a model"
          empty="No calls in the last 90 days"
          multiple
        />
      </div>
      <Checkbox
        label="Only calls without a cost"
        hint="Leaves alone what has one, even where prices have been corrected."
        {...register('onlyUnpriced')}
      />
      <DialogActions>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" variant="primary" loading={start.isPending}>
          Preview
        </Button>
      </DialogActions>
    </form>
  );
}
