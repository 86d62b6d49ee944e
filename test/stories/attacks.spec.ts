import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { type Answer, expectError, expectInvalid, send } from '../support/http.js';
import { Merchant, newCharge, newEmail, newRegistration, PASSWORD } from '../support/merchant.js';
import { RawConnection } from '../support/raw-connection.js';

let gateway: Gateway;
let merchant: Merchant;
beforeAll(async () => {
  gateway = await startGateway({ REQUEST_TIMEOUT_MS: '1000' });
  merchant = await Merchant.joins(gateway);
});
afterAll(() => gateway.stop());

/** How long `act` takes, in ms. */
async function timed(act: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await act();
  return performance.now() - started;
}

describe('A body that is made to cost time', () => {
  const zeros = '0'.repeat(49_000);
  it.each([`1${zeros}1${zeros}`, `0.${zeros}1${zeros}`, `1${zeros}${zeros}`, `-1e${zeros}`])(
    'is refused at once: %.12s…',
    async (number) => {
      const took = await timed(async () => {
        expectError(await gateway.request('POST', '/users/login', { raw: `{"a":${number}}` }), 422, expect.any(Array));
      });
      expect(took).toBeLessThan(500);
    },
  );

  it('is logged at once, whatever letters it has', async () => {
    const names = ['a'.repeat(200), 'abcdef'.repeat(30), '4 '.repeat(100)];
    for (const customerName of names)
      await merchant.triesToCharge(
        newCharge({
          customerName,
          details: customerName.repeat(5).slice(0, 1000),
          metadata: Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`k${n}`, 'z'.repeat(500)])),
        }),
      );
    const took = await timed(() =>
      eventually(
        'the log',
        () => merchant.asks<{ data: unknown[] }>('GET', '/request-logs?limit=100'),
        ({ body }) => body.data.length >= names.length,
      ),
    );
    expect(took).toBeLessThan(2000);
  });
});

describe('A body that is not what it seems', () => {
  it('with invalid UTF-8 is refused', async () => {
    const raw = Buffer.concat([
      Buffer.from('{"email":"a'),
      Buffer.from([0xff]),
      Buffer.from('@b.example","password":"correct horse"}'),
    ]);
    expectInvalid(await gateway.request('POST', '/users/login', { raw: new Uint8Array(raw) }), {
      loc: ['body'],
      type: 'json_invalid',
    });
  });

  it('with an exact number in another form is read as that number', async () => {
    const raw = '{"customerName":"a","paymentAmount":1999000000000000000e-17,"currency":"USD"}';
    const { status, body } = await gateway.request('POST', '/payments/charge', { headers: merchant.withKey, raw });
    expect({ status, body }).toMatchObject({ status: 201, body: { amount: 19.99 } });
  });

  it.each(['_bsontype', '$set', 'a.b'])('with %s in its metadata is refused', async (name) => {
    for (const value of ['x', 'ObjectId', 'Long'])
      expectInvalid(await merchant.triesToCharge(newCharge({ metadata: { [name]: value } })), {
        loc: ['body', 'metadata'],
        type: 'metadata_type',
      });
  });

  it('that is null is refused where it could have been left out', async () => {
    const { body: endpoint } = await merchant.asks<{ id: string }>('POST', '/webhooks/endpoints', {
      json: { url: 'http://127.0.0.1:9/x' },
    });
    const path = `/webhooks/endpoints/${endpoint.id}/rotate-secret`;
    expectInvalid(await merchant.asks('POST', path, { raw: 'null' }), { loc: ['body'], type: 'json_invalid' });
    expect((await merchant.asks('POST', path)).status).toBe(200);
  });

  it('that changes nothing is refused', async () => {
    const { body: endpoint } = await merchant.asks<{ id: string }>('POST', '/webhooks/endpoints', {
      json: { url: 'http://127.0.0.1:9/x' },
    });
    for (const sent of [{}, { json: {} }])
      expectInvalid(await merchant.asks('PATCH', `/webhooks/endpoints/${endpoint.id}`, sent), {
        loc: ['body'],
        type: 'missing',
      });
    expect(
      (await merchant.asks('PATCH', `/webhooks/endpoints/${endpoint.id}`, { json: { enabled: false } })).status,
    ).toBe(200);
  });
});

describe('A request that no route takes', () => {
  it.each(['QUERY', 'PROPFIND', 'TRACE', 'FOO'])(
    'by the method %s is 405 where the path exists and 404 elsewhere',
    async (method) => {
      for (const [path, status] of [
        ['/api/v1/status', 405],
        ['/api/v1/nowhere', 404],
      ] as const) {
        const text = await new RawConnection(gateway.url)
          .send(`${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
          .answer();
        expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
        expect(text).toContain(`"status":${status}`);
        if (status === 405) expect(text.toLowerCase()).toContain('\r\nallow: get, head\r\n');
      }
    },
  );

  it('for an id of any length is 404', async () => {
    for (const length of [101, 5000])
      expectError(
        await gateway.request('GET', `/payments/${'a'.repeat(length)}`, { headers: merchant.withKey }),
        404,
        expect.any(String),
      );
  });

  it('with headers that are too large is 431 in the form of every error', async () => {
    const answer = await gateway.request('GET', '/status', { headers: { 'x-large': 'a'.repeat(20_000) } });
    expect(answer.status).toBe(431);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.body).toEqual({
      detail: expect.any(String),
      status: 431,
      code: 'headers_too_large',
      title: 'Request Header Fields Too Large',
      requestId: answer.headers.get('x-request-id'),
      docUrl: `${gateway.url}/docs/errors#headers_too_large`,
    });
  });

  it('that is no HTTP is 400 in the form of every error', async () => {
    const text = await new RawConnection(gateway.url).send('what is this\r\n\r\n').answer();
    expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(text).toContain('"code":"bad_request"');
  });
});

describe('A request that never ends', () => {
  it('is answered 408, closed, and leaves no stack trace', async () => {
    const before = gateway.output.length;
    const body = new RawConnection(gateway.url).send(
      'POST /api/v1/users/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"email"',
    );
    const headers = new RawConnection(gateway.url).send('POST /api/v1/users/login HTTP/1.1\r\nHost: localhost\r\n');
    const [text, other] = await Promise.all([body.answer(), headers.answer()]);
    for (const answer of [text, other]) {
      expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
      expect(answer).toContain('"code":"request_timeout"');
    }
    expect(gateway.output.slice(before)).not.toMatch(/"level":50|stack/);
  });

  it('because the client left leaves no stack trace', async () => {
    const before = gateway.output.length;
    const connection = new RawConnection(gateway.url).send(
      'POST /api/v1/users/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"email"',
    );
    await eventually(
      'the request to begin',
      () => gateway.request('GET', '/status'),
      ({ status }) => status === 200,
    );
    connection.leave();
    for (let round = 0; round < 5; round++) await gateway.request('GET', '/status');
    expect(gateway.output.slice(before)).not.toMatch(/"level":50|stack/);
  });
});

describe('What a client writes into headers', () => {
  it('as a request id is not kept if it holds a card number', async () => {
    for (const id of ['4242424242424242', 'pay-4242-4242-4242-4242']) {
      const { headers } = await gateway.request('GET', '/status', { headers: { 'x-request-id': id } });
      expect(headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{24}$/);
    }
    for (const id of ['my-request-1', '123e4567-e89b-12d3-a456-426614174000'])
      expect(
        (await gateway.request('GET', '/status', { headers: { 'x-request-id': id } })).headers.get('x-request-id'),
      ).toBe(id);
    expect(gateway.output).not.toMatch(/4242-?4242-?4242-?4242/);
  });

  it('as Host does not become a link', async () => {
    const body = JSON.stringify(newCharge({ paymentMethod: 'pm_card_authenticationRequired' }));
    const charge = `POST /api/v1/payments/charge HTTP/1.1\r\nHost: evil.example\r\nX-API-Key: ${merchant.apiKey}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`;
    const text = await new RawConnection(gateway.url).send(charge).answer();
    expect(text).toMatch(/^HTTP\/1\.1 201 /);
    expect(text).not.toContain('evil.example');
    expect(text).toContain(`"url":"${gateway.url}/3ds/`);
  });
});

describe('An answer that shows a secret', () => {
  it('is kept by no cache', async () => {
    const registration = newRegistration();
    const answers: Answer[] = [
      await gateway.request('POST', '/users/register', { json: registration }),
      await gateway.request('POST', '/users/login', { json: { email: registration.email, password: PASSWORD } }),
      await merchant.asks('POST', '/users/me/api-keys', { json: { name: 'CI' } }),
      await merchant.asks('POST', '/users/me/webhook-secret/rotate'),
      await merchant.asks('POST', '/webhooks/endpoints', { json: { url: 'http://127.0.0.1:9/x' } }),
    ];
    expect(answers.map(({ status, headers }) => [status < 300, headers.get('cache-control')])).toEqual(
      answers.map(() => [true, 'no-store']),
    );
  });
});

describe('Many registrations at once', () => {
  it('leave room for a login, and are refused when too many wait', async () => {
    const busy = await startGateway({ BCRYPT_COST: '10' });
    try {
      const email = newEmail();
      await busy.request('POST', '/users/register', { json: newRegistration({ email }) });
      const usual = await timed(() => busy.request('POST', '/users/login', { json: { email, password: PASSWORD } }));
      const registrations = Array.from({ length: 300 }, () =>
        busy.request('POST', '/users/register', { json: newRegistration() }),
      );
      const refused = await Promise.race(
        registrations.map(async (each) => {
          const answer = await each;
          return answer.status === 503 ? answer : new Promise<never>(() => undefined);
        }),
      );
      expectError(refused, 503, expect.any(String));
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      const took = await timed(async () => {
        expect((await busy.request('POST', '/users/login', { json: { email, password: PASSWORD } })).status).toBe(200);
      });
      expect(took).toBeLessThan(usual * 4 + 1000);
      const statuses = (await Promise.all(registrations)).map(({ status }) => status);
      expect(new Set(statuses)).toEqual(new Set([201, 503]));
    } finally {
      await busy.stop();
    }
  });
});

describe('Dates', () => {
  it('may have microseconds', async () => {
    const charged = await merchant.charges();
    const { body } = (await merchant.triesToQuery('createdAfter=2020-01-01T00:00:00.123456Z')) as Answer<{
      transactions: { id: string }[];
    }>;
    expect(body.transactions.map(({ id }) => id)).toContain(charged.id);
    expect(
      (
        await send('GET', `${gateway.api}/payments/query?createdAfter=2020-01-01T00:00:00.1234567890Z`, {
          headers: merchant.withBoth,
        })
      ).status,
    ).toBe(422);
  });
});
