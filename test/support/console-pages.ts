import { eventually } from './eventually.js';
import { bodyOf, type Merchant } from './merchant.js';
import { createEndpoint, finished, listEvents, ownPath, testEndpoint } from './webhook-endpoints.js';
import type { WebhookRecorder } from './webhook-recorder.js';

/** The pages of the console that need no object, with their titles. */
export const PAGES: readonly (readonly [path: string, title: string])[] = [
  ['/', 'Home'],
  ['/payments', 'Payments'],
  ['/refunds', 'Refunds'],
  ['/disputes', 'Disputes'],
  ['/balance', 'Balance'],
  ['/balance?tab=payouts', 'Balance'],
  ['/settlements', 'Settlements'],
  ['/checkout', 'Checkout'],
  ['/events', 'Events'],
  ['/webhooks', 'Webhooks'],
  ['/webhooks?tab=deliveries', 'Webhooks'],
  ['/charge', 'New charge'],
  ['/sandbox', 'Sandbox, clock and faults'],
  ['/certifications', 'Certification'],
  ['/test-values', 'Test values'],
  ['/logs', 'Request log'],
  ['/keys', 'API keys'],
  ['/account', 'Your account'],
];

/** The names of the pages of objects. */
export const OBJECT_PAGES = [
  'a completed payment',
  'an authorized payment',
  'a challenged payment',
  'a failed payment',
  'a refund',
  'a dispute',
  'a payout',
  'a settlement',
  'an exercise',
  'an answered exercise',
  'an event',
  'an endpoint',
  'a delivery',
  'a certification',
  'a checkout session',
  'a request',
] as const;

export type ObjectPage = (typeof OBJECT_PAGES)[number];

/** Makes one object of each kind, and returns the paths of their pages. */
export async function makeObjects(
  merchant: Merchant,
  recorder: WebhookRecorder,
): Promise<Readonly<Record<ObjectPage, string>>> {
  const handler = recorder.url(ownPath(recorder, { status: 500, body: '{"error":"not yet"}' }, { status: 200 }));
  const endpoint = await createEndpoint(merchant, handler, { events: ['webhook.test'] });
  const paymentIs = async (status: string, charge: Readonly<Record<string, unknown>> = {}): Promise<string> => {
    const { id } = await merchant.charges({ customerName: 'Jenny Rosen', orderReference: 'order-17', ...charge });
    await eventually(
      `payment ${id} to be ${status}`,
      () => merchant.gets(id),
      (payment) => payment.status === status,
    );
    return id;
  };
  const create = async (path: string, json: unknown, status = 201): Promise<string> =>
    bodyOf(await merchant.asks<{ id: string }>('POST', path, { json }), status).id;
  const [completed, authorized, challenged, failed] = await Promise.all([
    paymentIs('completed', { metadata: { cart: '17' } }),
    paymentIs('authorized', { capture: 'manual' }),
    paymentIs('requires_action', { paymentMethod: 'pm_card_authenticationRequired' }),
    paymentIs('failed', { paymentMethod: 'pm_card_chargeDeclined' }),
  ]);
  const [refund, certification, session, { id: delivery }] = await Promise.all([
    create(`/payments/${completed}/refunds`, { amount: 5, reason: 'damaged' }),
    create('/certifications', { url: recorder.url() }, 202),
    create('/checkout/sessions', {
      amount: 20,
      currency: 'USD',
      lineItems: [{ name: 'Tea', amount: 10, quantity: 2 }],
      successUrl: 'http://127.0.0.1:4000/done',
      cancelUrl: 'http://127.0.0.1:4000/cart',
    }),
    testEndpoint(merchant, endpoint.id),
  ]);
  await finished(merchant, delivery);
  const money = await makeMoney(merchant, completed);
  const {
    data: [event],
  } = await listEvents(merchant, 'type=payment.completed');
  const {
    data: [log],
  } = await eventually(
    'a request in the log',
    async () => bodyOf(await merchant.asks<{ data: { id: string }[] }>('GET', '/request-logs?method=POST'), 200),
    ({ data }) => data.length > 0,
  );
  return {
    'a completed payment': `/payments/${completed}`,
    'an authorized payment': `/payments/${authorized}`,
    'a challenged payment': `/payments/${challenged}`,
    'a failed payment': `/payments/${failed}`,
    'a refund': `/refunds/${refund}`,
    ...money,
    'an event': `/events/${event?.id ?? ''}`,
    'an endpoint': `/webhooks/${endpoint.id}`,
    'a delivery': `/webhooks/deliveries/${delivery}`,
    'a certification': `/certifications/${certification}`,
    'a checkout session': `/checkout/${session}`,
    'a request': `/logs?log=${log?.id ?? ''}`,
  };
}

type MoneyPage = 'a dispute' | 'a payout' | 'a settlement' | 'an exercise' | 'an answered exercise';

/** A dispute of the payment, and a payout with its report and exercises. */
async function makeMoney(merchant: Merchant, payment: string): Promise<Readonly<Record<MoneyPage, string>>> {
  const creates = async <Body extends { id: string } = { id: string }>(path: string, json: unknown): Promise<Body> =>
    bodyOf(await merchant.asks<Body>('POST', path, { json }), 201);
  const dispute = await creates(`/payments/${payment}/disputes`, { reason: 'product_not_received', amount: 5 });
  await merchant.receives({ paymentAmount: 100, paymentMethod: 'pm_card_bypassPending' });
  const payout = await creates('/payouts', { amount: 20, currency: 'USD' });
  const settlement = await settlementOf(merchant, payout.id);
  const exercises = `/settlements/${settlement}/exercises`;
  const plan = { seed: 'monday', errors: ['wrong_fee'], count: 1 };
  const open = await creates(exercises, plan);
  const answered = await creates(exercises, plan);
  const findings = [
    { row: 1, error: 'wrong_date' },
    { transactionId: 'bt_1', error: 'missing_row' },
  ];
  bodyOf(await merchant.asks('POST', `/exercises/${answered.id}/answer`, { json: { findings } }), 200);
  return {
    'a dispute': `/disputes/${dispute.id}`,
    'a payout': `/balance/payouts/${payout.id}`,
    'a settlement': `/settlements/${settlement}`,
    'an exercise': `/settlements/exercises/${open.id}`,
    'an answered exercise': `/settlements/exercises/${answered.id}`,
  };
}

/** The id of the report of a payout. */
export async function settlementOf(account: Pick<Merchant, 'asks'>, payoutId: string): Promise<string> {
  const { data } = bodyOf(
    await account.asks<{ data: { id: string }[] }>('GET', `/settlements?payout=${payoutId}`),
    200,
  );
  return data[0]?.id ?? '';
}
