import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../config.ts';
import { createSealer } from '../sealing.ts';
import { startMailServer, type TestMailServer } from '../testing/mail-server.ts';
import { composeMail, type MailContent } from './compose-mail.ts';
import { readMailSettings } from './mail-config.ts';
import { createOutbox, openMail } from './outbox.ts';
import { createMailTransport } from './send-mail.ts';

const CONTENT: MailContent = {
  to: 'ada@example.com',
  subject: 'Choose a password – again',
  paragraphs: ['Hello <b>Ada</b> & co,', 'a second paragraph.'],
  action: { label: 'Go on', url: 'https://tokengrip.example.com/x#token=abc&y="z"' },
  footer: 'If it was not you, do nothing.',
};

describe('composing', () => {
  it('says the same in plain text and in HTML, where nothing that was given becomes markup', () => {
    const { text, html } = composeMail(CONTENT);
    expect(text).toBe(
      'Hello <b>Ada</b> & co,\n\na second paragraph.\n\nGo on:\nhttps://tokengrip.example.com/x#token=abc&y="z"\n\n' +
        '-- \nIf it was not you, do nothing.',
    );
    expect(html).toContain('Hello &lt;b&gt;Ada&lt;/b&gt; &amp; co,');
    expect(html).toContain('href="https://tokengrip.example.com/x#token=abc&amp;y=&quot;z&quot;"');
    expect(html).not.toMatch(/<(script|img|link)/);
  });

  it.each([
    ['a line break in the subject', { subject: 'Hello\r\nBcc: eve@example.com' }],
    ['a line break in the address', { to: 'ada@example.com\nBcc: eve@example.com' }],
    ['a second address', { to: 'ada@example.com, eve@example.com' }],
    ['a name beside the address', { to: '"x" <eve@example.com>' }],
    ['no address', { to: 'ada' }],
    ['a NUL in the subject', { subject: 'Hello\0' }],
  ])('refuses %s', (_what, change) => {
    expect(() => composeMail({ ...CONTENT, ...change })).toThrow();
  });
});

describe('configuration', () => {
  it('is none without a server, and names all that is missing with one', () => {
    expect(readMailSettings({ PUBLIC_URL: 'https://tokengrip.example.com' })).toBeUndefined();
    const read = () => readMailSettings({ SMTP_URL: 'smtp://localhost' });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(/SMTP_FROM[\s\S]*PUBLIC_URL/);
  });

  it('makes links of the public address, however it ends', () => {
    const settings = readMailSettings({
      SMTP_URL: 'smtp://localhost',
      SMTP_FROM: 'a@b.c',
      PUBLIC_URL: 'https://tokengrip.example.com/',
    });
    const outbox = createOutbox(settings, { send: async () => {} }, createSealer('only-for-tests'));
    expect(outbox?.link('/login')).toBe('https://tokengrip.example.com/login');
  });
});

describe('sending', () => {
  let server: TestMailServer;
  beforeAll(async () => {
    server = await startMailServer();
  });
  afterAll(() => server.close());

  const settings = () => ({
    smtpUrl: server.url,
    from: 'Tokengrip <no-reply@example.com>',
    publicUrl: 'https://tokengrip.example.com',
  });

  it('goes sealed through the queue and arrives in both forms', async () => {
    const sealer = createSealer('only-for-tests');
    let queued: { sealed: string } = { sealed: '' };
    const send = async (_definition: unknown, payload: unknown) => {
      queued = payload as typeof queued;
    };
    await createOutbox(settings(), { send }, sealer)?.post(CONTENT);
    expect(Buffer.from(queued.sealed, 'base64').toString('latin1')).not.toContain('token=abc');
    expect(() => openMail(createSealer('another secret'), queued)).toThrow();

    const transport = createMailTransport(settings());
    await transport.send(openMail(sealer, queued));
    transport.close();
    const [mail] = server.mails;
    expect(mail).toMatchObject({ from: 'no-reply@example.com', to: ['ada@example.com'] });
    expect(mail?.source).toMatch(/^From: Tokengrip <no-reply@example\.com>\r$/m);
    expect(mail?.source).toMatch(/^Auto-Submitted: auto-generated\r$/m);
    expect(mail?.source).toContain('text/plain');
    expect(mail?.source).toContain('text/html');
  });

  it('fails when the server does not take it, so that it is tried again', async () => {
    server.refuse(true);
    const transport = createMailTransport(settings());
    await expect(transport.send(composeMail(CONTENT))).rejects.toThrow(/try again later/);
    server.refuse(false);
    await transport.send(composeMail(CONTENT));
    transport.close();
  });
});
