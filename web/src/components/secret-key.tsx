import { CopyButton } from './ui/copy-button.tsx';

/** An API key in the one moment in which it can be seen. */
export const SecretKey = ({ secret }: { secret: string }) => (
  <div>
    <div className="flex items-center gap-2 rounded-md border border-line-strong bg-canvas py-1.5 pr-1.5 pl-3">
      <code className="min-w-0 flex-1 font-mono text-xs break-all text-ink" data-testid="api-key">
        {secret}
      </code>
      <CopyButton text={secret} label="Copy key" size="sm" />
    </div>
    <p className="mt-2 text-xs text-subtle">
      Copy it now: it is stored only as a hash and cannot be shown again. A lost key is replaced by a new one.
    </p>
  </div>
);
