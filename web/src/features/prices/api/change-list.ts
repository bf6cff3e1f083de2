import type { CorrectionReply } from '@tokengrip/core/contract/prices';
import { request } from '../../../lib/http.ts';

/** Says that somebody has looked at flagged changes: without keys, at all of the run. */
export const acknowledge = ({ runId, modelKeys }: { runId: number; modelKeys?: string[] }) =>
  request<{ acknowledged: number }>(`/api/v1/prices/runs/${runId}/acknowledge`, {
    method: 'POST',
    body: modelKeys === undefined ? {} : { modelKeys },
  });

export interface Correction {
  /** Without it the present price of the model is meant. */
  runId?: number;
  modelKeys: string[];
  /** `null`: since ever. */
  since: string | null;
}

export const declareCorrection = (body: Correction) =>
  request<CorrectionReply>('/api/v1/prices/corrections', { method: 'POST', body });
