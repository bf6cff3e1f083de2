import type { AlertSeverity } from '@tokengrip/core/contract/alerts';
import { Info, OctagonAlert, TriangleAlert } from 'lucide-react';
import { SEVERITY_LABELS } from '../../../lib/alert-words.ts';
import { cn } from '../../../lib/cn.ts';

const LOOKS = {
  critical: { icon: OctagonAlert, className: 'text-bad' },
  warning: { icon: TriangleAlert, className: 'text-warn' },
  info: { icon: Info, className: 'text-accent' },
} as const;

export function SeverityIcon({
  severity,
  faded = false,
  size = 16,
}: {
  severity: AlertSeverity;
  faded?: boolean;
  size?: number;
}) {
  const { icon: Icon, className } = LOOKS[severity];
  return (
    <span title={SEVERITY_LABELS[severity]} className={cn('shrink-0', faded ? 'text-subtle' : className)}>
      <Icon size={size} aria-hidden />
      <span className="sr-only">{SEVERITY_LABELS[severity]}: </span>
    </span>
  );
}
