import { expect } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../support/eventually.js';
import { type Charged, newCharge } from '../support/merchant.js';
import type { Gateway } from '../support/gateway.js';
import type { WebhookRecorder } from '../support/webhook-recorder.js';

/** How often a process is killed. */
export const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 20);

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

  private async client(gateways: readonly Gateway[], first: number, apiKey: string, recorder: WebhookRecorder): Promise<void> {
    for (let turn = first; !this.stopped; turn++) {
      const gateway = gateways[turn % gateways.length];
      try {
        const answer = await gateway?.request<Charged>('POST', '/payments/charge', { headers: { 'x-api-key': apiKey }, json: newCharge({ webhookUrl: recorder.url() }) });
        if (answer?.status === 201) this.acknowledged.push(answer.body);
      } catch {
        // It was killed just now; what was not answered is not promised.
        await delay(5);
      }
    }
  }
}

/** By the record, and by what the receiver of the webhooks got. */
export async function expectNothingLostOrDoubled(gateway: Gateway, accountId: string, acknowledged: readonly Charged[], recorder: WebhookRecorder): Promise<void> {
  interface Stored {
    readonly _id: string;
    readonly status: string;
    readonly history: readonly { readonly type: string }[];
  }
  const database = await gateway.database();
  const payments = database.collection<Stored & { accountId: string }>('payments');
  const stored = await eventually('every payment to be completed', () => payments.find({ accountId }).toArray(), (all) => all.every(({ status }) => status === 'completed'), 60_000);

  const known = new Set(stored.map(({ _id }) => _id));
  expect(acknowledged.map(({ id }) => id).filter((id) => !known.has(id))).toEqual([]);
  expect(stored.filter(({ history }) => history.map(({ type }) => type).join() !== 'payment.created,payment.completed').map(({ _id }) => _id)).toEqual([]);

  await eventually('every webhook to come', () => stored.filter(({ _id }) => !recorder.has(_id)).length, (missing) => missing === 0, 60_000);
  expect(recorder.received.filter(({ body }) => !known.has(body.id))).toEqual([]);
  const messages = stored.map(({ _id }) => recorder.allOf(_id));
  expect(messages.filter((all) => new Set(all.map(({ headers }) => headers['webhook-id'])).size !== 1)).toEqual([]);
  expect(messages.flat().filter(({ body }) => body.event !== 'payment.completed')).toEqual([]);

  const completed = await database.collection<{ accountId: string; type: string }>('events').countDocuments({ accountId, type: 'payment.completed' });
  expect(completed).toBe(stored.length);
}
