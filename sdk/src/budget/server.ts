import type { IncomingReply, Transport } from '../transport/transport.ts';
import { VERSION } from '../version.ts';
import { type BudgetCall, type BudgetState, type BudgetStates, readStates } from './state.ts';

/** What is asked with: the attributes that matter. */
export type AttributeSet = Pick<BudgetCall, 'user' | 'customer' | 'tags'>;

export interface Answer {
  states: BudgetStates;
  etag: string | undefined;
}

const NOTHING = new Uint8Array(0);

/** Asks the ingest about budgets. Everything here rejects when there is no usable answer. */
export class BudgetServer {
  readonly #transport: Transport;
  readonly #headers: Record<string, string>;
  /** The address of `GET /v1/budgets`. */
  readonly #address: URL;

  constructor(transport: Transport, usageEndpoint: URL, apiKey: string) {
    this.#transport = transport;
    this.#address = new URL(usageEndpoint);
    this.#address.pathname = this.#address.pathname.replace(/\/usage$/, '/budgets');
    this.#headers = {
      authorization: `Bearer ${apiKey}`,
      accept: 'application/json',
      'user-agent': `tokengrip-js/${VERSION}`,
    };
  }

  /** `undefined`: what was said under this ETag still holds. */
  async ask(set: AttributeSet, etag: string | undefined): Promise<Answer | undefined> {
    const url = new URL(this.#address);
    if (set.user !== undefined) url.searchParams.set('user', set.user);
    if (set.customer !== undefined) url.searchParams.set('customer', set.customer);
    for (const [key, value] of Object.entries(set.tags ?? {})) url.searchParams.set(`tag.${key}`, value);
    const reply = await this.#send({
      method: 'GET',
      url,
      headers: etag === undefined ? this.#headers : { ...this.#headers, 'if-none-match': etag },
      body: NOTHING,
    });
    if (reply.status === 304) return undefined;
    return { states: readAnswer(reply), etag: reply.etag ?? undefined };
  }

  /** The budgets that have no room for the call; none: it may be made. */
  async reserve(call: BudgetCall): Promise<BudgetState[]> {
    const { id, model, provider, user, customer, feature, environment, tags } = call;
    const url = new URL(this.#address);
    url.pathname += '/reservations';
    const body = JSON.stringify({ id, model, provider, user, customer, feature, environment, tags });
    const reply = await this.#send({
      method: 'POST',
      url,
      headers: { ...this.#headers, 'content-type': 'application/json' },
      body: Buffer.from(body),
    });
    if (reply.status !== 200) throw new Error(`it answered ${reply.status}`);
    const answer = JSON.parse(reply.body) as { granted?: unknown; exceeded?: unknown };
    return answer.granted === false ? readStates(answer.exceeded) : [];
  }

  close(): void {
    this.#transport.close();
  }

  #send(request: Parameters<Transport['send']>[0]): Promise<IncomingReply> {
    return this.#transport.send(request, new AbortController().signal);
  }
}

function readAnswer({ status, body }: IncomingReply): BudgetStates {
  if (status !== 200) throw new Error(`it answered ${status}`);
  const { budgets, by } = JSON.parse(body) as { budgets?: unknown; by?: Partial<BudgetStates['by']> };
  return {
    budgets: readStates(budgets),
    by: { user: by?.user === true, customer: by?.customer === true, tags: Array.isArray(by?.tags) ? by.tags : [] },
  };
}
