import type { CacheProfile, ModelProfile } from '../types.ts';

/** https://platform.openai.com/docs/guides/prompt-caching: from 1,024 tokens on, in steps of 128. */
const OPENAI_CACHE: CacheProfile = { kind: 'automatic', blockTokens: 128, minimumTokens: 1_024 };
/** GPT-5.6 and later bill what they write to the cache, and report it. */
const OPENAI_BILLED_CACHE: CacheProfile = { ...OPENAI_CACHE, billsWrites: true };
/** https://ai.google.dev/gemini-api/docs/caching: implicit caching of Flash models. */
const GEMINI_CACHE: CacheProfile = { kind: 'automatic', blockTokens: 1, minimumTokens: 1_024 };
/** https://api-docs.deepseek.com/guides/kv_cache: in steps of 64. */
const DEEPSEEK_CACHE: CacheProfile = { kind: 'automatic', blockTokens: 64, minimumTokens: 64 };
/** https://docs.claude.com/en/docs/build-with-claude/prompt-caching: the minimum differs by model. */
const SONNET_CACHE: CacheProfile = { kind: 'marked', minimumTokens: 1_024 };
const LARGE_CLAUDE_CACHE: CacheProfile = { kind: 'marked', minimumTokens: 4_096 };

type Profile = Omit<ModelProfile, 'model' | 'provider' | 'source'>;

const openai = (model: string, profile: Profile): ModelProfile => ({
  provider: 'openai',
  model,
  source: 'openai.chat',
  cache: OPENAI_CACHE,
  ...profile,
});

const openaiResponses = (model: string, profile: Profile): ModelProfile => ({
  ...openai(model, profile),
  source: 'openai.responses',
});

const claude = (model: string, profile: Profile): ModelProfile => ({
  provider: 'anthropic',
  model,
  source: 'anthropic.messages',
  tokenFactor: 1.12,
  cache: SONNET_CACHE,
  ...profile,
});

const gemini = (model: string, profile: Profile): ModelProfile => ({
  provider: 'gemini',
  model,
  source: 'gemini.generate-content',
  cache: GEMINI_CACHE,
  ...profile,
});

const azure = (model: string, profile: Profile): ModelProfile => ({
  ...openai(model, profile),
  provider: 'azure',
  region: 'swedencentral',
});

const bedrock = (model: string, profile: Profile): ModelProfile => ({
  ...claude(model, profile),
  provider: 'bedrock',
  source: 'bedrock.converse',
  region: 'eu-central-1',
});

const mistral = (model: string, profile: Profile): ModelProfile => ({
  provider: 'mistral',
  model,
  source: 'mistral.chat',
  tokenFactor: 1.06,
  ...profile,
});

const deepseek = (model: string, profile: Profile): ModelProfile => ({
  provider: 'deepseek',
  model,
  source: 'deepseek.chat',
  cache: DEEPSEEK_CACHE,
  ...profile,
});

/** Models by a short key. All are in LiteLLM's price file but the in-house one, which shows what unpriced calls look like. */
export const MODELS: Record<string, ModelProfile> = {
  'gpt-5': openaiResponses('gpt-5', { reasons: true, firstTokenMs: 900, prefillMsPer1k: 22, tokensPerSecond: 95 }),
  'gpt-5.1': openaiResponses('gpt-5.1', { reasons: true, firstTokenMs: 820, prefillMsPer1k: 20, tokensPerSecond: 105 }),
  'gpt-5.2': openaiResponses('gpt-5.2', { reasons: true, firstTokenMs: 800, prefillMsPer1k: 20, tokensPerSecond: 100 }),
  'gpt-5.4': openaiResponses('gpt-5.4', { reasons: true, firstTokenMs: 760, prefillMsPer1k: 18, tokensPerSecond: 110 }),
  'gpt-5.5': openaiResponses('gpt-5.5', { reasons: true, firstTokenMs: 840, prefillMsPer1k: 19, tokensPerSecond: 100 }),
  'gpt-5.6-terra': openaiResponses('gpt-5.6-terra', {
    reasons: true,
    cache: OPENAI_BILLED_CACHE,
    firstTokenMs: 640,
    prefillMsPer1k: 15,
    tokensPerSecond: 130,
  }),
  'gpt-5.1-codex': openaiResponses('gpt-5.1-codex', {
    reasons: true,
    firstTokenMs: 880,
    prefillMsPer1k: 20,
    tokensPerSecond: 100,
  }),
  'gpt-5.3-codex': openaiResponses('gpt-5.3-codex', {
    reasons: true,
    firstTokenMs: 800,
    prefillMsPer1k: 18,
    tokensPerSecond: 115,
  }),
  'gpt-5-mini': openai('gpt-5-mini', { reasons: true, firstTokenMs: 520, prefillMsPer1k: 12, tokensPerSecond: 140 }),
  'gpt-5-nano': openai('gpt-5-nano', { reasons: true, firstTokenMs: 380, prefillMsPer1k: 9, tokensPerSecond: 180 }),
  'gpt-5.4-mini': openai('gpt-5.4-mini', {
    reasons: true,
    firstTokenMs: 470,
    prefillMsPer1k: 11,
    tokensPerSecond: 155,
  }),
  'gpt-5.4-nano': openai('gpt-5.4-nano', { reasons: true, firstTokenMs: 340, prefillMsPer1k: 8, tokensPerSecond: 200 }),
  'gpt-5.6-luna': openai('gpt-5.6-luna', {
    reasons: true,
    cache: OPENAI_BILLED_CACHE,
    firstTokenMs: 330,
    prefillMsPer1k: 8,
    tokensPerSecond: 210,
  }),
  'embedding-small': {
    provider: 'openai',
    model: 'text-embedding-3-small',
    source: 'openai.embeddings',
    firstTokenMs: 95,
    prefillMsPer1k: 18,
    tokensPerSecond: 1_000,
  },
  'claude-sonnet-4-5': claude('claude-sonnet-4-5-20250929', {
    firstTokenMs: 950,
    prefillMsPer1k: 24,
    tokensPerSecond: 68,
  }),
  'claude-sonnet-4-6': claude('claude-sonnet-4-6', {
    reasons: true,
    firstTokenMs: 900,
    prefillMsPer1k: 22,
    tokensPerSecond: 74,
  }),
  'claude-sonnet-5': claude('claude-sonnet-5', {
    reasons: true,
    tokenFactor: 1.2,
    firstTokenMs: 780,
    prefillMsPer1k: 20,
    tokensPerSecond: 88,
  }),
  'claude-haiku-4-5': claude('claude-haiku-4-5-20251001', {
    cache: LARGE_CLAUDE_CACHE,
    firstTokenMs: 480,
    prefillMsPer1k: 12,
    tokensPerSecond: 150,
  }),
  'claude-opus-4-5': claude('claude-opus-4-5', {
    reasons: true,
    cache: LARGE_CLAUDE_CACHE,
    firstTokenMs: 1_350,
    prefillMsPer1k: 30,
    tokensPerSecond: 58,
  }),
  'claude-opus-4-6': claude('claude-opus-4-6', {
    reasons: true,
    cache: LARGE_CLAUDE_CACHE,
    firstTokenMs: 1_280,
    prefillMsPer1k: 28,
    tokensPerSecond: 62,
  }),
  'claude-opus-4-7': claude('claude-opus-4-7', {
    reasons: true,
    tokenFactor: 1.3,
    cache: LARGE_CLAUDE_CACHE,
    firstTokenMs: 1_250,
    prefillMsPer1k: 28,
    tokensPerSecond: 64,
  }),
  'claude-opus-5': claude('claude-opus-5', {
    reasons: true,
    tokenFactor: 1.3,
    cache: LARGE_CLAUDE_CACHE,
    firstTokenMs: 1_100,
    prefillMsPer1k: 25,
    tokensPerSecond: 72,
  }),
  'gemini-2.5-flash': gemini('gemini-2.5-flash', {
    reasons: true,
    firstTokenMs: 460,
    prefillMsPer1k: 10,
    tokensPerSecond: 190,
  }),
  'gemini-3-flash': gemini('gemini-3-flash-preview', {
    reasons: true,
    firstTokenMs: 500,
    prefillMsPer1k: 10,
    tokensPerSecond: 200,
  }),
  'gemini-3.5-flash': gemini('gemini-3.5-flash', {
    reasons: true,
    firstTokenMs: 520,
    prefillMsPer1k: 10,
    tokensPerSecond: 210,
  }),
  'gemini-2.5-flash-lite': gemini('gemini-2.5-flash-lite', {
    firstTokenMs: 300,
    prefillMsPer1k: 7,
    tokensPerSecond: 260,
  }),
  'azure-gpt-4.1-mini': azure('gpt-4.1-mini', { firstTokenMs: 560, prefillMsPer1k: 14, tokensPerSecond: 85 }),
  'azure-gpt-5-mini': azure('gpt-5-mini', {
    reasons: true,
    firstTokenMs: 620,
    prefillMsPer1k: 14,
    tokensPerSecond: 120,
  }),
  'bedrock-haiku-4-5': bedrock('eu.anthropic.claude-haiku-4-5-20251001-v1:0', {
    cache: LARGE_CLAUDE_CACHE,
    firstTokenMs: 620,
    prefillMsPer1k: 14,
    tokensPerSecond: 120,
  }),
  'bedrock-sonnet-4-6': bedrock('eu.anthropic.claude-sonnet-4-6', {
    firstTokenMs: 1_050,
    prefillMsPer1k: 24,
    tokensPerSecond: 66,
  }),
  'mistral-medium-3.1': mistral('mistral-medium-2508', { firstTokenMs: 420, prefillMsPer1k: 11, tokensPerSecond: 95 }),
  'mistral-medium-3.5': mistral('mistral-medium-2604', { firstTokenMs: 440, prefillMsPer1k: 11, tokensPerSecond: 105 }),
  'deepseek-chat': deepseek('deepseek-chat', { firstTokenMs: 1_050, prefillMsPer1k: 16, tokensPerSecond: 48 }),
  'deepseek-v4-flash': deepseek('deepseek-v4-flash', { firstTokenMs: 800, prefillMsPer1k: 12, tokensPerSecond: 85 }),
  'in-house': {
    provider: 'in-house',
    model: 'argus-moderation-2',
    source: 'normalized',
    region: 'on-premises',
    firstTokenMs: 60,
    prefillMsPer1k: 35,
    tokensPerSecond: 140,
  },
};
