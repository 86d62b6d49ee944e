import { rmSync } from 'node:fs';
import type { Payment, Refund, WebhookEvent } from 'mock-payment-gateway/client';
import sqlite, { type Database } from 'node-sqlite3-wasm';
import {
  isFurther,
  isRefundFurther,
  type KnownPayment,
  type KnownRefund,
  type OrderState,
  stateOf,
} from './order-state.ts';

export interface Order {
  readonly id: string;
  readonly article: string;
  /** In cents. */
  readonly price: number;
  readonly customer: string;
  /** The card of the latest attempt to pay. */
  readonly card: string;
  readonly attempts: number;
}

/** An order as the customer sends it. */
export type NewOrder = Omit<Order, 'attempts'>;

const TABLES = `
  CREATE TABLE IF NOT EXISTS orders (
    id TEXT PRIMARY KEY, article TEXT NOT NULL, price INTEGER NOT NULL, customer TEXT NOT NULL, card TEXT NOT NULL,
    attempts INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS payments (
    id TEXT PRIMARY KEY, orderId TEXT, status TEXT NOT NULL, failure TEXT, actionUrl TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS payments_by_order ON payments (orderId);
  CREATE TABLE IF NOT EXISTS refunds (id TEXT PRIMARY KEY, paymentId TEXT NOT NULL, status TEXT NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS refunds_by_payment ON refunds (paymentId);
  CREATE TABLE IF NOT EXISTS mails (paymentId TEXT NOT NULL, subject TEXT NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS mails_by_payment ON mails (paymentId);
  CREATE TABLE IF NOT EXISTS webhooks (id TEXT PRIMARY KEY) STRICT;
`;

/** What the customer is told of an event. A second mail would be embarrassing, a second parcel expensive. */
const MAILS: Partial<Record<WebhookEvent['type'], string>> = {
  'payment.completed': 'Your order is on its way',
  'payment.voided': 'Your order has expired',
  'refund.completed': 'Your money is on its way back',
};

/** The orders of the shop, and what the gateway said of their payments. */
export class Orders {
  readonly #database: Database;

  /** @param file of SQLite; `:memory:` keeps nothing */
  constructor(file: string) {
    // The lock of a process that was killed stays. Nobody else holds it: one process of the shop uses a file.
    if (file !== ':memory:') rmSync(`${file}.lock`, { recursive: true, force: true });
    this.#database = new sqlite.Database(file);
    this.#database.exec(TABLES);
  }

  close(): void {
    this.#database.close();
  }

  /** Adds an order, unless the customer sent the form twice. */
  add({ id, article, price, customer, card }: NewOrder): void {
    this.#database.run('INSERT OR IGNORE INTO orders VALUES (?, ?, ?, ?, ?, 1)', [id, article, price, customer, card]);
  }

  find(id: string): Order | undefined {
    return this.#all<Order>('SELECT * FROM orders WHERE id = ?', id)[0];
  }

  /** Begins another attempt to pay an order. It is stored before the gateway is asked. */
  retry(id: string, card: string): void {
    this.#database.run('UPDATE orders SET card = ?, attempts = attempts + 1 WHERE id = ?', [card, id]);
  }

  stateOf({ id, attempts }: Order): OrderState {
    return stateOf(attempts, this.paymentsOf(id), this.refundsOf(id));
  }

  /** The attempts to pay an order, oldest first. */
  paymentsOf(orderId: string): KnownPayment[] {
    return this.#all('SELECT id, status, failure, actionUrl FROM payments WHERE orderId = ? ORDER BY rowid', orderId);
  }

  refundsOf(orderId: string): KnownRefund[] {
    return this.#all(
      'SELECT refunds.id, refunds.status FROM refunds JOIN payments ON payments.id = paymentId WHERE orderId = ?',
      orderId,
    );
  }

  /** What a payment did, for the certification of the webhook handler; undefined if it is unknown. */
  effectsOf(paymentId: string): { status: string; mails: string[] } | undefined {
    const [payment] = this.#all<KnownPayment>('SELECT * FROM payments WHERE id = ?', paymentId);
    if (!payment) return undefined;
    const mails = this.#all<{ subject: string }>('SELECT subject FROM mails WHERE paymentId = ?', paymentId);
    return { status: payment.status, mails: mails.map(({ subject }) => subject) };
  }

  /** Applies a webhook and remembers its id, both or nothing. The second time, nothing happens. */
  receive(webhookId: string, event: WebhookEvent): void {
    this.#transaction(() => {
      const { changes } = this.#database.run('INSERT OR IGNORE INTO webhooks VALUES (?)', webhookId);
      if (changes > 0) this.#apply(event);
    });
  }

  /** Stores what the gateway says of a payment, if it goes beyond what is known. */
  notePayment({ id, orderReference, status, failure, nextAction }: Payment): void {
    const [known] = this.#all<KnownPayment>('SELECT * FROM payments WHERE id = ?', id);
    if (known && !isFurther(status, known.status)) return;
    this.#database.run(
      `INSERT INTO payments VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET status = excluded.status, failure = excluded.failure, actionUrl = excluded.actionUrl`,
      [id, orderReference, status, failure?.message ?? null, nextAction?.url ?? null],
    );
  }

  noteRefund({ id, paymentId, status }: Refund): void {
    const [known] = this.#all<KnownRefund>('SELECT * FROM refunds WHERE id = ?', id);
    if (known && !isRefundFurther(status, known.status)) return;
    this.#database.run('INSERT INTO refunds VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET status = excluded.status', [
      id,
      paymentId,
      status,
    ]);
  }

  #apply(event: WebhookEvent): void {
    switch (event.type) {
      case 'payment.created':
      case 'payment.requires_action':
      case 'payment.authorized':
      case 'payment.completed':
      case 'payment.voided':
      case 'payment.canceled':
      case 'payment.failed':
        this.notePayment(event.data);
        this.#mail(event.data.id, event.type);
        break;
      case 'refund.created':
      case 'refund.completed':
      case 'refund.failed':
      case 'refund.canceled':
        this.noteRefund(event.data);
        this.#mail(event.data.paymentId, event.type);
        break;
      default:
      // Other types do not concern orders, and new ones may come.
    }
  }

  /** Puts a mail into the outbox, which another process would send. */
  #mail(paymentId: string, type: WebhookEvent['type']): void {
    const subject = MAILS[type];
    if (subject !== undefined) this.#database.run('INSERT INTO mails VALUES (?, ?)', [paymentId, subject]);
  }

  #transaction(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  #all<Row>(sql: string, value: string): Row[] {
    return this.#database.all(sql, value) as unknown as Row[];
  }
}
