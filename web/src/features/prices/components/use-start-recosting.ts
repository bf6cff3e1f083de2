import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { NewRecosting } from '@tokengrip/core/contract/recosting';
import { toast } from '../../../components/ui/toast.tsx';
import { HttpError } from '../../../lib/http.ts';
import { useSearchPatch } from '../../../lib/search-state.ts';
import { recostingsQuery, startRecosting } from '../api/recostings.ts';

/** Begins a preview, and opens it. */
export function useStartRecosting() {
  const client = useQueryClient();
  const patch = useSearchPatch();
  return useMutation({
    mutationFn: (input: NewRecosting) => startRecosting(input),
    onSuccess: async ({ id }) => {
      await client.invalidateQueries({ queryKey: recostingsQuery.queryKey });
      patch({ tab: 'recost', recosting: id, run: undefined, price: undefined });
    },
    onError: (error) =>
      toast(error instanceof HttpError ? error.message : 'The re-costing could not be started.', 'bad'),
  });
}
