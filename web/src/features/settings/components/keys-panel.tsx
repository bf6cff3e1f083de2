import { useQuery } from '@tanstack/react-query';
import type { ApiKey, Project } from '@tokengrip/core/contract/accounts';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { ListPanel } from '../../../components/list-panel.tsx';
import { Badge } from '../../../components/ui/badge.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { Td, Th } from '../../../components/ui/table.tsx';
import { useMay, useTimeZone } from '../../../lib/api/me.ts';
import { cn } from '../../../lib/cn.ts';
import { useNow } from '../../../lib/now.ts';
import { formatDate } from '../../../lib/time.ts';
import { keysQuery } from '../api/keys.ts';
import { CreateKeyDialog } from './create-key-dialog.tsx';
import { RevokeKey } from './revoke-key.tsx';
import { RotateKey } from './rotate-key.tsx';

/** Keys that work first, the newest at the top; then the revoked ones. */
const inOrder = (keys: readonly ApiKey[]) =>
  [...keys].sort(
    (a, b) => Number(a.revokedAt !== null) - Number(b.revokedAt !== null) || b.createdAt.localeCompare(a.createdAt),
  );

export function KeysPanel({ project }: { project: Project }) {
  const [creating, setCreating] = useState(false);
  const keys = useQuery(keysQuery(project.id));
  const list = keys.data && inOrder(keys.data.keys);
  const mayManage = useMay('keys.manage');
  const create = mayManage && (
    <Button
      size="sm"
      variant={list?.length === 0 ? 'primary' : 'secondary'}
      icon={<Plus size={14} aria-hidden />}
      onClick={() => setCreating(true)}
    >
      Create key
    </Button>
  );
  return (
    <ListPanel
      title="Keys"
      description="Programs send their usage with a key, or read the project’s figures with one that may."
      query={keys}
      list={list}
      action={create}
      empty={{
        icon: <KeyRound size={18} aria-hidden />,
        title: 'No keys yet',
        text: mayManage ? 'Create one to connect the first program.' : 'Members, admins and owners create keys.',
      }}
      head={
        <>
          <Th className="w-2/5">Name</Th>
          <Th className="max-sm:hidden">Key</Th>
          <Th>Last use</Th>
          <Th className="max-sm:hidden">Ends</Th>
          <Th className="max-sm:hidden">Created</Th>
          <Th>
            <span className="sr-only">Actions</span>
          </Th>
        </>
      }
      row={(key) => <KeyRow key={key.id} projectId={project.id} apiKey={key} mayManage={mayManage} />}
      skeleton={{ rows: 3, columns: 6 }}
    >
      <CreateKeyDialog project={project} open={creating} onOpenChange={setCreating} />
    </ListPanel>
  );
}

interface KeyRowProps {
  projectId: number;
  apiKey: ApiKey;
  mayManage: boolean;
}

function KeyRow({ projectId, apiKey, mayManage }: KeyRowProps) {
  const timeZone = useTimeZone();
  const now = useNow();
  const revoked = apiKey.revokedAt !== null;
  const expired = apiKey.expiresAt !== null && Date.parse(apiKey.expiresAt) <= now;
  return (
    <tr className={cn('border-t border-line', (revoked || expired) && 'text-subtle')}>
      <Td className="max-w-0 min-w-32 truncate font-medium" title={apiKey.name}>
        {apiKey.name}
        {apiKey.scopes.includes('read') && (
          <Badge className="ml-2">{apiKey.scopes.includes('ingest') ? 'sends and reads' : 'reads'}</Badge>
        )}
      </Td>
      <Td className="font-mono text-xs text-muted max-sm:hidden">{apiKey.prefix}…</Td>
      <Td className="text-muted">
        {apiKey.lastUsedAt === null ? (
          <span className="text-subtle">never</span>
        ) : (
          <RelativeTime instant={apiKey.lastUsedAt} timeZone={timeZone} />
        )}
      </Td>
      <Td className="text-muted max-sm:hidden">
        {apiKey.expiresAt === null ? (
          <span className="text-subtle">never</span>
        ) : (
          formatDate(apiKey.expiresAt, timeZone)
        )}
      </Td>
      <Td className="text-muted max-sm:hidden">
        <RelativeTime instant={apiKey.createdAt} timeZone={timeZone} />
      </Td>
      <Td className="text-right">
        {revoked || expired ? (
          <Badge>{revoked ? 'revoked' : 'expired'}</Badge>
        ) : (
          mayManage && (
            <span className="inline-flex gap-1">
              <RotateKey projectId={projectId} apiKey={apiKey} />
              <RevokeKey projectId={projectId} apiKey={apiKey} />
            </span>
          )
        )}
      </Td>
    </tr>
  );
}
