import type { EvidenceFigure, Level, RecommendationScope, RecommendedChange } from '../../contract/savings.ts';

/** What is spent in one cell and what of it would be saved, in 30 days. Cells are what savings may overlap in. */
export interface Impact {
  /** See `cellOf`. */
  cell: string;
  costPicoUsd: bigint;
  savingPicoUsd: bigint;
}

/** A recommendation as whoever finds it says it. */
export interface RecommendationDraft {
  rule: string;
  /** Unique within the organization and source, and the same whenever it is found again; no figures in it. */
  identity: string;
  title: string;
  what: string[];
  steps: string[];
  snippet?: { language: string; code: string } | undefined;
  evidence: {
    from: Date;
    to: Date;
    days: number;
    calls: bigint;
    tokens: bigint;
    costPicoUsd: bigint;
    figures: EvidenceFigure[];
  };
  savingPicoUsdPerMonth: bigint;
  confidence: Level;
  effort: Level;
  risk: Level;
  scope: RecommendationScope;
  change?: RecommendedChange | undefined;
  /** Where it saves. Without any it is added to the total as it is. */
  impact: Impact[];
  overlapGroup?: string | undefined;
}

/** The name of a cell. */
export const cellOf = (cell: { projectId: number; feature: string; provider: string; model: string }): string =>
  JSON.stringify([cell.projectId, cell.feature, cell.provider, cell.model]);
