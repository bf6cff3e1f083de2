import type { AlertDelivery } from '@tokengrip/core/contract/alerts';
import { request } from '../http.ts';

/** Sends what was given up, or what was delivered before, once more. */
export const resendDelivery = (id: string) =>
  request<AlertDelivery>(`/api/v1/deliveries/${id}/resend`, { method: 'POST' });
