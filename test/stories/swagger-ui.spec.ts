import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { CHROMIUM, hasChromium, LOOPBACK_ONLY } from '../support/chromium.js';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { send } from '../support/http.js';
import { bodyOf, Merchant } from '../support/merchant.js';
import { documentedOperations, isForSomeRoles, type Operation, routeOf } from '../support/openapi-operations.js';
import { Sandbox } from '../support/sandbox.js';
import { SwaggerUi } from '../support/swagger-ui.js';
import { createEndpoint, listEvents, testEndpoint } from '../support/webhook-endpoints.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';

/** Examples that are meant to fail, with the status that their operation documents. */
const MEANT_TO_FAIL: Readonly<Record<string, number>> = {
  // Nobody can prefill the signature of a webhook.
  receiveWebhook: 422,
  // Nor know the id of a snapshot.
  restoreSnapshot: 404,
};

/** What only a sandbox can do. */
const isForSandboxes = ({ path }: Operation): boolean =>
  /^\/api\/v1\/(?:sandboxes\/current|snapshots|clock)/.test(path);

/** The example of a login is the account that the example of a registration creates; a logout ends the token. */
const FIRST = 'register';
const LAST = ['deleteFaults', 'logout', 'deleteSandbox'];

const tagOf = ({ tags = [] }: Operation): string => tags[0] ?? '';
const position = ({ operationId }: Operation): number => LAST.indexOf(operationId) + 1 - Number(operationId === FIRST);
const operations = documentedOperations()
  // Swagger UI shows an answer only at its end, which a stream does not have.
  .filter(({ path }) => !path.endsWith('/stream'))
  .sort((one, other) => position(one) - position(other) || tagOf(one).localeCompare(tagOf(other)))
  .map((operation) => [routeOf(operation), operation] as const);

/** Whose credentials a page has. */
type Caller = 'merchant' | 'admin' | 'sandbox';

type Ids = Readonly<Record<string, string>>;

/** Makes disputes, and payouts of what is available, with as many transactions as the example of an exercise needs. */
async function makeMoney(merchant: Merchant): Promise<Objects> {
  const create = async (path: string, json: unknown = {}): Promise<string> =>
    bodyOf(await merchant.asks<{ id: string }>('POST', path, { json }), 201).id;
  const atOnce = { paymentAmount: 100, paymentMethod: 'pm_card_bypassPending' };
  const payments = await Promise.all(Array.from({ length: 10 }, () => merchant.receives(atOnce)));
  const newDispute = (index: number): Promise<string> =>
    create(`/payments/${payments[index]?.id}/disputes`, { reason: 'fraudulent', amount: 10 });
  const newPayout = (amount: number): Promise<string> => create('/payouts', { amount, currency: 'USD' });
  const payout_id = await newPayout(700);
  const settlement_id = payout_id.replace('po_', 'set_');
  const report = bodyOf(await merchant.asks<{ id: string }>('GET', `/settlements?payout=${payout_id}`), 200);
  expect(JSON.stringify(report)).toContain(settlement_id);
  const newExercise = (): Promise<string> => create(`/settlements/${settlement_id}/exercises`, { count: 2 });
  return {
    ofOperation: {
      saveEvidence: { dispute_id: await newDispute(0) },
      submitDispute: { dispute_id: await newDispute(1) },
      acceptDispute: { dispute_id: await newDispute(2) },
      createDispute: { transaction_id: payments[3]?.id ?? '' },
      cancelPayout: { payout_id: await newPayout(1) },
      answerExercise: { exercise_id: await newExercise() },
    },
    ofParameter: { dispute_id: await newDispute(4), payout_id, settlement_id, exercise_id: await newExercise() },
  };
}

/** The ids of a path, by operation; those of the other operations, by parameter. */
interface Objects {
  readonly ofOperation: Readonly<Record<string, Ids>>;
  readonly ofParameter: Ids;
}

/** Makes what the operations look up or change, each in the state that its operation needs. */
async function makeObjects(merchant: Merchant, recorder: WebhookRecorder): Promise<Objects> {
  const create = async (path: string, json: unknown = {}): Promise<string> =>
    bodyOf(await merchant.asks<{ id: string }>('POST', path, { json }), 201).id;
  const seenAs = async (status: string, charge: Readonly<Record<string, unknown>>): Promise<string> => {
    const { id } = await merchant.charges(charge);
    await eventually(
      `payment ${id} to be ${status}`,
      () => merchant.gets(id),
      (payment) => payment.status === status,
    );
    return id;
  };
  const newCard = (): Promise<string> =>
    create('/payment-methods', { number: '4242424242424242', expMonth: 12, expYear: 2040, cvc: '123' });
  const newSession = async (): Promise<string> =>
    create('/checkout/sessions', {
      amount: 20,
      currency: 'USD',
      successUrl: 'https://merchant.invalid/done',
      cancelUrl: 'https://merchant.invalid/cart',
    });
  const newEndpoint = async (): Promise<string> => (await createEndpoint(merchant, recorder.url())).id;

  const manual = { capture: 'manual' };
  const [transaction_id, authorized, authorizedToo, challenged, pending, refundable, deletable, other] =
    await Promise.all([
      seenAs('completed', {}),
      seenAs('authorized', manual),
      seenAs('authorized', manual),
      seenAs('requires_action', { paymentMethod: 'pm_card_authenticationRequired' }),
      merchant.charges({ customerName: 'PENDING' }),
      seenAs('completed', { paymentMethod: 'pm_card_pendingRefund' }),
      seenAs('completed', {}),
      Merchant.joins(merchant.gateway),
    ]);
  // Nobody sends this metadata, so it hits nothing.
  const newFault = (): Promise<string> =>
    create('/faults', { match: { metadata: { case: 'none' } }, effect: { type: 'reset' } });
  const [
    payment_method_id,
    deletableCard,
    refund_id,
    endpoint_id,
    changeable,
    deletableEndpoint,
    key_id,
    fault_id,
    deletableFault,
    session_id,
    expirable,
  ] = await Promise.all([
    newCard(),
    newCard(),
    create(`/payments/${refundable}/refunds`, { amount: 1 }),
    newEndpoint(),
    newEndpoint(),
    newEndpoint(),
    create('/users/me/api-keys', { name: 'For the test' }),
    newFault(),
    newFault(),
    newSession(),
    newSession(),
  ]);
  const { id: certification_id } = bodyOf(
    await merchant.asks<{ id: string }>('POST', '/certifications', { json: { url: recorder.url() } }),
    202,
  );
  const money = await makeMoney(merchant);
  const { id: delivery_id } = await testEndpoint(merchant, endpoint_id);
  const {
    data: [event],
  } = await eventually(
    'an event',
    () => listEvents(merchant),
    ({ data }) => data.length > 0,
  );
  return {
    ofOperation: {
      ...money.ofOperation,
      capturePayment: { transaction_id: authorized },
      voidPayment: { transaction_id: authorizedToo },
      authenticatePayment: { transaction_id: challenged },
      cancelPayment: { transaction_id: pending.id },
      deleteResource: { resource: 'transactions', resource_id: deletable },
      deletePaymentMethod: { payment_method_id: deletableCard },
      changeWebhookEndpoint: { endpoint_id: changeable },
      deleteWebhookEndpoint: { endpoint_id: deletableEndpoint },
      deleteFault: { fault_id: deletableFault },
      expireCheckoutSession: { session_id: expirable },
    },
    ofParameter: {
      ...money.ofParameter,
      transaction_id,
      payment_method_id,
      refund_id,
      endpoint_id,
      key_id,
      fault_id,
      delivery_id,
      certification_id,
      session_id,
      user_id: other.userId,
      event_id: event?.id ?? '',
    },
  };
}

describe('The root of the gateway', () => {
  it('leads to the docs', async () => {
    const gateway = await startGateway();
    try {
      const { status, headers } = await send('GET', gateway.url);
      expect([status, headers.get('location')]).toEqual([302, '/docs']);
    } finally {
      await gateway.stop();
    }
  });
});

(hasChromium ? describe : describe.skip)('Swagger UI in a browser (skipped where there is no Chromium)', () => {
  let gateway: Gateway;
  let recorder: WebhookRecorder;
  let browser: Browser;
  let whole: SwaggerUi;
  /** The windows of the callers, whose pages have their credentials. */
  let contexts: Readonly<Record<Caller, BrowserContext>>;
  /** The pages that were opened, each with the operations of one tag. */
  const pages = new Map<string, Promise<SwaggerUi>>();
  let objects: Objects;

  beforeAll(async () => {
    [gateway, recorder, browser] = await Promise.all([
      // A refund that is pending stays so.
      startGateway({ PAYMENT_PROCESSING_DELAY_MS: '5', REFUND_DELAY_MS: '600000' }),
      WebhookRecorder.start(),
      chromium.launch({ executablePath: CHROMIUM, args: [LOOPBACK_ONLY] }),
    ]);
    const [merchant, admin, sandbox] = await Promise.all([
      Merchant.joins(gateway),
      Merchant.systemAdmin(gateway),
      Sandbox.create(gateway),
    ]);
    objects = await makeObjects(merchant, recorder);
    const { id: snapshot_id } = await sandbox.snapshot();
    Object.assign(objects.ofParameter, { snapshot_id });
    const signedIn = async (credentials: Readonly<Record<string, string>>): Promise<BrowserContext> => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
      const page = await SwaggerUi.open(context, `${gateway.url}/docs`, 'Operation');
      await page.authorize(credentials);
      return context;
    };
    contexts = {
      merchant: await signedIn({ bearer: merchant.token, 'api-key': merchant.apiKey }),
      admin: await signedIn({ bearer: admin.token }),
      sandbox: await signedIn({ 'api-key': sandbox.created.apiKey }),
    };
    whole = await SwaggerUi.open(contexts.merchant, gateway.url);
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await gateway.stop();
    await recorder.stop();
  });

  /** A page for the caller whom the operation is for, with the operations of its tag. */
  const pageOf = (operation: Operation): Promise<SwaggerUi> => {
    const caller = isForSandboxes(operation) ? 'sandbox' : isForSomeRoles(operation) ? 'admin' : 'merchant';
    const key = `${caller} ${tagOf(operation)}`;
    const page = pages.get(key) ?? SwaggerUi.open(contexts[caller], `${gateway.url}/docs`, tagOf(operation));
    pages.set(key, page);
    return page;
  };

  it('opens at /docs when somebody opens the root', () => {
    expect(whole.page.url()).toBe(`${gateway.url}/docs`);
  });

  it.each(operations)('%s succeeds with what is prefilled', async (_route, operation) => {
    const { operationId, parameters = [] } = operation;
    const tried = await (await pageOf(operation)).tryOut(operationId);
    // Whatever is prefilled here would filter, or make the second press a repetition of the first.
    expect(await tried.prefilled()).toEqual([]);
    const ids = { ...objects.ofParameter, ...objects.ofOperation[operationId] };
    for (const { name } of parameters.filter((parameter) => parameter.in === 'path'))
      await tried.enter(name, ids[name] ?? '');
    const { status, body } = await tried.execute();
    const expected = MEANT_TO_FAIL[operationId];
    const isExpected = expected === undefined ? status >= 200 && status < 300 : status === expected;
    expect({ status, isExpected, body }).toEqual({ status, isExpected: true, body });
    if (expected !== undefined) expect(operation.responses).toHaveProperty([String(expected)]);
    await tried.fold();
  });

  it('asks nothing of any other server', async () => {
    const opened = [whole, ...(await Promise.all(pages.values()))];
    expect(new Set(opened.flatMap(({ origins }) => [...origins]))).toEqual(new Set([gateway.url]));
  });
});
