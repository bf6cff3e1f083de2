import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { Project } from '@tokengrip/core/contract/accounts';
import { useState } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { ConfirmDialog } from '../../../components/ui/dialog.tsx';
import { Panel } from '../../../components/ui/panel.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { meQuery } from '../../../lib/api/me.ts';
import { readAppSearch } from '../../../lib/search.ts';
import { changeProject } from '../api/change-project.ts';
import { deleteProject } from '../api/delete-project.ts';
import { TypeNameDialog } from './type-name-dialog.tsx';

/** Archiving, which keeps the figures, and deleting, which keeps nothing. */
export function CloseProjectPanel({ project }: { project: Project }) {
  const [open, setOpen] = useState<'archive' | 'delete'>();
  const client = useQueryClient();
  const navigate = useNavigate();
  const archived = project.archivedAt !== null;
  const archive = useMutation({
    mutationFn: () => changeProject({ projectId: project.id, change: { archived: !archived } }),
    onError: (error) => toast(error.message, 'bad'),
    onSuccess: async () => {
      setOpen(undefined);
      await client.invalidateQueries({ queryKey: meQuery.queryKey });
    },
  });
  const remove = useMutation({
    mutationFn: deleteProject,
    onSuccess: async () => {
      await navigate({ to: '/settings/projects', search: readAppSearch });
      await client.invalidateQueries();
      toast('The project is being deleted.');
    },
  });
  return (
    <Panel aria-label="Archive or delete" className="flex flex-wrap items-center justify-between gap-3 px-4 py-3.5">
      <p className="max-w-md min-w-0 text-sm text-muted">
        {archived
          ? 'This project is archived: it takes no records, and its figures stay.'
          : 'An archived project takes no more records, and keeps its figures. A deleted one leaves nothing.'}
      </p>
      <div className="flex gap-2">
        <Button
          size="sm"
          loading={archive.isPending}
          onClick={() => (archived ? archive.mutate() : setOpen('archive'))}
        >
          {archived ? 'Take out of the archive' : 'Archive'}
        </Button>
        <Button size="sm" variant="danger" onClick={() => setOpen('delete')}>
          Delete project
        </Button>
      </div>
      <ConfirmDialog
        open={open === 'archive'}
        onOpenChange={() => setOpen(undefined)}
        title={`Archive ${project.name}?`}
        consequence="Programs that send with its keys are refused, until it is taken out of the archive again."
        action="Archive"
        tone="primary"
        pending={archive.isPending}
        onConfirm={() => archive.mutate()}
      />
      <TypeNameDialog
        open={open === 'delete'}
        onOpenChange={() => setOpen(undefined)}
        title={`Delete ${project.name}?`}
        consequence="Its keys stop working at once, and its records, figures, budgets’ spend, alerts and recommendations are deleted, with every export, what-if and analysis that it is part of. It cannot be undone."
        name={project.name}
        action="Delete project"
        pending={remove.isPending}
        error={remove.error?.message}
        onConfirm={() => remove.mutate({ projectId: project.id, name: project.name })}
      />
    </Panel>
  );
}
