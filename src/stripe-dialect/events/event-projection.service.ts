import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CustomersService } from '../../customers/customers.service.js';
import type { ToldChange, UntoldObject } from '../../events/untold-changes.js';
import type { UntoldObjects } from '../../events/untold-objects.service.js';
import { IntentStore } from '../../payment-intents/intent-store.service.js';
import { PaymentMethodsService } from '../../payment-methods/payment-methods.service.js';
import { PaymentRelay } from '../../payments/payment-relay.worker.js';
import { PaymentStore } from '../../payments/payment-store.service.js';
import type { Payment } from '../../payments/payment.schema.js';
import type { HistoryItem } from '../../payments/payment-state.js';
import type { StoredChange } from '../../payments/relay-progress.js';
import { publicId } from '../../platform/worlds/world-ids.js';
import { type Amendment, detailsOf } from '../charges/charge-facts.js';
import { customerView } from '../customers/customer-view.js';
import { ClientSecrets } from '../payment-intents/client-secrets.service.js';
import { intentView } from '../payment-intents/intent-view.js';
import { paymentMethodView } from '../payment-methods/payment-method-view.js';
import type { Shown } from '../wire/expand.js';
import { amendmentEvents } from './amendments.js';
import type { ToldDialectEvent } from './dialect-event.schema.js';
import { DialectEvents } from './dialect-events.service.js';
import { dialectEventId } from './event-id.js';
import { paymentEvents, type ToldEvent } from './payment-events.js';
import { previousAttributes } from './previous-attributes.js';

/** How a resource tells of an entry in the history of a payment, after the charge and its intent. */
export type EntryTeller = (payment: Payment, entry: HistoryItem) => Promise<readonly ToldEvent[]>;

/** The same for what changed and is no entry, after charges and refunds. */
export type AmendmentTeller = (payment: Payment, amendment: Amendment) => Promise<readonly ToldEvent[]>;

/** An amendment is told of after each change of its payment within this time, in case a process ended before. */
const TOLD_FOR_MS = 86_400_000;

/** The first index of the events of amendments: their requests may have made an entry too. */
const AMENDMENTS_FROM = 32;

/** Makes the events of the dialect from what happens to payments and other objects. */
@Injectable()
export class EventProjection implements OnModuleInit {
  private readonly tellers: EntryTeller[] = [];
  private readonly amendmentTellers: AmendmentTeller[] = [];

  constructor(
    private readonly events: DialectEvents,
    private readonly relay: PaymentRelay,
    private readonly intents: IntentStore,
    private readonly payments: PaymentStore,
    private readonly customers: CustomersService,
    private readonly methods: PaymentMethodsService,
    private readonly secrets: ClientSecrets,
  ) {}

  onModuleInit(): void {
    this.relay.subscribeAfterEvents((changes) => this.tellPayments(changes));
    this.follow(this.customers.changes, customerView);
    this.follow(this.methods.changes, paymentMethodView);
    this.intents.changes.subscribe(async (told) => {
      // What was done with their payments before is told first.
      for (const { after } of told) await this.relay.finish(after.accountId);
      for (const { change, after } of told) {
        const payment = after.attempt && (await this.payments.find(after.attempt.paymentId));
        const object = this.intentView({ intent: after, payment });
        await this.events.publish([eventOf(change, after, object, null)]);
      }
    });
  }

  /**
   * Tells also of completed payments, and of entries that are not about a charge or a refund. The ledger has posted an
   * entry when it is told of. Call it before the application has started.
   */
  tellOf(teller: EntryTeller): void {
    this.tellers.push(teller);
  }

  /** Call it before the application has started. */
  tellAmendmentsOf(teller: AmendmentTeller): void {
    this.amendmentTellers.push(teller);
  }

  /** Tells of each change of a collection's objects under the name of the change. */
  follow<T extends UntoldObject>(changes: UntoldObjects<T>, view: (object: T) => Shown): void {
    changes.subscribe(async (told) => {
      await this.events.publish(told.map((each) => toldEvent(each, view)));
    });
  }

  /** Tells of all that happened to a payment, for what is told after it. Safe to repeat. */
  tellPayment(payment: Payment): Promise<void> {
    return this.tellPayments([{ object: payment, firstEntry: 0, changedAt: payment.changedAt }]);
  }

  private async tellPayments(changes: readonly StoredChange<Payment>[]): Promise<void> {
    const ours = changes.filter(({ object }) => object.dialect !== undefined);
    if (ours.length === 0) return;
    const ids = ours.flatMap(({ object: { paymentIntentId } }) => paymentIntentId ?? []);
    const intents = ids.length === 0 ? new Map<string, never>() : await this.intents.byIds(ids);
    const others = await this.othersOf(ours);
    await this.events.publish(
      ours.flatMap(({ object, firstEntry }) =>
        paymentEvents(object, firstEntry, {
          intent: intents.get(object.paymentIntentId ?? '') ?? null,
          viewOf: (state) => this.intentView(state),
          others: ({ eventId }) => others.get(eventId) ?? [],
        }),
      ),
    );
    for (const { object } of ours) await this.tellAmendments(object);
  }

  private async tellAmendments(payment: Payment): Promise<void> {
    const since = payment.changedAt.getTime() - TOLD_FOR_MS;
    for (const amendment of detailsOf(payment).amendments ?? []) {
      if (amendment.recordedAt.getTime() < since) continue;
      const { eventId, at, requestId, idempotencyKey } = amendment;
      const others = await Promise.all(this.amendmentTellers.map((tell) => tell(payment, amendment)));
      await this.events.publish(
        [...amendmentEvents(payment, amendment), ...others.flat()].map(({ type, object, previous = null }, index) => ({
          _id: dialectEventId(eventId, AMENDMENTS_FROM + index),
          accountId: payment.accountId,
          type,
          createdAt: at,
          object,
          previous,
          requestId: publicId(requestId),
          idempotencyKey,
        })),
      );
    }
  }

  /** What other resources tell, by the entry. */
  private async othersOf(
    changes: readonly StoredChange<Payment>[],
  ): Promise<ReadonlyMap<string, readonly ToldEvent[]>> {
    const entries = changes.flatMap(({ object, firstEntry }) =>
      object.history.slice(firstEntry).map((entry) => ({ object, entry })),
    );
    const told = entries.map(async ({ object, entry }) => {
      const events = await Promise.all(this.tellers.map((tell) => tell(object, entry)));
      return [entry.eventId, events.flat()] as const;
    });
    return new Map(await Promise.all(told));
  }

  private intentView(state: Parameters<typeof intentView>[0]): Shown {
    return intentView(state, { clientSecret: this.secrets.of(state.intent._id) });
  }
}

function toldEvent<T extends UntoldObject>(
  { change, before, after }: ToldChange<T>,
  view: (object: T) => Shown,
): ToldDialectEvent {
  const object = view(after);
  const isUpdate = change.type.endsWith('.updated') || change.type.endsWith('.detached');
  // A deleted object is told of as it was.
  const told = change.type.endsWith('.deleted') && before ? view(before) : object;
  return eventOf(change, after, told, isUpdate && before ? previousAttributes(view(before), object) : null);
}

function eventOf(
  { eventId, type, at, requestId, idempotencyKey }: ToldChange<UntoldObject>['change'],
  { accountId }: UntoldObject,
  object: Shown,
  previous: Shown | null,
): ToldDialectEvent {
  return {
    _id: dialectEventId(eventId, 0),
    accountId,
    type,
    createdAt: at,
    object,
    previous,
    requestId: requestId === null ? null : publicId(requestId),
    idempotencyKey,
  };
}
