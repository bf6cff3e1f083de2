import { type AlertMessage, cut, driverSentences, headline, sentences } from './alert-message.ts';

/** Slack's limits of a block's texts, and of the fields in one. */
const MAX_HEADER = 150;
const MAX_TEXT = 3_000;
const MAX_FIELD = 2_000;
const MAX_FIELDS = 10;

const MARKS = { info: ':information_source:', warning: ':warning:', critical: ':rotating_light:' } as const;

/** The body for an incoming webhook: blocks, and the same in short for notifications and for servers that know no blocks. */
export function slackMessage(message: AlertMessage): object {
  const { alert, organization, event } = message;
  const mark = event === 'resolved' ? ':white_check_mark:' : MARKS[alert.severity];
  const text = sentences(message).map(escapeMarkup);
  const drivers = driverSentences(message).map((sentence) => `• ${escapeMarkup(sentence)}`);
  const links = [
    ...(alert.recordsUrl ? [`<${escapeMarkup(alert.recordsUrl)}|Open the records>`] : []),
    ...(alert.url ? [`<${escapeMarkup(alert.url)}|Open the alert>`] : []),
  ];
  const fields = alert.facts.slice(0, MAX_FIELDS).map(({ label, value }) => ({
    type: 'mrkdwn',
    text: cut(`*${escapeMarkup(label)}*\n${escapeMarkup(value)}`, MAX_FIELD),
  }));
  return {
    text: cut(escapeMarkup(headline(message)), MAX_TEXT),
    blocks: [
      {
        type: 'header',
        text: { type: 'plain_text', text: cut(`${mark} ${headline(message)}`, MAX_HEADER), emoji: true },
      },
      ...(text.length > 0 ? [section(text.join('\n'))] : []),
      ...(fields.length > 0 ? [{ type: 'section', fields }] : []),
      ...(drivers.length > 0 ? [section(drivers.join('\n'))] : []),
      ...(links.length > 0 ? [section(links.join('  ·  '))] : []),
      {
        type: 'context',
        elements: [{ type: 'mrkdwn', text: cut(`Tokengrip · ${escapeMarkup(organization.name)}`, MAX_FIELD) }],
      },
    ],
  };
}

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text: cut(text, MAX_TEXT) } });

/** The three characters that mean something: with them gone nothing becomes a mention or a link. */
const escapeMarkup = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
