import { useState } from 'react';
import { CodeBlock } from '../../../components/ui/code-block.tsx';
import { Panel, PanelHeader } from '../../../components/ui/panel.tsx';
import { Segmented } from '../../../components/ui/segmented.tsx';
import { NODE_SNIPPET, PYTHON_SNIPPET } from '../snippets.ts';

/** How a program knows that a webhook comes from here. */
export function VerifyPanel() {
  const [language, setLanguage] = useState<'node' | 'python'>('node');
  return (
    <Panel aria-label="How a webhook is verified">
      <PanelHeader
        title="How a webhook is verified"
        description="Every request is signed with the secret of its channel."
        actions={
          <Segmented
            label="Language"
            value={language}
            onChange={setLanguage}
            options={[
              { value: 'node', label: 'Node' },
              { value: 'python', label: 'Python' },
            ]}
          />
        }
        className="py-3"
      />
      <div className="grid items-start gap-4 px-4 pb-4 lg:grid-cols-[minmax(0,1fr)_minmax(0,2fr)]">
        <div className="flex flex-col gap-2 text-xs text-muted">
          <p>
            The header <code className="font-mono text-ink">X-Tokengrip-Signature</code> has the time{' '}
            <code className="font-mono text-ink">t</code> of the attempt in seconds and, as{' '}
            <code className="font-mono text-ink">v1</code>, the HMAC-SHA-256 of that time, a full stop and the body
            exactly as it came.
          </p>
          <p>For a day after the secret was changed there are two of them, one by each secret.</p>
          <p>
            A delivery may arrive twice. It keeps its id in{' '}
            <code className="font-mono text-ink">X-Tokengrip-Delivery</code>: remember it for as long as you need to do
            things once.
          </p>
          <p>Answer with 2xx within ten seconds. Anything else is tried again, for about 16 hours in all.</p>
        </div>
        <CodeBlock
          code={language === 'node' ? NODE_SNIPPET : PYTHON_SNIPPET}
          language="typescript"
          title={language === 'node' ? 'verify.mjs' : 'verify.py'}
        />
      </div>
    </Panel>
  );
}
