import { describe, expect, it } from 'vitest';
import { highlight } from '../../lib/highlight.ts';
import { SNIPPET_KINDS, snippetFor } from './snippets.ts';

describe('highlighting', () => {
  it('loses no character of any snippet', () => {
    for (const kind of SNIPPET_KINDS) {
      for (const { code, language } of snippetFor(kind, { baseUrl: 'http://x', apiKey: 'tg_k' }).parts) {
        const text = highlight(code, language)
          .map((token) => token.text)
          .join('');
        expect(text).toBe(code);
      }
    }
  });

  it('tells the parts of a line apart', () => {
    expect(highlight("const a = run('x'); // why", 'typescript').map(({ kind, text }) => `${kind}:${text}`)).toEqual([
      'keyword:const',
      'plain: a = ',
      'call:run',
      'plain:(',
      "string:'x'",
      'plain:); ',
      'comment:// why',
    ]);
  });
});

describe('snippets', () => {
  it.each(SNIPPET_KINDS)('for %s contain the address and the key', (kind) => {
    const connection = { baseUrl: 'https://tokens.example.com', apiKey: 'tg_secret' };
    const code = snippetFor(kind, connection)
      .parts.map((part) => part.code)
      .join('\n');
    expect(code).toContain(connection.baseUrl);
    expect(code).toContain(connection.apiKey);
  });
});
