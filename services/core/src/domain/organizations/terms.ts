import Type from 'typebox';
import { PLANS, type Plan } from '../../contract/teams.ts';

/** What the operator says of plans, for the environment of the api and the worker. */
export const planConfig = {
  /** The plan of a new organization. */
  DEFAULT_PLAN: Type.Enum([...PLANS], { default: 'pro' }),
  /** The longest that any organization may keep its records. */
  RETENTION_MAX_DAYS: Type.Integer({ minimum: 1, maximum: 3_650, default: 3_650 }),
};

export interface PlanLimits {
  RETENTION_MAX_DAYS: number;
}

/** An organization's plan, and for how many days it keeps its records. */
export interface Terms {
  plan: Plan;
  retentionDays: number;
}

const PLAN_DAYS: Record<Plan, number> = { free: 7, pro: 90, enterprise: Number.POSITIVE_INFINITY };

/** The most days that a plan keeps records, as the operator limits them. */
export const maxRetentionDays = (plan: Plan, limits: PlanLimits): number =>
  Math.min(PLAN_DAYS[plan], limits.RETENTION_MAX_DAYS);

/** What a new organization begins with: enterprise begins as pro does, and chooses for itself. */
export const defaultTerms = (config: PlanLimits & { DEFAULT_PLAN: Plan }): Terms => ({
  plan: config.DEFAULT_PLAN,
  retentionDays: Math.min(maxRetentionDays(config.DEFAULT_PLAN, config), PLAN_DAYS.pro),
});
