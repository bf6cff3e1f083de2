import type { Rule } from '../look.ts';
import { findBatch } from './batch.ts';
import { findCacheLoss } from './cache-loss.ts';
import { findCachePrefix } from './cache-prefix.ts';
import { findCheaperModel } from './cheaper-model.ts';
import { findFailedCalls } from './failed-calls.ts';
import { findLongAnswers } from './long-answers.ts';
import { findLongContext } from './long-context.ts';
import { findOutliers } from './outlier.ts';
import { findReasoningEffort } from './reasoning-effort.ts';
import { findRepeats } from './repeats.ts';
import { findSupersededModel } from './superseded-model.ts';
import { findTruncated } from './truncated.ts';

export const RULES: readonly Rule[] = [
  findCheaperModel,
  findSupersededModel,
  findBatch,
  findCachePrefix,
  findCacheLoss,
  findTruncated,
  findLongAnswers,
  findRepeats,
  findReasoningEffort,
  findLongContext,
  findOutliers,
  findFailedCalls,
];
