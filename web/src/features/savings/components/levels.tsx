import type { Recommendation } from '@tokengrip/core/contract/savings';
import { Badge } from '../../../components/ui/badge.tsx';
import { levelTone } from '../words.ts';

const EXPLAINED = {
  confidence: 'How sure it is that the calls can be made this way',
  effort: 'How much work it is to change',
  risk: 'How likely it is that something gets worse',
} as const;

/** How sure, how much work, how risky. */
export const Levels = ({ recommendation }: { recommendation: Pick<Recommendation, keyof typeof EXPLAINED> }) => (
  <span className="flex flex-wrap gap-1">
    {(['confidence', 'effort', 'risk'] as const).map((what) => (
      <Badge key={what} tone={levelTone(what, recommendation[what])} title={EXPLAINED[what]}>
        {recommendation[what]} {what}
      </Badge>
    ))}
  </span>
);
