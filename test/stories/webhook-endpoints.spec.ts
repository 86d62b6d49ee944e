import { createPublicKey, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { expectError, expectInvalid } from '../support/http.js';
import { bodyOf, Merchant } from '../support/merchant.js';
import {
  changeEndpoint,
  createEndpoint,
  type Endpoint,
  finished,
  getEndpoint,
  listDeliveries,
  listEvents,
  ownPath,
  type Page,
  signedHeaders,
  standard,
  testEndpoint,
  triesToCreateEndpoint,
} from '../support/webhook-endpoints.js';
import { type Received, WebhookRecorder } from '../support/webhook-recorder.js';

let gateway: Gateway;
let recorder: WebhookRecorder;
beforeAll(async () => {
  [gateway, recorder] = await Promise.all([startGateway(), WebhookRecorder.start()]);
});
afterAll(async () => {
  await gateway.stop();
  await recorder.stop();
});

interface Rotated {
  readonly secret: string | null;
  readonly publicKey: string | null;
  readonly previousValidUntil: string;
}

const rotate = async (merchant: Merchant, id: string, json?: unknown): Promise<Rotated> =>
  bodyOf(
    await merchant.asks<Rotated>('POST', `/webhooks/endpoints/${id}/rotate-secret`, json === undefined ? {} : { json }),
    200,
  );

/** Throws where the library of Standard Webhooks does not accept it. */
const verifies = (secret: string, webhook: Received): unknown =>
  new Webhook(secret).verify(webhook.raw.toString('utf8'), signedHeaders(webhook));

// SubjectPublicKeyInfo of an ed25519 key is this and its 32 bytes (RFC 8410).
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** Whether one of the signatures is of the key that was published as `whpk_…`. */
function verifiesAsymmetric(publicKey: string, { headers, raw }: Received): boolean {
  const key = createPublicKey({
    key: Buffer.concat([SPKI_PREFIX, Buffer.from(publicKey.slice('whpk_'.length), 'base64')]),
    format: 'der',
    type: 'spki',
  });
  const content = Buffer.concat([
    Buffer.from(`${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.`),
    raw,
  ]);
  return String(headers['webhook-signature'])
    .split(' ')
    .filter((signature) => signature.startsWith('v1a,'))
    .some((signature) => verify(null, content, key, Buffer.from(signature.slice('v1a,'.length), 'base64')));
}

const versions = ({ headers }: Received): string[] =>
  String(headers['webhook-signature'])
    .split(' ')
    .map((signature) => signature.split(',')[0] ?? '');

/** Sends a test event and takes what the receiver gets of it. */
const delivered = async (merchant: Merchant, { id }: Endpoint): Promise<Received> =>
  recorder.nextOf((await testEndpoint(merchant, id)).eventId);

describe('A webhook endpoint', () => {
  it('is created with its secret, which is shown there and nowhere else', async () => {
    const merchant = await Merchant.joins(gateway);
    const created = await createEndpoint(merchant, recorder.url(), {
      description: 'Orders',
      events: ['payment.*', 'refund.created'],
    });
    expect(created).toEqual({
      id: expect.stringMatching(/^we_[0-9a-f]{24}$/),
      url: recorder.url(),
      description: 'Orders',
      events: ['payment.*', 'refund.created'],
      enabled: true,
      disabledReason: null,
      disabledAt: null,
      failingSince: null,
      pausedUntil: null,
      signatures: ['v1'],
      publicKey: null,
      createdAt: expect.any(String),
      secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/),
    });
    expect(Buffer.from(created.secret.slice('whsec_'.length), 'base64').length).toBeGreaterThanOrEqual(24);
    const { secret, ...shown } = created;
    expect(await getEndpoint(merchant, created.id)).toEqual(shown);
    const list = await merchant.asks<Page<Endpoint>>('GET', '/webhooks/endpoints');
    expect(list.body).toEqual({ data: [shown], hasMore: false });
    expect(list.text).not.toContain(secret);
  });

  it('gets everything unless it says what it wants', async () => {
    const merchant = await Merchant.joins(gateway);
    expect((await createEndpoint(merchant, recorder.url())).events).toEqual(['*']);
  });

  it('is changed by PATCH: what is not sent stays, and the secret goes on signing', async () => {
    const merchant = await Merchant.joins(gateway);
    const created = await createEndpoint(merchant, recorder.url(), { description: 'Old' });
    const url = recorder.url(ownPath(recorder));
    expect(await changeEndpoint(merchant, created.id, { url, events: ['payment.failed'] })).toMatchObject({
      url,
      events: ['payment.failed'],
      description: 'Old',
      enabled: true,
    });
    expect(await changeEndpoint(merchant, created.id, { description: null, enabled: false })).toMatchObject({
      url,
      description: null,
      enabled: false,
      disabledReason: null,
    });
    expectError(
      await merchant.asks('POST', `/webhooks/endpoints/${created.id}/test`),
      409,
      expect.stringContaining('disabled'),
    );
    await changeEndpoint(merchant, created.id, { enabled: true });
    const webhook = await delivered(merchant, created);
    expect(webhook.path).toBe(new URL(url).pathname);
    verifies(created.secret, webhook);
  });

  it('is gone once it is deleted', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await createEndpoint(merchant, recorder.url());
    expect((await merchant.deletes('webhooks/endpoints', id)).status).toBe(204);
    expectError(await merchant.asks('GET', `/webhooks/endpoints/${id}`), 404, expect.stringContaining(id));
    expectError(await merchant.deletes('webhooks/endpoints', id), 404, expect.stringContaining(id));
  });

  it("is nobody else's business: not to be seen, changed, deleted, tested, rotated or redelivered to", async () => {
    const [owner, other] = [await Merchant.joins(gateway), await Merchant.joins(gateway)];
    const { id } = await createEndpoint(owner, recorder.url());
    const requests = [
      ['GET', ''],
      ['PATCH', '', { enabled: false }],
      ['DELETE', ''],
      ['POST', '/test'],
      ['POST', '/rotate-secret', {}],
      ['POST', '/redeliver', { since: '2020-01-01' }],
    ] as const;
    for (const [method, path, json] of requests) {
      expectError(
        await other.asks(method, `/webhooks/endpoints/${id}${path}`, { ...(json && { json }) }),
        404,
        `Webhook endpoint '${id}' not found for this user.`,
      );
    }
    expect((await other.asks<Page<Endpoint>>('GET', '/webhooks/endpoints')).body.data).toEqual([]);
    expect((await getEndpoint(owner, id)).enabled).toBe(true);
  });

  it.each([
    ['an unknown type', { events: ['payment.exploded'] }, 'events', 'unknown_event_type'],
    ['an unknown group', { events: ['invoice.*'] }, 'events', 'unknown_event_type'],
    ['half a group', { events: ['pay*'] }, 'events', 'unknown_event_type'],
    ['no type at all', { events: [] }, 'events', 'list_length'],
    ['one type twice', { events: ['*', '*'] }, 'events', 'list_length'],
    ['a type that is no text', { events: [7] }, 'events', 'unknown_event_type'],
    ['another scheme', { url: 'ftp://merchant.example/' }, 'url', 'url_parsing'],
    ['no URL', { url: undefined }, 'url', 'missing'],
    ['credentials in the URL', { url: 'https://user:secret@merchant.example/' }, 'url', 'url_not_allowed'],
    ['an unknown signature', { signatures: ['v2'] }, 'signatures', 'enum'],
    ['enabled as text', { enabled: 'yes' }, 'enabled', 'bool_type'],
  ])('with %s is refused', async (_what, endpoint, field, type) => {
    const merchant = await Merchant.joins(gateway);
    expectInvalid(await triesToCreateEndpoint(merchant, { url: recorder.url(), ...endpoint }), {
      loc: ['body', field],
      type,
    });
  });

  it('number 51 of an account is refused', async () => {
    const merchant = await Merchant.joins(gateway);
    for (let n = 0; n < 50; n += 10)
      await Promise.all(Array.from({ length: 10 }, () => createEndpoint(merchant, recorder.url())));
    expectError(await triesToCreateEndpoint(merchant, { url: recorder.url() }), 400, expect.stringContaining('50'));
    const [first] = (await merchant.asks<Page<Endpoint>>('GET', '/webhooks/endpoints')).body.data;
    await merchant.deletes('webhooks/endpoints', first?.id ?? '');
    await createEndpoint(merchant, recorder.url());
  });
});

describe('A delivery to an endpoint', () => {
  it('is { id, type, timestamp, data }: the event, as GET /events has it', async () => {
    const merchant = await Merchant.joins(gateway);
    const endpoint = await createEndpoint(merchant, recorder.url(), { events: ['payment.completed'] });
    const payment = await merchant.charges();
    const webhook = await recorder.next(({ raw, body }) => raw.includes(payment.id) && body.id.startsWith('evt_'));
    const body = standard(webhook);
    const [event] = (await listEvents(merchant, 'type=payment.completed')).data;
    expect(Object.keys(body)).toEqual(['id', 'type', 'timestamp', 'data']);
    expect(body).toEqual({ id: event?.id, type: 'payment.completed', timestamp: event?.createdAt, data: event?.data });
    expect(body.data).toMatchObject({ id: payment.id, status: 'completed', amount: 19.99, currency: 'USD' });
    expect(webhook.headers['webhook-id']).toBe(body.id);
    expect(webhook.headers['content-type']).toMatch(/^application\/json/);
    expect(webhook.headers['x-signature']).toBeUndefined();
    expect(verifies(endpoint.secret, webhook)).toEqual(body);
    expect(() => verifies(`whsec_${Buffer.alloc(32).toString('base64')}`, webhook)).toThrow();
  });

  it.each([
    [['*'], ['payment.created', 'payment.completed', 'refund.created', 'refund.completed']],
    [['payment.*'], ['payment.created', 'payment.completed']],
    [
      ['refund.completed', 'payment.created'],
      ['payment.created', 'refund.completed'],
    ],
    [['payment.failed'], []],
  ])('comes of the types that %j asks for, and of no other', async (events, expected) => {
    const merchant = await Merchant.joins(gateway);
    const path = ownPath(recorder);
    const { id } = await createEndpoint(merchant, recorder.url(path), { events });
    // Gets everything: when it has it all, the other has been planned too.
    const { id: every } = await createEndpoint(merchant, recorder.url());
    const payment = await merchant.receives();
    bodyOf(await merchant.asks('POST', `/payments/${payment.id}/refunds`, { json: {} }), 201);
    await eventually(
      'all four',
      () => listDeliveries(merchant, `endpoint=${every}&status=succeeded`),
      ({ data }) => data.length === 4,
    );
    const { data } = await eventually(
      'the deliveries to be over',
      () => listDeliveries(merchant, `endpoint=${id}`),
      (page) => page.data.every(({ status }) => status === 'succeeded'),
    );
    expect(data.map(({ eventType }) => eventType).sort()).toEqual([...expected].sort());
    expect(
      recorder.received
        .filter((webhook) => webhook.path === path)
        .map((webhook) => standard(webhook).type)
        .sort(),
    ).toEqual([...expected].sort());
  });

  it('by a test event comes whatever the endpoint subscribed to, to it alone, and is told by GET /events', async () => {
    const merchant = await Merchant.joins(gateway);
    const endpoint = await createEndpoint(merchant, recorder.url(), { events: ['payment.failed'] });
    const other = await createEndpoint(merchant, recorder.url());
    const planned = await testEndpoint(merchant, endpoint.id);
    expect(planned).toMatchObject({
      endpointId: endpoint.id,
      eventType: 'webhook.test',
      status: 'pending',
      attempts: [],
    });
    const webhook = await recorder.nextOf(planned.eventId);
    expect(standard(webhook)).toMatchObject({ type: 'webhook.test', data: { endpointId: endpoint.id } });
    verifies(endpoint.secret, webhook);
    expect(await finished(merchant, planned.id)).toMatchObject({
      status: 'succeeded',
      nextAttemptAt: null,
      attempts: [{ status: 200, error: null }],
    });
    expect((await listEvents(merchant, 'type=webhook.test')).data).toEqual([
      expect.objectContaining({ id: planned.eventId }),
    ]);
    expect((await listDeliveries(merchant, `endpoint=${other.id}`)).data).toEqual([]);
  });

  it('with an object that no webhook could carry is refused before the payment is made', async () => {
    const merchant = await Merchant.joins(gateway);
    const metadata = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`key${n}`, '☕'.repeat(500)]));
    const answer = await merchant.triesToCharge({ customerName: 'Acme', paymentAmount: 1, currency: 'USD', metadata });
    expectInvalid(answer, { loc: ['body'], type: 'event_too_large' });
    expectError(await gateway.request('GET', '/payments/all', { headers: merchant.withKey }), 404, expect.any(String));
  });
});

describe('Signatures with ed25519', () => {
  it('are verified with the published key alone, and there is no secret to keep', async () => {
    const merchant = await Merchant.joins(gateway);
    const endpoint = await createEndpoint(merchant, recorder.url(), { signatures: ['v1a'] });
    expect(endpoint).toMatchObject({
      secret: null,
      signatures: ['v1a'],
      publicKey: expect.stringMatching(/^whpk_[A-Za-z0-9+/]{43}=$/),
    });
    const webhook = await delivered(merchant, endpoint);
    expect(versions(webhook)).toEqual(['v1a']);
    expect(verifiesAsymmetric((await getEndpoint(merchant, endpoint.id)).publicKey ?? '', webhook)).toBe(true);
    expect(
      verifiesAsymmetric(endpoint.publicKey ?? '', { ...webhook, raw: Buffer.concat([webhook.raw, Buffer.from(' ')]) }),
    ).toBe(false);
  });

  it('come beside the shared ones where both are asked for', async () => {
    const merchant = await Merchant.joins(gateway);
    const endpoint = await createEndpoint(merchant, recorder.url(), { signatures: ['v1', 'v1a'] });
    const webhook = await delivered(merchant, endpoint);
    expect(versions(webhook)).toEqual(['v1', 'v1a']);
    verifies(endpoint.secret, webhook);
    expect(verifiesAsymmetric(endpoint.publicKey ?? '', webhook)).toBe(true);
  });
});

describe("An endpoint's secret that is rotated", () => {
  it('signs beside the new one for 24 hours unless told otherwise', async () => {
    const merchant = await Merchant.joins(gateway);
    const endpoint = await createEndpoint(merchant, recorder.url(), { signatures: ['v1', 'v1a'] });
    const rotated = await rotate(merchant, endpoint.id);
    expect((Date.parse(rotated.previousValidUntil) - Date.now()) / 3_600_000).toBeCloseTo(24, 1);
    expect(rotated.secret).toMatch(/^whsec_/);
    expect(rotated.secret).not.toBe(endpoint.secret);
    const webhook = await delivered(merchant, endpoint);
    expect(versions(webhook).sort()).toEqual(['v1', 'v1', 'v1a', 'v1a']);
    verifies(endpoint.secret, webhook);
    verifies(rotated.secret ?? '', webhook);
    expect(verifiesAsymmetric(endpoint.publicKey ?? '', webhook)).toBe(true);
    expect(verifiesAsymmetric(rotated.publicKey ?? '', webhook)).toBe(true);
    expect((await getEndpoint(merchant, endpoint.id)).publicKey).toBe(rotated.publicKey);
  });

  it('with an overlap of 0 signs no more', async () => {
    const merchant = await Merchant.joins(gateway);
    const endpoint = await createEndpoint(merchant, recorder.url());
    const { secret } = await rotate(merchant, endpoint.id, { overlapHours: 0 });
    const webhook = await delivered(merchant, endpoint);
    expect(versions(webhook)).toEqual(['v1']);
    verifies(secret ?? '', webhook);
    expect(() => verifies(endpoint.secret, webhook)).toThrow();
  });

  it('twice leaves two: the newest and the one before', async () => {
    const merchant = await Merchant.joins(gateway);
    const endpoint = await createEndpoint(merchant, recorder.url());
    const [second, third] = [
      await rotate(merchant, endpoint.id, { overlapHours: 168 }),
      await rotate(merchant, endpoint.id, { overlapHours: 1 }),
    ];
    const webhook = await delivered(merchant, endpoint);
    expect(versions(webhook)).toEqual(['v1', 'v1']);
    verifies(second.secret ?? '', webhook);
    verifies(third.secret ?? '', webhook);
    expect(() => verifies(endpoint.secret, webhook)).toThrow();
  });

  it.each([-1, 169, 1.5, '1'])('with an overlap of %j hours is refused', async (overlapHours) => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await createEndpoint(merchant, recorder.url());
    const answer = await merchant.asks('POST', `/webhooks/endpoints/${id}/rotate-secret`, { json: { overlapHours } });
    expect(answer.status).toBe(422);
  });

  it('by two at once loses none of the secrets that were answered last', async () => {
    const merchant = await Merchant.joins(gateway);
    const endpoint = await createEndpoint(merchant, recorder.url());
    const rotations = await Promise.all([rotate(merchant, endpoint.id), rotate(merchant, endpoint.id)]);
    const webhook = await delivered(merchant, endpoint);
    for (const { secret } of rotations) verifies(secret ?? '', webhook);
  });
});
