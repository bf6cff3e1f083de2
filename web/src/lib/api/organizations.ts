import { queryOptions } from '@tanstack/react-query';
import type { Me } from '@tokengrip/core/contract/accounts';
import type { OrganizationList } from '@tokengrip/core/contract/teams';
import { request } from '../http.ts';

export const organizationsQuery = queryOptions({
  queryKey: ['organizations'],
  queryFn: ({ signal }) => request<OrganizationList>('/api/v1/organizations', { signal }),
});

export const createOrganization = (body: { name: string; timeZone?: string }) =>
  request<Me>('/api/v1/organizations', { method: 'POST', body });

export const switchOrganization = (organizationId: number) =>
  request<Me>('/api/v1/organization/switch', { method: 'POST', body: { organizationId } });
