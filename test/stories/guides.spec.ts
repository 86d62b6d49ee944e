import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';
import { CHROMIUM, hasChromium, LOOPBACK_ONLY } from '../support/chromium.js';
import { createFault } from '../support/faults.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { type Answer, expectError, send } from '../support/http.js';
import { Merchant, newCharge } from '../support/merchant.js';
import { RawConnection } from '../support/raw-connection.js';

const DOCS = new URL('../../docs/', import.meta.url);
const MARKDOWN = readdirSync(DOCS).filter((file) => file.endsWith('.md'));
const GUIDES = MARKDOWN.map((file) => file.replace('.md', ''));

const CODES = (
  JSON.parse(readFileSync(new URL('../../openapi.json', import.meta.url), 'utf8')) as {
    components: { schemas: { ErrorCode: { enum: string[] } } };
  }
).components.schemas.ErrorCode.enum;

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

const get = (path: string): Promise<Answer> => send('GET', `${gateway.url}${path}`);

const idsOf = (html: string): string[] => [...html.matchAll(/ id="([^"]*)"/g)].map(([, id = '']) => id);
const linksOf = (html: string): string[] =>
  [...html.matchAll(/ (?:href|src)="([^"]*)"/g)].map(([, href = '']) => href.replaceAll('&amp;', '&'));

/** Every address of the gateway that a page links to, from the index on, with what it answers. */
async function crawl(): Promise<Map<string, Answer>> {
  const answers = new Map<string, Answer>();
  const waiting = ['/docs/guides'];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (answers.has(path)) continue;
    const answer = await get(path);
    answers.set(path, answer);
    for (const link of linksOf(isPage(answer) ? answer.text : '')) {
      const url = new URL(link, `${gateway.url}${path}`);
      if (url.origin === gateway.url) waiting.push(url.pathname);
    }
  }
  return answers;
}

const isPage = ({ headers }: Answer): boolean => headers.get('content-type') === 'text/html; charset=utf-8';

describe('The guides', () => {
  it.each(GUIDES)('%s is served as a page', async (name) => {
    const answer = await get(`/docs/guides/${name}`);
    expect([answer.status, isPage(answer)]).toEqual([200, true]);
    const [, title] = /^# (.*)$/m.exec(readFileSync(new URL(`${name}.md`, DOCS), 'utf8')) ?? [];
    expect(answer.text).toContain(`>${title ?? 'no title'}</h1>`);
  });

  it('stand in the index, each with its title and a sentence', async () => {
    const { text } = await get('/docs/guides');
    const entries = [...text.matchAll(/<li><a href="([^"]+)">[^<]+<\/a><p>[A-Z][^<]+\.<\/p><\/li>/g)];
    expect(entries.map(([, href]) => href?.replace(/.*\//, ''))).toEqual(GUIDES.sort());
  });

  it('link only to what is there: every address answers, and every fragment is an element', async () => {
    const answers = await crawl();
    expect([...answers].filter(([, { status }]) => status !== 200).map(([path]) => path)).toEqual([]);
    const pages = [...answers].filter(([, answer]) => isPage(answer));
    const dead = pages.flatMap(([path, { text }]) =>
      linksOf(text).filter((link) => {
        const { origin, pathname, hash } = new URL(link, `${gateway.url}${path}`);
        if (origin !== gateway.url || hash === '') return false;
        return !idsOf(answers.get(pathname)?.text ?? '').includes(decodeURIComponent(hash.slice(1)));
      }),
    );
    expect(dead).toEqual([]);
    expect([...answers.keys()]).toEqual(
      expect.arrayContaining(['/docs', '/docs/errors', '/docs/guides.css', '/docs/guides/snippets/verify.py']),
    );
    expect(pages.length).toBeGreaterThan(GUIDES.length);
  });

  it('give each id to one element', async () => {
    for (const name of GUIDES) {
      const ids = idsOf((await get(`/docs/guides/${name}`)).text);
      expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    }
  });

  it('run no script, and the Content-Security-Policy allows none in the page', async () => {
    for (const [path, answer] of await crawl()) {
      expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'self';/);
      expect(answer.headers.get('content-security-policy')).not.toContain('script-src');
      if (!isPage(answer) || path === '/docs') continue;
      expect(answer.text).not.toMatch(/<script|<[^>]+ (?:on\w+|style)=|javascript:/i);
    }
  });

  it('have their programs as plain text', async () => {
    const { status, headers, text } = await get('/docs/guides/snippets/verify.py');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
    expect(text).toBe(readFileSync(new URL('snippets/verify.py', DOCS), 'utf8'));
  });

  it('answer HEAD like GET', async () => {
    for (const path of ['/docs/guides', '/docs/guides/testing', '/docs/errors', '/docs/guides.css']) {
      const [head, whole] = await Promise.all([send('HEAD', `${gateway.url}${path}`), get(path)]);
      const facts = ({ status, headers }: Answer) => [
        status,
        headers.get('content-type'),
        headers.get('content-length'),
      ];
      expect([head.text, ...facts(head)]).toEqual(['', ...facts(whole)]);
    }
  });

  it.each([
    '/docs/guides/unknown',
    '/docs/guides/webhooks.md',
    '/docs/guides/decisions',
    '/docs/guides/0001-events-in-the-payment',
    '/docs/guides/snippets/unknown.sh',
    '/docs/guides/..%2f..%2fpackage.json',
    '/docs/guides/__proto__',
  ])('are all: %s is 404 like any other unknown path', async (path) => {
    expectError(await get(path), 404, 'Not Found');
  });

  it('are named at the start of the gateway', () => {
    expect(gateway.output).toContain(`\n  Guide   ${gateway.url}/docs/guides\n`);
  });
});

describe('The page of errors', () => {
  it('has an element for each code of the catalogue', async () => {
    const ids = idsOf((await get('/docs/errors')).text);
    expect(CODES.length).toBeGreaterThan(50);
    expect(CODES.filter((code) => !ids.includes(code))).toEqual([]);
  });
});

interface ErrorBody {
  readonly code: string;
  readonly docUrl: string;
}

/** Sends bytes as they are, and reads the body of the answer. */
async function rawError(to: Gateway, bytes: string): Promise<ErrorBody> {
  const text = await new RawConnection(to.url).send(bytes).answer();
  return JSON.parse(text.slice(text.indexOf('\r\n\r\n'))) as ErrorBody;
}

const badRequest = (host: string): string =>
  `GET /nowhere HTTP/1.1\r\nHost: ${host}\r\nX-Forwarded-Host: ${host}\r\nConnection: close\r\n\r\n`;

describe('The docUrl of an error', () => {
  it('leads to the element of its code, wherever the error was found', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await merchant.charges({ customerName: 'PENDING' });
    const headers = { 'idempotency-key': 'the-same' };
    const refund = (): Promise<Answer> => merchant.asks('POST', `/payments/${id}/refunds`, { json: {}, headers });
    const answers = [
      // Of a route, and what was stored of it.
      await refund(),
      await refund(),
      await merchant.triesToCharge({}),
      await gateway.request('GET', '/payments/all'),
      await gateway.request('GET', '/payments/txn_unknown', { headers: merchant.withKey }),
      // Of the framework.
      await get('/nowhere'),
      await gateway.request('DELETE', '/status'),
      await gateway.request('GET', '/payments/%'),
      await gateway.request('POST', '/users/login', { headers: { 'content-type': 'text/plain' }, raw: 'x' }),
      await gateway.request('POST', '/users/login', { raw: 'x'.repeat(110_000) }),
      await gateway.request('GET', '/status', { headers: { 'x-large': 'a'.repeat(20_000) } }),
    ];
    for (const when of ['before', 'after']) {
      await createFault(merchant, { match: { operation: 'charge' }, when, effect: { type: 'status', status: 502 } });
      answers.push(await merchant.triesToCharge(newCharge()));
    }
    const bodies = [
      ...answers.map(({ body }) => body as ErrorBody),
      await rawError(gateway, 'what is this\r\n\r\n'),
      await rawError(gateway, 'FOO /api/v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n'),
    ];
    for (const { code, docUrl } of bodies) {
      expect(docUrl).toBe(`${gateway.url}/docs/errors#${code}`);
      expect(idsOf((await send('GET', docUrl)).text)).toContain(code);
    }
    expect(bodies.map(({ code }) => code)).toEqual([
      'illegal_transition',
      'illegal_transition',
      'validation_failed',
      'api_key_invalid',
      'payment_not_found',
      'not_found',
      'method_not_allowed',
      'bad_request',
      'unsupported_media_type',
      'body_too_large',
      'headers_too_large',
      'injected_fault',
      'injected_fault',
      'bad_request',
      'method_not_allowed',
    ]);
  });

  it('keeps the name of this machine that the client used', async () => {
    const host = `localhost:${new URL(gateway.url).port}`;
    expect(await rawError(gateway, badRequest(host))).toMatchObject({ docUrl: `http://${host}/docs/errors#not_found` });
  });

  it.each([
    'evil.example',
    'evil.example:80',
    '127.0.0.1@evil.example',
    'localhost.evil.example',
    '127.0.0.1/evil',
    '',
  ])('names no Host %j that the client made up', async (host) => {
    const { docUrl } = await rawError(gateway, badRequest(host));
    expect(docUrl).toBe(`${gateway.url}/docs/errors#not_found`);
  });

  it('begins with PUBLIC_URL, where that is set', async () => {
    const published = await startGateway({ PUBLIC_URL: 'https://pay.example' });
    try {
      const { body } = await published.request<ErrorBody>('GET', '/nowhere');
      expect(body.docUrl).toBe('https://pay.example/docs/errors#not_found');
      const { docUrl } = await rawError(published, 'what is this\r\n\r\n');
      expect(docUrl).toBe('https://pay.example/docs/errors#bad_request');
    } finally {
      await published.stop();
    }
  });
});

(hasChromium ? describe : describe.skip)('The guides in a browser (skipped where there is no Chromium)', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: [LOOPBACK_ONLY] });
  });
  afterAll(() => browser.close());

  /** What the browser complains about: errors of scripts, missing files, violations of the policy. */
  const complaints = (page: Page): string[] => {
    const found: string[] = [];
    page.on('console', (message) => found.push(message.text()));
    page.on('pageerror', ({ message }) => found.push(message));
    page.on('response', (response) => response.ok() || found.push(response.url()));
    return found;
  };

  it('open without a complaint and ask nothing of any other server', async () => {
    const page = await browser.newPage();
    const found = complaints(page);
    const origins = new Set<string>();
    page.on('request', (request) => origins.add(new URL(request.url()).origin));
    for (const path of ['/docs/guides', '/docs/guides/snippets', ...GUIDES.map((name) => `/docs/guides/${name}`)])
      await page.goto(`${gateway.url}${path}`);
    expect(found).toEqual([]);
    expect([...origins]).toEqual([gateway.url]);
  });

  it('show the code of a docUrl, on a phone too, without scrolling sideways', async () => {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    const { body } = await gateway.request<ErrorBody>('GET', '/nowhere');
    await page.goto(body.docUrl);
    const row = page.locator('#not_found');
    expect(await row.innerText()).toContain('There is nothing at this path.');
    const box = await row.boundingBox();
    expect(box?.y).toBeGreaterThanOrEqual(0);
    expect(box?.y).toBeLessThan(844);
    for (const name of GUIDES) {
      await page.goto(`${gateway.url}/docs/guides/${name}`);
      expect([name, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([name, 390]);
    }
  });

  it('are light or dark as the browser prefers', async () => {
    const background = async (colorScheme: 'light' | 'dark'): Promise<unknown> => {
      const page = await browser.newPage({ colorScheme });
      await page.goto(`${gateway.url}/docs/guides`);
      return page.evaluate('getComputedStyle(document.body).backgroundColor');
    };
    expect([await background('light'), await background('dark')]).toEqual(['rgb(255, 255, 255)', 'rgb(18, 22, 29)']);
  });
});
