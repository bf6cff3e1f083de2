import type { ModelInUse, PriceHistoryVersion, PriceRun, PriceSyncState } from '@tokengrip/core/contract/prices';
import type { Recosting, RecostingState, UnpricedModel } from '@tokengrip/core/contract/recosting';

/** Names that the server stores, in words for people. What is not known here is shown as it came. */

const REASONS: Record<string, string> = {
  unknown_model: 'The price list has no model of this name.',
  no_rates_in_file: 'The price list names the model but has no rate for it.',
  zero_in_file: 'The price list says 0 for a model that is not known to be free.',
  no_price_at_time: 'The model has a price, but none was in effect when the calls were made.',
  missing_rate: 'The price list has no rate for something that the calls used.',
  missing_quantity: 'The model is billed by a quantity (seconds, images, pages) that the records do not have.',
};

export const reasonText = (reason: string): string => REASONS[reason] ?? reason;

/** Why calls to a model have no cost. */
export function whyUnpriced({ costStatus, reason }: Pick<UnpricedModel, 'costStatus' | 'reason'>): string {
  if (costStatus === 'unpriced') return reasonText(reason);
  return reason === ''
    ? 'The usage that was sent could not be read.'
    : `The usage that was sent could not be read: ${reason}.`;
}

const MATCHES: Record<string, string> = {
  alias: 'You said which model this name stands for.',
  provider_key: 'The price list has it as provider/model.',
  bare_key: 'The price list has this name for the same provider.',
  other_provider: 'The price list has this name for another provider: the price is approximate.',
  stripped: 'Found without the region, account, vendor or version parts of the name.',
  undated: 'Found by its family: the price list does not have the dated snapshot.',
};

export const matchText = ({ matchedBy }: Pick<ModelInUse, 'matchedBy'>): string =>
  matchedBy === null ? 'No model of the price list has this name.' : (MATCHES[matchedBy] ?? matchedBy);

export const RUN_KINDS: Record<PriceRun['kind'], string> = { sync: 'Sync', import: 'Import', correction: 'Correction' };

export const ORIGINS: Record<PriceHistoryVersion['origin'], string> = {
  snapshot: 'Shipped',
  sync: 'Sync',
  import: 'Import',
  correction: 'Correction',
};

export const SYNC_OFF: Record<NonNullable<PriceSyncState['disabledBy']>, { title: string; text: string }> = {
  air_gapped: {
    title: 'This installation does not go to the internet',
    text: 'AIR_GAPPED is set, so nothing is fetched. Bring a price file in by hand: download LiteLLM’s model_prices_and_context_window.json elsewhere and import it here.',
  },
  sync_switched_off: {
    title: 'The sync is switched off',
    text: 'PRICING_SYNC is false, so nothing is fetched. Set it to true and restart, or import a price file here.',
  },
  invalid_url: {
    title: 'The address of the price file is not valid',
    text: 'PRICING_SYNC_URL must be an http or https address. Until it is, import a price file here.',
  },
};

const REFUSALS: Record<string, string> = {
  unknown_field: 'is not a rate that is known here',
  not_a_number: 'is not a decimal number',
  negative: 'is negative',
  above_limit: 'is far too high to be a price',
  too_many_decimals: 'has more than 24 decimals',
  not_an_object: 'is not an object',
};

export const refusalText = ({ reason, field }: { reason: string; field: string }): string =>
  `${field === '' ? 'The entry' : field} ${REFUSALS[reason] ?? reason}.`;

interface StateWords {
  label: string;
  tone: 'neutral' | 'accent' | 'good' | 'warn' | 'bad';
}

const STATES: Record<RecostingState, StateWords> = {
  preview_queued: { label: 'Preview waits', tone: 'neutral' },
  previewing: { label: 'Looking', tone: 'accent' },
  previewed: { label: 'Ready to apply', tone: 'accent' },
  apply_queued: { label: 'Waits to be applied', tone: 'neutral' },
  applying: { label: 'Applying', tone: 'accent' },
  applied: { label: 'Applied', tone: 'good' },
  undo_queued: { label: 'Waits to be undone', tone: 'neutral' },
  undoing: { label: 'Undoing', tone: 'accent' },
  undone: { label: 'Undone', tone: 'neutral' },
  cancelled: { label: 'Cancelled', tone: 'neutral' },
  failed: { label: 'Failed', tone: 'bad' },
};

export function stateWords({ state, step, preview }: Recosting): StateWords {
  if (state === 'previewed' && preview.changedCalls + preview.changedDuplicates === 0) {
    return { label: 'Nothing to change', tone: 'neutral' };
  }
  if (state === 'cancelled' && step !== 'preview')
    return { label: `Cancelled while ${step === 'apply' ? 'applying' : 'undoing'}`, tone: 'warn' };
  return STATES[state];
}

export const FAILURES: Record<NonNullable<Recosting['failure']>, string> = {
  prices_changed: 'Prices have changed since the preview. What is not applied yet needs a new preview.',
  internal: 'Something went wrong on the server several times in a row. Its log says what.',
};
