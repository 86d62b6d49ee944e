import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { BackgroundWorker } from '../common/background-worker.js';
import { updateEach } from '../common/driver-writes.js';
import { EventsService, type PublishedEvent } from '../events/events.service.js';
import { PaymentDto } from './dto/payment.dto.js';
import { RefundDto } from './dto/refund.dto.js';
import { type HistoryEntry, Payment } from './payment.schema.js';
import { refundAt, snapshotAt } from './payment-snapshot.js';
import { refundOf, RefundsService } from './refunds.service.js';
import { v1Message } from './v1-message.js';

const BATCH = 200;
const IDLE_MS = 500;
const REST_MS = 20;

/**
 * Turns history entries into what follows from them. It is woken after each write, and finds by itself
 * what a crash left behind; relaying an entry twice changes nothing.
 */
@Injectable()
export class PaymentRelayWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(PaymentRelayWorker.name);
  private readonly worker = new BackgroundWorker('payment-relay', () => this.step(), IDLE_MS, (error) => {
    this.logger.error(error);
  }, REST_MS);

  constructor(
    @InjectModel(Payment.name) private readonly payments: Model<Payment>,
    private readonly events: EventsService,
    private readonly refunds: RefundsService,
  ) {}

  get healthy(): boolean {
    return this.worker.healthy;
  }

  onApplicationBootstrap(): void {
    this.worker.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.worker.stop();
  }

  /** Soon: there is something to relay. */
  wake(): void {
    this.worker.wake();
  }

  /** Relays what has not been relayed of these payments. */
  async relay(payments: readonly Payment[]): Promise<void> {
    await this.refunds.copy(payments);
    await this.events.publish(payments.flatMap(unrelayed));
    // Conditional on the version: what changed meanwhile stays marked and is relayed by the next step.
    await updateEach(
      this.payments,
      payments.map(({ _id, version, history }) => ({ filter: { _id, version }, update: { $set: { relayed: history.length }, $unset: { relayAt: 1 } } })),
    );
  }

  private async step(): Promise<boolean> {
    const waiting = await this.payments.find({ relayAt: { $exists: true } }).sort({ relayAt: 1 }).limit(BATCH).lean<Payment[]>();
    if (waiting.length > 0) await this.relay(waiting);
    return waiting.length === BATCH;
  }
}

function unrelayed(payment: Payment): PublishedEvent[] {
  return payment.history.slice(payment.relayed).map((entry, index) => publishedEvent(payment, entry, payment.relayed + index + 1));
}

function publishedEvent(payment: Payment, entry: HistoryEntry, count: number): PublishedEvent {
  const refund = refundAt(payment, entry);
  const data = refund ? RefundDto.from(refundOf(payment, refund)) : PaymentDto.from(snapshotAt(payment, count));
  const { eventId, type, at, cause } = entry;
  return {
    event: { _id: eventId, accountId: payment.accountId, type, createdAt: at, data, requestId: cause.requestId },
    direct: v1Message(payment, entry, refund),
  };
}
