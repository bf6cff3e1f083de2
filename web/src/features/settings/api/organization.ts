import { queryOptions } from '@tanstack/react-query';
import type { Me } from '@tokengrip/core/contract/accounts';
import type { Deletion, Organization, Plan, RetentionPreview } from '@tokengrip/core/contract/teams';
import { request } from '../../../lib/http.ts';

export const organizationQuery = queryOptions({
  queryKey: ['organization'],
  queryFn: ({ signal }) => request<Organization>('/api/v1/organization', { signal }),
});

export const retentionPreviewQuery = (retentionDays: number) =>
  queryOptions({
    queryKey: ['organization', 'retention', retentionDays],
    queryFn: ({ signal }) =>
      request<RetentionPreview>('/api/v1/organization/retention/preview', { query: { retentionDays }, signal }),
  });

export const changeOrganization = (body: { name?: string; timeZone?: string }) =>
  request<Me>('/api/v1/organization', { method: 'PATCH', body });

export const changeRetention = (body: { retentionDays: number; confirmed: boolean }) =>
  request<Organization>('/api/v1/organization/retention', { method: 'PUT', body });

export const changePlan = (body: { plan: Plan; retentionDays?: number; confirmed: boolean }) =>
  request<Organization>('/api/v1/organization/plan', { method: 'PUT', body });

export const transferOrganization = (body: { userId: number }) =>
  request<Me>('/api/v1/organization/transfer', { method: 'POST', body });

export const deleteOrganization = (body: { name: string }) =>
  request<Deletion>('/api/v1/organization', { method: 'DELETE', body });
