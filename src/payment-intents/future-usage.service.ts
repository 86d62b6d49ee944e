import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { WorldsService } from '../accounts/worlds.service.js';
import { AttachedMethods } from '../payment-methods/attached-methods.service.js';
import type { Payment } from '../payments/payment.schema.js';
import { PaymentRelay } from '../payments/payment-relay.worker.js';
import type { HistoryItem } from '../payments/payment-state.js';
import type { StoredChange } from '../payments/relay-progress.js';
import { DomainError } from '../platform/errors/domain-error.js';
import { followingId } from '../platform/worlds/world-ids.js';
import { IntentStore } from './intent-store.service.js';
import type { PaymentIntent } from './payment-intent.schema.js';

const PAID: ReadonlySet<string> = new Set(['payment.completed', 'payment.authorized']);

/** Keeps methods for later payments, where an intent asks for it, once they have paid. */
@Injectable()
export class FutureUsage implements OnModuleInit {
  private readonly logger = new Logger(FutureUsage.name);

  constructor(
    private readonly relay: PaymentRelay,
    private readonly intents: IntentStore,
    private readonly attached: AttachedMethods,
    private readonly worlds: WorldsService,
  ) {}

  onModuleInit(): void {
    this.relay.subscribeAfterEvents(async (changes) => {
      const paid = changes.flatMap((change) => paidEntry(change) ?? []);
      if (paid.length === 0) return;
      const intents = await this.intents.byIds(paid.map(({ payment }) => payment.paymentIntentId ?? ''));
      for (const { payment, entry } of paid) await this.keep(intents.get(payment.paymentIntentId ?? ''), entry);
    });
  }

  /** Safe to repeat. */
  private async keep(intent: PaymentIntent | undefined, { eventId, at, cause }: HistoryItem): Promise<void> {
    if (intent?.attempt == null || intent.setupFutureUsage === null || intent.customerId === null) return;
    const { accountId, customerId, attempt } = intent;
    const world = await this.worlds.of(accountId);
    if (!world) return;
    const context = {
      accountId,
      world,
      requestId: cause.requestId ?? '',
      eventId: followingId('evt', eventId, at, 'attach'),
      idempotencyKey: attempt.idempotencyKey,
    };
    try {
      await this.attached.attach(context, attempt.paymentMethodId, customerId);
      await this.attached.markSetUp(accountId, attempt.paymentMethodId);
    } catch (error) {
      // It belongs to somebody else by now, or is gone.
      if (!(error instanceof DomainError)) throw error;
      this.logger.debug(error.message);
    }
  }
}

/** Of other payments nothing is looked up. */
function paidEntry({
  object: payment,
  firstEntry,
}: StoredChange<Payment>): { payment: Payment; entry: HistoryItem } | null {
  if (payment.dialect?.keepsMethod !== true) return null;
  const entry = payment.history.slice(firstEntry).find(({ type }) => PAID.has(type));
  return entry ? { payment, entry } : null;
}
