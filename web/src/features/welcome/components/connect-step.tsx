import { Check } from 'lucide-react';
import { useState } from 'react';
import { CodeBlock } from '../../../components/ui/code-block.tsx';
import { Tabs } from '../../../components/ui/tabs.tsx';
import { SNIPPET_KINDS, type SnippetKind, snippetFor } from '../snippets.ts';

export function ConnectStep({ apiKey, arrived }: { apiKey: string; arrived: boolean }) {
  const [kind, setKind] = useState<SnippetKind>('openai');
  const connection = { baseUrl: window.location.origin, apiKey };
  const { parts } = snippetFor(kind, connection);
  return (
    <div className="mt-3">
      <Tabs
        label="How to connect"
        value={kind}
        onChange={setKind}
        tabs={SNIPPET_KINDS.map((value) => ({ value, label: snippetFor(value, connection).label }))}
      >
        <div className="flex flex-col gap-3">
          {parts.map((part) => (
            <CodeBlock key={part.title} {...part} />
          ))}
        </div>
      </Tabs>
      <Waiting arrived={arrived} />
    </div>
  );
}

const Waiting = ({ arrived }: { arrived: boolean }) => (
  <div
    role="status"
    className="mt-5 flex items-center gap-3 rounded-md border border-line bg-surface px-4 py-3 text-sm text-muted"
  >
    {arrived ? (
      <>
        <Check size={16} className="text-good" aria-hidden />
        <span className="font-medium text-ink">The first call is here. Opening the overview…</span>
      </>
    ) : (
      <>
        <span aria-hidden className="mx-1 size-2 animate-[pulse-ring_1.6s_ease-out_infinite] rounded-full bg-good" />
        <span>Waiting for the first call. This page moves on by itself when it arrives.</span>
      </>
    )}
  </div>
);
