import { AlertDelivery } from '@tokengrip/core/contract/alerts';
import {
  Channel,
  ChannelChange,
  ChannelList,
  ChannelWithSecret,
  NewChannel,
  Snooze,
} from '@tokengrip/core/contract/channels';
import { Id } from '@tokengrip/core/contract/common';
import { inScope, type Tx } from '@tokengrip/core/db/scope';
import type { Member } from '@tokengrip/core/domain/accounts/find-member';
import { queueDeliveries } from '@tokengrip/core/domain/alerts/queue-deliveries';
import type { Author } from '@tokengrip/core/domain/budgets/write-budget';
import { deleteChannel } from '@tokengrip/core/domain/channels/delete-channel';
import { listChannels, readChannel } from '@tokengrip/core/domain/channels/list-channels';
import { rotateSecret } from '@tokengrip/core/domain/channels/rotate-secret';
import { snoozeChannel } from '@tokengrip/core/domain/channels/snooze-channel';
import { testChannel } from '@tokengrip/core/domain/channels/test-channel';
import { createChannel, updateChannel } from '@tokengrip/core/domain/channels/write-channel';
import { mayDo } from '@tokengrip/core/domain/members/permissions';
import type { Server } from '@tokengrip/core/http/server';
import Type from 'typebox';
import type { ApiConfig } from '../config.ts';
import type { AuthContext } from '../context.ts';
import { ATTEMPTS } from '../plugins/rate-limit.ts';

/** Who is told by it is for those who decide about it. */
const withoutTarget = (channel: Channel): Channel => ({ ...channel, addresses: [], target: null });

const ChannelPath = Type.Object({ channelId: Id });

export function channelRoutes(server: Server, ctx: AuthContext, config: ApiConfig): void {
  /** Does what is asked in one transaction, and answers with the channel as it is then. */
  async function change<Result>(member: Member, work: (tx: Tx, author: Author) => Promise<Result & { id: number }>) {
    const { organizationId, userId } = member;
    const now = ctx.clock.now();
    return inScope(ctx, member, async (tx) => {
      const result = await work(tx, { organizationId, userId, now });
      return { ...result, channel: await readChannel(tx, organizationId, now, result.id) };
    });
  }

  server.get('/channels', { schema: { response: { 200: ChannelList } } }, async (request) => {
    const member = await request.member();
    const all = await inScope(ctx, member, (tx) => listChannels(tx, member.organizationId, ctx.clock.now()));
    const channels = mayDo(member.role, 'alerts.manage') ? all : all.map(withoutTarget);
    return { timeZone: member.timeZone, mail: ctx.outbox !== undefined, airGapped: config.AIR_GAPPED, channels };
  });

  server.post(
    '/channels',
    { schema: { body: NewChannel, response: { 201: ChannelWithSecret } } },
    async (request, reply) => {
      const { channel, secret } = await change(await request.member(), (tx, author) =>
        createChannel(tx, author, request.body, ctx.sealer),
      );
      return reply.code(201).send({ channel, secret });
    },
  );

  server.put(
    '/channels/:channelId',
    { schema: { params: ChannelPath, body: ChannelChange, response: { 200: Channel } } },
    async (request) => {
      const { channelId: id } = request.params;
      const { channel } = await change(await request.member(), async (tx, author) => {
        await updateChannel(tx, author, id, request.body, ctx.sealer);
        return { id };
      });
      return channel;
    },
  );

  server.delete(
    '/channels/:channelId',
    { schema: { params: ChannelPath, response: { 204: Type.Null() } } },
    async (request, reply) => {
      const member = await request.member();
      const { organizationId, userId } = member;
      await inScope(ctx, member, (tx) =>
        deleteChannel(tx, { organizationId, userId, now: ctx.clock.now() }, request.params.channelId),
      );
      return reply.code(204).send(null);
    },
  );

  server.post(
    '/channels/:channelId/test',
    // Each sends a mail to up to twenty addresses that nobody has confirmed.
    { config: ATTEMPTS, schema: { params: ChannelPath, response: { 200: AlertDelivery } } },
    async (request) => testChannel(ctx, await request.member(), request.params.channelId),
  );

  server.post(
    '/channels/:channelId/rotate',
    { schema: { params: ChannelPath, response: { 200: ChannelWithSecret } } },
    async (request) => {
      const { channelId: id } = request.params;
      const { channel, secret } = await change(await request.member(), async (tx, author) => ({
        id,
        secret: await rotateSecret(tx, author, id, ctx.sealer),
      }));
      return { channel, secret };
    },
  );

  server.post(
    '/channels/:channelId/snooze',
    { schema: { params: ChannelPath, body: Snooze, response: { 200: Channel } } },
    async (request) => {
      const { channelId: id } = request.params;
      const { channel, released } = await change(await request.member(), async (tx, author) => ({
        id,
        released: await snoozeChannel(tx, author, id, request.body.until),
      }));
      await queueDeliveries(ctx, released);
      return channel;
    },
  );
}
