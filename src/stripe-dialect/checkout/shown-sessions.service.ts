import { Injectable } from '@nestjs/common';
import { CheckoutSessionNotOpenError } from '../../checkout/checkout-errors.js';
import { CheckoutPayments } from '../../checkout/checkout-payments.service.js';
import type { CheckoutSession } from '../../checkout/checkout-session.schema.js';
import { CheckoutSessionsService } from '../../checkout/checkout-sessions.service.js';
import type { CheckoutHistoryItem, LineItem, SessionIntent } from '../../checkout/checkout-state.js';
import { CheckoutStore } from '../../checkout/checkout-store.service.js';
import { MAX_ITEM_NAME } from '../../checkout/line-items.js';
import type { Customer } from '../../customers/customer.schema.js';
import { PaymentIntentsService } from '../../payment-intents/payment-intents.service.js';
import { PaymentStore } from '../../payments/payment-store.service.js';
import { Money } from '../../platform/common/money.js';
import type { Page } from '../../platform/database/page.js';
import { idIn, publicId } from '../../platform/worlds/world-ids.js';
import { ShownCustomers } from '../customers/shown-customers.service.js';
import { DialectEvents } from '../events/dialect-events.service.js';
import { dialectEventId } from '../events/event-id.js';
import { EventProjection } from '../events/event-projection.service.js';
import { ShownObjects } from '../objects.service.js';
import { ClientSecrets } from '../payment-intents/client-secrets.service.js';
import { detailsOfIntent, methodTypes } from '../payment-intents/intent-details.js';
import { assertChargeable } from '../wire/amounts.js';
import type { Call } from '../wire/call.js';
import { invalidRequest, missingParameter } from '../wire/dialect-error.js';
import type { Shown } from '../wire/expand.js';
import { idsWithin, LIST, listOf, pageOf } from '../wire/lists.js';
import { found } from '../wire/lookups.js';
import { metadataAfter, type ParamsOf } from '../wire/params.js';
import { isSince, NEWEST_VERSION } from '../wire/versions.js';
import type { CREATE_SESSION, LIST_SESSIONS, UPDATE_SESSION } from './checkout-params.js';
import { assertHere, detailsOf, type SessionDetails, shownFields, uiModeOf, urlsOf } from './session-details.js';
import { ownSessionId, shownSessionId } from './session-ids.js';
import { type Order, SessionItems } from './session-items.service.js';
import { sessionView } from './session-view.js';

type Sent = ParamsOf<typeof CREATE_SESSION>;

type IntentAsked = Omit<SessionIntent, 'email'>;

const STATUSES = { complete: 'completed', expired: 'expired', open: 'open' } as const;

/** The operations of checkout sessions. All throw DialectErrors. */
@Injectable()
export class ShownSessions {
  constructor(
    private readonly sessions: CheckoutSessionsService,
    private readonly store: CheckoutStore,
    private readonly checkoutPayments: CheckoutPayments,
    private readonly payments: PaymentStore,
    private readonly intents: PaymentIntentsService,
    private readonly customers: ShownCustomers,
    private readonly items: SessionItems,
    private readonly secrets: ClientSecrets,
    private readonly events: DialectEvents,
    private readonly projection: EventProjection,
    private readonly objects: ShownObjects,
  ) {
    objects.register('checkout.session.line_items', async (call, id) =>
      this.itemsOf(call, await this.get(call, id), `/v1/checkout/sessions/${id}/line_items`, {}),
    );
    store.subscribe((session, entries) => this.tell(session, entries));
  }

  async create(call: Call, sent: Sent): Promise<Shown> {
    const { customer: customerId, customer_email: customerEmail = null, client_reference_id: reference = null } = sent;
    assertHere(sent);
    if (customerId !== undefined && customerEmail !== null)
      throw invalidRequest('You may only specify one of these parameters: customer, customer_email.', {
        code: 'parameters_exclusive',
        param: 'customer',
      });
    const uiMode = uiModeOf(call, sent.ui_mode);
    const urls = urlsOf(sent, uiMode);
    const { payment_method_types, allowed_payment_method_types } = sent;
    const types = methodTypes(call, { payment_method_types, allowed_payment_method_types });
    const expiresInSeconds = lifeOf(call, sent.expires_at);
    const metadata = metadataAfter({}, sent.metadata);
    if (sent.line_items === undefined) throw missingParameter('line_items');
    const customer =
      customerId === undefined ? null : await this.customers.active(call, customerId, { param: 'customer' });
    const intent = intentOf(call, sent, { types, customer });
    const id = call.newId('cs');
    const order = await this.items.order(call, id, sent.line_items);
    const { amount, currency, items } = order;
    assertChargeable(amount, 'line_items');
    const details: SessionDetails = {
      ...urls,
      items,
      uiMode,
      customerEmail,
      types,
      allowedTypes: allowed_payment_method_types ?? null,
      clientReferenceId: reference,
      shown: shownFields(sent),
    };
    const successUrl = urls.successUrl ?? urls.returnUrl ?? call.base;
    const session = await this.sessions.open(
      call,
      id,
      {
        amount: Money.ofMinor(amount, currency),
        lineItems: ownItems(order),
        customerName: customer?.name ?? null,
        successUrl,
        // Who leaves without an address for that goes to the shop itself.
        cancelUrl: urls.cancelUrl ?? new URL(successUrl).origin,
        orderReference: reference,
        metadata,
        capture: intent.captureMethod === 'manual' ? 'manual' : 'automatic',
        expiresInSeconds,
        intent: { ...intent, email: customerEmail ?? customer?.email ?? null },
        shownId: shownSessionId(publicId(id)),
        dialect: { ...details },
        ...(!isSince(call.version, 'checkoutIntentAtConfirmation') && {
          paymentIntentId: await this.makeIntent(call, id, order, intent),
        }),
      },
      call.base,
    );
    return this.shown(call, session);
  }

  async retrieve(call: Call, id: string): Promise<Shown> {
    return this.shown(call, await this.current(call, id));
  }

  async update(call: Call, id: string, sent: ParamsOf<typeof UPDATE_SESSION>): Promise<Shown> {
    for (;;) {
      const session = await this.get(call, id);
      if (sent.metadata === undefined) return this.shown(call, session);
      const { metadata = session.metadata, ...details } = detailsOf(session);
      const changed = { ...details, metadata: metadataAfter(metadata, sent.metadata) };
      const amended = await this.store.amend(session, changed);
      if (amended) return this.shown(call, amended);
    }
  }

  async expire(call: Call, id: string): Promise<Shown> {
    try {
      const { _id } = await this.get(call, id);
      await this.sessions.expire(call, publicId(_id));
      return await this.shown(call, await this.get(call, id));
    } catch (error) {
      if (!(error instanceof CheckoutSessionNotOpenError)) throw error;
      throw invalidRequest('Only checkout sessions that are open can be expired. This one is complete or expired.');
    }
  }

  async list(call: Call, asked: ParamsOf<typeof LIST_SESSIONS>): Promise<Shown> {
    const { created, customer, payment_intent, status, payment_link, subscription, ...page } = asked;
    if (payment_link !== undefined || subscription !== undefined)
      return this.objects.expanded(call, { ...listOf(call, { data: [], hasMore: false }) });
    const filter = {
      ...idsWithin('cs', created),
      ...(status !== undefined && { status: STATUSES[status] }),
      ...(customer !== undefined && { 'intent.customerId': idIn(call.accountId, customer) }),
      ...(payment_intent !== undefined && { paymentIntentId: idIn(call.accountId, payment_intent) }),
    };
    const { data, hasMore } = await this.store.list(call.accountId, filter, pageOf(page, ownSessionId));
    const views = await Promise.all(data.map((session) => this.view(session, call.version)));
    return this.objects.expanded(call, { ...listOf(call, { data: views, hasMore }) });
  }

  async lineItems(call: Call, id: string, page: ParamsOf<typeof LIST>): Promise<Shown> {
    return this.objects.expanded(call, await this.itemsOf(call, await this.get(call, id), call.path, page));
  }

  /** Throws a DialectError (404). */
  get({ accountId }: Call, id: string): Promise<CheckoutSession> {
    return found('checkout.session', id, 'path', () => this.store.get(accountId, ownSessionId(id)));
  }

  /** The same, after what a crash interrupted. */
  async current(call: Call, id: string): Promise<CheckoutSession> {
    return this.checkoutPayments.goOn(await this.get(call, id), call.world);
  }

  async shown(call: Call, session: CheckoutSession): Promise<Shown> {
    return this.objects.expanded(call, await this.view(session, call.version));
  }

  async view(session: CheckoutSession, version: string): Promise<Shown> {
    const payment = session.status === 'completed' ? await this.checkoutPayments.paymentOf(session) : null;
    return sessionView(session, { version, status: session.status, payment, secret: this.secretOf(session) });
  }

  private secretOf({ _id }: CheckoutSession): string {
    return this.secrets.of(_id).split('_secret_')[1] ?? '';
  }

  private async makeIntent(call: Call, sessionId: string, order: Order, asked: IntentAsked): Promise<string> {
    const { currency, amount } = order;
    const intent = { ...asked, amount, currency, paymentMethodId: null, checkoutSessionId: sessionId };
    const made = await this.intents.create(call, call.newId('pi'), intent, null);
    return made.intent._id;
  }

  private async itemsOf(
    { accountId }: Call,
    session: CheckoutSession,
    url: string,
    asked: Partial<ParamsOf<typeof LIST>>,
  ): Promise<Shown> {
    const { items = [] } = detailsOf(session);
    const all = await this.items.shown(accountId, publicId(session._id), session.currency, items);
    return { ...listOf({ path: url }, pageWithin(all, asked)) };
  }

  /** Tells of what happened to a session, after what happened to its payment. */
  private async tell(session: CheckoutSession, entries: readonly CheckoutHistoryItem[]): Promise<void> {
    for (const { type, eventId, at, requestId, status, paymentId } of entries) {
      if (type === 'checkout.session.abandoned') continue;
      const payment = paymentId === null ? null : await this.payments.find(paymentId);
      if (payment) await this.projection.tellPayment(payment);
      const extras = { version: NEWEST_VERSION, status, payment, secret: this.secretOf(session) };
      await this.events.publish([
        {
          _id: dialectEventId(eventId, 0),
          accountId: session.accountId,
          type,
          createdAt: at,
          object: sessionView(session, extras),
          previous: null,
          requestId: requestId === null ? null : publicId(requestId),
          idempotencyKey: null,
        },
      ]);
    }
  }
}

const USUAL_LIFE = 86_400;
const SHORTEST_LIFE = 1_800;
/** A client's clock may be a little off. */
const TOLERANCE = 60;

/** In seconds. Throws a DialectError (400). */
function lifeOf({ world }: Call, expiresAt: Date | undefined): number {
  if (expiresAt === undefined) return USUAL_LIFE;
  const life = Math.ceil((expiresAt.getTime() - world.now().getTime()) / 1000);
  if (life < SHORTEST_LIFE - TOLERANCE || life > USUAL_LIFE + TOLERANCE)
    throw invalidRequest('`expires_at` has to be from 30 minutes to 24 hours from now.', { param: 'expires_at' });
  return life;
}

/** The intent that the session's payments are attempts of. */
function intentOf(
  { version }: Call,
  { payment_intent_data: data }: Sent,
  facts: {
    readonly types: readonly string[] | null;
    readonly customer: Customer | null;
  },
): IntentAsked {
  const { types, customer } = facts;
  const usual = isSince(version, 'automaticAsync') ? 'automatic_async' : 'automatic';
  return {
    captureMethod: data?.capture_method ?? usual,
    customerId: customer?._id ?? null,
    metadata: metadataAfter({}, data?.metadata),
    description: data?.description ?? null,
    receiptEmail: data?.receipt_email ?? null,
    setupFutureUsage: data?.setup_future_usage ?? null,
    details: detailsOfIntent(data ?? {}, { types, automatic: false }),
  };
}

/** The items as our own page shows them: what costs nothing is left out, fractions are one item. */
function ownItems({ items, prices }: Order): LineItem[] {
  return items.flatMap(({ description, quantity, amount }, index) => {
    if (amount === 0) return [];
    const each = prices[index]?.unitAmount ?? null;
    const name = description.slice(0, MAX_ITEM_NAME);
    return each === null ? { name, amount, quantity: 1 } : { name, amount: each, quantity };
  });
}

const USUAL_PAGE = 10;

function pageWithin(all: readonly Shown[], asked: Partial<ParamsOf<typeof LIST>>): Page<Shown> {
  const { limit = USUAL_PAGE, starting_after: after, ending_before: before } = asked;
  const at = (id: string | undefined): number => all.findIndex((each) => each.id === id);
  const [from, to] = [after === undefined ? 0 : at(after) + 1, before === undefined ? all.length : at(before)];
  const within = all.slice(from, Math.max(to, from));
  const data = before === undefined || after !== undefined ? within.slice(0, limit) : within.slice(-limit);
  return { data, hasMore: within.length > limit };
}
