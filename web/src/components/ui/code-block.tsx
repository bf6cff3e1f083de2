import { useMemo } from 'react';
import { type CodeToken, highlight, type Language } from '../../lib/highlight.ts';
import { CopyButton } from './copy-button.tsx';

const COLOURS = {
  plain: undefined,
  keyword: 'text-(--code-keyword)',
  string: 'text-(--code-string)',
  comment: 'text-(--code-comment)',
  call: 'text-(--code-call)',
} as const;

interface Placed extends CodeToken {
  at: number;
}

function placed(code: string, language: Language): Placed[] {
  let at = 0;
  return highlight(code, language).map((token) => {
    const start = at;
    at += token.text.length;
    return { ...token, at: start };
  });
}

export interface CodeBlockProps {
  code: string;
  language: Language;
  /** A file's name, or what the block is for. */
  title: string;
}

export function CodeBlock({ code, language, title }: CodeBlockProps) {
  const tokens = useMemo(() => placed(code, language), [code, language]);
  return (
    <figure className="overflow-hidden rounded-md border border-line bg-canvas">
      <figcaption className="flex h-9 items-center justify-between border-b border-line pr-1 pl-3.5 font-mono text-xs text-subtle">
        {title}
        <CopyButton text={code} label={`Copy ${title}`} iconOnly size="sm" variant="ghost" />
      </figcaption>
      <pre className="px-3.5 py-3 font-mono text-xs leading-5 break-words whitespace-pre-wrap text-ink">
        <code>
          {tokens.map((token) => (
            <span key={token.at} className={COLOURS[token.kind]}>
              {token.text}
            </span>
          ))}
        </code>
      </pre>
    </figure>
  );
}
