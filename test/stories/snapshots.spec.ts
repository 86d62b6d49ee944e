import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { ENCRYPTION_KEY, type Gateway, startGateway } from '../support/gateway.js';
import { newCharge } from '../support/merchant.js';
import { RawConnection } from '../support/raw-connection.js';
import { DAY, HOUR, later, Sandbox, type SandboxBody, type SnapshotBody, STANDING, START } from '../support/sandbox.js';
import { type Delivery, standard } from '../support/webhook-endpoints.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';

let gateway: Gateway;
let recorder: WebhookRecorder;
beforeAll(async () => {
  [gateway, recorder] = await Promise.all([startGateway(), WebhookRecorder.start()]);
});
afterAll(async () => {
  await gateway.stop();
  await recorder.stop();
});

type Export = Record<string, unknown> & { readonly collections: Record<string, Record<string, unknown>[]> };

function withoutChecksum(exported: Export): Export {
  const content: Export = { ...exported };
  delete content.checksum;
  return content;
}

/** Where the webhooks of a sandbox go, and of no other. */
const pathOf = ({ created }: Sandbox): string => `/${created.apiKey.slice(-24)}`;

/** A sandbox with an endpoint, a paid and refunded order, a pending challenge and a key that was used. */
async function furnished(on = gateway): Promise<{ sandbox: Sandbox; ids: string[] }> {
  const sandbox = await Sandbox.create(on);
  await sandbox.subscribes(recorder.url(pathOf(sandbox)), { events: ['payment.failed'] });
  const paid = await sandbox.does<{ id: string }>('POST', '/payments/charge', newCharge(), { 'idempotency-key': 'k' });
  await sandbox.does('POST', `/payments/${paid.id}/refunds`, { amount: 1, metadata: { why: 'x' } });
  const challenged = await sandbox.charges({ paymentMethod: 'pm_card_threeDSecure2Required' });
  return { sandbox, ids: [paid.id, challenged.id] };
}

/** All that its owner can see. */
async function shownBy(sandbox: Sandbox): Promise<string[]> {
  const paths = [
    '/payments?limit=100',
    '/refunds',
    '/events?limit=100',
    '/webhooks/endpoints',
    '/webhooks/deliveries',
    '/clock',
  ];
  const seen: string[] = [];
  for (const path of paths) {
    const { text } = await sandbox.asks('GET', path);
    seen.push(text.replace(/\/3ds\/(txn_[0-9a-f]{24})\/[\w.-]+/g, '/3ds/$1/token'));
  }
  return seen;
}

describe('A snapshot', () => {
  it('says what it contains, and is listed newest first', async () => {
    const { sandbox } = await furnished();
    const first = await sandbox.snapshot('first');
    expect(first.id).toMatch(/^snap_[0-9a-f]{24}$/);
    expect(first).toMatchObject({
      name: 'first',
      createdAt: START,
      counts: { payments: 2, refunds: 1, webhook_endpoints: 1, idempotency_records: 1 },
    });
    const second = await sandbox.snapshot();
    const { data } = await sandbox.does<{ data: SnapshotBody[] }>('GET', '/sandboxes/current/snapshots');
    expect(data).toEqual([second, first]);
  });

  it('puts everything back: objects, keys that were used, the clock and what is due', async () => {
    const { sandbox, ids } = await furnished();
    const before = await shownBy(sandbox);
    const { id: snapshot } = await sandbox.snapshot();
    await sandbox.charges();
    await sandbox.advance({ by: '1d' });
    const [, challenged = ''] = ids;
    expect((await sandbox.gets(challenged)).status).toBe('failed');
    const restored = await sandbox.does<SandboxBody>('POST', '/sandboxes/current/restore', { snapshot });
    expect(restored.clock).toEqual({ kind: 'virtual', now: START });
    expect(await shownBy(sandbox)).toEqual(before);
    const again = await sandbox.asks<{ id: string }>('POST', '/payments/charge', {
      json: newCharge(),
      headers: { 'idempotency-key': 'k' },
    });
    expect([again.body.id, again.headers.get('idempotency-replayed')]).toEqual([ids[0], 'true']);
    const { nextAction } = (await sandbox.gets(challenged)) as unknown as { nextAction: { url: string } };
    expect((await fetch(nextAction.url)).status).toBe(200);
    const { ran } = await sandbox.advance({ by: '1h' });
    expect(ran.map(({ id }) => id)).toContain(challenged);
    const last = await recorder.next(({ path }) => path === pathOf(sandbox));
    expect(standard(last)).toMatchObject({ type: 'payment.failed', data: { id: challenged } });
  });

  it('makes the same script give the same ids each time it is restored', async () => {
    const { sandbox } = await furnished();
    const { id: snapshot } = await sandbox.snapshot();
    const first = await sandbox.charges();
    await sandbox.does('POST', '/sandboxes/current/restore', { snapshot });
    expect((await sandbox.charges()).id).toBe(first.id);
  });

  it('leaves what happens afterwards to the clock of the sandbox', async () => {
    const sandbox = await Sandbox.create(gateway, {
      clock: { now: START },
      settings: { processingDelayMs: 0, refundDelayMs: HOUR },
    });
    await sandbox.subscribes(recorder.url(pathOf(sandbox)), { events: ['payment.completed'] });
    const paid = await sandbox.charges({ paymentMethod: 'pm_card_pendingRefund' });
    const delivered = await eventually(
      'the webhook to be delivered',
      async () => (await sandbox.deliveries())[0],
      (delivery) => delivery?.status === 'succeeded',
    );
    const { id: snapshot } = await sandbox.snapshot();
    await sandbox.does('POST', '/sandboxes/current/restore', { snapshot });
    await sandbox.advance({ by: '1h' });
    const path = `/webhooks/deliveries/${delivered?.id}`;
    await sandbox.does('POST', `${path}/redeliver`);
    const { attempts } = await eventually(
      'it to be delivered again',
      () => sandbox.does<Delivery>('GET', path),
      (delivery) => delivery.attempts.length === 2,
    );
    expect(attempts.map(({ at }) => at)).toEqual([START, later(HOUR)]);
    const refund = await sandbox.does<{ id: string }>('POST', `/payments/${paid.id}/refunds`, { amount: 1 });
    expect((await sandbox.clock()).nextDueAt).toBe(later(2 * HOUR));
    const { ran } = await sandbox.advance({ by: '1h' });
    expect(ran).toMatchObject([{ at: later(2 * HOUR), type: 'payment.processing', id: paid.id }]);
    expect(await sandbox.does('GET', `/refunds/${refund.id}`)).toMatchObject({ status: 'completed' });
  });

  it('stays where it was restored, even if the process ended right then', async () => {
    const sandbox = await Sandbox.create(gateway, { ...STANDING, seed: `entered-${Date.now()}` });
    const { id } = await sandbox.charges();
    const { id: snapshot } = await sandbox.snapshot();
    await sandbox.does('POST', '/sandboxes/current/restore', { snapshot });
    const accounts = (await gateway.database()).collection('accounts');
    const filter = { 'sandbox.seed': sandbox.created.seed };
    const { sandbox: stored } = (await accounts.findOne(filter)) as unknown as { sandbox: { owner: string } };
    const longAgo = new Date(0);
    await accounts.updateOne(filter, {
      $push: { 'sandbox.formerWorlds': { accountId: stored.owner, removeFrom: longAgo, removeAt: longAgo } as never },
      $set: { 'sandbox.dueAt': longAgo },
    });
    await eventually(
      'it to be looked after',
      () =>
        accounts.findOne(filter) as Promise<unknown> as Promise<{ sandbox: { formerWorlds: { accountId: string }[] } }>,
      ({ sandbox: { formerWorlds } }) => formerWorlds.every(({ accountId }) => accountId !== stored.owner),
    );
    expect((await sandbox.gets(id)).status).toBe('completed');
  });

  it('survives a reset', async () => {
    const { sandbox, ids } = await furnished();
    const { id: snapshot } = await sandbox.snapshot();
    await sandbox.does('POST', '/sandboxes/current/reset');
    await sandbox.does('POST', '/sandboxes/current/restore', { snapshot });
    expect((await sandbox.gets(ids[0] ?? '')).id).toBe(ids[0]);
  });

  it('is unknown to other sandboxes', async () => {
    const { sandbox } = await furnished();
    const { id: snapshot } = await sandbox.snapshot();
    const other = await Sandbox.create(gateway);
    const answers = [
      await other.asks('POST', '/sandboxes/current/restore', { json: { snapshot } }),
      await other.asks('GET', `/snapshots/${snapshot}/export`),
    ];
    for (const { status, body } of answers) expect([status, body]).toMatchObject([404, { code: 'snapshot_not_found' }]);
    const { status, body } = await other.asks('POST', '/sandboxes/current/restore', { json: { snapshot: 'evt_1' } });
    expect([status, body]).toMatchObject([422, { detail: [{ loc: ['body', 'snapshot'] }] }]);
  });

  it('is one of twenty at most', async () => {
    const sandbox = await Sandbox.create(gateway);
    for (let n = 0; n < 20; n += 1) await sandbox.snapshot();
    const refused = await sandbox.asks('POST', '/sandboxes/current/snapshots', { json: {} });
    expect([refused.status, refused.body]).toMatchObject([409, { code: 'too_many_snapshots' }]);
  });

  it('is what a new sandbox can begin with; the two never meet', async () => {
    const { sandbox, ids } = await furnished();
    const before = await shownBy(sandbox);
    const { id: snapshot } = await sandbox.snapshot();
    const copy = await Sandbox.create(gateway, { snapshot });
    expect(copy.created).toMatchObject({ seed: sandbox.created.seed, clock: { now: START }, newSecrets: [] });
    expect(await shownBy(copy)).toEqual(before);
    await sandbox.does('POST', `/payments/${ids[0] ?? ''}/refunds`, {});
    expect(await shownBy(copy)).toEqual(before);
    const unknown = await Sandbox.triesToCreate(gateway, { snapshot: 'snap_0193a5e2c7f11b2c3d4e5f60' });
    expect(unknown.status).toBe(404);
  });
});

describe('An export', () => {
  it('makes the same sandbox on another machine, with new secrets where the key is another one', async () => {
    const { sandbox, ids } = await furnished();
    const before = await shownBy(sandbox);
    const { id } = await sandbox.snapshot('to go');
    const exported = await sandbox.does<Export>('GET', `/snapshots/${id}/export`);
    expect(exported).toMatchObject({ format: 'mock-payment-gateway/snapshot@1' });
    expect(JSON.stringify(exported)).not.toMatch(/whsec_|PK_LIVE|SK_|~/);
    const same = await Sandbox.create(gateway, { snapshot: exported });
    expect(same.created.newSecrets).toEqual([]);
    expect(await shownBy(same)).toEqual(before);
    const other = await startGateway({ ENCRYPTION_KEY: ENCRYPTION_KEY.replace(/^00/, '7f') });
    try {
      const moved = await Sandbox.create(other, { snapshot: exported });
      const [endpoint] = exported.collections.webhook_endpoints ?? [];
      expect(moved.created.newSecrets).toEqual([
        { endpointId: endpoint?._id, secret: expect.stringMatching(/^whsec_/) as unknown },
      ]);
      expect((await shownBy(moved)).map((text) => text.replaceAll(/:\d{4,5}\//g, ':port/'))).toEqual(
        before.map((text) => text.replaceAll(/:\d{4,5}\//g, ':port/')),
      );
      await moved.does('POST', `/payments/${ids[1] ?? ''}/authenticate`, { result: 'failed' });
      const sent = await recorder.next(({ path }) => path === pathOf(sandbox));
      expect(standard(sent).data).toMatchObject({ id: ids[1] });
    } finally {
      await other.stop();
    }
  });

  it('is refused when it is damaged, of another format, or not what an export writes', async () => {
    const { sandbox } = await furnished();
    const { id } = await sandbox.snapshot();
    const exported = await sandbox.does<Export>('GET', `/snapshots/${id}/export`);
    const [payment = {}] = exported.collections.payments ?? [];
    const damaged: [Record<string, unknown>, (string | number)[]][] = [
      [{ ...exported, format: 'mock-payment-gateway/snapshot@9' }, ['body', 'snapshot', 'format']],
      [{ ...exported, checksum: 'x' }, ['body', 'snapshot', 'checksum']],
      [
        { ...exported, collections: { ...exported.collections, payments: [{ ...payment, amount: 1 }] } },
        ['body', 'snapshot', 'checksum'],
      ],
      [{}, ['body', 'snapshot', 'format']],
    ];
    for (const [snapshot, loc] of damaged) {
      const { status, body } = await Sandbox.triesToCreate(gateway, { snapshot });
      expect([status, body]).toMatchObject([422, { detail: [{ loc, input: null }] }]);
    }
    const other = await Sandbox.triesToCreate(gateway, { snapshot: exported, clock: 'real' });
    expect([other.status, other.body]).toMatchObject([422, { detail: [{ loc: ['body', 'clock'] }] }]);
  });

  it('is validated by the schemas even if its checksum is right', async () => {
    const { checksumOf } = await import('../../src/sandboxes/portable.js');
    const { sandbox } = await furnished();
    const { id } = await sandbox.snapshot();
    const content = withoutChecksum(await sandbox.does<Export>('GET', `/snapshots/${id}/export`));
    const [payment = {}] = content.collections.payments ?? [];
    const changes: Record<string, unknown>[] = [
      { status: 'stolen' },
      { amount: -5 },
      { currency: 'EURO' },
      { challengeUrl: 'not a link' },
      { more: true },
      { _id: 'txn_$where' },
    ];
    for (const change of changes) {
      const changed = { ...content, collections: { ...content.collections, payments: [{ ...payment, ...change }] } };
      const snapshot = { ...changed, checksum: checksumOf(changed) };
      const { status, body } = await Sandbox.triesToCreate(gateway, { snapshot });
      expect([change, status, body]).toMatchObject([
        change,
        422,
        { detail: [{ loc: ['body', 'snapshot', 'collections', 'payments', 0], type: 'snapshot_content' }] },
      ]);
    }
    const foreign = { ...content, collections: { accounts: [{ _id: 'user_0193a5e2c7f11b2c3d4e5f60' }] } };
    const { status } = await Sandbox.triesToCreate(gateway, {
      snapshot: { ...foreign, checksum: checksumOf(foreign) },
    });
    expect(status).toBe(422);
  });

  it('belongs to the new account alone, whatever accountId it names', async () => {
    const { checksumOf } = await import('../../src/sandboxes/portable.js');
    const victim = await Sandbox.create(gateway);
    const { sandbox } = await furnished();
    const { id } = await sandbox.snapshot();
    const content = withoutChecksum(await sandbox.does<Export>('GET', `/snapshots/${id}/export`));
    const payments = (content.collections.payments ?? []).map((payment) => ({
      ...payment,
      accountId: victim.created.accountId,
    }));
    const changed = { ...content, collections: { ...content.collections, payments } };
    const copy = await Sandbox.create(gateway, { snapshot: { ...changed, checksum: checksumOf(changed) } });
    expect((await copy.does<{ data: unknown[] }>('GET', '/payments')).data).toHaveLength(2);
    expect((await victim.does<{ data: unknown[] }>('GET', '/payments')).data).toEqual([]);
  });

  it('may have a body of 32 MiB, and no other request may', async () => {
    const sandbox = await Sandbox.create(gateway);
    const large = { snapshot: { format: 'x', text: 'x'.repeat(200_000) } };
    expect((await Sandbox.triesToCreate(gateway, large)).status).toBe(422);
    expect((await sandbox.asks('POST', '/payments/charge', { json: large })).status).toBe(413);
    // Refused by its announced length, before it is sent.
    const announced = `POST /api/v1/sandboxes HTTP/1.1\r\nhost: gateway\r\ncontent-type: application/json\r\ncontent-length: ${32 * 1024 * 1024 + 1}\r\nconnection: close\r\n\r\n`;
    expect(await new RawConnection(gateway.url).send(announced).answer()).toMatch(/^HTTP\/1\.1 413 /);
  });
});

describe('A process that is killed while it restores a snapshot', () => {
  it('leaves the sandbox as it was or as the snapshot has it, and the next restore succeeds', async () => {
    const own = await startGateway({ RATE_LIMIT: 'off' });
    try {
      const sandbox = await Sandbox.create(own);
      for (let n = 0; n < 40; n += 1) await Promise.all(Array.from({ length: 10 }, () => sandbox.charges()));
      const { id: snapshot } = await sandbox.snapshot();
      const extra = await sandbox.charges();
      for (let round = 0; round < 3; round += 1) {
        const cut = sandbox.asks('POST', '/sandboxes/current/restore', { json: { snapshot } }).catch(() => null);
        await new Promise((resolve) => setTimeout(resolve, 5 + 25 * round));
        await own.kill9();
        await own.restart();
        await cut;
        const { text } = await sandbox.asks('GET', '/payments/all');
        const { totalTransactions } = JSON.parse(text) as { totalTransactions: number };
        const kept = (await sandbox.asks('GET', `/payments/${extra.id}`)).status === 200;
        expect(totalTransactions).toBe(kept ? 401 : 400);
      }
      await sandbox.does('POST', '/sandboxes/current/restore', { snapshot });
      const { totalTransactions } = await sandbox.does<{ totalTransactions: number }>('GET', '/payments/all');
      expect(totalTransactions).toBe(400);
      await eventually(
        'the clock to go on',
        () => sandbox.advance({ by: '1d' }),
        ({ now }) => now === later(DAY),
      );
    } finally {
      await own.stop();
    }
  }, 60_000);
});

it('A snapshot of a sandbox with the real clock is restored with what is due', async () => {
  const sandbox = await Sandbox.create(gateway, { settings: { processingDelayMs: 3_600_000 } });
  const { id } = await sandbox.charges();
  const { id: snapshot } = await sandbox.snapshot();
  await sandbox.does('POST', `/payments/${id}/cancel`);
  await sandbox.does('POST', '/sandboxes/current/restore', { snapshot });
  expect((await sandbox.gets(id)).status).toBe('pending');
});

it('What is due again after a restore goes by the clock of the sandbox, although nothing was due in the snapshot', async () => {
  const sandbox = await Sandbox.create(gateway, {
    ...STANDING,
    settings: { processingDelayMs: 0, refundDelayMs: 60_000 },
  });
  const { id } = await sandbox.charges({ paymentMethod: 'pm_card_pendingRefund' });
  const { id: snapshot } = await sandbox.snapshot();
  await sandbox.does('POST', '/sandboxes/current/restore', { snapshot });
  const refund = await sandbox.does<{ id: string }>('POST', `/payments/${id}/refunds`, { amount: 1 });
  expect((await sandbox.clock()).nextDueAt).toBe(later(60_000));
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(await sandbox.does('GET', `/refunds/${refund.id}`)).toMatchObject({ status: 'pending' });
});

it('A charge after a restore is a new payment, also where others charged while the snapshot was taken', async () => {
  const sandbox = await Sandbox.create(gateway);
  const charges = (count: number) => Array.from({ length: count }, () => sandbox.charges());
  const [{ id: snapshot }] = await Promise.all([sandbox.snapshot(), ...charges(40)]);
  await sandbox.does('POST', '/sandboxes/current/restore', { snapshot });
  const known = new Set((await sandbox.events()).map(({ data }) => data.id));
  for (const { id } of await Promise.all(charges(10))) expect(known).not.toContain(id);
});
