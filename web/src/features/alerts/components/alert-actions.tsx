import type { AlertSummary } from '@tokengrip/core/contract/alerts';
import { AlarmClock, Check, CircleCheck } from 'lucide-react';
import { SnoozeMenu } from '../../../components/alerting/snooze-menu.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { useMay } from '../../../lib/api/me.ts';
import type { AlertActionSet } from '../use-alerts.ts';

export interface AlertActionsProps {
  alert: AlertSummary;
  actions: AlertActionSet;
  /** In a row of a list. */
  small?: boolean;
}

/** What may be done about it: nothing for those who only look, and nothing when it is over. */
export function AlertActions({ alert, actions, small = false }: AlertActionsProps) {
  const mayHandle = useMay('alerts.handle');
  if (!mayHandle || alert.state === 'resolved') return null;
  const { acknowledge, resolve, snooze } = actions;
  const { id, title, snoozedUntil } = alert;
  const size = small ? 'sm' : 'md';
  const named = (verb: string) => (small ? { 'aria-label': `${verb}: ${title}` } : {});
  return (
    <div className="flex flex-wrap gap-1.5">
      {alert.state === 'open' && (
        <Button
          size={size}
          icon={<Check size={13} aria-hidden />}
          loading={acknowledge.isPending && acknowledge.variables === id}
          onClick={() => acknowledge.mutate(id)}
          {...named('Acknowledge')}
        >
          Acknowledge
        </Button>
      )}
      <Button
        size={size}
        variant={small ? 'ghost' : 'secondary'}
        icon={<CircleCheck size={13} aria-hidden />}
        loading={resolve.isPending && resolve.variables === id}
        onClick={() => resolve.mutate(id)}
        {...named('Resolve')}
      >
        Resolve
      </Button>
      <SnoozeMenu
        until={snoozedUntil}
        onSnooze={(until) => snooze.mutate({ id, until })}
        trigger={
          <Button
            size={size}
            variant={small ? 'ghost' : 'secondary'}
            icon={<AlarmClock size={13} aria-hidden />}
            {...named('Snooze')}
          >
            Snooze
          </Button>
        }
      />
    </div>
  );
}
