import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { Me } from '@tokengrip/core/contract/accounts';
import { useEffect, useState } from 'react';
import { LoadSampleData } from '../../../components/sample-data/load-sample-data.tsx';
import { SecretKey } from '../../../components/secret-key.tsx';
import { LogoMark } from '../../../components/ui/logo.tsx';
import { meQuery } from '../../../lib/api/me.ts';
import { statusQuery } from '../../../lib/api/status.ts';
import { useLiveData } from '../../../lib/live.ts';
import { noteSession } from '../../../lib/session.ts';
import { useTitle } from '../../../lib/title.ts';
import { AccountStep } from './account-step.tsx';
import { ConnectStep } from './connect-step.tsx';
import { KeyStep } from './key-step.tsx';
import { Step } from './step.tsx';
import { useFirstRecord } from './use-first-record.ts';

/** Long enough to read that the record is there. */
const MOVE_ON_MS = 900;

function LiveData() {
  useLiveData();
  return null;
}

/** From nothing to the first call: three steps on one page. */
export function WelcomePage() {
  useTitle('Welcome');
  const client = useQueryClient();
  const navigate = useNavigate();
  const { data: status } = useQuery(statusQuery);
  const { data: me } = useQuery({ ...meQuery, enabled: status?.setupRequired === false });
  const [secret, setSecret] = useState<string>();
  const project = me?.projects.find(({ demo }) => !demo);
  const arrived = useFirstRecord(project?.id);

  useEffect(() => {
    if (!arrived) return;
    const timer = setTimeout(() => void navigate({ to: '/', search: { range: '24h' } }), MOVE_ON_MS);
    return () => clearTimeout(timer);
  }, [arrived, navigate]);

  const created = (owner: Me) => {
    noteSession(true);
    client.setQueryData(meQuery.queryKey, owner);
    if (status) client.setQueryData(statusQuery.queryKey, { ...status, setupRequired: false });
  };

  return (
    <main className="mx-auto w-full max-w-2xl px-5 pt-[9vh] pb-16">
      <LogoMark size={36} />
      <h1 className="mt-5 text-2xl font-semibold tracking-tight">
        {me ? 'Connect your first call' : 'Welcome to Tokengrip'}
      </h1>
      <p className="mt-1.5 text-md text-muted">
        {me
          ? 'A key and a few lines of code, and the first cost is on the page.'
          : 'See what your AI calls cost, who causes it, and how to bring it down.'}
      </p>
      <ol className="mt-9">
        <Step
          number={1}
          title="Create the owner’s account"
          state={me ? 'done' : 'current'}
          summary={me && `${me.user.name}, ${me.user.email}`}
        >
          {!me && <AccountStep onCreated={created} />}
        </Step>
        <Step
          number={2}
          title="Create a key"
          state={!me ? 'later' : secret === undefined ? 'current' : 'done'}
          summary={project && `A key of the project ${project.name}`}
        >
          {project && secret === undefined && <KeyStep project={project} onCreated={setSecret} />}
          {secret !== undefined && (
            <div className="mt-3">
              <SecretKey secret={secret} />
            </div>
          )}
        </Step>
        <Step number={3} title="Record a call" state={secret === undefined ? 'later' : arrived ? 'done' : 'current'}>
          {secret !== undefined && <ConnectStep apiKey={secret} arrived={arrived} />}
        </Step>
      </ol>
      {me && (
        <div className="mt-10 flex flex-wrap items-center justify-between gap-4 border-t border-line pt-6">
          <p className="text-sm text-muted">
            Nothing to connect yet? Look around with generated traffic, in a project of its own.
          </p>
          <div className="flex items-center gap-2">
            <LoadSampleData />
            <Link to="/" className="px-2 text-sm font-medium text-muted hover:text-ink">
              Skip
            </Link>
          </div>
          <LiveData />
        </div>
      )}
    </main>
  );
}
