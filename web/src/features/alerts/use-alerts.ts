import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { toast } from '../../components/ui/toast.tsx';
import { type AlertsSearch, readAlertsSearch } from '../../lib/search.ts';
import { acknowledgeAlert, resolveAlert, snoozeAlert } from './api/alerts.ts';

export function useAlertsSearch(): AlertsSearch {
  const raw = useSearch({ strict: false });
  return useMemo(() => readAlertsSearch(raw), [raw]);
}

/** What a person does about an alert. Lists and counts follow. */
export function useAlertActions() {
  const client = useQueryClient();
  const after = (done: string) => ({
    onSuccess: () => toast(done),
    onError: (error: Error) => toast(error.message, 'bad'),
    onSettled: () => client.invalidateQueries({ queryKey: ['alerts'] }),
  });
  const acknowledge = useMutation({ mutationFn: acknowledgeAlert, ...after('You look after it.') });
  const resolve = useMutation({ mutationFn: resolveAlert, ...after('It is resolved, and stays in the history.') });
  const snooze = useMutation({
    mutationFn: snoozeAlert,
    onSuccess: (_, { until }) => toast(until === null ? 'The snooze is over.' : 'It is out of the inbox until then.'),
    onError: (error) => toast(error.message, 'bad'),
    onSettled: () => client.invalidateQueries({ queryKey: ['alerts'] }),
  });
  return { acknowledge, resolve, snooze };
}

export type AlertActionSet = ReturnType<typeof useAlertActions>;
