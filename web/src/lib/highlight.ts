/** Enough of a highlighter for the snippets of this application: TypeScript and shell. */
type TokenKind = 'plain' | 'keyword' | 'string' | 'comment' | 'call';
export interface CodeToken {
  kind: TokenKind;
  text: string;
}
export type Language = 'typescript' | 'shell' | 'diff';

const GRAMMAR: Record<Language, RegExp> = {
  typescript:
    /(?<comment>\/\/[^\n]*)|(?<string>'[^'\n]*'|`[^`]*`|"[^"\n]*")|(?<keyword>\b(?:import|from|const|await|new|export|return|async)\b)|(?<call>\b[A-Za-z_$][\w$]*(?=\())/g,
  shell:
    /(?<comment>(?:^|(?<=\s))#[^\n]*)|(?<string>'[^']*'|"[^"]*")|(?<keyword>(?<=\s)--?[A-Za-z][\w-]*)|(?<call>^(?:curl|npm|pnpm|export)\b)/gm,
  // What comes stands out, what goes steps back.
  diff: /(?<comment>^-[^\n]*)|(?<string>^\+[^\n]*)/gm,
};

const KINDS = ['comment', 'string', 'keyword', 'call'] as const;

export function highlight(code: string, language: Language): CodeToken[] {
  const tokens: CodeToken[] = [];
  let end = 0;
  for (const match of code.matchAll(GRAMMAR[language])) {
    if (match.index > end) tokens.push({ kind: 'plain', text: code.slice(end, match.index) });
    tokens.push({ kind: KINDS.find((kind) => match.groups?.[kind] !== undefined) ?? 'plain', text: match[0] });
    end = match.index + match[0].length;
  }
  if (end < code.length) tokens.push({ kind: 'plain', text: code.slice(end) });
  return tokens;
}
