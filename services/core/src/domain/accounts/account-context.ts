import type { RedisContext } from '../../context.ts';
import type { Outbox } from '../../mail/outbox.ts';
import type { Sealer } from '../../sealing.ts';
import type { Attempts } from './attempts.ts';

/** What verbs about people's accounts work with. */
export interface AccountContext extends RedisContext {
  sealer: Sealer;
  attempts: Attempts;
  /** Absent where no mail is sent. */
  outbox: Outbox | undefined;
}
