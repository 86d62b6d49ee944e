import { Injectable } from '@nestjs/common';
import { AccountsService } from '../accounts/accounts.service.js';
import { WorldsService } from '../accounts/worlds.service.js';
import { asRequest } from '../payments/customer-request.js';
import { OutcomeWaits } from '../payments/outcome-waits.service.js';
import type { Payment } from '../payments/payment.schema.js';
import type { RequestContext } from '../payments/request-context.js';
import type { PageReply } from '../platform/http/page-reply.interceptor.js';
import type { World } from '../platform/worlds/world.js';
import { publicId } from '../platform/worlds/world-ids.js';
import { type CardFormErrors, DEFAULT_CUSTOMER, readCardForm, type SentCardForm } from './card-form.js';
import { CheckoutLinks } from './checkout-links.service.js';
import { CheckoutPayments } from './checkout-payments.service.js';
import { CheckoutPageNotFoundError } from './checkout-errors.js';
import { decideAbandonment, isInProgress, mayAbandon, mayBegin, nextAttempt, placeOf } from './checkout-rules.js';
import type { CheckoutSession } from './checkout-session.schema.js';
import type { AttemptOrder, StandInMethod } from './checkout-state.js';
import { CheckoutStore } from './checkout-store.service.js';
import { METHOD_NAMES } from './failure-text.js';
import { formPage } from './pages/form-page.js';
import type { ShownOrder } from './pages/page-parts.js';
import { authenticationPage, exhaustedPage, expiredPage, processingPage, receiptPage } from './pages/result-pages.js';
import { standInPage } from './pages/stand-in-page.js';
import { sessionAddress } from './session-address.js';
import { SIMULATED_RESULTS, type StandInResult } from './stand-in.js';

const GONE = 410;
const CONFLICT = 409;
const UNPROCESSABLE = 422;

/** How long a browser waits for the outcome of a payment, in ms; then it sees that it is being processed. */
const MAX_WAIT_MS = 5_000;

/** A request of the customer's browser. */
export interface PageRequest {
  /** From the address of the page. */
  readonly token: string;
  readonly requestId: string;
  /** Where the browser reaches the gateway. */
  readonly requestBase: string;
}

/** A session whose page somebody may see. */
interface Opened {
  readonly session: CheckoutSession;
  readonly world: World;
  readonly merchant: string;
}

/** The pages on which a customer pays. Each request shows where the customer is, whatever was sent before. */
@Injectable()
export class CheckoutPageService {
  constructor(
    private readonly store: CheckoutStore,
    private readonly links: CheckoutLinks,
    private readonly payments: CheckoutPayments,
    private readonly accounts: AccountsService,
    private readonly worlds: WorldsService,
    private readonly waits: OutcomeWaits,
  ) {}

  /** The page for where the customer is. Throws CheckoutPageNotFoundError. */
  async show(token: string): Promise<PageReply> {
    const opened = await this.open(token);
    return this.place(opened, await this.payments.paymentOf(opened.session));
  }

  /** The page of a session that is completed; otherwise leads to the page for where the customer is. */
  async showReceipt(token: string): Promise<PageReply> {
    const opened = await this.open(token);
    const { session } = opened;
    return session.status === 'completed'
      ? { page: this.receipt(opened, await this.payments.paymentOf(session)) }
      : this.toCheckout(session);
  }

  async showStandIn(token: string, method: StandInMethod): Promise<PageReply> {
    const opened = await this.open(token);
    const { session, world } = opened;
    if (session.intent || placeOf(session, null, world.now()) !== 'form') return this.toCheckout(session);
    return {
      page: standInPage({
        order: this.orderOf(opened),
        method,
        customerName: nameOf(session),
        attempt: nextAttempt(session),
      }),
    };
  }

  /** The customer sends the form of a card. The same form sent again changes nothing. */
  async payWithCard(request: PageRequest, attempt: number, form: SentCardForm): Promise<PageReply> {
    const opened = await this.open(request.token);
    const { session, world } = opened;
    if (!mayBegin(session, attempt, world.now())) return this.next(opened);
    const read = readCardForm(form, world.now());
    if ('errors' in read) return { status: UNPROCESSABLE, page: this.form(opened, form, read.errors) };
    return this.pay(opened, request, { ...read, method: 'card', simulate: null });
  }

  /** The customer chooses what happens on the page of a wallet or a bank. */
  async payElsewhere(
    request: PageRequest,
    attempt: number,
    method: StandInMethod,
    result: StandInResult,
  ): Promise<PageReply> {
    const opened = await this.open(request.token);
    const { session, world } = opened;
    // Intents take cards.
    if (session.intent) return this.toCheckout(session);
    if (!mayBegin(session, attempt, world.now())) return this.next(opened);
    const simulate = SIMULATED_RESULTS[result];
    if (simulate === null) return this.abandon(opened, request);
    return this.pay(opened, request, { method, simulate, testToken: null, customerName: nameOf(session) });
  }

  /** The customer leaves without paying. */
  async leave(request: PageRequest): Promise<PageReply> {
    return this.abandon(await this.open(request.token), request);
  }

  /** The customer wants to pay in another way than the one that waits for an authentication. */
  async change({ token, requestId }: PageRequest): Promise<PageReply> {
    const { session, world } = await this.open(token);
    if (!isInProgress(session)) return this.toCheckout(session);
    const { accountId } = session;
    return this.toCheckout(
      await asRequest({ accountId, world, requestId }, (context) => this.payments.giveUp(session, context)),
    );
  }

  private async pay(
    { session, world, merchant }: Opened,
    { requestId, requestBase }: PageRequest,
    order: Omit<AttemptOrder, 'requestBase'>,
  ): Promise<PageReply> {
    const { accountId } = session;
    const begun = await asRequest({ accountId, world, requestId }, (context) =>
      this.payments.begin(session, { ...order, requestBase }, context),
    );
    const current = begun ?? (await this.store.find(session._id));
    if (!current) throw new CheckoutPageNotFoundError();
    return this.next({ session: await this.payments.goOn(current, world), world, merchant });
  }

  private async abandon({ session, world }: Opened, { requestId }: PageRequest): Promise<PageReply> {
    if (session.status === 'completed') return this.toCheckout(session);
    const { accountId, cancelUrl, shownId = session._id } = session;
    if (mayAbandon(session))
      await asRequest({ accountId, world, requestId }, (context) => this.noteAbandonment(session, context));
    return { location: sessionAddress(cancelUrl, shownId) };
  }

  private async noteAbandonment(
    session: CheckoutSession,
    { world, eventId, requestId }: RequestContext,
  ): Promise<void> {
    for (let current: CheckoutSession | null = session; current; current = await this.store.find(session._id)) {
      const change = decideAbandonment(current, { at: world.now(), eventId, requestId });
      if (change === null || (await this.store.change(current, change))) return;
    }
  }

  /** Leads the browser on after it has sent something, so that loading the page again sends nothing again. */
  private async next(opened: Opened): Promise<PageReply> {
    const { session, world } = opened;
    const payment = await this.payments.paymentOf(session);
    const latest = isInProgress(session) && payment ? await this.waited(payment) : payment;
    const settled = { ...opened, session: await this.payments.goOn(session, world) };
    switch (placeOf(settled.session, latest?.status ?? null, world.now())) {
      case 'authentication':
        return latest?.challengeUrl ? { location: latest.challengeUrl } : this.toCheckout(settled.session);
      case 'expired':
      case 'exhausted':
        return this.place(settled, latest);
      case 'form':
      case 'processing':
      case 'receipt':
        return this.toCheckout(settled.session);
    }
  }

  /** Nobody waits for a clock that stands still, or for an outcome that never comes. */
  private async waited(payment: Payment): Promise<Payment> {
    const comesSoon = payment.clockId === undefined && payment.outcome.result !== 'stays_pending';
    return this.waits.forOutcome(payment, comesSoon ? WAIT : null);
  }

  private toCheckout({ _id, status }: CheckoutSession): PageReply {
    return { location: `${this.links.pathOf(_id)}${status === 'completed' ? '/receipt' : ''}` };
  }

  private place(opened: Opened, payment: Payment | null): PageReply {
    const { session, world } = opened;
    const order = this.orderOf(opened);
    const place = placeOf(session, payment?.status ?? null, world.now());
    switch (place) {
      case 'form':
        return { page: this.form(opened, null, {}) };
      case 'authentication':
        return { page: authenticationPage(order, payment?.challengeUrl ?? order.path) };
      case 'processing':
        return { page: processingPage(order) };
      case 'receipt':
        return this.toCheckout(session);
      case 'expired':
        return { status: GONE, page: expiredPage(order, sessionAddress(session.cancelUrl, session._id)) };
      case 'exhausted':
        return { status: CONFLICT, page: exhaustedPage(order) };
    }
  }

  private form(opened: Opened, form: SentCardForm | null, errors: CardFormErrors): string {
    const { session } = opened;
    const { attempt } = session;
    const name = form?.customerName ?? attempt?.customerName ?? session.customerName ?? '';
    return formPage({
      order: this.orderOf(opened),
      attempt: nextAttempt(session),
      failure: attempt === null ? null : (attempt.failure ?? 'The payment was canceled. Choose how to pay.'),
      typed: {
        // What may be a card number is not answered.
        customerName: errors.customerName === undefined ? name : '',
        expiry: form === null || errors.expiry !== undefined ? '' : form.expiry,
      },
      errors,
      takesOnlyCards: session.intent !== undefined,
    });
  }

  private receipt(opened: Opened, payment: Payment | null): string {
    const { session } = opened;
    const { attempt, orderReference, successUrl, shownId = session._id } = session;
    const card = payment?.paymentMethod;
    return receiptPage({
      order: this.orderOf(opened),
      status: payment?.status ?? null,
      paidWith: card ? `${brandName(card.brand)} •••• ${card.last4}` : attempt && METHOD_NAMES[attempt.method],
      paymentId: payment && publicId(payment._id),
      orderReference,
      returnTo: sessionAddress(successUrl, shownId),
    });
  }

  private orderOf({ session, merchant }: Opened): ShownOrder {
    const { _id, amount, currency, lineItems } = session;
    return { merchant, amount, currency, lineItems, path: this.links.pathOf(_id) };
  }

  /** Also goes on with what was interrupted. Throws CheckoutPageNotFoundError. */
  private async open(token: string): Promise<Opened> {
    const id = this.links.sessionOf(token);
    const session = id === null ? null : await this.store.find(id);
    if (!session) throw new CheckoutPageNotFoundError();
    const [world, account] = await Promise.all([
      this.worlds.of(session.accountId),
      this.accounts.findById(session.accountId),
    ]);
    if (!world || !account) throw new CheckoutPageNotFoundError();
    return { session: await this.payments.goOn(session, world), world, merchant: account.name };
  }
}

const WAIT = { ms: MAX_WAIT_MS, isAbandoned: false, refuse: () => undefined } as const;

function nameOf({ attempt, customerName }: CheckoutSession): string {
  return attempt?.customerName ?? customerName ?? DEFAULT_CUSTOMER;
}

const BRAND_NAMES: Readonly<Record<string, string>> = {
  visa: 'Visa',
  mastercard: 'Mastercard',
  amex: 'American Express',
  discover: 'Discover',
  diners: 'Diners Club',
  jcb: 'JCB',
  unionpay: 'UnionPay',
};

function brandName(brand: string): string {
  return Object.hasOwn(BRAND_NAMES, brand) ? (BRAND_NAMES[brand] ?? brand) : brand;
}
