import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CHROMIUM, hasChromium } from '../support/chromium.js';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { type Answer, expectInvalid, send } from '../support/http.js';
import { bodyOf, login, Merchant, newCharge, newEmail, newRegistration, PASSWORD } from '../support/merchant.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';

let gateway: Gateway;
let recorder: WebhookRecorder;
beforeAll(async () => {
  [gateway, recorder] = await Promise.all([
    startGateway({ PAYMENT_PROCESSING_DELAY_MS: '5' }),
    WebhookRecorder.start(),
  ]);
});
afterAll(async () => {
  await gateway.stop();
  await recorder.stop();
});

interface Payment {
  readonly id: string;
  readonly status: string;
  readonly amountCaptured: number;
  readonly failure: { readonly code: string; readonly declineCode: string | null; readonly advice: string } | null;
  readonly nextAction: { readonly type: string; readonly url: string } | null;
}

const RETURN_URL = 'https://shop.example/done?cart=7#paid';
const CARD = 'pm_card_authenticationRequired';

const get = async (merchant: Merchant, id: string): Promise<Payment> => (await merchant.gets(id)) as unknown as Payment;

/** A payment that waits for its customer, and the address of the page. */
async function challenges(
  merchant: Merchant,
  charge: Readonly<Record<string, unknown>> = {},
): Promise<{ id: string; url: string }> {
  const { id, nextAction } = bodyOf(
    (await merchant.triesToCharge(newCharge({ paymentMethod: CARD, ...charge }))) as Answer<Payment>,
    201,
  );
  return { id, url: nextAction?.url ?? '' };
}

/** What a browser sends when one of the page's buttons is pressed. */
const presses = (url: string, result: string): Promise<Answer> =>
  send('POST', url, { headers: { 'content-type': 'application/x-www-form-urlencoded' }, raw: `result=${result}` });

const authenticates = (merchant: Merchant, id: string, json: unknown): Promise<Answer<Payment>> =>
  merchant.asks<Payment>('POST', `/payments/${id}/authenticate`, { json });

function expectIllegal(answer: Answer, status: string): void {
  expect(answer.status).toBe(409);
  expect(answer.body).toMatchObject({ code: 'illegal_transition', detail: expect.stringContaining(` ${status} `) });
}

const eventTypes = (merchant: Merchant, count: number): Promise<string[]> =>
  eventually(
    `${count} events`,
    async () =>
      bodyOf(await merchant.asks<{ data: { type: string }[] }>('GET', '/events?limit=100'), 200)
        .data.map(({ type }) => type)
        .reverse(),
    (types) => types.length >= count,
  );

describe('A payment that has to be authenticated', () => {
  it('says where the customer does so, at the gateway, with a secret that nobody guesses', async () => {
    const merchant = await Merchant.joins(gateway);
    const [one, other] = await Promise.all([challenges(merchant), challenges(merchant)]);
    expect(one.url).toMatch(new RegExp(`^${gateway.url}/3ds/${one.id}/[0-9a-f]{32}$`));
    expect(one.url.split('/').at(-1)).not.toBe(other.url.split('/').at(-1));
    expect(await get(merchant, one.id)).toMatchObject({
      status: 'requires_action',
      amountCaptured: 0,
      failure: null,
      nextAction: { type: 'redirect', url: one.url },
    });
    expect((await merchant.lists()).transactions.map(({ status }) => status)).toEqual([
      'requires_action',
      'requires_action',
    ]);
    expect((await eventTypes(merchant, 4)).slice(0, 4).sort()).toEqual([
      'payment.created',
      'payment.created',
      'payment.requires_action',
      'payment.requires_action',
    ]);
  });

  it('has its link at PUBLIC_URL, where that is set', async () => {
    const published = await startGateway({ PUBLIC_URL: 'https://pay.example' });
    try {
      const { url } = await challenges(await Merchant.joins(published));
      expect(url).toMatch(/^https:\/\/pay\.example\/3ds\/txn_/);
    } finally {
      await published.stop();
    }
  });

  it('refuses a return address that is none, or would run a script', async () => {
    const merchant = await Merchant.joins(gateway);
    for (const returnUrl of ['javascript:alert(1)', 'data:text/html,x', '/done', 'shop.example', '']) {
      expectInvalid(await merchant.triesToCharge(newCharge({ paymentMethod: CARD, returnUrl })), {
        loc: ['body', 'returnUrl'],
        type: 'url_parsing',
      });
    }
  });
});

describe('By API', () => {
  it('success lets the outcome come about: paid, authorized or declined', async () => {
    const merchant = await Merchant.joins(gateway);
    const ends: [Record<string, unknown>, Record<string, unknown>][] = [
      [{ webhookUrl: recorder.url() }, { status: 'completed', amountCaptured: 19.99, failure: null }],
      [{ capture: 'manual' }, { status: 'authorized', amountCaptured: 0, failure: null }],
      [
        { paymentMethod: 'pm_card_authenticationRequiredChargeDeclinedInsufficientFunds' },
        {
          status: 'failed',
          failure: expect.objectContaining({ code: 'card_declined', declineCode: 'insufficient_funds' }),
        },
      ],
    ];
    for (const [charge, end] of ends) {
      const { id } = await challenges(merchant, charge);
      expect(bodyOf(await authenticates(merchant, id, { result: 'succeeded' }), 200)).toMatchObject({
        ...end,
        nextAction: null,
      });
      expect(await get(merchant, id)).toMatchObject(end);
      expectIllegal(await authenticates(merchant, id, { result: 'succeeded' }), String(end.status));
      if (charge.webhookUrl === undefined) continue;
      await eventually(
        'two webhooks',
        () => recorder.allOf(id),
        (webhooks) => webhooks.length >= 2,
      );
      expect(
        recorder
          .allOf(id)
          .map(({ body }) => `${body.event} ${String(body.data.status)}`)
          .sort(),
      ).toEqual(['payment.completed completed', 'payment.requires_action requires_action']);
    }
  });

  it('failure fails the payment', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await challenges(merchant);
    expect(bodyOf(await authenticates(merchant, id, { result: 'failed' }), 200)).toMatchObject({
      status: 'failed',
      amountCaptured: 0,
      nextAction: null,
      failure: { code: 'authentication_failed', declineCode: null, advice: 'try_another_card' },
    });
    expectIllegal(await authenticates(merchant, id, { result: 'succeeded' }), 'failed');
    expect(await eventTypes(merchant, 3)).toEqual(['payment.created', 'payment.requires_action', 'payment.failed']);
  });

  it('anything else is refused', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await challenges(merchant);
    expectInvalid(await authenticates(merchant, id, { result: 'maybe' }), { loc: ['body', 'result'], type: 'enum' });
    expectInvalid(await authenticates(merchant, id, {}), { loc: ['body', 'result'], type: 'missing' });
    expect((await get(merchant, id)).status).toBe('requires_action');
  });

  it('of 20 answers at the same time one counts', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id, url } = await challenges(merchant, { returnUrl: RETURN_URL });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        n % 2 ? presses(url, 'failed') : authenticates(merchant, id, { result: 'succeeded' }),
      ),
    );
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
    const won = answers.findIndex(({ status }) => status !== 409);
    expect((await get(merchant, id)).status).toBe(won % 2 ? 'failed' : 'completed');
  });
});

describe('The page', () => {
  it('is HTML that shows amount and merchant, and works without JavaScript', async () => {
    const merchant = await Merchant.joins(gateway);
    const { url } = await challenges(merchant, { paymentAmount: 12.5, currency: 'EUR' });
    const { status, headers, text } = await send('GET', url);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(text).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(text).toMatch(/<title>[^<]+<\/title>/);
    expect(text).toContain('12.50 EUR');
    expect(text).toContain('Acme Corporation');
    expect(text).toContain('<form method="post">');
    expect(text).toMatch(/<button name="result" value="succeeded">Complete authentication<\/button>/);
    expect(text).toMatch(/<button name="result" value="failed">Fail authentication<\/button>/);
    expect(text).not.toMatch(/<script|javascript:| on[a-z]+=|<link|src=/i);
  });

  it.each([
    ['JPY', 500, '500 JPY'],
    ['KWD', 1.2, '1.200 KWD'],
  ])('shows an amount of %s as people write it', async (currency, paymentAmount, shown) => {
    const { url } = await challenges(await Merchant.joins(gateway), { currency, paymentAmount });
    expect((await send('GET', url)).text).toContain(`>${shown}<`);
  });

  it.each([
    ['succeeded', 'completed', null],
    ['failed', 'failed', 'authentication_failed'],
  ])('answered with %s sends the browser back with the payment and its status', async (result, status, code) => {
    const merchant = await Merchant.joins(gateway);
    const { id, url } = await challenges(merchant, { returnUrl: RETURN_URL });
    const answer = await presses(url, result);
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(`https://shop.example/done?cart=7&payment=${id}&status=${status}#paid`);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const payment = await get(merchant, id);
    expect([payment.status, payment.failure?.code ?? null]).toEqual([status, code]);
    // A second answer changes nothing; who comes again is told what became of it and can go back.
    expectIllegal(await presses(url, 'succeeded'), status);
    expectIllegal(await presses(url, 'failed'), status);
    const again = await send('GET', url);
    expect(again.status).toBe(200);
    expect(again.text).toContain(`The payment is ${status}.`);
    expect(again.text).not.toContain('<form');
    expect(again.text).toContain(`href="https://shop.example/done?cart=7&amp;payment=${id}&amp;status=${status}#paid"`);
    expect(await get(merchant, id)).toEqual(payment);
  });

  it('answered without a return address says what became of it', async () => {
    const { url } = await challenges(await Merchant.joins(gateway));
    const { status, headers, text } = await presses(url, 'succeeded');
    expect([status, headers.get('content-type'), headers.get('location')]).toEqual([
      200,
      'text/html; charset=utf-8',
      null,
    ]);
    expect(text).toContain('<p role="status">The payment is completed.</p>');
  });

  it('replaces what the return address says of payment and status itself', async () => {
    const { id, url } = await challenges(await Merchant.joins(gateway), {
      returnUrl: 'http://shop.example/?status=completed&payment=other&payment=two',
    });
    const { headers } = await presses(url, 'failed');
    const location = new URL(headers.get('location') ?? '');
    expect([location.searchParams.getAll('status'), location.searchParams.getAll('payment')]).toEqual([
      ['failed'],
      [id],
    ]);
  });

  it.each(['', 'result=maybe', 'other=succeeded', 'result=succeeded&result=failed&result=x', '{"result":"succeeded"'])(
    'answered with %j is refused, and can be answered still',
    async (raw) => {
      const merchant = await Merchant.joins(gateway);
      const { id, url } = await challenges(merchant);
      const { status } = await send('POST', url, {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        raw,
      });
      expect(status).toBe(422);
      expect((await get(merchant, id)).status).toBe('requires_action');
    },
  );

  it('is not there for a wrong secret, another payment, or one without a challenge', async () => {
    const merchant = await Merchant.joins(gateway);
    const [one, other, plain] = await Promise.all([challenges(merchant), challenges(merchant), merchant.charges()]);
    const token = one.url.split('/').at(-1) ?? '';
    const wrong = [
      one.url.replace(token, '0'.repeat(32)),
      one.url.replace(token, token.toUpperCase() === token ? `${token}0` : token.toUpperCase()),
      one.url.slice(0, -1),
      `${one.url}0`,
      one.url.replace(token, encodeURIComponent('€'.repeat(32))),
      one.url.replace(one.id, other.id),
      one.url.replace(one.id, plain.id),
      one.url.replace(one.id, 'txn_000000000000000000000000'),
    ];
    for (const url of wrong) {
      for (const answer of [await send('GET', url), await presses(url, 'succeeded')]) {
        expect({ url, status: answer.status }).toEqual({ url, status: 404 });
        expect(answer.headers.get('content-type')).toContain('application/json');
      }
    }
    expect((await get(merchant, one.id)).status).toBe('requires_action');
    expect((await get(merchant, other.id)).status).toBe('requires_action');
  });

  it('is gone with its payment', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id, url } = await challenges(merchant);
    bodyOf(await merchant.deletes('transactions', id), 200);
    expect((await send('GET', url)).status).toBe(404);
    expect((await presses(url, 'succeeded')).status).toBe(404);
  });

  it('takes no form anywhere else', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await challenges(merchant);
    const answer = await merchant.asks('POST', `/payments/${id}/authenticate`, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      raw: 'result=succeeded',
    });
    expect(answer.status).toBe(415);
  });

  it('writes its secret to no log', async () => {
    const { url } = await challenges(await Merchant.joins(gateway));
    await send('GET', url);
    await presses(url, 'failed');
    await gateway.request('GET', '/status', { headers: { 'x-request-id': 'after-the-page' } });
    await eventually(
      'the log line',
      () => gateway.log,
      (lines) => lines.some(({ requestId }) => requestId === 'after-the-page'),
    );
    expect(gateway.output).not.toContain(url.split('/').at(-1));
  });
});

const HOSTILE = `"><script>alert(1)</script><img src=x onerror='alert(1)'>&amp;</title>`;

/** A merchant whose name is an attack. */
async function hostileMerchant(): Promise<Merchant> {
  const email = newEmail();
  const { apiKey } = bodyOf(
    await gateway.request<{ apiKey: string }>('POST', '/users/register', {
      json: newRegistration({ email, name: HOSTILE }),
    }),
    201,
  );
  await login(gateway, email, PASSWORD);
  const any = await Merchant.joins(gateway);
  return Object.assign(Object.create(Object.getPrototypeOf(any) as object) as Merchant, any, { apiKey });
}

describe('What others wrote', () => {
  it('is text on the page, never markup: the name of the merchant, the return address', async () => {
    const merchant = await hostileMerchant();
    const { url } = await challenges(merchant, {
      customerName: HOSTILE,
      returnUrl: `https://shop.example/"><script>alert(2)</script>?q='onmouseover='alert(3)`,
    });
    const before = (await send('GET', url)).text;
    await presses(url, 'failed');
    const after = (await send('GET', url)).text;
    for (const text of [before, after]) {
      expect(text).toContain('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;');
      expect(text).not.toMatch(/<script|<img/i);
      expect(text.match(/<\/title>/g)).toHaveLength(1);
    }
    const href = /<a href="([^"]*)">/.exec(after)?.[1] ?? '';
    expect(href).toMatch(/^https:\/\/shop\.example\//);
    expect(href).not.toMatch(/['<>]/);
  });

  it('does not add headers to the answer', async () => {
    const { url } = await challenges(await Merchant.joins(gateway), {
      returnUrl: 'https://shop.example/a\r\nset-cookie: a=b',
    });
    const { status, headers } = await presses(url, 'failed');
    expect([status, headers.get('set-cookie')]).toEqual([303, null]);
    expect(headers.get('location')).toMatch(/^https:\/\/shop\.example\//);
  });
});

describe('A challenge that nobody answers', () => {
  it('fails when its time is up, also where the gateway was killed in between', async () => {
    const short = await startGateway({ PAYMENT_PROCESSING_DELAY_MS: '5', AUTHENTICATION_TIMEOUT_SECONDS: '1' });
    try {
      const merchant = await Merchant.joins(short);
      const { id, url } = await challenges(merchant, { returnUrl: RETURN_URL, webhookUrl: recorder.url() });
      await short.kill9();
      await short.restart();
      const payment = await eventually(
        'the time-out',
        () => get(merchant, id),
        ({ status }) => status !== 'requires_action',
      );
      expect(payment).toMatchObject({
        status: 'failed',
        amountCaptured: 0,
        nextAction: null,
        failure: { code: 'authentication_timeout', declineCode: null, advice: 'retry' },
      });
      expectIllegal(await presses(url, 'succeeded'), 'failed');
      expectIllegal(await authenticates(merchant, id, { result: 'succeeded' }), 'failed');
      expect((await send('GET', url)).text).toContain('The payment is failed.');
      expect(
        (await recorder.next(({ body }) => body.id === id && body.event === 'payment.failed')).body.data.status,
      ).toBe('failed');
    } finally {
      await short.stop();
    }
  });
});

const inBrowser = hasChromium ? it : it.skip;

/** The page as a browser has it after loading; the press of a button is the form post that this DOM asks for. */
async function domOf(url: string): Promise<string> {
  const profile = await mkdtemp(join(tmpdir(), 'chromium-'));
  try {
    const quiet = [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      `--user-data-dir=${profile}`,
    ];
    const { stdout } = await promisify(execFile)(
      CHROMIUM,
      [...quiet, '--virtual-time-budget=2000', '--dump-dom', url],
      { timeout: 25_000 },
    );
    return stdout;
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

describe('In a real browser (skipped where there is no Chromium)', () => {
  inBrowser(
    'the page has two buttons in one form that posts to its own address, and runs no hostile script',
    async () => {
      const merchant = await hostileMerchant();
      const { id, url } = await challenges(merchant);
      const dom = await domOf(url);
      expect(dom).toContain('<dt>Merchant</dt>');
      expect(dom).not.toMatch(/<script|<img/i);
      const form = /<form([^>]*)>/.exec(dom)?.[1] ?? '';
      expect(form.trim()).toBe('method="post"');
      const buttons = [...dom.matchAll(/<button name="([^"]+)" value="([^"]+)">([^<]+)<\/button>/g)].map(
        ([, name, value, text]) => ({ name, value, text }),
      );
      expect(buttons).toEqual([
        { name: 'result', value: 'succeeded', text: 'Complete authentication' },
        { name: 'result', value: 'failed', text: 'Fail authentication' },
      ]);
      expect((await presses(url, buttons[0]?.value ?? '')).status).toBe(200);
      expect(await domOf(url)).toContain('The payment is completed.');
      expect((await get(merchant, id)).status).toBe('completed');
    },
  );
});
