import { Hash, Mail, Siren, Webhook } from 'lucide-react';

const ICONS = { email: Mail, slack: Hash, webhook: Webhook, pagerduty: Siren } as const;

export function ChannelIcon({ kind, size = 14 }: { kind: string; size?: number }) {
  const Icon = (ICONS as Readonly<Record<string, typeof Mail>>)[kind] ?? Webhook;
  return <Icon size={size} aria-hidden className="shrink-0 text-subtle" />;
}
