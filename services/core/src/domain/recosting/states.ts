import type { RecostingAction, RecostingFailure, RecostingState, RecostingStep } from '../../contract/recosting.ts';

/**
 * How a re-costing goes:
 *
 *     preview_queued → previewing → previewed → apply_queued → applying → applied → undo_queued → undoing → undone
 *
 * A step that waits or runs can be cancelled, and fails when it meets an error again and again; either way whole batches
 * are done and the rest is not. A preview is then made anew; what was applied in part can be applied further or undone;
 * what was undone in part can only be undone further.
 */
export const STEP_STATES: Record<
  RecostingStep,
  { queued: RecostingState; running: RecostingState; done: RecostingState }
> = {
  preview: { queued: 'preview_queued', running: 'previewing', done: 'previewed' },
  apply: { queued: 'apply_queued', running: 'applying', done: 'applied' },
  undo: { queued: 'undo_queued', running: 'undoing', done: 'undone' },
};

export function isUnderWay(state: RecostingState, step: RecostingStep): boolean {
  return state === STEP_STATES[step].queued || state === STEP_STATES[step].running;
}

interface StepState {
  state: RecostingState;
  step: RecostingStep;
  failure: RecostingFailure | null;
}

/** What a person may do with a re-costing in this state. */
export function actionsIn({ state, step, failure }: StepState): RecostingAction[] {
  if (isUnderWay(state, step)) return ['cancel'];
  switch (state) {
    case 'previewed':
      return ['apply'];
    case 'applied':
      return ['undo'];
    case 'cancelled':
    case 'failed':
      if (step === 'apply') return failure === 'prices_changed' ? ['undo'] : ['apply', 'undo'];
      return step === 'undo' ? ['undo'] : [];
    default:
      return [];
  }
}
