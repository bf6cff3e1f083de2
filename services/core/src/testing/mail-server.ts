import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

interface ReceivedMail {
  from: string;
  to: string[];
  /** Headers and all, as it came. */
  source: string;
}

export interface TestMailServer {
  url: string;
  mails: ReceivedMail[];
  /** The next mails are refused for now, as by a server that is overloaded. */
  refuse(refused: boolean): void;
  close(): Promise<void>;
}

/** A real SMTP server in the test's own process, which keeps what it is sent. */
export async function startMailServer(): Promise<TestMailServer> {
  const mails: ReceivedMail[] = [];
  let refusing = false;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onMailFrom(_address, _session, done) {
      done(refusing ? Object.assign(new Error('try again later'), { responseCode: 451 }) : null);
    },
    onData(stream, session, done) {
      let source = '';
      stream.setEncoding('utf8');
      stream.on('data', (chunk: string) => {
        source += chunk;
      });
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          source,
        });
        done();
      });
    },
  });
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  return {
    url: `smtp://127.0.0.1:${(listening.address() as AddressInfo).port}`,
    mails,
    refuse(refused) {
      refusing = refused;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
