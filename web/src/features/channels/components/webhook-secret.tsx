import { CopyButton } from '../../../components/ui/copy-button.tsx';

/** What a webhook's requests are signed with, in the one moment in which it can be seen. */
export const WebhookSecret = ({ secret }: { secret: string }) => (
  <div className="mt-4">
    <div className="flex items-center gap-2 rounded-md border border-line-strong bg-canvas py-1.5 pr-1.5 pl-3">
      <code className="min-w-0 flex-1 font-mono text-xs break-all text-ink" data-testid="webhook-secret">
        {secret}
      </code>
      <CopyButton text={secret} label="Copy secret" size="sm" />
    </div>
    <p className="mt-2 text-xs text-subtle">
      Copy it now: it cannot be shown again. Your program checks with it that a request comes from here; how is on the
      page of the channels.
    </p>
  </div>
);
