import { divideHalfEven, formatDecimal, PICO_DECIMALS } from '../../cost/decimal.ts';
import { formatPicoUsd } from '../../cost/money.ts';
import type { Column } from './file-text.ts';

/** What was used of one class in one local day, and what it cost. */
export interface Charge {
  organization: { id: number; name: string };
  project: { id: number; name: string };
  provider: string;
  model: string;
  serviceTier: string;
  key: { id: number; label: string };
  feature: string;
  environment: string;
  /** A token class, `units`, `tools`, or `unpriced` for calls whose cost is not known. */
  costClass: string;
  unit: 'Tokens' | 'Requests' | null;
  quantity: bigint | null;
  costPicoUsd: bigint;
  day: { start: Date; end: Date };
  month: { start: Date; end: Date };
}

/** Digits of a unit price: some cost 1e-8 USD and less. */
const UNIT_PRICE_DECIMALS = 18;

/** The day's average price of a unit, rounded to 1e-18 USD. */
function unitPrice({ quantity, costPicoUsd }: Charge): string | null {
  if (quantity === null || quantity === 0n) return null;
  const scale = 10n ** BigInt(UNIT_PRICE_DECIMALS - PICO_DECIMALS);
  return formatDecimal(divideHalfEven(costPicoUsd * scale, quantity), UNIT_PRICE_DECIMALS);
}

const text = (name: string, value: Column<Charge>['value']): Column<Charge> => ({ name, kind: 'text', value });
const number = (name: string, value: Column<Charge>['value']): Column<Charge> => ({ name, kind: 'number', value });
const none = (name: string): Column<Charge> => text(name, () => null);
const cost = (name: string) => number(name, (charge) => formatPicoUsd(charge.costPicoUsd));

/**
 * The columns of FOCUS 1.2, all of them, in the order of the specification; those that are empty have no meaning for
 * calls to models. What is ours begins with `x_`. What was billed, is effective, listed and contracted is the same: the
 * price list with the organization's own prices in it knows no discount besides.
 *
 * https://focus.finops.org/focus-specification/v1-2/
 */
export const FOCUS_COLUMNS: readonly Column<Charge>[] = [
  none('AvailabilityZone'),
  cost('BilledCost'),
  text('BillingAccountId', ({ organization }) => organization.id),
  text('BillingAccountName', ({ organization }) => organization.name),
  text('BillingAccountType', () => 'Organization'),
  text('BillingCurrency', () => 'USD'),
  text('BillingPeriodEnd', ({ month }) => toInstant(month.end)),
  text('BillingPeriodStart', ({ month }) => toInstant(month.start)),
  none('CapacityReservationId'),
  none('CapacityReservationStatus'),
  text('ChargeCategory', () => 'Usage'),
  none('ChargeClass'),
  text('ChargeDescription', ({ model, costClass }) =>
    costClass === 'unpriced' ? `Calls to ${model} whose cost is not known` : `${model}: ${costClass}`,
  ),
  text('ChargeFrequency', () => 'Usage-Based'),
  text('ChargePeriodEnd', ({ day }) => toInstant(day.end)),
  text('ChargePeriodStart', ({ day }) => toInstant(day.start)),
  none('CommitmentDiscountCategory'),
  none('CommitmentDiscountId'),
  none('CommitmentDiscountName'),
  none('CommitmentDiscountQuantity'),
  none('CommitmentDiscountStatus'),
  none('CommitmentDiscountType'),
  none('CommitmentDiscountUnit'),
  number('ConsumedQuantity', ({ quantity }) => quantity?.toString()),
  text('ConsumedUnit', ({ unit }) => unit),
  cost('ContractedCost'),
  number('ContractedUnitPrice', unitPrice),
  cost('EffectiveCost'),
  none('InvoiceId'),
  text('InvoiceIssuerName', ({ provider }) => provider),
  cost('ListCost'),
  number('ListUnitPrice', unitPrice),
  text('PricingCategory', () => 'Standard'),
  text('PricingCurrency', () => 'USD'),
  number('PricingCurrencyContractedUnitPrice', unitPrice),
  cost('PricingCurrencyEffectiveCost'),
  number('PricingCurrencyListUnitPrice', unitPrice),
  number('PricingQuantity', ({ quantity }) => quantity?.toString()),
  text('PricingUnit', ({ unit }) => unit),
  text('ProviderName', ({ provider }) => provider),
  text('PublisherName', ({ provider }) => provider),
  none('RegionId'),
  none('RegionName'),
  text('ResourceId', ({ provider, model }) => `${provider}/${model}`),
  text('ResourceName', ({ model }) => model),
  text('ResourceType', () => 'Model'),
  text('ServiceCategory', () => 'AI and Machine Learning'),
  text('ServiceName', ({ provider }) => provider),
  text('ServiceSubcategory', () => 'Generative AI'),
  text('SkuId', ({ provider, model }) => `${provider}/${model}`),
  text('SkuMeter', ({ costClass }) => costClass),
  none('SkuPriceDetails'),
  text('SkuPriceId', ({ provider, model, costClass, serviceTier }) =>
    [`${provider}/${model}`, costClass, ...(serviceTier === '' ? [] : [serviceTier])].join('#'),
  ),
  text('SubAccountId', ({ project }) => project.id),
  text('SubAccountName', ({ project }) => project.name),
  text('SubAccountType', () => 'Project'),
  text('Tags', ({ feature, environment }) =>
    JSON.stringify({ ...(environment === '' ? {} : { environment }), ...(feature === '' ? {} : { feature }) }),
  ),
  text('x_ApiKeyId', ({ key }) => (key.id === 0 ? null : key.id)),
  text('x_ApiKeyName', ({ key }) => (key.id === 0 ? null : key.label)),
  text('x_Environment', ({ environment }) => environment || null),
  text('x_Feature', ({ feature }) => feature || null),
  text('x_ServiceTier', ({ serviceTier }) => serviceTier || null),
];

/** FOCUS writes instants to the second. */
const toInstant = (time: Date) => time.toISOString().replace('.000Z', 'Z');
