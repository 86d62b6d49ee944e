import { Injectable } from '@nestjs/common';
import type { QueryFilter } from 'mongoose';
import { EventsService } from '../events/events.service.js';
import type { CaptureMode } from '../payments/payment-state.js';
import type { PaymentStatus } from '../payments/payment-lifecycle.js';
import type { RequestContext } from '../payments/request-context.js';
import type { Principal } from '../platform/access/principal.js';
import type { Money } from '../platform/common/money.js';
import type { Page, PageRequest } from '../platform/database/page.js';
import { followingId, idIn } from '../platform/worlds/world-ids.js';
import { CheckoutLinks } from './checkout-links.service.js';
import { CheckoutPayments } from './checkout-payments.service.js';
import { CheckoutSessionNotOpenError } from './checkout-errors.js';
import { decideExpiry, isInProgress } from './checkout-rules.js';
import type { CheckoutSession } from './checkout-session.schema.js';
import type { CheckoutStatus, LineItem, SessionIntent } from './checkout-state.js';
import { CheckoutStore } from './checkout-store.service.js';
import { type CheckoutView, checkoutView } from './checkout-view.js';

/** What a new session is to be like. */
export interface NewCheckout {
  readonly amount: Money;
  readonly lineItems: readonly LineItem[];
  readonly customerName: string | null;
  readonly successUrl: string;
  readonly cancelUrl: string;
  readonly orderReference: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly capture: CaptureMode;
  readonly expiresInSeconds: number;
  /** What its payments are attempts of; not given if each stands alone. */
  readonly intent?: SessionIntent;
  /** The stored id of that intent, if it is made already. */
  readonly paymentIntentId?: string;
  /** The id that stands in the merchant's URLs, if that is not its own. */
  readonly shownId?: string;
  /** What the dialect shows of it besides; given if the dialect makes it. */
  readonly dialect?: Readonly<Record<string, unknown>>;
}

/** Selects sessions of an account; a condition that is not given selects all. Ids as the API shows them. */
export interface CheckoutFilter {
  readonly status?: CheckoutStatus;
  readonly paymentId?: string;
  readonly orderReference?: string;
}

/** Room in an event for what a payment has and its session has not: ids, the card, the customer's name. */
const PAYMENT_BYTES = 2_000;

/** What merchants do with checkout sessions. */
@Injectable()
export class CheckoutSessionsService {
  constructor(
    private readonly store: CheckoutStore,
    private readonly payments: CheckoutPayments,
    private readonly links: CheckoutLinks,
    private readonly events: EventsService,
  ) {}

  /** Throws EventTooLargeError. */
  async create(owner: Principal, id: string, checkout: NewCheckout, requestBase: string): Promise<CheckoutView> {
    return this.viewOf(await this.open(owner, id, checkout, requestBase));
  }

  /** The same, as it is stored. Throws EventTooLargeError. */
  async open(
    { accountId, world }: Pick<Principal, 'accountId' | 'world'>,
    id: string,
    checkout: NewCheckout,
    requestBase: string,
  ): Promise<CheckoutSession> {
    const { amount, expiresInSeconds, lineItems, ...rest } = checkout;
    const createdAt = world.now();
    const expiresAt = new Date(createdAt.getTime() + expiresInSeconds * 1000);
    const session: CheckoutSession = {
      _id: id,
      accountId,
      amount: amount.minor,
      currency: amount.currency,
      lineItems: [...lineItems],
      ...rest,
      url: this.links.urlOf(id, requestBase),
      createdAt,
      expiresAt,
      status: 'open',
      attempt: null,
      completedAt: null,
      expiredAt: null,
      history: [],
      version: 1,
      dueAt: expiresAt,
      ...(world.clockId !== null && { clockId: world.clockId }),
    };
    // Its payments have the same texts, and are made when nobody can shorten them any more.
    this.events.assertDeliverable({ ...checkoutView(session, null), payment: ' '.repeat(PAYMENT_BYTES) });
    return this.store.insert(session);
  }

  async list(
    accountId: string,
    { status, paymentId, orderReference }: CheckoutFilter,
    page: PageRequest,
  ): Promise<Page<CheckoutView>> {
    const filter: QueryFilter<CheckoutSession> = {
      ...(paymentId !== undefined && { 'attempt.paymentId': idIn(accountId, paymentId) }),
      ...(orderReference !== undefined && { orderReference }),
      ...(status !== undefined && { status }),
    };
    const { data, hasMore } = await this.store.list(accountId, filter, page);
    return { data: await Promise.all(data.map((session) => this.viewOf(session))), hasMore };
  }

  /** Throws CheckoutSessionNotFoundError. */
  async get(accountId: string, id: string): Promise<CheckoutView> {
    return this.viewOf(await this.store.get(accountId, id));
  }

  /**
   * Ends an open session. A payment that has no outcome yet is canceled; if it succeeds first, the session is completed
   * and not expired. Throws CheckoutSessionNotFoundError, CheckoutSessionNotOpenError.
   */
  async expire(context: RequestContext, id: string): Promise<CheckoutView> {
    const { accountId, world, eventId, requestId } = context;
    for (;;) {
      const session = await this.store.get(accountId, id);
      // The same request ran before but its answer was lost.
      if (session.history.some((item) => item.eventId === eventId)) return this.viewOf(session);
      if (session.status !== 'open') throw new CheckoutSessionNotOpenError(id, session.status);
      const at = world.now();
      if (isInProgress(session)) {
        await this.payments.giveUp(session, { ...context, eventId: followingId('evt', eventId, at) });
        continue;
      }
      const change = decideExpiry(session, { at, eventId, requestId });
      const expired = change && (await this.store.change(session, change));
      if (expired) return this.viewOf(expired);
    }
  }

  private async viewOf(session: CheckoutSession): Promise<CheckoutView> {
    return checkoutView(session, await this.paymentStatusOf(session));
  }

  private async paymentStatusOf(session: CheckoutSession): Promise<PaymentStatus | null> {
    return (await this.payments.paymentOf(session))?.status ?? null;
  }
}
