import { useMutation } from '@tanstack/react-query';
import type { Project } from '@tokengrip/core/contract/accounts';
import { KeyRound } from 'lucide-react';
import { Button } from '../../../components/ui/button.tsx';
import { FormError } from '../../../components/ui/field.tsx';
import { createKey } from '../../../lib/api/create-key.ts';

const KEY_NAME = 'First key';

export function KeyStep({ project, onCreated }: { project: Project; onCreated: (secret: string) => void }) {
  const create = useMutation({
    mutationFn: createKey,
    onSuccess: ({ secret }) => onCreated(secret),
  });
  return (
    <div className="mt-1 flex flex-col items-start gap-4">
      <p className="text-sm text-muted">
        Your program sends its usage with a key of the project{' '}
        <span className="font-medium text-ink">{project.name}</span>.
      </p>
      <FormError>{create.error?.message}</FormError>
      <Button
        variant="primary"
        size="lg"
        icon={<KeyRound size={15} aria-hidden />}
        loading={create.isPending}
        onClick={() => create.mutate({ projectId: project.id, name: KEY_NAME })}
      >
        Create key
      </Button>
    </div>
  );
}
