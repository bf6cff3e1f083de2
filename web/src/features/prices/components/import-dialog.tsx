import { useMutation } from '@tanstack/react-query';
import type { PriceImportReply, PriceRun } from '@tokengrip/core/contract/prices';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useProblem } from '../../../components/forms/use-problem.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog, DialogActions } from '../../../components/ui/dialog.tsx';
import { Field, FieldFrame, FormError } from '../../../components/ui/field.tsx';
import { ScrollRegion } from '../../../components/ui/scroll-region.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { useTimeZone } from '../../../lib/api/me.ts';
import { HttpError } from '../../../lib/http.ts';
import { formatCount } from '../../../lib/numbers.ts';
import { useSearchPatch } from '../../../lib/search-state.ts';
import { importPrices, type PriceImport } from '../api/import-file.ts';
import { instantOf } from '../days.ts';
import { usePricesChanged } from '../use-prices.ts';
import { ChangeList } from './change-list.tsx';

interface Preview {
  input: Omit<PriceImport, 'dryRun'>;
  reply: PriceImportReply;
}

/** Brings a price file in: choose it, look at what it changes, apply it. */
export function ImportDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const [preview, setPreview] = useState<Preview>();
  const change = (next: boolean) => {
    onOpenChange(next);
    if (!next) setPreview(undefined);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      title={preview ? `What ${preview.input.file.name} changes` : 'Import a price file'}
      description={
        preview
          ? undefined
          : 'LiteLLM’s model_prices_and_context_window.json, or Tokengrip’s own form of it. Nothing changes before you have seen what it does.'
      }
      className={preview ? 'top-[6vh]! w-[44rem]!' : ''}
    >
      {preview ? (
        <ImportPreview preview={preview} onBack={() => setPreview(undefined)} onDone={() => change(false)} />
      ) : (
        <ImportForm onPreview={setPreview} onCancel={() => change(false)} />
      )}
    </Dialog>
  );
}

interface Form {
  file: FileList | undefined;
  effectiveFrom: string;
}

function ImportForm({ onPreview, onCancel }: { onPreview: (preview: Preview) => void; onCancel: () => void }) {
  const timeZone = useTimeZone();
  const { register, handleSubmit, setError, formState } = useForm<Form>({ defaultValues: { effectiveFrom: '' } });
  const { problem, show, clear } = useProblem<Form>(['effectiveFrom'], setError);
  const look = useMutation({
    mutationFn: (input: Preview['input']) => importPrices({ ...input, dryRun: true }),
    onMutate: clear,
    onError: show,
    onSuccess: (reply, input) => onPreview({ input, reply }),
  });
  const { errors } = formState;
  const submit = handleSubmit(({ file, effectiveFrom }) => {
    const chosen = file?.[0];
    if (!chosen) return setError('file', { message: 'Choose a file.' });
    look.mutate({
      file: chosen,
      ...(effectiveFrom === '' ? {} : { effectiveFrom: instantOf(effectiveFrom, timeZone) }),
    });
  });
  return (
    <form noValidate className="mt-4 flex flex-col gap-4" onSubmit={(event) => void submit(event)}>
      <FormError>{problem}</FormError>
      <FieldFrame label="File" error={errors.file?.message}>
        {(control) => (
          <input
            type="file"
            accept=".json,application/json"
            className="w-full rounded-sm border border-line-strong bg-surface text-sm text-muted shadow-raised file:mr-3 file:h-9 file:border-0 file:border-r file:border-line-strong file:bg-sunken file:px-3 file:text-sm file:font-medium file:text-ink aria-invalid:border-bad"
            {...control}
            {...register('file')}
          />
        )}
      </FieldFrame>
      <Field
        label="Holds from"
        type="date"
        hint="Empty: from now on. Where later prices are known already, it holds until these."
        error={errors.effectiveFrom?.message}
        {...register('effectiveFrom')}
      />
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" loading={look.isPending}>
          Look at the changes
        </Button>
      </DialogActions>
    </form>
  );
}

interface ImportPreviewProps {
  preview: Preview;
  onBack: () => void;
  onDone: () => void;
}

const changedModels = ({ added, changed, removed }: PriceRun) => added + changed + removed;

function ImportPreview({ preview: { input, reply }, onBack, onDone }: ImportPreviewProps) {
  const patch = useSearchPatch();
  const pricesChanged = usePricesChanged();
  const { run, changes } = reply;
  const apply = useMutation({
    mutationFn: () => importPrices({ ...input, dryRun: false }),
    onSuccess: async (applied) => {
      await pricesChanged();
      onDone();
      if (applied.run.status === 'applied') toast('The price file is imported.');
      else
        toast(applied.run.message ?? 'The file was not imported.', applied.run.status === 'unchanged' ? 'good' : 'bad');
      if (applied.run.id !== null) patch({ run: applied.run.id });
    },
  });
  const total = changedModels(run) + run.refused;
  return (
    <div className="mt-3">
      {run.status === 'refused' || run.status === 'failed' ? (
        <FormError>{run.message ?? 'The file cannot be used.'}</FormError>
      ) : (
        <p className="text-sm text-muted nums">
          {changedModels(run) === 0
            ? `The file says the same as the price list for its ${formatCount(run.models)} models.`
            : `${formatCount(run.added)} added, ${formatCount(run.changed)} changed, ${formatCount(run.removed)} gone from the list`}
          {run.flagged > 0 && <span className="text-warn"> · {formatCount(run.flagged)} flagged</span>}
          {run.refused > 0 && <span className="text-bad"> · {formatCount(run.refused)} refused</span>}
        </p>
      )}
      {changes.length > 0 && (
        <ScrollRegion label="Changes" className="-mx-5 mt-3 max-h-[52vh] overflow-y-auto overscroll-contain">
          <ChangeList changes={changes} />
          {total > changes.length && (
            <p className="px-5 py-2.5 text-xs text-subtle">
              {formatCount(total - changes.length)} more are not listed here; once applied, the run shows all.
            </p>
          )}
        </ScrollRegion>
      )}
      {apply.error && (
        <p role="alert" className="mt-3 text-xs text-bad">
          {apply.error instanceof HttpError ? apply.error.message : 'The import failed.'}
        </p>
      )}
      <DialogActions>
        <Button onClick={onBack}>Another file</Button>
        <Button
          variant="primary"
          disabled={run.status !== 'applied'}
          loading={apply.isPending}
          onClick={() => apply.mutate()}
        >
          Apply to the price list
        </Button>
      </DialogActions>
    </div>
  );
}
