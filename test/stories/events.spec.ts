import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { expectError, expectInvalid } from '../support/http.js';
import { bodyOf, Merchant, newCharge } from '../support/merchant.js';
import { allEvents, type GatewayEvent, listEvents, type Page } from '../support/webhook-endpoints.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(async () => {
  await gateway.stop();
});

const seen = (merchant: Merchant, count: number): Promise<GatewayEvent[]> =>
  eventually(
    `${count} events`,
    () => allEvents(merchant),
    (events) => events.length === count,
  );

describe('An event', () => {
  it('has the object as it was then, and the request that caused it', async () => {
    const merchant = await Merchant.joins(gateway);
    const charged = await gateway.request<{ id: string }>('POST', '/payments/charge', {
      headers: { ...merchant.withKey, 'x-request-id': 'req-of-the-charge' },
      json: newCharge(),
    });
    await merchant.seesCompleted(charged.body.id);
    const refund = await merchant.asks<{ id: string }>('POST', `/payments/${charged.body.id}/refunds`, {
      json: { amount: 5 },
    });
    const events = await seen(merchant, 4);
    const [refundCompleted, refundCreated, completed, created] = events;
    expect(created).toMatchObject({
      type: 'payment.created',
      requestId: 'req-of-the-charge',
      data: { id: charged.body.id, status: 'pending', amountCaptured: 0, amountRefunded: 0 },
    });
    expect(completed).toMatchObject({
      type: 'payment.completed',
      requestId: null,
      data: { id: charged.body.id, status: 'completed', amountCaptured: 19.99, amountRefunded: 0 },
    });
    expect(refundCreated).toMatchObject({
      type: 'refund.created',
      requestId: refund.headers.get('x-request-id'),
      data: { id: refund.body.id, status: 'pending', amount: 5 },
    });
    expect(refundCompleted).toMatchObject({
      type: 'refund.completed',
      data: { id: refund.body.id, status: 'completed' },
    });
    for (const event of events) {
      expect(Object.keys(event)).toEqual(['id', 'type', 'createdAt', 'data', 'requestId']);
      expect(bodyOf(await merchant.asks('GET', `/events/${event.id}`), 200)).toEqual(event);
    }
  });

  it("of somebody else is not to be found, and not in one's list", async () => {
    const [owner, other] = [await Merchant.joins(gateway), await Merchant.joins(gateway)];
    await owner.receives();
    const [event] = await seen(owner, 2);
    expectError(
      await other.asks('GET', `/events/${event?.id ?? ''}`),
      404,
      `Event '${event?.id ?? ''}' not found for this user.`,
    );
    expect(await listEvents(other)).toEqual({ data: [], hasMore: false });
  });
});

describe('The list of events', () => {
  it('can be asked for by type and time, with the API key or the token', async () => {
    const merchant = await Merchant.joins(gateway);
    await merchant.receives();
    const before = await seen(merchant, 2);
    await eventually(
      'a later millisecond',
      () => Date.now(),
      (now) => now > Date.parse(before[0]?.createdAt ?? '') + 2,
    );
    const moment = new Date().toISOString();
    await merchant.receives();
    const after = (await seen(merchant, 4)).slice(0, 2);
    expect((await listEvents(merchant, `createdAfter=${moment}`)).data).toEqual(after);
    expect((await listEvents(merchant, `createdBefore=${moment}`)).data).toEqual(before);
    expect((await listEvents(merchant, `type=payment.created&createdAfter=${moment}`)).data).toEqual([after[1]]);
    expect(
      (
        await gateway.request<Page<GatewayEvent>>('GET', '/events?type=payment.completed', {
          headers: merchant.withKey,
        })
      ).body.data,
    ).toEqual([after[0], before[0]]);
    expect((await listEvents(merchant, 'type=refund.failed')).data).toEqual([]);
    expectInvalid(await merchant.asks('GET', '/events?type=payment.exploded'), {
      loc: ['query', 'type'],
      type: 'enum',
    });
    expectInvalid(await merchant.asks('GET', '/events?createdAfter=yesterday'), {
      loc: ['query', 'createdAfter'],
      type: 'datetime_parsing',
    });
  });

  it('is paged by cursor in both ways, and a page stays as it is while events are added', async () => {
    const merchant = await Merchant.joins(gateway);
    await Promise.all(Array.from({ length: 12 }, () => merchant.receives()));
    const all = (await seen(merchant, 24)).map(({ id }) => id);
    expect(all).toEqual([...all].sort().reverse());
    const page = async (search: string) => {
      const { data, hasMore } = await listEvents(merchant, search);
      return { ids: data.map(({ id }) => id), hasMore };
    };
    expect(await page('')).toEqual({ ids: all.slice(0, 10), hasMore: true });
    expect(await page(`limit=7&startingAfter=${all[9] ?? ''}`)).toEqual({ ids: all.slice(10, 17), hasMore: true });

    const more = Array.from({ length: 5 }, () => merchant.receives());
    expect(await page(`limit=7&startingAfter=${all[9] ?? ''}`)).toEqual({ ids: all.slice(10, 17), hasMore: true });
    await Promise.all(more);
    await seen(merchant, 34);
    expect(await page(`limit=7&startingAfter=${all[9] ?? ''}`)).toEqual({ ids: all.slice(10, 17), hasMore: true });
    expect(await page(`limit=100&startingAfter=${all[9] ?? ''}`)).toEqual({ ids: all.slice(10), hasMore: false });
    expect(await page(`limit=4&endingBefore=${all[9] ?? ''}`)).toEqual({ ids: all.slice(5, 9), hasMore: true });
    expect((await page(`limit=100&endingBefore=${all[9] ?? ''}`)).ids).toHaveLength(10 + 9);
    expect(await page(`startingAfter=${all[3] ?? ''}&endingBefore=${all[7] ?? ''}`)).toEqual({
      ids: all.slice(4, 7),
      hasMore: false,
    });
    expect(await page(`startingAfter=${all.at(-1) ?? ''}`)).toEqual({ ids: [], hasMore: false });
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=ten', 'limit'],
    ['limit=1.5', 'limit'],
    ['startingAfter=nonsense', 'startingAfter'],
    ['endingBefore=%24gt', 'endingBefore'],
  ])('with %s is refused', async (search, field) => {
    const merchant = await Merchant.joins(gateway);
    const answer = await merchant.asks('GET', `/events?${search}`);
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ detail: [{ loc: ['query', field] }] });
  });
});
