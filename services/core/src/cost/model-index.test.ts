import { describe, expect, it } from 'vitest';
import { ModelIndex, type ModelQuery } from './model-index.ts';

const index = new ModelIndex(
  Object.entries({
    'gpt-4o': 'openai',
    'gpt-4o-2024-08-06': 'openai',
    'gpt-4-0613': 'openai',
    'gpt-4': 'openai',
    'ft:gpt-4o-2024-08-06': 'openai',
    'azure/gpt-4o': 'azure',
    'azure/eu/gpt-4o': 'azure',
    'claude-opus-5': 'anthropic',
    'claude-haiku-4-5-20251001': 'anthropic',
    'vertex_ai/claude-haiku-4-5@20251001': 'vertex_ai-anthropic_models',
    'vertex_ai/claude-opus-5@default': 'vertex_ai-anthropic_models',
    'gemini-2.5-pro': 'vertex_ai-language-models',
    'gemini/gemini-2.5-pro': 'gemini',
    'gemini/gemini-2.5-flash-preview': 'gemini',
    'anthropic.claude-opus-5': 'bedrock_converse',
    'us.anthropic.claude-opus-5': 'bedrock_converse',
    'anthropic.claude-3-haiku-20240307-v1:0': 'bedrock',
    'bedrock/us-east-1/anthropic.claude-v1': 'bedrock',
    'anthropic.claude-v1': 'bedrock',
    'openrouter/anthropic/claude-opus-5': 'openrouter',
    'fireworks_ai/accounts/fireworks/models/kimi-k2': 'fireworks_ai',
    'together_ai/meta-llama/Llama-3.3-70B': 'together_ai',
    'command-r': 'cohere_chat',
    'amazon-nova/nova-lite': 'amazon_nova',
    'dall-e-3': 'openai',
    'hd/1024-x-1024/dall-e-3': 'openai',
    'standard/1024-x-1024/dall-e-3': 'openai',
    '1024-x-1024/50-steps/stability.sd': 'bedrock',
  }).map(([key, provider]) => ({ key, provider })),
);

function find(provider: string | undefined, model: string, more: Partial<ModelQuery> = {}) {
  const match = index.find({ provider, model, ...more });
  return match && [match.key, match.matchedBy, ...(match.otherProvider ? ['other'] : [])];
}

describe('the order of the rules', () => {
  it.each([
    ['azure', 'gpt-4o', ['azure/gpt-4o', 'provider_key']],
    ['gemini', 'gemini-2.5-pro', ['gemini/gemini-2.5-pro', 'provider_key']],
    ['openai', 'gpt-4o', ['gpt-4o', 'bare_key']],
    ['vertex_ai', 'gemini-2.5-pro', ['gemini-2.5-pro', 'bare_key']],
    ['cohere', 'command-r', ['command-r', 'bare_key']],
    ['my-gateway', 'gpt-4o', ['gpt-4o', 'other_provider', 'other']],
    ['azure', 'gpt-4o-2024-08-06', ['gpt-4o-2024-08-06', 'other_provider', 'other']],
    ['azure', 'gpt-4o-2024-11-20', ['azure/gpt-4o', 'undated']],
    ['openai', 'gpt-4o-2024-11-20', ['gpt-4o', 'undated']],
    ['openai', 'gpt-4-0613', ['gpt-4-0613', 'bare_key']],
    ['openai', 'gpt-4-0314', ['gpt-4', 'undated']],
    ['openai', 'gpt-99', undefined],
  ])('%s %s', (provider, model, expected) => {
    expect(find(provider, model)).toEqual(expected);
  });
});

describe('spellings', () => {
  it.each([
    ['bedrock', 'eu.anthropic.claude-opus-5', ['anthropic.claude-opus-5', 'stripped']],
    ['bedrock', 'us.anthropic.claude-opus-5', ['us.anthropic.claude-opus-5', 'bare_key']],
    ['bedrock', 'anthropic.claude-opus-5-v1:0', ['anthropic.claude-opus-5', 'stripped']],
    ['bedrock', 'anthropic.claude-3-haiku-20240307', ['anthropic.claude-3-haiku-20240307-v1:0', 'stripped']],
    [
      'aws.bedrock',
      'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-5',
      ['us.anthropic.claude-opus-5', 'stripped'],
    ],
    [
      'vertex_ai',
      'publishers/anthropic/models/claude-haiku-4-5@20251001',
      ['vertex_ai/claude-haiku-4-5@20251001', 'stripped'],
    ],
    ['vertex_ai', 'claude-haiku-4-5-20251001', ['claude-haiku-4-5-20251001', 'other_provider', 'other']],
    ['vertex_ai', 'claude-opus-5@20260101', ['vertex_ai/claude-opus-5@default', 'stripped']],
    [
      'vertex_ai',
      'projects/p/locations/global/publishers/google/models/gemini-2.5-pro',
      ['gemini-2.5-pro', 'stripped'],
    ],
    ['gemini', 'models/gemini-2.5-pro', ['gemini/gemini-2.5-pro', 'stripped']],
    ['gemini', 'gemini-2.5-flash-preview-05-20', ['gemini/gemini-2.5-flash-preview', 'undated']],
    [
      'fireworks_ai',
      'accounts/fireworks/models/kimi-k2',
      ['fireworks_ai/accounts/fireworks/models/kimi-k2', 'provider_key'],
    ],
    ['fireworks_ai', 'kimi-k2', ['fireworks_ai/accounts/fireworks/models/kimi-k2', 'stripped']],
    ['openai', 'ft:gpt-4o-2024-08-06:acme:bot:a1b2', ['ft:gpt-4o-2024-08-06', 'stripped']],
    ['openai', 'openai/gpt-4o', ['gpt-4o', 'stripped']],
    ['openrouter', 'anthropic/claude-opus-5', ['openrouter/anthropic/claude-opus-5', 'provider_key']],
    ['openrouter', 'openai/gpt-4o', ['gpt-4o', 'stripped', 'other']],
    ['openrouter', 'openai/gpt-4o:free', undefined],
    ['together_ai', 'meta-llama/llama-3.3-70b', ['together_ai/meta-llama/Llama-3.3-70B', 'provider_key']],
    ['amazon_nova', 'nova-lite', ['amazon-nova/nova-lite', 'provider_key']],
    ['OpenAI', 'GPT-4o', ['gpt-4o', 'bare_key']],
  ])('%s %s', (provider, model, expected) => {
    expect(find(provider, model)).toEqual(expected);
  });

  it.each([
    ['openai.responses', 'gpt-4o', 'gpt-4o'],
    ['google.generative-ai', 'gemini-2.5-pro', 'gemini/gemini-2.5-pro'],
    ['google.vertex.chat', 'gemini-2.5-pro', 'gemini-2.5-pro'],
    ['gcp.gemini', 'gemini-2.5-pro', 'gemini/gemini-2.5-pro'],
    ['azure-openai.chat', 'gpt-4o', 'azure/gpt-4o'],
    ['az.ai.openai', 'gpt-4o', 'azure/gpt-4o'],
    ['amazon-bedrock', 'anthropic.claude-v1', 'anthropic.claude-v1'],
    ['bedrock_converse', 'anthropic.claude-v1', 'anthropic.claude-v1'],
  ])('knows the provider %s', (provider, model, key) => {
    expect(find(provider, model)?.[0]).toBe(key);
  });
});

describe('regions', () => {
  it('prefer the key of the region', () => {
    expect(find('azure', 'gpt-4o', { region: 'eu' })).toEqual(['azure/eu/gpt-4o', 'provider_key']);
    expect(find('azure', 'gpt-4o', { region: 'us' })).toEqual(['azure/gpt-4o', 'provider_key']);
    expect(find('bedrock', 'anthropic.claude-v1', { region: 'us-east-1' })).toEqual([
      'bedrock/us-east-1/anthropic.claude-v1',
      'provider_key',
    ]);
    expect(find('bedrock', 'anthropic.claude-v1', { region: 'eu-west-1' })).toEqual([
      'anthropic.claude-v1',
      'bare_key',
    ]);
  });
});

describe('without a provider', () => {
  it('a key that names one is certain, a bare one is not', () => {
    expect(find(undefined, 'azure/gpt-4o')).toEqual(['azure/gpt-4o', 'bare_key']);
    expect(find(undefined, 'gpt-4o')).toEqual(['gpt-4o', 'other_provider', 'other']);
    expect(find('litellm_proxy', 'azure/gpt-4o')).toEqual(['azure/gpt-4o', 'bare_key']);
  });
});

describe('images', () => {
  it('have prices by quality and size', () => {
    const image = (imageQuality?: string, imageSize = '1024x1024') =>
      find('openai', 'dall-e-3', { imageSize, imageQuality });
    expect(image('hd')).toEqual(['hd/1024-x-1024/dall-e-3', 'bare_key']);
    expect(image()).toEqual(['standard/1024-x-1024/dall-e-3', 'bare_key']);
    expect(image('hd', '512x512')).toEqual(['dall-e-3', 'bare_key']);
    expect(find('bedrock', 'stability.sd', { imageSize: '1024x1024' })?.[0]).toBe('1024-x-1024/50-steps/stability.sd');
  });
});

it('a layered index adds to its base and leaves it alone', () => {
  const own = new ModelIndex([{ key: 'azure/our-model', provider: 'azure' }], index);
  expect(own.find({ provider: 'azure', model: 'our-model' })?.key).toBe('azure/our-model');
  expect(own.find({ provider: 'azure', model: 'gpt-4o' })?.key).toBe('azure/gpt-4o');
  expect(index.find({ provider: 'azure', model: 'our-model' })).toBeUndefined();
});
