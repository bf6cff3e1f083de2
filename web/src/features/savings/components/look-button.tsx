import { useMutation } from '@tanstack/react-query';
import type { SavingsRun } from '@tokengrip/core/contract/savings';
import { RotateCw } from 'lucide-react';
import { Button } from '../../../components/ui/button.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { isLooking } from '../../../lib/api/recommendations.ts';
import { lookForSavings } from '../api/decisions.ts';
import { useSavingsChanged } from '../use-savings.ts';

/** Has the worker look now; it goes on if the page is left. */
export function LookButton({ run, variant }: { run: SavingsRun; variant?: 'primary' }) {
  const changed = useSavingsChanged();
  const look = useMutation({
    mutationFn: lookForSavings,
    onSuccess: changed,
    onError: (error) => toast(error.message, 'bad'),
  });
  const looking = isLooking(run);
  return (
    <Button
      {...(variant ? { variant } : {})}
      loading={look.isPending || looking}
      icon={<RotateCw size={13} aria-hidden />}
      onClick={() => look.mutate()}
    >
      {looking ? 'Looking…' : run.finishedAt === null ? 'Look now' : 'Look again now'}
    </Button>
  );
}
