import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { CallerReport, CallerSettings, Order } from './budget-caller.ts';

const CALLER = fileURLToPath(new URL('./budget-caller.ts', import.meta.url));
/** Starting is most of what a process costs. */
const STARTED_AT_ONCE = 4;

export interface Callers {
  names: readonly string[];
  /** All are ready before the first of them calls. */
  prepare(settings: (name: string, i: number) => CallerSettings): Promise<void>;
  go(): void;
  haveAllBeenRefused(): Promise<boolean>;
  stop(): Promise<CallerReport>;
  end(): Promise<void>;
}

export async function startCallers(count: number): Promise<Callers> {
  const names = Array.from({ length: count }, (_, i) => `caller-${i}`);
  const children: ChildProcess[] = [];
  while (children.length < count) {
    const next = Array.from({ length: Math.min(STARTED_AT_ONCE, count - children.length) }, () => fork(CALLER));
    children.push(...next);
    await Promise.all(next.map((child) => once(child, 'message')));
  }

  async function ask<Answer>(orders: readonly Order[]): Promise<Answer[]> {
    return Promise.all(
      children.map(async (child, i) => {
        const answer = once(child, 'message') as Promise<[Answer]>;
        child.send(orders[i] ?? 'stop');
        return (await answer)[0];
      }),
    );
  }

  return {
    names,
    async prepare(settings) {
      await ask(names.map(settings));
    },
    go() {
      for (const child of children) child.send('go');
    },
    async haveAllBeenRefused() {
      const answers = await ask<boolean>(names.map(() => 'refused?'));
      return answers.every(Boolean);
    },
    async stop() {
      const reports = await ask<CallerReport>(names.map(() => 'stop'));
      const all: CallerReport = { refused: 0, blind: 0, errors: {} };
      for (const { refused, blind, errors } of reports) {
        all.refused += refused;
        all.blind += blind;
        for (const [message, times] of Object.entries(errors)) all.errors[message] = (all.errors[message] ?? 0) + times;
      }
      return all;
    },
    async end() {
      const ended = children.map((child) => once(child, 'exit'));
      for (const child of children) child.disconnect();
      await Promise.all(ended);
    },
  };
}
