import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ExportFormat, RecordSelection } from '@tokengrip/core/contract/exports';
import { useState } from 'react';
import { ExportMenu } from '../../../components/export-menu.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { useMay, useTimeZone } from '../../../lib/api/me.ts';
import { resolvePeriod } from '../../../lib/period.ts';
import { rangeOf } from '../../../lib/search.ts';
import { useAppSearch, useRecordFilters } from '../../../lib/search-state.ts';
import { createExport, exportsQuery } from '../api/exports.ts';
import { ExportsDialog } from './exports-dialog.tsx';

const FOCUS = [{ value: 'focus', label: 'FOCUS 1.2, charges by day' }];

/** The records that the page lists, as a file: at once where one reply holds it, else made in the background. */
export function ExportRecords() {
  const client = useQueryClient();
  const search = useAppSearch();
  const timeZone = useTimeZone();
  const filters = useRecordFilters();
  const mayMake = useMay('exports.manage');
  const [open, setOpen] = useState(false);
  const make = useMutation({
    mutationFn: createExport,
    onSuccess: () => client.invalidateQueries(exportsQuery),
    onError: (error) => toast(error.message, 'bad'),
  });
  // Up to the very moment: a period that is still running has new records all the time.
  const chosen = () => ({ ...filters, ...resolvePeriod(rangeOf(search), Date.now(), timeZone) });
  return (
    <>
      <ExportMenu
        path="/api/v1/records/export"
        query={chosen}
        formats={FOCUS}
        onTooLarge={(format, filter) => {
          if (!mayMake) {
            toast(
              'These are more records than one file holds at once. Members can have it made in the background.',
              'bad',
            );
            return;
          }
          make.mutate({
            what: 'records',
            format: format as ExportFormat,
            filter: filter as unknown as RecordSelection,
          });
          setOpen(true);
        }}
        actions={[{ label: 'Large files…', onClick: () => setOpen(true) }]}
      />
      <ExportsDialog open={open} onOpenChange={setOpen} />
    </>
  );
}
