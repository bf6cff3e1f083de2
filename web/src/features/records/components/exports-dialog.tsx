import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Export } from '@tokengrip/core/contract/exports';
import { Download, Trash2 } from 'lucide-react';
import { ProgressBar } from '../../../components/ui/bar.tsx';
import { Button, buttonClass } from '../../../components/ui/button.tsx';
import { Dialog, DialogActions } from '../../../components/ui/dialog.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { ErrorState } from '../../../components/ui/states.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { useMay, useTimeZone } from '../../../lib/api/me.ts';
import { formatCount, formatSize } from '../../../lib/numbers.ts';
import { formatDate } from '../../../lib/time.ts';
import { deleteExport, exportsQuery, isUnderWay } from '../api/exports.ts';

interface Props {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** The files that are too large to be made while somebody waits. */
export const ExportsDialog = ({ open, onOpenChange }: Props) => (
  <Dialog
    open={open}
    onOpenChange={onOpenChange}
    title="Large files"
    description="More than 100,000 records are written in the background. You can leave this page; a file is kept for a week."
    className="w-[34rem]!"
  >
    <Files />
    <DialogActions>
      <Button onClick={() => onOpenChange(false)}>Close</Button>
    </DialogActions>
  </Dialog>
);

function Files() {
  const files = useQuery(exportsQuery);
  if (files.isError && !files.data) {
    return <ErrorState error={files.error} what="Files" onRetry={() => void files.refetch()} />;
  }
  if (!files.data) return <Skeleton className="mt-4 h-16" />;
  if (files.data.length === 0) {
    return (
      <p className="mt-4 rounded-md border border-line px-4 py-6 text-center text-sm text-muted">
        There are none. Choose a format: when the records are too many for one file at once, it is made here.
      </p>
    );
  }
  return (
    <ul aria-label="Files" className="mt-4 max-h-[50vh] overflow-y-auto rounded-md border border-line">
      {files.data.map((file) => (
        <File key={file.id} file={file} />
      ))}
    </ul>
  );
}

function File({ file }: { file: Export }) {
  const client = useQueryClient();
  const timeZone = useTimeZone();
  const mayDelete = useMay('exports.manage');
  const remove = useMutation({
    mutationFn: () => deleteExport(file.id),
    onSuccess: () => client.invalidateQueries(exportsQuery),
    onError: (error) => toast(error.message, 'bad'),
  });
  return (
    <li className="flex items-center gap-2 border-t border-line px-3 py-2.5 first:border-t-0">
      <div className="min-w-0 flex-1">
        <p className="truncate text-sm text-ink" title={file.fileName}>
          {file.fileName}
        </p>
        {isUnderWay(file) ? (
          <div className="mt-1.5">
            <ProgressBar value={file.progress} label={`Progress of ${file.fileName}`} />
          </div>
        ) : null}
        <p className="mt-0.5 text-xs text-subtle">{stateText(file, timeZone)}</p>
      </div>
      {file.download && (
        <a href={file.download.path} download={file.fileName} className={buttonClass({ size: 'sm' })}>
          <Download size={13} aria-hidden />
          Download
        </a>
      )}
      {mayDelete && (
        <Button
          size="sm"
          square
          aria-label={`Delete ${file.fileName}`}
          loading={remove.isPending}
          onClick={() => remove.mutate()}
          icon={<Trash2 size={13} aria-hidden />}
        />
      )}
    </li>
  );
}

function stateText(file: Export, timeZone: string): string {
  const written = `${formatCount(file.rows)} rows`;
  switch (file.state) {
    case 'queued':
      return 'Waits for its turn';
    case 'running':
      return `${written} written`;
    case 'failed':
      return 'Could not be made. Ask for it again.';
    case 'done':
      return `${written}, ${formatSize(file.sizeBytes)}, kept until ${formatDate(file.expiresAt, timeZone)}`;
  }
}
