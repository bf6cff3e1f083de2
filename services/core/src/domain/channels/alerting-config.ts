import Type from 'typebox';
import { ConfigError } from '../../config.ts';
import { parseAllowedHosts } from '../../http/address-rules.ts';
import type { OutgoingRules } from '../../http/outgoing.ts';

/** What telling people needs besides mail. */
export const alertingConfig = {
  /**
   * Hosts, addresses and networks inside the house that channels may lead to, separated by commas; in an air-gapped
   * installation all that they may lead to.
   */
  WEBHOOK_ALLOWED_HOSTS: Type.String({ default: '' }),
  /** PagerDuty's Events API; in the EU https://events.eu.pagerduty.com. */
  PAGERDUTY_URL: Type.String({ pattern: '^https?://[^\\s?#]+$', default: 'https://events.pagerduty.com' }),
};

interface AlertingVariables {
  WEBHOOK_ALLOWED_HOSTS: string;
  PAGERDUTY_URL: string;
  AIR_GAPPED: boolean;
  PUBLIC_URL?: string;
}

export interface AlertingSettings {
  outgoing: OutgoingRules;
  /** Without a slash at its end. */
  pagerDutyUrl: string;
  /** Where links lead, without a slash at its end; absent where nobody has said. */
  publicUrl?: string;
}

/** @throws ConfigError naming what of the allowed hosts is none */
export function readAlertingSettings(config: AlertingVariables): AlertingSettings {
  const withoutSlash = (url: string) => url.replace(/\/+$/, '');
  try {
    return {
      outgoing: { allowed: parseAllowedHosts(config.WEBHOOK_ALLOWED_HOSTS), airGapped: config.AIR_GAPPED },
      pagerDutyUrl: withoutSlash(config.PAGERDUTY_URL),
      ...(config.PUBLIC_URL === undefined ? {} : { publicUrl: withoutSlash(config.PUBLIC_URL) }),
    };
  } catch (error) {
    throw new ConfigError([`WEBHOOK_ALLOWED_HOSTS: ${(error as Error).message}`]);
  }
}
