import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Recosting, RecostingAction } from '@tokengrip/core/contract/recosting';
import { useState } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { ConfirmDialog } from '../../../components/ui/dialog.tsx';
import { signedUsd } from '../../../components/ui/difference.tsx';
import { subtractDecimals } from '../../../lib/decimal.ts';
import { formatCount } from '../../../lib/numbers.ts';
import { recostingQuery, recostingsQuery, takeStep } from '../api/recostings.ts';
import { useMayChange } from '../use-prices.ts';

interface Words {
  button: string;
  title: string;
  consequence: string;
}

function wordsOf(recosting: Recosting, action: RecostingAction): Words {
  const { preview, effect, step } = recosting;
  switch (action) {
    case 'apply': {
      const calls = preview.changedCalls + preview.changedDuplicates;
      return {
        button: 'Apply',
        title: `Change the cost of ${formatCount(calls)} ${calls === 1 ? 'call' : 'calls'}?`,
        consequence: `The spend changes by ${signedUsd(subtractDecimals(preview.costAfter, preview.costBefore))}, on all pages and in all reports of that time. The old costs are kept: it can be undone.`,
      };
    }
    case 'undo':
      return {
        button: 'Undo',
        title: 'Undo this re-costing?',
        consequence: `${formatCount(effect.changedRecords)} records get the cost back that they had before.`,
      };
    case 'cancel':
      return {
        button: 'Cancel',
        title: step === 'preview' ? 'Stop the preview?' : `Stop ${step === 'apply' ? 'applying' : 'undoing'}?`,
        consequence:
          step === 'preview'
            ? 'Nothing was changed.'
            : 'What is done already stays done; the rest is left as it is. It can be gone on with, or undone.',
      };
  }
}

/** The steps that the state allows, for those who may take them. */
export function RecostingActions({ recosting }: { recosting: Recosting }) {
  const client = useQueryClient();
  const mayChange = useMayChange();
  const [asked, setAsked] = useState<RecostingAction>();
  const step = useMutation({
    mutationFn: takeStep,
    onSuccess: async () => {
      setAsked(undefined);
      await client.invalidateQueries({ queryKey: recostingsQuery.queryKey });
    },
    onError: () => client.invalidateQueries({ queryKey: recostingQuery(recosting.id).queryKey }),
  });
  if (!mayChange) return null;
  const nothing = recosting.preview.changedCalls + recosting.preview.changedDuplicates === 0;
  const offered = recosting.actions.filter((action) => !(action === 'apply' && nothing));
  const words = asked && wordsOf(recosting, asked);
  return (
    <div className="flex gap-2">
      {offered.map((action) => (
        <Button
          key={action}
          variant={action === 'apply' ? 'primary' : 'secondary'}
          onClick={() => {
            step.reset();
            setAsked(action);
          }}
        >
          {wordsOf(recosting, action).button}
        </Button>
      ))}
      <ConfirmDialog
        open={asked !== undefined}
        onOpenChange={(open) => !open && setAsked(undefined)}
        title={words?.title ?? ''}
        consequence={words?.consequence}
        action={asked === 'apply' ? 'Apply re-costing' : asked === 'undo' ? 'Undo re-costing' : 'Stop'}
        tone={asked === 'apply' ? 'primary' : 'danger'}
        pending={step.isPending}
        error={step.error?.message}
        onConfirm={() => asked && step.mutate({ id: recosting.id, action: asked })}
      />
    </div>
  );
}
