import { expect } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../support/eventually.js';
import { type Charged, newCharge } from '../support/merchant.js';
import type { Gateway } from '../support/gateway.js';
import type { WebhookRecorder } from '../support/webhook-recorder.js';

/** How often a process is killed. */
export const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 20);

/**
 * The clients of these suites send all that they can, from one address and for one account: beyond the limits of a
 * usual day.
 */
export const UNLIMITED = { RATE_LIMIT: 'off' } as const;

const CLIENTS = 8;

/** A fixed sequence of numbers from 0 to 1: another moment for each round, the same in each run. */
export function moments(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

/** Clients that charge without a pause, by any of the gateways, and remember what was answered with 201. */
export class Load {
  readonly acknowledged: Charged[] = [];
  private readonly clients: Promise<void>[];
  private stopped = false;

  constructor(gateways: readonly Gateway[], apiKey: string, recorder: WebhookRecorder) {
    this.clients = Array.from({ length: CLIENTS }, (_, n) => this.client(gateways, n, apiKey, recorder));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.clients);
  }

  private async client(
    gateways: readonly Gateway[],
    first: number,
    apiKey: string,
    recorder: WebhookRecorder,
  ): Promise<void> {
    for (let turn = first; !this.stopped; turn++) {
      const gateway = gateways[turn % gateways.length];
      try {
        const answer = await gateway?.request<Charged>('POST', '/payments/charge', {
          headers: { 'x-api-key': apiKey },
          json: newCharge({ webhookUrl: recorder.url() }),
        });
        if (answer?.status === 201) this.acknowledged.push(answer.body);
      } catch {
        // It was killed just now; what was not answered is not promised.
        await delay(5);
      }
    }
  }
}

/**
 * Clients that charge without a pause, each charge under a key of its own, and repeat what was not
 * answered until it is, by any of the gateways; what was answered they repeat once more.
 */
export class KeyedLoad {
  /** How many requests had no answer. */
  unanswered = 0;
  private readonly byKey = new Map<string, Set<string>>();
  private readonly clients: Promise<void>[];
  private stopped = false;

  constructor(
    private readonly gateways: readonly Gateway[],
    private readonly apiKey: string,
  ) {
    this.clients = Array.from({ length: 2 * CLIENTS }, (_, n) => this.client(n));
  }

  /** When each key has its answer: the ids that the answers to it named. */
  async stop(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    this.stopped = true;
    await Promise.all(this.clients);
    return this.byKey;
  }

  private async client(number: number): Promise<void> {
    for (let count = 0; !this.stopped; count++) {
      const key = `client-${number}-${count}`;
      const ids = new Set<string>();
      this.byKey.set(key, ids);
      for (let turn = number + count, answers = 0; answers < 2; turn++) {
        const id = await this.charge(key, turn);
        if (id === null) await delay(20);
        else {
          ids.add(id);
          answers += 1;
        }
      }
    }
  }

  /** The id of the payment; null where none was answered. */
  private async charge(key: string, turn: number): Promise<string | null> {
    const gateway = this.gateways[turn % this.gateways.length];
    try {
      const answer = await gateway?.request<Charged>('POST', '/payments/charge', {
        headers: { 'x-api-key': this.apiKey, 'idempotency-key': key },
        json: newCharge({ details: key }),
      });
      return answer?.status === 201 ? answer.body.id : null;
    } catch {
      this.unanswered += 1;
      return null;
    }
  }
}

/** By the record, and by what the receiver of the webhooks got. */
export async function expectNothingLostOrDoubled(
  gateway: Gateway,
  accountId: string,
  acknowledged: readonly Charged[],
  recorder: WebhookRecorder,
): Promise<void> {
  interface Stored {
    readonly _id: string;
    readonly status: string;
    readonly history: readonly { readonly type: string }[];
  }
  const database = await gateway.database();
  const payments = database.collection<Stored & { accountId: string }>('payments');
  const stored = await eventually(
    'every payment to be completed',
    () => payments.find({ accountId }).toArray(),
    (all) => all.every(({ status }) => status === 'completed'),
    60_000,
  );

  const known = new Set(stored.map(({ _id }) => _id));
  expect(acknowledged.map(({ id }) => id).filter((id) => !known.has(id))).toEqual([]);
  expect(
    stored
      .filter(({ history }) => history.map(({ type }) => type).join() !== 'payment.created,payment.completed')
      .map(({ _id }) => _id),
  ).toEqual([]);

  await eventually(
    'every webhook to come',
    () => stored.filter(({ _id }) => !recorder.has(_id)).length,
    (missing) => missing === 0,
    60_000,
  );
  expect(recorder.received.filter(({ body }) => !known.has(body.id))).toEqual([]);
  const messages = stored.map(({ _id }) => recorder.allOf(_id));
  expect(messages.filter((all) => new Set(all.map(({ headers }) => headers['webhook-id'])).size !== 1)).toEqual([]);
  expect(messages.flat().filter(({ body }) => body.event !== 'payment.completed')).toEqual([]);

  const completed = await database
    .collection<{ accountId: string; type: string }>('events')
    .countDocuments({ accountId, type: 'payment.completed' });
  expect(completed).toBe(stored.length);
}
