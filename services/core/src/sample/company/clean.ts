import type { CompanyProfile, FeatureProfile } from '../types.ts';
import { SAMPLE_COMPANY } from './company.ts';

/** What a feature would have to change to waste nothing; features without an entry waste nothing as they are. */
const CHANGES: Record<string, Partial<FeatureProfile> | undefined> = {
  'support-chat': { mix: [{ models: { 'claude-sonnet-5': 0.7, 'claude-haiku-4-5': 0.3 } }], maxOutputTokens: 4_096 },
  'search-embed': { repeats: 0 },
  'classify-ticket': { mix: [{ models: { 'gpt-5.6-luna': 1 } }], tier: 'flex' },
  summarize: {
    mix: [{ models: { 'gpt-5.4-mini': 0.82, 'azure-gpt-5-mini': 0.18 } }],
    repeats: 0,
    maxOutputTokens: 6_000,
  },
  'extract-invoice': { mix: [{ models: { 'gemini-3-flash': 0.7, 'gemini-2.5-flash': 0.3 } }] },
  'enrich-catalog': { mix: [{ models: { 'gpt-5.6-luna': 0.8, 'gpt-5.4-mini': 0.2 } }] },
  'product-copy': { maxOutputTokens: 4_000 },
  'code-review': { mix: [{ models: { 'claude-opus-5': 0.5, 'claude-sonnet-5': 0.5 } }] },
  'report-insights': { mix: [{ models: { 'gpt-5.6-terra': 1 } }] },
  'research-supplier': { mix: [{ models: { 'claude-sonnet-5': 1 } }] },
  'contract-qa': { mix: [{ models: { 'bedrock-haiku-4-5': 1 } }] },
};

/**
 * The same company as it would be if nobody wasted anything: the cheapest models of each size, flex for what nobody waits for,
 * limits that cut no answer, no question asked twice. Its calls still fail now and then, its customers still differ.
 */
export const CLEAN_COMPANY: CompanyProfile = {
  ...SAMPLE_COMPANY,
  features: SAMPLE_COMPANY.features
    .filter(({ retires }) => retires === undefined)
    .map((feature) => ({ ...feature, ...CHANGES[feature.name] })),
};
