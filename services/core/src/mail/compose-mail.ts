/** One mail to one person, as it is handed to the server. */
export interface Mail {
  to: string;
  subject: string;
  text: string;
  html: string;
  /** The same for every attempt at the same mail, so that who gets it twice can tell. */
  messageId?: string;
}

/** What a mail says, once for both of its forms. */
export interface MailContent {
  to: string;
  subject: string;
  /** Sentences in plain text, a paragraph each. */
  paragraphs: readonly string[];
  /** Figures, a line each. */
  facts?: readonly { label: string; value: string }[];
  /** Short sentences that stand below each other. */
  points?: readonly string[];
  /** What the reader is asked to do. */
  action?: { label: string; url: string };
  /** Small print below. */
  footer?: string;
}

/** @throws Error when an address or subject would begin another header: such a text comes from no honest hand */
export function composeMail(content: MailContent): Mail {
  return {
    to: singleAddress(content.to),
    subject: singleLine(content.subject),
    text: plainText(content),
    html: html(content),
  };
}

/** Every control character, not only line breaks. */
const CONTROL = /\p{Cc}/u;

export function singleLine(text: string): string {
  if (CONTROL.test(text)) throw new Error('a header of a mail is a single line');
  return text;
}

/** One address and nothing else: a comma or angle bracket would add a recipient. */
function singleAddress(text: string): string {
  if (!/^[^\s<>,;:"()[\]\\]+@[^\s<>,;:"()[\]\\]+$/u.test(singleLine(text)))
    throw new Error('a mail goes to one address');
  return text;
}

const plainText = ({ paragraphs, facts = [], points = [], action, footer }: MailContent): string =>
  [
    ...paragraphs,
    ...(facts.length > 0 ? [facts.map(({ label, value }) => `${label}: ${value}`).join('\n')] : []),
    ...(points.length > 0 ? [points.map((point) => `- ${point}`).join('\n')] : []),
    ...(action ? [`${action.label}:\n${action.url}`] : []),
    ...(footer === undefined ? [] : [`-- \n${footer}`]),
  ].join('\n\n');

const BODY = "font:15px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;color:#1c1d22;margin:0";
const BUTTON =
  'display:inline-block;background:#4f46e5;color:#ffffff;text-decoration:none;border-radius:6px;padding:9px 16px;font-weight:600';

const TABLE = 'cellpadding="0" cellspacing="0" style="margin:0 0 14px"';

const factRow = ({ label, value }: { label: string; value: string }): string =>
  `<tr><td style="padding:2px 16px 2px 0;color:#6b6f7b">${escapeHtml(label)}</td><td style="padding:2px 0">${escapeHtml(value)}</td></tr>`;

/** Tables and styles in place, as mail programs want them. Nothing is loaded from anywhere. */
function html({ subject, paragraphs, facts = [], points = [], action, footer }: MailContent): string {
  const lines = paragraphs.map((text) => `<p style="margin:0 0 14px">${escapeHtml(text)}</p>`);
  if (facts.length > 0) lines.push(`<table role="presentation" ${TABLE}>${facts.map(factRow).join('')}</table>`);
  if (points.length > 0) {
    const items = points.map((point) => `<li style="margin:0 0 6px">${escapeHtml(point)}</li>`);
    lines.push(`<ul style="margin:0 0 14px;padding:0 0 0 20px">${items.join('')}</ul>`);
  }
  if (action) {
    const url = escapeHtml(action.url);
    lines.push(`<p style="margin:22px 0"><a href="${url}" style="${BUTTON}">${escapeHtml(action.label)}</a></p>`);
    lines.push(`<p style="margin:0 0 14px;font-size:12px;color:#6b6f7b;word-break:break-all">${url}</p>`);
  }
  if (footer !== undefined)
    lines.push(`<p style="margin:24px 0 0;font-size:12px;color:#6b6f7b">${escapeHtml(footer)}</p>`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(subject)}</title></head>
<body style="${BODY}"><table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:32px 16px">
<table role="presentation" width="100%" style="max-width:520px" cellpadding="0" cellspacing="0"><tr><td>
<p style="margin:0 0 20px;font-weight:700">Tokengrip</p>
${lines.join('\n')}
</td></tr></table></td></tr></table></body></html>
`;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
