import { DAY, SECOND } from '../../clock.ts';
import type { DeliveryCode } from '../../contract/alerts.ts';
import type { ChannelKind } from '../../contract/channels.ts';
import { type OutgoingResult, postOutside } from '../../http/outgoing.ts';
import type { Mail } from '../../mail/compose-mail.ts';
import type { MailTransport } from '../../mail/send-mail.ts';
import { alertMail } from './alert-mail.ts';
import type { AlertMessage } from './alert-message.ts';
import type { AlertingSettings } from './alerting-config.ts';
import type { ChannelSecrets } from './channel-secrets.ts';
import { pagerDutyEvent } from './pagerduty-event.ts';
import { slackMessage } from './slack-message.ts';
import { USER_AGENT, webhookRequest } from './webhook-request.ts';

/** A channel with everything that sending by it needs. */
export interface OpenChannel {
  kind: ChannelKind;
  addresses: readonly string[];
  secrets: ChannelSecrets;
  previousSecretUntil: Date | null;
}

export interface SendContext {
  alerting: AlertingSettings;
  /** Absent where no mail is sent. */
  mailTransport?: MailTransport;
}

/** What came of one attempt. */
export interface SendResult {
  /** `null`: it was delivered. */
  code: DeliveryCode | null;
  status: number | null;
  /** Trying again may help. */
  again: boolean;
  /** What the server asked for, or a day where it asked for more. */
  retryAfterMs: number;
  /** Of a mail to several people: those who have it, also where others have not. */
  reached: readonly string[];
}

const RESULT: SendResult = { code: null, status: null, again: false, retryAfterMs: 0, reached: [] };

/** Of a mail to several people. */
export interface MailProgress {
  /** Those who have it from an attempt before. */
  before: readonly string[];
  /** Called between some and the next with those who have it by now; whether to go on. */
  goOn(reached: readonly string[]): Promise<boolean>;
}

/** Makes one attempt to say something by a channel. Throws only what `goOn` does. */
export async function sendMessage(
  ctx: SendContext,
  channel: OpenChannel,
  message: AlertMessage,
  progress: MailProgress,
): Promise<SendResult> {
  const { secrets, kind } = channel;
  if (kind === 'email') return sendMails(ctx, channel, message, progress);
  const { url, headers, body } = requestOf(ctx, channel, message);
  if (url === undefined) return { ...RESULT, code: 'secret_unreadable' };
  const result = await postOutside(ctx.alerting.outgoing, { url, headers, body });
  // A receiver of one's own may be wrong for a while in any way; the others say what they mean.
  return judge(result, message.sentAt, kind === 'webhook' && secrets.secret !== undefined);
}

function requestOf(
  { alerting }: SendContext,
  { kind, secrets, previousSecretUntil }: OpenChannel,
  message: AlertMessage,
) {
  const json = { 'content-type': 'application/json; charset=utf-8', 'user-agent': USER_AGENT };
  if (kind === 'webhook') {
    const { url, secret, previousSecret } = secrets;
    const overlaps =
      previousSecret !== undefined && previousSecretUntil !== null && previousSecretUntil > message.sentAt;
    return { url: secret && url, ...webhookRequest(message, [secret ?? '', ...(overlaps ? [previousSecret] : [])]) };
  }
  if (kind === 'slack') return { url: secrets.url, headers: json, body: JSON.stringify(slackMessage(message)) };
  const { routingKey } = secrets;
  const url = routingKey && `${alerting.pagerDutyUrl}/v2/enqueue`;
  return { url, headers: json, body: JSON.stringify(pagerDutyEvent(message, routingKey ?? '')) };
}

const PASSING: readonly DeliveryCode[] = ['timed_out', 'unreachable', 'dns_failed', 'tls_failed'];

function judge(result: OutgoingResult, now: Date, forgiving: boolean): SendResult {
  if (!result.answered) {
    return { ...RESULT, code: result.code, status: result.status ?? null, again: PASSING.includes(result.code) };
  }
  const { status, retryAfter } = result;
  if (status >= 200 && status < 300) return { ...RESULT, status };
  const retryAfterMs = readRetryAfter(retryAfter, now);
  if (status === 429) return { ...RESULT, code: 'rate_limited', status, again: true, retryAfterMs };
  const again = status >= 500 || status === 408 || status === 425 || (forgiving && status !== 410);
  return { ...RESULT, code: again ? 'http_error' : 'rejected', status, again, retryAfterMs: again ? retryAfterMs : 0 };
}

/** Seconds, or a time. More than a day is a day. */
function readRetryAfter(text: string | undefined, now: Date): number {
  if (text === undefined) return 0;
  const ms = /^\s*\d{1,9}\s*$/.test(text) ? Number(text) * SECOND : Date.parse(text) - now.getTime();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), DAY) : 0;
}

const MAILS_AT_ONCE = 5;
/** A server that answers a little now and then would keep a mail for hours. It may send what it was given until then. */
const MAIL_TIMEOUT_MS = 45 * SECOND;

/** A mail for each address, as they need not know each other. */
async function sendMails(
  { mailTransport }: SendContext,
  { addresses }: OpenChannel,
  message: AlertMessage,
  { before, goOn }: MailProgress,
): Promise<SendResult> {
  if (!mailTransport) return { ...RESULT, code: 'mail_not_configured' };
  const reached = [...before];
  let worst: SendResult | undefined;
  const todo = addresses.filter((address) => !before.includes(address));
  for (let i = 0; i < todo.length; i += MAILS_AT_ONCE) {
    if (i > 0 && !(await goOn(reached))) return { ...RESULT, code: 'interrupted', again: true, reached };
    await Promise.all(
      todo.slice(i, i + MAILS_AT_ONCE).map(async (to) => {
        const failure = await sendMail(mailTransport, alertMail(message, to));
        if (!failure) reached.push(to);
        else if (!worst?.again) worst = failure;
      }),
    );
  }
  return { ...(worst ?? RESULT), reached };
}

/** @returns what went wrong */
async function sendMail(mailTransport: MailTransport, mail: Mail): Promise<SendResult | undefined> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('the mail server is too slow')), MAIL_TIMEOUT_MS);
  try {
    await Promise.race([mailTransport.send(mail), late.promise]);
    return undefined;
  } catch (error) {
    const status = (error as { responseCode?: number }).responseCode ?? null;
    const again = status === null || status < 500;
    return { ...RESULT, code: again ? 'mail_failed' : 'mail_rejected', status, again };
  } finally {
    clearTimeout(timer);
  }
}
