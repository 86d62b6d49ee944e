import {
  type BalanceTransaction,
  type CheckoutSession,
  createClient,
  type EventType,
  type GatewayClient,
  type GatewayEvent,
  type Payout,
  type Schemas,
} from '../client/index.js';
import { CommandError, UsageError } from './errors.js';

type Overrides = Readonly<Record<string, string>>;
type Charge = Schemas['ChargeDto'];

/** An event that was made to happen. */
export interface Triggered {
  readonly event: GatewayEvent;
  /** The key of the sandbox in which it happened; null if that was the account itself. */
  readonly sandboxKey: string | null;
}

/** Where an event is made to happen. */
interface Account {
  readonly client: GatewayClient;
  /** Whether its clock can be moved. */
  readonly isVirtual: boolean;
  readonly sandboxKey: string | null;
}

type BankAccountToken = Extract<Schemas['CreatePayoutDto']['bankAccount'], string>;

/** How to make an event happen. */
export interface Recipe {
  /** What is done, for people. */
  readonly how: string;
  run(client: GatewayClient, overrides: Overrides, type: EventType): Promise<Triggered>;
}

const WAIT_SECONDS = 10;

/** Where nothing listens: the discard service, which nobody runs. */
const DEAD_URL = 'http://127.0.0.1:9/';

/** A shop that nobody visits. */
const NOWHERE = 'https://merchant.invalid';

const DAY_MS = 86_400_000;

/** What only days bring. */
const WITH_CLOCK = 'in the account if its clock is virtual, else in a sandbox of its own';

/** A recipe for each type of event. */
export const RECIPES: Readonly<Record<EventType, Recipe>> = {
  'payment.created': ofPayment('a charge', {}),
  'payment.requires_action': ofPayment('a charge of a card that requires 3-D Secure', {
    paymentMethod: 'pm_card_authenticationRequired',
  }),
  'payment.authorized': ofPayment('a charge with "capture": "manual"', { capture: 'manual' }),
  'payment.completed': ofPayment('a charge', {}),
  'payment.voided': ofPayment('an authorization that is voided', { capture: 'manual' }, (client, { id }) =>
    client.payments.void(id),
  ),
  'payment.canceled': ofPayment(
    'a charge that stays pending and is canceled',
    { customerName: 'PENDING' },
    (client, { id }) => client.payments.cancel(id),
    0,
  ),
  'payment.failed': ofPayment('a charge of a card that is declined', { paymentMethod: 'pm_card_chargeDeclined' }),
  'refund.created': ofRefund('a refund', {}),
  'refund.completed': ofRefund('a refund', {}),
  'refund.failed': ofRefund('a refund to a card that sends it back', { paymentMethod: 'pm_card_refundFail' }),
  'refund.canceled': ofRefund(
    'a pending refund that is canceled',
    { paymentMethod: 'pm_card_pendingRefund' },
    (client, id) => client.refunds.cancel(id),
  ),
  'dispute.created': ofDispute('a payment that is disputed'),
  'dispute.funds_withdrawn': ofDispute('a payment that is disputed'),
  'dispute.updated': ofDispute('a dispute whose evidence is saved', (client, id) =>
    client.disputes.saveEvidence(id, { receipt: 'Receipt 4711' }),
  ),
  'dispute.funds_reinstated': ofDispute('a dispute that is won by its evidence', async (client, id) => {
    await client.disputes.saveEvidence(id, { uncategorizedText: 'winning_evidence' });
    await client.disputes.submit(id);
  }),
  'dispute.closed': ofDispute('a dispute that is accepted', (client, id) => client.disputes.accept(id)),
  'fraud_warning.created': ofPayment('a charge of a card whose bank warns of fraud', {
    paymentMethod: 'pm_card_createIssuerFraudRecord',
  }),
  'payout.created': ofPayout('a payout of a charge whose funds are available at once'),
  'payout.paid': ofArrival(`a payout that arrives two days later, ${WITH_CLOCK}`, 'ba_success'),
  'payout.failed': ofArrival(`a payout to a bank account that is closed, ${WITH_CLOCK}`, 'ba_account_closed'),
  'payout.canceled': ofPayout('a payout that is canceled while it is pending', (client, id) =>
    client.payouts.cancel(id),
  ),
  'balance.available': { how: `a charge whose funds become available, ${WITH_CLOCK}`, run: waitForFunds },
  'checkout.session.completed': ofCheckout(
    'a checkout session whose customer pays with a test card',
    (client, session) =>
      submit(client, session, '', { attempt: '1', testCard: 'pm_card_visa', customerName: session.customerName ?? '' }),
  ),
  'checkout.session.expired': ofCheckout('a checkout session that is expired', (client, { id }) =>
    client.checkoutSessions.expire(id),
  ),
  'checkout.session.abandoned': ofCheckout('a checkout session whose customer cancels', (client, session) =>
    submit(client, session, '/cancel', {}),
  ),
  'webhook.test': { how: 'a test of a webhook endpoint', run: testEndpoint },
  'webhook.endpoint.disabled': {
    how: 'an endpoint that fails for six days, in a sandbox with a virtual clock',
    run: failForDays,
  },
};

/** @param then what is done after the charge */
function ofPayment(
  how: string,
  charge: Partial<Charge>,
  then: (client: GatewayClient, payment: { readonly id: string }) => Promise<unknown> = () => Promise.resolve(),
  wait = WAIT_SECONDS,
): Recipe {
  return {
    how,
    run: async (client, overrides, type) => {
      const payment = await client.payments.charge(chargeBody(charge, overrides), { wait });
      await then(client, payment);
      return { event: await eventAbout(client, payment.id, type), sandboxKey: null };
    },
  };
}

/** @param then what is done after the refund */
function ofRefund(
  how: string,
  charge: Partial<Charge>,
  then: (client: GatewayClient, refundId: string) => Promise<unknown> = () => Promise.resolve(),
): Recipe {
  return {
    how,
    run: async (client, overrides, type) => {
      const payment = await client.payments.charge(chargeBody(charge, overrides), { wait: WAIT_SECONDS });
      const refund = await client.payments.refund(payment.id);
      await then(client, refund.id);
      return { event: await eventAbout(client, refund.id, type), sandboxKey: null };
    },
  };
}

/** @param then what is done after the dispute was opened */
function ofDispute(
  how: string,
  then: (client: GatewayClient, disputeId: string) => Promise<unknown> = () => Promise.resolve(),
): Recipe {
  return {
    how,
    run: async (client, overrides, type) => {
      const payment = await client.payments.charge(chargeBody({}, overrides), { wait: WAIT_SECONDS });
      const dispute = await client.payments.dispute(payment.id, { reason: 'fraudulent' });
      await then(client, dispute.id);
      return { event: await eventAbout(client, dispute.id, type), sandboxKey: null };
    },
  };
}

/** @param then what is done after the payout was made */
function ofPayout(
  how: string,
  then: (client: GatewayClient, payoutId: string) => Promise<unknown> = () => Promise.resolve(),
): Recipe {
  return {
    how,
    run: async (client, overrides, type) => {
      const account = (await isInDebt(client, overrides)) ? await newSandbox(client) : await itself(client);
      const { id } = await payOut(account, overrides, 'ba_success');
      await then(account.client, id);
      return { event: await eventAbout(account.client, id, type), sandboxKey: account.sandboxKey };
    },
  };
}

/** @param bankAccount decides whether the payout arrives */
function ofArrival(how: string, bankAccount: BankAccountToken): Recipe {
  return {
    how,
    run: async (client, overrides, type) => {
      const account = (await isInDebt(client, overrides)) ? await newSandbox(client) : await withVirtualClock(client);
      const { id, arrivalDate } = await payOut(account, overrides, bankAccount);
      await account.client.clock.advance(new Date(arrivalDate));
      return { event: await eventAbout(account.client, id, type), sandboxKey: account.sandboxKey };
    },
  };
}

/** Charges, and pays out what remains without the fee. */
async function payOut(account: Account, overrides: Overrides, bankAccount: BankAccountToken): Promise<Payout> {
  const { net, currency } = await takeIn(account, chargeBody({ paymentMethod: 'pm_card_bypassPending' }, overrides));
  return account.client.payouts.create({ amount: net, currency, bankAccount });
}

/** Whether refunds and disputes took more than there was: then a charge alone can't be paid out. */
async function isInDebt(client: GatewayClient, overrides: Overrides): Promise<boolean> {
  const { currency } = chargeBody({}, overrides);
  return (await client.balance.get()).available.some((sum) => sum.currency === currency && sum.amount < 0);
}

async function waitForFunds(client: GatewayClient, overrides: Overrides, type: EventType): Promise<Triggered> {
  const account = await withVirtualClock(client);
  const { availableOn } = await takeIn(account, chargeBody({}, overrides));
  const { events, clock } = account.client;
  const [latest] = (await events.list({ limit: 1 })).data;
  await clock.advance(new Date(availableOn));
  const event = await events.next({ type, ...(latest && { after: latest.id }), waitMs: WAIT_SECONDS * 1000 });
  if (!event) throw new CommandError(`No ${type}, although the funds are available since ${availableOn}.`);
  return { event, sandboxKey: account.sandboxKey };
}

/** Charges, and returns what it adds to the balance. Throws CommandError if nothing. */
async function takeIn({ client, isVirtual }: Account, charge: Charge): Promise<BalanceTransaction> {
  const { id } = await client.payments.charge(charge, isVirtual ? {} : { wait: WAIT_SECONDS });
  const { status } = await client.payments.get(id);
  if (isVirtual && status === 'pending') await client.clock.advance('1m');
  const [transaction] = (await client.balance.transactions({ source: id, type: 'payment' })).data;
  if (transaction) return transaction;
  throw new CommandError(`The charge ${id} brings no money: \`mpg payments show ${id}\` says why.`);
}

async function itself(client: GatewayClient): Promise<Account> {
  const { kind } = await client.clock.get();
  return { client, isVirtual: kind === 'virtual', sandboxKey: null };
}

/** The account itself if its clock can be moved, else a new sandbox. */
async function withVirtualClock(client: GatewayClient): Promise<Account> {
  const account = await itself(client);
  return account.isVirtual ? account : newSandbox(client);
}

async function newSandbox({ sandboxes, url }: GatewayClient): Promise<Account & { readonly sandboxKey: string }> {
  const { apiKey } = await sandboxes.create({ name: 'mpg trigger', clock: { now: new Date().toISOString() } });
  return { client: createClient({ url, apiKey }), isVirtual: true, sandboxKey: apiKey };
}

/** @param then what becomes of the session */
function ofCheckout(how: string, then: (client: GatewayClient, session: CheckoutSession) => Promise<unknown>): Recipe {
  return {
    how,
    run: async (client, overrides, type) => {
      const session = await client.checkoutSessions.create(checkoutBody(overrides));
      await then(client, session);
      return { event: await eventAbout(client, session.id, type), sandboxKey: null };
    },
  };
}

/** Sends a form of the checkout page, as the browser of the customer does. */
async function submit(
  client: GatewayClient,
  { url }: CheckoutSession,
  page: string,
  form: Readonly<Record<string, string>>,
): Promise<void> {
  // PUBLIC_URL may not be reached from here.
  const { pathname } = new URL(url);
  const { status } = await fetch(new URL(`${pathname}${page}`, client.url), {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams(form),
  });
  if (status !== 303) throw new CommandError(`The checkout page answered ${status}.`);
}

async function testEndpoint(client: GatewayClient): Promise<Triggered> {
  const { data } = await client.webhookEndpoints.list({ limit: 100 });
  const existing = data.find(({ enabled }) => enabled);
  const endpoint = existing ?? (await client.webhookEndpoints.create({ url: DEAD_URL, events: ['webhook.test'] }));
  try {
    const { eventId } = await client.webhookEndpoints.test(endpoint.id);
    return { event: await client.events.get(eventId), sandboxKey: null };
  } finally {
    if (!existing) await client.webhookEndpoints.delete(endpoint.id);
  }
}

async function failForDays(client: GatewayClient, overrides: Overrides, type: EventType): Promise<Triggered> {
  const { client: sandbox, sandboxKey } = await newSandbox(client);
  const { now } = await sandbox.clock.get();
  const { id } = await sandbox.webhookEndpoints.create({ url: DEAD_URL, events: ['payment.*'] });
  // An endpoint is disabled when it has failed for five days without a success.
  for (let day = 1; day <= 6; day++) {
    await sandbox.payments.charge(chargeBody({}, overrides));
    await sandbox.clock.advance(new Date(Date.parse(now) + day * DAY_MS));
  }
  return { event: await eventAbout(sandbox, id, type), sandboxKey };
}

async function eventAbout(client: GatewayClient, objectId: string, type: EventType): Promise<GatewayEvent> {
  const event = await client.events.next({ objectId, type, waitMs: WAIT_SECONDS * 1000 });
  if (event) return event;
  const { kind } = await client.clock.get();
  throw new CommandError(
    kind === 'virtual'
      ? `No ${type} about ${objectId} yet: the clock of this sandbox stands. \`mpg clock advance next\` moves it.`
      : `No ${type} about ${objectId} within ${WAIT_SECONDS} s. Its settings or overrides make something else happen: ` +
          `\`mpg events list --object ${objectId}\`.`,
  );
}

/** Fields that can be overridden, by the names that people use, and as the charge has them. */
const FIELDS: Readonly<Record<string, keyof Charge>> = {
  amount: 'paymentAmount',
  paymentAmount: 'paymentAmount',
  currency: 'currency',
  customer: 'customerName',
  customerName: 'customerName',
  details: 'details',
  orderReference: 'orderReference',
  paymentMethod: 'paymentMethod',
  returnUrl: 'returnUrl',
  webhookUrl: 'webhookUrl',
};

/** Throws UsageError if a field is unknown, or one that checkout sessions do not have. */
function checkoutBody(overrides: Overrides): Schemas['CreateCheckoutSessionDto'] {
  const { paymentAmount, details, paymentMethod, returnUrl, webhookUrl, ...same } = chargeBody({}, overrides);
  const others = Object.entries({ details, paymentMethod, returnUrl, webhookUrl }).filter(([, value]) => value != null);
  for (const [name] of others) throw new UsageError(`A checkout session has no ${name}.`);
  return { ...same, amount: paymentAmount, successUrl: `${NOWHERE}/done`, cancelUrl: `${NOWHERE}/cart` };
}

/** Throws UsageError if a field is unknown. */
function chargeBody(recipe: Partial<Charge>, overrides: Overrides): Charge {
  const body: Charge = { customerName: 'Jenny Rosen', paymentAmount: 20, currency: 'USD', ...recipe };
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(overrides)) {
    const field = FIELDS[name];
    if (name.startsWith('metadata.')) metadata[name.slice('metadata.'.length)] = value;
    else if (field === undefined)
      throw new UsageError(`${name} can't be overridden; ${Object.keys(FIELDS).join(', ')} and metadata.<key> can.`);
    else Object.assign(body, { [field]: field === 'paymentAmount' ? Number(value) : value });
  }
  return Object.keys(metadata).length === 0 ? body : { ...body, metadata };
}
