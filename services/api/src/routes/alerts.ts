import {
  AlertDelivery,
  AlertDetail,
  AlertPage,
  AlertQuery,
  AlertSettings,
  AlertSettingsChange,
  DeliveryPage,
  DeliveryQuery,
} from '@tokengrip/core/contract/alerts';
import { Snooze } from '@tokengrip/core/contract/channels';
import { Id } from '@tokengrip/core/contract/common';
import { inScope, type Tx } from '@tokengrip/core/db/scope';
import type { Member } from '@tokengrip/core/domain/accounts/find-member';
import { acknowledgeAlert, resolveAlertByHand, snoozeAlert } from '@tokengrip/core/domain/alerts/handle-alert';
import { listAlerts, readAlert } from '@tokengrip/core/domain/alerts/list-alerts';
import { queueDeliveries, type WaitingDelivery } from '@tokengrip/core/domain/alerts/queue-deliveries';
import { listDeliveries, readDelivery } from '@tokengrip/core/domain/alerts/read-deliveries';
import { resendDelivery } from '@tokengrip/core/domain/alerts/resend-delivery';
import { listAlertSettings, writeAlertSettings } from '@tokengrip/core/domain/alerts/write-alert-settings';
import type { Author } from '@tokengrip/core/domain/budgets/write-budget';
import type { Server } from '@tokengrip/core/http/server';
import Type from 'typebox';
import type { ApiContext } from '../context.ts';

const AlertPath = Type.Object({ alertId: Id });
const DeliveryPath = Type.Object({ deliveryId: Type.String({ format: 'uuid' }) });

export function alertRoutes(server: Server, ctx: ApiContext): void {
  /** Does what is asked, and has the worker send what comes of it. */
  async function change(member: Member, work: (tx: Tx, author: Author) => Promise<WaitingDelivery[]>): Promise<void> {
    const { organizationId, userId } = member;
    const author = { organizationId, userId, now: ctx.clock.now() };
    await queueDeliveries(ctx, await inScope(ctx, member, (tx) => work(tx, author)));
  }

  const read = (member: Member, id: number) =>
    inScope(ctx, member, (tx) => readAlert(tx, organizationOf(member), id, ctx.clock.now()));

  const organizationOf = (member: Member) => ({ id: member.organizationId, timeZone: member.timeZone });

  server.get('/alerts', { schema: { querystring: AlertQuery, response: { 200: AlertPage } } }, async (request) => {
    const member = await request.member();
    return inScope(ctx, member, (tx) => listAlerts(tx, organizationOf(member), request.query, ctx.clock.now()));
  });

  server.get('/alerts/settings', { schema: { response: { 200: AlertSettings } } }, async (request) => {
    const member = await request.member();
    return inScope(ctx, member, (tx) => listAlertSettings(tx, member.organizationId, ctx.clock.now()));
  });

  server.put(
    '/alerts/settings',
    { schema: { body: AlertSettingsChange, response: { 200: AlertSettings } } },
    async (request) => {
      const member = await request.member();
      await change(member, (tx, author) => writeAlertSettings(tx, author, request.body.settings));
      return inScope(ctx, member, (tx) => listAlertSettings(tx, member.organizationId, ctx.clock.now()));
    },
  );

  server.get('/alerts/:alertId', { schema: { params: AlertPath, response: { 200: AlertDetail } } }, async (request) =>
    read(await request.member(), request.params.alertId),
  );

  server.post(
    '/alerts/:alertId/acknowledge',
    { schema: { params: AlertPath, response: { 200: AlertDetail } } },
    async (request) => {
      const member = await request.member();
      await change(member, (tx, author) => acknowledgeAlert(tx, author, request.params.alertId));
      return read(member, request.params.alertId);
    },
  );

  server.post(
    '/alerts/:alertId/resolve',
    { schema: { params: AlertPath, response: { 200: AlertDetail } } },
    async (request) => {
      const member = await request.member();
      await change(member, (tx, author) => resolveAlertByHand(tx, author, request.params.alertId));
      return read(member, request.params.alertId);
    },
  );

  server.post(
    '/alerts/:alertId/snooze',
    { schema: { params: AlertPath, body: Snooze, response: { 200: AlertDetail } } },
    async (request) => {
      const member = await request.member();
      await change(member, (tx, author) => snoozeAlert(tx, author, request.params.alertId, request.body.until));
      return read(member, request.params.alertId);
    },
  );

  server.get(
    '/deliveries',
    { schema: { querystring: DeliveryQuery, response: { 200: DeliveryPage } } },
    async (request) => {
      const member = await request.member();
      return inScope(ctx, member, (tx) => listDeliveries(tx, member.organizationId, request.query));
    },
  );

  server.post(
    '/deliveries/:deliveryId/resend',
    { schema: { params: DeliveryPath, response: { 200: AlertDelivery } } },
    async (request) => {
      const member = await request.member();
      await change(member, async (tx, author) => [await resendDelivery(tx, author, request.params.deliveryId)]);
      return inScope(ctx, member, (tx) => readDelivery(tx, member.organizationId, request.params.deliveryId));
    },
  );
}
