import { AzureOpenAI } from 'openai';
import { describe, expect, it } from 'vitest';
import { type Endpoint, findEndpoint, sourceOf } from './endpoint.ts';

const at = (baseURL: string, overrides = {}): Endpoint => findEndpoint({ baseURL }, overrides, 'openai');

describe('findEndpoint', () => {
  it.each([
    ['https://api.openai.com/v1', 'openai', 'openai.chat'],
    ['https://eu.api.openai.com/v1', 'openai', 'openai.chat'],
    ['https://acme.openai.azure.com/openai', 'azure', 'openai.chat'],
    ['https://acme.services.ai.azure.com/openai/v1', 'azure', 'openai.chat'],
    ['https://acme.services.ai.azure.com/models', 'azure_ai', 'openai-compatible.chat'],
    ['https://openrouter.ai/api/v1', 'openrouter', 'openrouter.chat'],
    ['https://api.deepseek.com', 'deepseek', 'deepseek.chat'],
    ['https://api.groq.com/openai/v1', 'groq', 'groq.chat'],
    ['https://api.mistral.ai/v1', 'mistral', 'mistral.chat'],
    ['https://api.x.ai/v1', 'xai', 'xai.chat'],
    ['https://api.together.xyz/v1', 'together_ai', 'openai-compatible.chat'],
    ['https://api.fireworks.ai/inference/v1', 'fireworks_ai', 'openai-compatible.chat'],
    ['https://generativelanguage.googleapis.com/v1beta/openai/', 'gemini', 'openai-compatible.chat'],
    ['http://localhost:11434/v1', 'ollama', 'openai-compatible.chat'],
  ])('recognizes %s as %s', (baseURL, provider, source) => {
    const endpoint = at(baseURL);
    expect(endpoint.provider).toBe(provider);
    expect(sourceOf(endpoint, 'chat')).toBe(source);
  });

  it.each(['https://api.openai.com.evil.example/v1', 'https://notapi.openai.com/v1', 'https://llm.acme.example/v1'])(
    'names %s by its host instead of guessing',
    (baseURL) => {
      expect(at(baseURL).provider).toBe(new URL(baseURL).hostname);
      expect(sourceOf(at(baseURL), 'chat')).toBe('openai-compatible.chat');
    },
  );

  it('believes the host about what is behind an address', () => {
    expect(at('http://gateway:4000', { provider: 'openai' })).toMatchObject({
      provider: 'openai',
      chatSource: 'openai.chat',
    });
    expect(at('http://gateway:4000', { provider: 'acme', source: 'xai.chat' })).toMatchObject({
      provider: 'acme',
      chatSource: 'xai.chat',
    });
  });

  it('recognizes the Azure client whatever its address', () => {
    const client = new AzureOpenAI({
      baseURL: 'https://gateway.example/x',
      apiKey: 'k',
      apiVersion: '2025-04-01-preview',
    });
    expect(findEndpoint(client, {}, 'openai')).toMatchObject({ provider: 'azure', mustAskForUsage: true });
  });

  it('does not ask an Azure API for usage that does not know the question yet', () => {
    const client = new AzureOpenAI({ baseURL: 'https://gateway.example/x', apiKey: 'k', apiVersion: '2024-06-01' });
    expect(findEndpoint(client, {}, 'openai').mustAskForUsage).toBe(false);
  });

  it('does not ask where a changed request would be refused', () => {
    expect(at('https://api.mistral.ai/v1').mustAskForUsage).toBe(false);
    expect(at('https://bedrock-runtime.eu-west-1.amazonaws.com/openai/v1').mustAskForUsage).toBe(false);
  });

  it('tells the region where the address has it', () => {
    expect(at('https://eu.api.openai.com/v1').region).toBe('eu');
    expect(at('https://api.openai.com/v1').region).toBeUndefined();
    expect(at('https://bedrock-runtime.eu-west-1.amazonaws.com').region).toBe('eu-west-1');
    expect(at('https://europe-west4-aiplatform.googleapis.com/v1').region).toBe('europe-west4');
  });

  it('takes an unknown address of an Anthropic client for a gateway to Anthropic', () => {
    const client = { baseURL: 'https://llm.acme.example' };
    expect(findEndpoint(client, {}, 'anthropic').provider).toBe('anthropic');
    expect(findEndpoint({ baseURL: 'https://api.deepseek.com/anthropic' }, {}, 'anthropic').provider).toBe('deepseek');
  });

  it('falls back to the library that the client is of where there is no address', () => {
    expect(findEndpoint({}, {}, 'openai')).toMatchObject({ provider: 'openai', chatSource: 'openai.chat' });
    expect(findEndpoint({}, {}, 'anthropic').provider).toBe('anthropic');
  });

  it('has one source for every other format', () => {
    const endpoint = at('https://api.groq.com/openai/v1');
    expect(sourceOf(endpoint, 'responses')).toBe('openai.responses');
    expect(sourceOf(endpoint, 'embeddings')).toBe('openai.embeddings');
    expect(sourceOf(endpoint, 'messages')).toBe('anthropic.messages');
  });
});
