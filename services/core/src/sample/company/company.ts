import type { CompanyProfile } from '../types.ts';
import { FEATURES } from './features.ts';
import { MODELS } from './models.ts';

/** The company of the sample traffic: an online wholesale market with some 140 business customers and 90 employees. */
export const SAMPLE_COMPANY: CompanyProfile = {
  timeZone: 'Europe/Berlin',
  epoch: '2026-06-01',
  growthPerYear: 1.9,
  noise: { day: 0.09, hour: 0.1 },
  models: MODELS,
  features: FEATURES,
  rhythms: {
    office: {
      hours: [
        0.03, 0.02, 0.02, 0.02, 0.02, 0.04, 0.12, 0.4, 0.88, 1.12, 1.2, 1.14, 0.72, 0.8, 1.1, 1.18, 1.08, 0.88, 0.46,
        0.24, 0.15, 0.1, 0.07, 0.05,
      ],
      weekdays: [1.05, 1.08, 1.05, 1, 0.85, 0.09, 0.06],
      holiday: 0.08,
    },
    shop: {
      hours: [
        0.13, 0.09, 0.07, 0.06, 0.06, 0.09, 0.24, 0.52, 0.86, 1.02, 1.08, 1.02, 0.78, 0.84, 1, 1.04, 0.98, 0.84, 0.68,
        0.62, 0.58, 0.48, 0.33, 0.2,
      ],
      weekdays: [1.1, 1.06, 1.02, 1, 0.94, 0.42, 0.36],
      holiday: 0.38,
    },
    engineering: {
      hours: [
        0.1, 0.07, 0.05, 0.04, 0.04, 0.05, 0.1, 0.26, 0.62, 0.94, 1.14, 1.16, 0.76, 0.86, 1.14, 1.22, 1.2, 1.06, 0.74,
        0.46, 0.38, 0.34, 0.28, 0.18,
      ],
      weekdays: [1, 1.1, 1.12, 1.08, 0.9, 0.13, 0.1],
      holiday: 0.1,
    },
    nightly: {
      hours: [
        0.3, 0.95, 1.2, 1.05, 0.55, 0.12, 0.03, 0.02, 0.02, 0.03, 0.03, 0.03, 0.02, 0.02, 0.03, 0.03, 0.03, 0.02, 0.02,
        0.02, 0.02, 0.02, 0.03, 0.08,
      ],
      weekdays: [0.9, 1, 1, 1, 1, 0.85, 0.7],
      holiday: 1,
    },
  },
  holidays: {
    fixed: ['01-01', '05-01', '10-03', '12-25', '12-26'],
    // Good Friday, Easter Monday, Ascension, Whit Monday.
    easter: [-2, 1, 39, 50],
    quiet: [
      { from: '12-22', to: '01-03', factor: 0.55 },
      { from: '07-20', to: '08-21', factor: 0.87 },
    ],
  },
  environments: { production: 0.88, staging: 0.08, development: 0.04 },
  customers: {
    size: 140,
    growthPerYear: 1.35,
    maxSize: 400,
    zipf: 0.95,
    tenureDays: [260, 900],
    usersPerCustomer: { size: 60, growthPerYear: 1.2, maxSize: 200, zipf: 0.8, tenureDays: [90, 500] },
  },
  employees: { size: 90, growthPerYear: 1.2, maxSize: 160, zipf: 0.7, tenureDays: [400, 1_500] },
  unattributed: 0.012,
  failures: {
    errorRate: 0.0045,
    secondAttempts: 0.009,
    asksAgain: 0.55,
    rateLimits: { windowMinutes: 10, chance: 0.011, errorRate: 0.35 },
    outages: { windowMinutes: 40, chance: 0.0006, errorRate: 0.7 },
  },
  anomaly: { features: ['summarize', 'extract-invoice', 'support-chat'], factor: 3, hours: 2 },
};
