import { queryOptions } from '@tanstack/react-query';
import type { AlertSetting, AlertSettings } from '@tokengrip/core/contract/alerts';
import { request } from '../../../lib/http.ts';

const PATH = '/api/v1/alerts/settings';

export const alertSettingsQuery = queryOptions({
  queryKey: ['alert-settings'],
  queryFn: ({ signal }) => request<AlertSettings>(PATH, { signal }),
});

/** The other kinds stay as they are. */
export const saveAlertSetting = (setting: AlertSetting) =>
  request<AlertSettings>(PATH, { method: 'PUT', body: { settings: [setting] } });
