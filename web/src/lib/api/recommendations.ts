import { queryOptions } from '@tanstack/react-query';
import type { RecommendationList, RecommendationState, SavingsRun } from '@tokengrip/core/contract/savings';
import { request } from '../http.ts';

const POLL_MS = 700;

export const isLooking = (run: SavingsRun | undefined): boolean => run?.state === 'waiting' || run?.state === 'running';

export interface RecommendationsParameters {
  projectId?: readonly number[];
  /** Default: all but those that are gone. */
  state?: readonly RecommendationState[];
}

/** The dearest first, with what the open ones come to. Asked again while somebody's look is under way. */
export const recommendationsQuery = (parameters: RecommendationsParameters) =>
  queryOptions({
    queryKey: ['recommendations', parameters],
    queryFn: ({ signal }) =>
      request<RecommendationList>('/api/v1/recommendations', { query: { ...parameters }, signal }),
    refetchInterval: (query) => (isLooking(query.state.data?.run) ? POLL_MS : false),
  });
