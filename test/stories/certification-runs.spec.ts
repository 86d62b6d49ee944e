import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Certification,
  certify,
  CHECKS,
  finished,
  named,
  RUN_MS,
  SECRET,
  triesToBegin,
} from '../support/certifications.js';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { expectError } from '../support/http.js';
import { bodyOf, Merchant } from '../support/merchant.js';
import { WebhookHandler } from '../support/webhook-handler.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

describe('A handler that is not there', () => {
  it.concurrent(
    'never answers: the certification ends in less than 30 s',
    async () => {
      const begin = Date.now();
      const handler = await WebhookHandler.start('standard', SECRET, { neverAnswers: true });
      try {
        const { url, stateUrl } = handler;
        const owner = await Merchant.joins(gateway);
        const { status, score, checks } = await certify(owner, { url, stateUrl, secret: SECRET });
        expect(Date.now() - begin).toBeLessThan(RUN_MS);
        expect([status, score, named(checks, false)]).toEqual(['failed', 0, CHECKS]);
        expect(checks[0]?.evidence).toContain('No answer within 5000 ms');
      } finally {
        await handler.stop();
      }
    },
    40_000,
  );

  it.concurrent('refuses connections: the certification ends at once', async () => {
    const handler = await WebhookHandler.start('standard', SECRET);
    const { url, stateUrl } = handler;
    await handler.stop();
    const { score, checks } = await certify(await Merchant.joins(gateway), { url, stateUrl });
    expect([score, named(checks, false)]).toEqual([0, CHECKS]);
    expect(checks[0]?.evidence).toContain('Connection refused');
  });
});

describe('The limits', () => {
  it.concurrent(
    '3 run at once, however many requests try; a place is free again afterwards',
    async () => {
      const owner = await Merchant.joins(gateway);
      const handler = await WebhookHandler.start('standard', SECRET, { answersAfterMs: 300 });
      try {
        const { url } = handler;
        const answers = await Promise.all(
          Array.from({ length: 8 }, () => triesToBegin(owner, { url, secret: SECRET })),
        );
        const begun = answers.filter(({ status }) => status === 202);
        expect(begun).toHaveLength(3);
        const refused = answers.find(({ status }) => status !== 202);
        if (refused)
          expectError(refused, 409, 'A user can run at most 3 certifications at once; wait until one has ended.');
        for (const { body } of begun) expect(body).toMatchObject({ status: 'running', score: 0, checks: [] });
        const report = await owner.asks('GET', `/certifications/${begun[0]?.body.id ?? ''}/junit`);
        expect(report.text).toContain('<error message="The certification is still running."/>');
        await Promise.all(begun.map(({ body }) => finished(owner, body.id)));
        expect((await triesToBegin(owner, { url, secret: SECRET })).status).toBe(202);
      } finally {
        await handler.stop();
      }
    },
    60_000,
  );

  it.concurrent('the latest 100 are kept', async () => {
    const owner = await Merchant.joins(gateway);
    const collection = (await gateway.database()).collection<{ _id: string }>('certifications');
    const { id } = await certify(owner, { url: 'http://127.0.0.1:1/' });
    const stored = await collection.findOne({ _id: id });
    await collection.insertMany(
      Array.from({ length: 100 }, (_, index) => ({ ...stored, _id: `cert_${String(index).padStart(24, '0')}` })),
    );
    const { id: latest } = await certify(owner, { url: 'http://127.0.0.1:1/' });
    const kept = await collection.find({ accountId: owner.userId }).sort({ _id: -1 }).toArray();
    expect(kept).toHaveLength(100);
    expect(kept.slice(0, 2).map(({ _id }) => _id)).toEqual([latest, id]);
  });

  it.concurrent('lists are paged, newest first, and repetitions with a key begin only one', async () => {
    const owner = await Merchant.joins(gateway);
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) ids.unshift((await certify(owner, { url: 'http://127.0.0.1:1/' })).id);
    const page = await owner.asks<{ data: Certification[]; hasMore: boolean }>('GET', '/certifications?limit=2');
    expect([page.body.data.map(({ id }) => id), page.body.hasMore]).toEqual([ids.slice(0, 2), true]);
    const rest = await owner.asks<{ data: Certification[] }>('GET', `/certifications?startingAfter=${ids[1] ?? ''}`);
    expect(rest.body.data.map(({ id }) => id)).toEqual(ids.slice(2));
    const again = () =>
      owner.asks<Certification>('POST', '/certifications', {
        headers: { 'idempotency-key': 'one' },
        json: { url: 'http://127.0.0.1:1/' },
      });
    const [first, second] = [await again(), await again()];
    expect(second.body.id).toBe(first.body.id);
  });
});

describe('A process that ends in the middle', () => {
  it.concurrent.each(['kill9', 'terminate'] as const)(
    '%s: the certification ends after the restart',
    async (end) => {
      const own = await startGateway();
      const handler = await WebhookHandler.start('standard', SECRET, { answersAfterMs: 100 });
      try {
        const owner = await Merchant.joins(own);
        const { url, stateUrl } = handler;
        const { id } = bodyOf(await triesToBegin(owner, { url, stateUrl, secret: SECRET }), 202);
        await eventually(
          'some messages',
          () => handler.seen.length,
          (count) => count > 5,
        );
        await own[end]();
        await own.restart();
        expect(await finished(owner, id)).toMatchObject({ id, status: 'passed', score: 100 });
      } finally {
        await own.stop();
        await handler.stop();
      }
    },
    60_000,
  );
});
