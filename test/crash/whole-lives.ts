import { createHmac } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Gateway } from '../support/gateway.js';
import type { Answer, Sent } from '../support/http.js';
import type { Charged, Merchant } from '../support/merchant.js';
import { newCharge } from '../support/merchant.js';

/** What each payment is charged, captured and refunded, in major units of USD. */
export const CHARGED = 20;
export const CAPTURED = 15;
export const PARTS = [5, 4, 3] as const;

const CLIENTS = 6;
const AGAIN_MS = 20;

/** A payment whose whole life was answered. */
export interface Life {
  readonly id: string;
  /** The refunds that were accepted. */
  readonly refundIds: readonly string[];
  readonly isDeleted: boolean;
}

export interface CreatedKey {
  readonly id: string;
  readonly apiKey: string;
}

/**
 * Clients that lead payments through their whole life, rotate the webhook secret, and make and delete API keys. Each
 * request has a key of its own where its route takes one, and is repeated until it is answered.
 */
export class WholeLives {
  readonly lives: Life[] = [];
  readonly deletedKeys: CreatedKey[] = [];
  /** The webhook secret that the last rotation answered. */
  secret: string;
  /** The API key that was made last, and is there still. */
  lastKey: CreatedKey | undefined;
  rotations = 0;
  /** How many requests had no answer. */
  unanswered = 0;
  /** Answers that no request here may have; the first one ends the load. */
  readonly surprises: string[] = [];
  private readonly clients: Promise<void>[];
  private stopped = false;

  constructor(
    private readonly gateway: Gateway,
    private readonly merchant: Merchant,
  ) {
    this.secret = merchant.webhookSecret;
    const clients = [...Array.from({ length: CLIENTS }, (_, n) => this.pays(n)), this.rotates(), this.changesKeys()];
    this.clients = clients.map((client) =>
      client.catch((error: unknown) => {
        this.surprises.push(String(error));
        this.stopped = true;
      }),
    );
  }

  /** When everything that was begun has its answer. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.clients);
  }

  private async pays(client: number): Promise<void> {
    for (let count = 0; !this.stopped; count++) {
      const name = `life-${client}-${count}`;
      const { id } = await this.posts<Charged>(
        `${name}-charge`,
        '/payments/charge',
        newCharge({ paymentAmount: CHARGED, capture: 'manual', details: name }),
      );
      await this.answered(
        () => this.asks<Charged>('GET', `/payments/${id}`),
        ({ status, body }) => status === 200 && body.status === 'authorized',
        ({ status, body }) => status === 200 && body.status === 'pending',
      );
      await this.posts(`${name}-capture`, `/payments/${id}/capture`, { amount: CAPTURED });
      const refundIds: string[] = [];
      for (const amount of PARTS)
        refundIds.push(
          (await this.posts<{ id: string }>(`${name}-refund-${amount}`, `/payments/${id}/refunds`, { amount })).id,
        );
      const isDeleted = count % 3 === 2;
      if (isDeleted) await this.deletes(`/transactions/${id}`);
      this.lives.push({ id, refundIds, isDeleted });
    }
  }

  private async rotates(): Promise<void> {
    for (let count = 0; !this.stopped; count++) {
      const { webhookSecret } = await this.posts<{ webhookSecret: string }>(
        `rotation-${count}`,
        '/users/me/webhook-secret/rotate',
        undefined,
      );
      this.secret = webhookSecret;
      this.rotations += 1;
    }
  }

  private async changesKeys(): Promise<void> {
    for (let count = 0; !this.stopped; count++) {
      const created = await this.posts<CreatedKey>(`api-key-${count}`, '/users/me/api-keys', {
        name: `crash ${count}`,
      });
      if (this.lastKey) {
        await this.deletes(`/users/me/api-keys/${this.lastKey.id}`);
        this.deletedKeys.push(this.lastKey);
      }
      this.lastKey = created;
    }
  }

  private async posts<Body>(key: string, path: string, json: unknown): Promise<Body> {
    const answer = await this.answered<Body>(
      () => this.asks<Body>('POST', path, { headers: { 'idempotency-key': key }, ...(json !== undefined && { json }) }),
      ({ status }) => status === 200 || status === 201,
      // Another run of it is still under way, as far as the gateway knows.
      ({ status, headers }) => status === 409 && headers.get('retry-after') !== null,
    );
    return answer.body;
  }

  /** Such a request takes no key: what an unanswered one has deleted is not found by its repetition. */
  private async deletes(path: string): Promise<void> {
    const before = this.unanswered;
    await this.answered(
      () => this.asks('DELETE', path),
      ({ status }) => status === 200 || status === 204 || (status === 404 && this.unanswered > before),
    );
  }

  /** Asks until it is answered as it shall be. Throws for an answer that is neither that nor a reason to ask again. */
  private async answered<Body>(
    ask: () => Promise<Answer<Body>>,
    isDone: (answer: Answer<Body>) => boolean,
    isEarly: (answer: Answer<Body>) => boolean = () => false,
  ): Promise<Answer<Body>> {
    for (;;) {
      const answer = await ask().catch(() => null);
      if (answer === null) this.unanswered += 1;
      else if (isDone(answer)) return answer;
      else if (answer.status !== 503 && !isEarly(answer)) {
        throw new Error(`Not an answer that may come: ${answer.status} ${answer.text}`);
      }
      await delay(AGAIN_MS);
    }
  }

  private asks<Body>(method: string, path: string, sent: Sent = {}): Promise<Answer<Body>> {
    return this.gateway.request<Body>(method, path, {
      ...sent,
      headers: { ...this.merchant.withBoth, ...sent.headers },
    });
  }
}

/** The signature of the v1 contract. */
export const v1Signature = (secret: string, raw: Buffer): string =>
  createHmac('sha256', secret).update(raw).digest('hex');
