import { queryOptions } from '@tanstack/react-query';
import type { Recommendation, SavingsRun } from '@tokengrip/core/contract/savings';
import { request } from '../../../lib/http.ts';

const PATH = '/api/v1/recommendations';

/** One of them, whatever its state: what a link opens. */
export const recommendationQuery = (id: number) =>
  queryOptions({
    queryKey: ['recommendations', id],
    queryFn: ({ signal }) => request<Recommendation>(`${PATH}/${id}`, { signal }),
  });

export const lookForSavings = () => request<{ run: SavingsRun }>(`${PATH}/find`, { method: 'POST' });

export type Decision =
  | { action: 'accept' | 'reopen' }
  | { action: 'dismiss'; reason: string }
  | { action: 'snooze'; until: string };

export const decide = ({ id, decision: { action, ...body } }: { id: number; decision: Decision }) =>
  request<Recommendation>(`${PATH}/${id}/${action}`, { method: 'POST', body });
