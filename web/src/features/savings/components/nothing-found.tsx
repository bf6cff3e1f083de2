import { Link } from '@tanstack/react-router';
import type { SavingsRun } from '@tokengrip/core/contract/savings';
import { PiggyBank } from 'lucide-react';
import { buttonClass } from '../../../components/ui/button.tsx';
import { EmptyState } from '../../../components/ui/states.tsx';
import { isLooking } from '../../../lib/api/recommendations.ts';
import { readAppSearch } from '../../../lib/search.ts';
import { useMay } from '../use-savings.ts';
import { countOf } from '../words.ts';
import { LookButton } from './look-button.tsx';

/** Fewer calls than the rules ask of one feature alone: nothing could have been found. */
const FEW_CALLS = 100;

function wordsOf(run: SavingsRun): { title: string; text: string } {
  if (isLooking(run)) {
    return { title: 'Looking at the calls of the last 30 days', text: 'What is found appears here by itself.' };
  }
  if (run.state === 'failed') {
    return {
      title: 'The last look failed',
      text: 'The worker’s log says why. Nothing is known about savings until one succeeds.',
    };
  }
  if (run.calls === null) {
    return {
      title: 'Nobody has looked yet',
      text: 'Once a day the calls of the last 30 days are looked at for what could cost less. You can have it done now.',
    };
  }
  if (run.calls < FEW_CALLS) {
    return {
      title: 'Not enough traffic yet',
      text: `${run.calls === 0 ? 'There were no calls' : `There ${run.calls === 1 ? 'was' : 'were'} only ${countOf(run.calls, 'call')}`} in the last 30 days. The rules need some hundred of a feature before they say anything.`,
    };
  }
  return {
    title: 'Nothing found that is worth your time',
    text: `${countOf(run.calls, 'call')} of the last 30 days were looked at, by 13 rules. What would save less than $1 a month is not told.`,
  };
}

/** There is no recommendation at all: nobody looked, there was little to look at, or all is well. */
export function NothingFound({ run }: { run: SavingsRun }) {
  const { title, text } = wordsOf(run);
  const mayLook = useMay('savings.manage');
  const few = run.calls !== null && run.calls < FEW_CALLS;
  return (
    <EmptyState
      icon={<PiggyBank size={18} aria-hidden />}
      title={title}
      className="py-20"
      actions={
        <>
          {mayLook && !few && <LookButton run={run} variant="primary" />}
          {few && (
            <Link to="/welcome" className={buttonClass()}>
              Connect a program
            </Link>
          )}
          <Link
            to="/savings"
            search={(search) => ({ ...readAppSearch({ ...search }), tab: 'whatif' })}
            className={buttonClass()}
          >
            Try a what-if
          </Link>
        </>
      }
    >
      {text}
    </EmptyState>
  );
}
