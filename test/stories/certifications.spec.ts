import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Certification, certify, CHECKS, named, SECRET, triesToBegin } from '../support/certifications.js';
import { type SharedDatabase, startSharedDatabase } from '../support/database.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { type Answer, expectError, expectInvalid } from '../support/http.js';
import { bodyOf, Merchant, systemAdmin } from '../support/merchant.js';
import { Sandbox, STANDING } from '../support/sandbox.js';
import { type HandlerFaults, WebhookHandler } from '../support/webhook-handler.js';

type Style = 'standard' | 'v1';

let gateway: Gateway;
let merchant: Merchant;
beforeAll(async () => {
  gateway = await startGateway();
  merchant = await Merchant.joins(gateway);
});
afterAll(() => gateway.stop());

/** Certifies a new handler with these faults. */
async function certified(style: Style, faults: HandlerFaults = {}, withState = true): Promise<Certification> {
  const handler = await WebhookHandler.start(style, SECRET, faults);
  try {
    // Of an account of its own, so that tests do not take each other's places.
    const owner = await Merchant.joins(gateway);
    const { url, stateUrl } = handler;
    return await certify(owner, { url, secret: SECRET, style, ...(withState && { stateUrl }) });
  } finally {
    await handler.stop();
  }
}

/** v1 handlers take the text of the secret. */
const keyText = 'SK_TEST_of_the_tests';
async function certifiedV1(faults: HandlerFaults = {}, withState = true): Promise<Certification> {
  const handler = await WebhookHandler.start('v1', keyText, faults);
  try {
    const owner = await Merchant.joins(gateway);
    const { url, stateUrl } = handler;
    return await certify(owner, { url, secret: keyText, style: 'v1', ...(withState && { stateUrl }) });
  } finally {
    await handler.stop();
  }
}
const run = (style: Style, faults?: HandlerFaults, withState?: boolean): Promise<Certification> =>
  style === 'v1' ? certifiedV1(faults, withState) : certified(style, faults, withState);

describe('A right handler', () => {
  it.concurrent.each<Style>(['standard', 'v1'])('of style %s scores 100', async (style) => {
    const result = await run(style);
    expect(named(result.checks, false).map((name) => result.checks.find((check) => check.name === name))).toEqual([]);
    expect(result).toMatchObject({ status: 'passed', score: 100, style });
    expect(result.checks.map(({ name }) => name)).toEqual(CHECKS);
    expect(named(result.checks, null)).toEqual(style === 'v1' ? ['stale_timestamp'] : []);
    expect(Date.parse(result.finishedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(result.createdAt));
    for (const { passed, evidence, advice } of result.checks) {
      expect(evidence).toMatch(passed === null ? /^Not checked: / : /answered/);
      expect(advice).toBeNull();
    }
  });

  it.concurrent.each<Style>(['standard', 'v1'])(
    'of style %s scores 100 without stateUrl; what needs it does not count',
    async (style) => {
      const { checks, ...rest } = await run(style, {}, false);
      expect(rest).toMatchObject({ status: 'passed', score: 100 });
      expect(named(checks, false)).toEqual([]);
      const needState = ['duplicate_applied_once', 'any_order'];
      expect(named(checks, null)).toEqual(style === 'v1' ? ['stale_timestamp', ...needState] : needState);
    },
  );

  it.concurrent('verifies with the current secret of the account if no other is given', async () => {
    const owner = await Merchant.joins(gateway);
    const handler = await WebhookHandler.start('standard', owner.webhookSecret);
    try {
      const { url, stateUrl } = handler;
      expect(await certify(owner, { url, stateUrl })).toMatchObject({ status: 'passed', score: 100 });
    } finally {
      await handler.stop();
    }
  });

  it.concurrent('may work after its answer, and may ask for events of unknown payments later', async () => {
    const results = await Promise.all([
      certified('standard', { worksAfterMs: 100 }),
      certified('standard', { wantsCreationFirst: true }),
    ]);
    expect(results.map(({ score, checks }) => [score, named(checks, false)])).toEqual([
      [100, []],
      [100, []],
    ]);
  });
});

const FAULTY: readonly (readonly [string, HandlerFaults, readonly string[], readonly string[]])[] = [
  // First, because it takes longest.
  ['is slow', { answersAfterMs: 2_200 }, ['response_time'], ['response_time']],
  [
    'verifies nothing',
    { verifiesNothing: true },
    ['wrong_signature', 'missing_signature', 'altered_body', 'stale_timestamp'],
    ['wrong_signature', 'missing_signature', 'altered_body'],
  ],
  ['accepts a missing signature', { acceptsMissingSignature: true }, ['missing_signature'], ['missing_signature']],
  ['crashes on a malformed signature', { crashesOnMalformed: true }, ['wrong_signature'], ['wrong_signature']],
  ['ignores timestamps', { ignoresTimestamps: true }, ['stale_timestamp'], []],
  ['ignores old timestamps', { takesOldTimestampsOnly: true }, ['stale_timestamp'], []],
  ['accepts only the first signature', { onlyFirstSignature: true }, ['rotated_secret'], ['rotated_secret']],
  ['verifies serialized JSON', { verifiesSerialized: true }, ['raw_body'], ['raw_body']],
  ['fails on unknown types', { failsOnUnknownTypes: true }, ['unknown_event_type'], ['unknown_event_type']],
  ['refuses unknown fields', { failsOnUnknownFields: true }, ['unknown_fields'], ['unknown_fields']],
  ['takes 10 kB', { maxBodyBytes: 10_000 }, ['large_body'], ['large_body']],
  [
    'refuses duplicates',
    { refusesDuplicates: true },
    ['duplicate_acknowledged', 'old_id_repeated'],
    ['duplicate_acknowledged', 'old_id_repeated'],
  ],
  [
    'counts duplicates',
    { appliesDuplicates: true },
    ['duplicate_applied_once', 'old_id_repeated'],
    ['duplicate_applied_once', 'old_id_repeated'],
  ],
  [
    'counts duplicates late',
    { appliesDuplicates: true, worksAfterMs: 100 },
    ['duplicate_applied_once', 'old_id_repeated'],
    ['duplicate_applied_once', 'old_id_repeated'],
  ],
  ['forgets old ids', { remembersIds: 20 }, ['old_id_repeated'], ['old_id_repeated']],
  ['takes the last event as the state', { lastEventWins: true }, ['any_order'], ['any_order']],
  ['serves ten at once', { maxConcurrent: 10 }, ['burst'], ['burst']],
];

describe('A handler that fails one thing fails just that', () => {
  for (const style of ['standard', 'v1'] as const) {
    const cases = FAULTY.map(
      ([name, faults, ofStandard, ofV1]) => [name, faults, style === 'v1' ? ofV1 : ofStandard] as const,
    );
    it.concurrent.each(cases.filter(([, , failing]) => failing.length > 0))(
      `of style ${style}: it %s`,
      async (_name, faults, failing) => {
        const { status, score, checks } = await run(style, faults);
        expect(named(checks, false)).toEqual(failing);
        expect(status).toBe('failed');
        const counted = checks.filter(({ passed }) => passed !== null).length;
        expect(score).toBe(Math.round((100 * (counted - failing.length)) / counted));
        for (const check of checks.filter(({ passed }) => passed === false))
          expect(check.advice).toMatch(/^[A-Z].{20,}\.$/);
      },
      40_000,
    );
  }

  it.concurrent('410 is no refusal, because it disables the endpoint', async () => {
    const { checks } = await certified('standard', { refusesWith: 410 });
    expect(named(checks, false)).toEqual(['wrong_signature', 'missing_signature', 'altered_body', 'stale_timestamp']);
    expect(checks[2]?.evidence).toContain('410 would disable the endpoint');
  });

  it.concurrent('a stateUrl that shows nothing proves nothing', async () => {
    const { checks } = await certified('standard', { stateIsEmpty: true });
    expect(named(checks, false)).toContain('any_order');
  });

  it.concurrent('verifies with another secret: everything that must be accepted fails', async () => {
    const handler = await WebhookHandler.start('standard', SECRET);
    try {
      const { url } = handler;
      const { checks } = await certify(await Merchant.joins(gateway), {
        url,
        secret: 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
      });
      expect(named(checks, true)).toEqual([
        'response_time',
        'wrong_signature',
        'missing_signature',
        'altered_body',
        'stale_timestamp',
      ]);
    } finally {
      await handler.stop();
    }
  });
});

describe('The evidence', () => {
  it.concurrent('says what was sent and what came back, without the secret', async () => {
    const result = await certified('standard', { leaksSecret: true, ignoresTimestamps: true });
    const stale = result.checks.find(({ name }) => name === 'stale_timestamp');
    expect(stale?.evidence).toMatch(
      /^Sent payment\.completed evt_[0-9a-f]{24} \(\d+ bytes\) rightly signed, with a webhook-timestamp 10 minutes in the past: answered 200 in \d+ ms with .*\[secret\].*future.*Expected 400 to 499\.$/,
    );
    expect(JSON.stringify(result)).not.toContain(SECRET.slice('whsec_'.length));
  });

  it.concurrent('and the database keep no secret when the run has ended', async () => {
    const { id } = await certified('standard');
    const stored = await (await gateway.database()).collection<{ _id: string }>('certifications').findOne({ _id: id });
    expect(stored).not.toBeNull();
    for (const field of ['sealedSecret', 'slot', 'dueAt', 'leaseUntil', 'leasedBy'])
      expect(stored).not.toHaveProperty(field);
  });
});

describe('In sandboxes of one seed', () => {
  it.concurrent('two certifications send the same ids and bodies in the same order', async () => {
    const runs = [0, 1].map(async () => {
      const owner = await Sandbox.create(gateway, { ...STANDING, seed: 'cart-17' });
      const handler = await WebhookHandler.start('standard', owner.created.webhookSecret);
      const { url, stateUrl } = handler;
      const headers = owner.withKey;
      let result: Certification;
      let report: Answer;
      let list: Answer<{ data: Certification[] }>;
      try {
        result = await certify(owner, { url, stateUrl });
        report = await gateway.request('GET', `/certifications/${result.id}/junit`, { headers });
        list = await gateway.request<{ data: Certification[] }>('GET', '/certifications', { headers });
      } finally {
        await handler.stop();
      }
      expect([result.score, report.status, list.body.data.map(({ id }) => id)]).toEqual([100, 200, [result.id]]);
      expect(result.id).toMatch(/^cert_[0-9a-f]{24}$/);
      // The account's clock stands still.
      expect([result.createdAt, result.finishedAt]).toEqual(['2026-01-31T09:00:00.000Z', '2026-01-31T09:00:00.000Z']);
      const messages = handler.seen.map(
        ({ headers: { 'webhook-id': messageId }, body }) => `${String(messageId)} ${body}`,
      );
      // A burst arrives in any order.
      return [...messages.slice(0, -51), ...messages.slice(-51).sort()];
    });
    const [one, other] = await Promise.all(runs);
    expect(one?.length).toBeGreaterThan(70);
    expect(one).toEqual(other);
    expect(one?.join('')).not.toContain('~');
  });

  it.concurrent('a second certification sends new ids, which a handler does not know', async () => {
    const owner = await Sandbox.create(gateway, { ...STANDING, seed: 'cart-17' });
    const handler = await WebhookHandler.start('standard', owner.created.webhookSecret);
    try {
      const idsOfRun = async (): Promise<Set<string>> => {
        const before = handler.seen.length;
        expect(await certify(owner, { url: handler.url })).toMatchObject({ score: 100 });
        return new Set(handler.seen.slice(before).map(({ headers }) => String(headers['webhook-id'])));
      };
      const [first, second] = [await idsOfRun(), await idsOfRun()];
      expect(second.size).toBe(first.size);
      expect([...second].filter((id) => first.has(id))).toEqual([]);
    } finally {
      await handler.stop();
    }
  });
});

describe('The JUnit report', () => {
  it('has a test case for each check, and escapes what the handler answered', async () => {
    const handler = await WebhookHandler.start('standard', SECRET, { ignoresTimestamps: true });
    const { url } = handler;
    const { id } = await certify(merchant, { url: `${url}?a=1&b=<2>`, secret: SECRET });
    await handler.stop();
    const report = await merchant.asks('GET', `/certifications/${id}/junit`);
    expect([report.status, report.headers.get('content-type')]).toEqual([200, 'application/xml; charset=utf-8']);
    expect(report.text).toContain('tests="16" failures="1" errors="0" skipped="2"');
    expect(report.text.match(/<testcase /g)).toHaveLength(CHECKS.length);
    expect(report.text).toMatch(
      /name="stale_timestamp"><failure message="Sent [^"<]*&quot;[^"<]*">Answer 400[^<]*<\/failure>/,
    );
    expect(report.text).toMatch(/name="any_order"><skipped message="Not checked/);
    expect(report.text).toContain('?a=1&amp;b=');
  });
});

describe('What is not accepted', () => {
  it('says which field and which values', async () => {
    const url = 'http://127.0.0.1:1/';
    expectInvalid(await triesToBegin(merchant, {}), { loc: ['body', 'url'], type: 'missing' });
    expectInvalid(await triesToBegin(merchant, { url: 'ftp://x' }), { loc: ['body', 'url'], type: 'url_parsing' });
    expectInvalid(await triesToBegin(merchant, { url, style: 'v2' }), {
      loc: ['body', 'style'],
      type: 'enum',
      ctx: { expected: "'standard' or 'v1'" },
    });
    for (const secret of ['whsec_', 'whsec_???', 'whsec_A'])
      expectInvalid(await triesToBegin(merchant, { url, secret }), {
        loc: ['body', 'secret'],
        type: 'secret_parsing',
        input: null,
      });
    expectInvalid(await triesToBegin(merchant, { url, secret: '' }), {
      loc: ['body', 'secret'],
      type: 'string_too_short',
    });
    expectInvalid(await triesToBegin(merchant, { url, stateUrl: 'x' }), {
      loc: ['body', 'stateUrl'],
      type: 'url_parsing',
    });
    expectInvalid(await triesToBegin(merchant, { url, stateUrl: 'http://169.254.169.254/' }), {
      loc: ['body', 'stateUrl'],
      type: 'url_not_allowed',
    });
  });

  it('nobody sees the certifications of others, or ones that do not exist', async () => {
    const { id } = await certify(merchant, { url: 'http://127.0.0.1:1/' });
    const other = await Merchant.joins(gateway);
    for (const unknown of [id, 'cert_unknown'])
      for (const path of ['', '/junit'])
        expectError(
          await other.asks('GET', `/certifications/${unknown}${path}`),
          404,
          `Certification '${unknown}' not found for this user.`,
        );
  });

  it('a deleted account leaves none', async () => {
    const owner = await Merchant.joins(gateway);
    await certify(owner, { url: 'http://127.0.0.1:1/' });
    bodyOf(await (await systemAdmin(gateway)).deletes('users', owner.userId), 200);
    const collection = (await gateway.database()).collection('certifications');
    expect(await collection.countDocuments({ accountId: owner.userId })).toBe(0);
  });
});

describe('In production', () => {
  let database: SharedDatabase;
  let production: Gateway;
  beforeAll(async () => {
    database = await startSharedDatabase();
    production = await startGateway({ NODE_ENV: 'production', MONGODB_URI: database.uri });
  });
  afterAll(async () => {
    await production.stop();
    await database.stop();
  });

  it.each(['http://127.0.0.1:8080/', 'http://localhost/', 'http://10.0.0.1/', 'http://[::1]/'])(
    '%s is neither probed nor asked for a state',
    async (address) => {
      const owner = await Merchant.joins(production);
      for (const field of ['url', 'stateUrl'])
        expectInvalid(await triesToBegin(owner, { url: 'https://merchant.invalid/', [field]: address }), {
          loc: ['body', field],
          type: 'url_not_allowed',
          input: address,
        });
    },
  );
});
