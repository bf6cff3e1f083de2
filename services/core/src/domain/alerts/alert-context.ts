import type { Context } from '../../context.ts';
import type { JobSender } from '../../queues/sender.ts';

/** For what is told to people: the worker takes it from there. */
export type AlertContext = Context & { jobs: Pick<JobSender, 'send'> };
