import { describe, expect, it } from 'vitest';
import { clipCharacters, clipContent, clipName } from './text.ts';

describe('clipCharacters', () => {
  it('counts characters, not UTF-16 units, and never leaves half a surrogate pair', () => {
    expect(clipCharacters('🙂🙂🙂', 2)).toBe('🙂🙂');
    expect(clipCharacters('a🙂b', 2)).toBe('a🙂');
  });

  it('keeps a text that is short enough', () => {
    expect(clipCharacters('hello', 500)).toBe('hello');
  });

  it('replaces what a JSON parser or a database would refuse', () => {
    expect(clipCharacters('a\ud83d', 5)).toBe('a\ufffd');
    expect(clipCharacters('a\0b', 5)).toBe('a\ufffdb');
  });
});

describe('clipName', () => {
  it('cuts by UTF-16 units, the strictest way to count, between characters', () => {
    expect(clipName('abc🙂', 4)).toBe('abc');
    expect(clipName('abc🙂', 5)).toBe('abc🙂');
    expect(clipName('abcdef', 4)).toBe('abcd');
  });
});

describe('clipContent', () => {
  it('cuts each text at 500 characters and leaves out what is empty', () => {
    const content = clipContent({ prompt: '🙂'.repeat(600), response: '' });
    expect([...(content.prompt ?? '')]).toHaveLength(500);
    expect(content).not.toHaveProperty('response');
  });
});
