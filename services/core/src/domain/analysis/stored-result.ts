import type { AnalysisFinding } from '../../contract/analysis.ts';

/** What an analysis has found, as it is kept: in pseudonyms, so that who is forgotten need only be taken out of the names. */
export interface StoredResult {
  summary: string;
  findings: AnalysisFinding[];
  discarded: number;
}
