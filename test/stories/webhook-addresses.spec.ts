import { lookup } from 'node:dns/promises';
import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type SharedDatabase, startSharedDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { expectInvalid } from '../support/http.js';
import { Merchant, newCharge } from '../support/merchant.js';
import {
  changeEndpoint,
  createEndpoint,
  finished,
  listDeliveries,
  testEndpoint,
  triesToCreateEndpoint,
} from '../support/webhook-endpoints.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';

let database: SharedDatabase;
let gateway: Gateway;
let recorder: WebhookRecorder;
beforeAll(async () => {
  [database, recorder] = await Promise.all([startSharedDatabase(), WebhookRecorder.start()]);
  gateway = await startGateway({
    NODE_ENV: 'production',
    MONGODB_URI: database.uri,
    WEBHOOK_RETRY_SCHEDULE: '0',
    WEBHOOK_TIMEOUT_MS: '1000',
  });
});
afterAll(async () => {
  await gateway.stop();
  await database.stop();
  await recorder.stop();
});

const REFUSED = [
  'http://127.0.0.1:8080/',
  'http://[::1]/',
  'http://localhost/',
  'http://api.localhost/',
  'http://2130706433/',
  'http://10.0.0.1/',
  'http://172.16.0.1/',
  'http://192.168.1.1/',
  'http://169.254.169.254/latest/meta-data/',
  'http://[::ffff:169.254.169.254]/',
  'http://[fd00:ec2::254]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[2002:7f00:1::]/',
  'http://0.0.0.0/',
  'https://user:password@merchant.example/',
];

/** A name that this machine resolves to itself without asking anybody, and that the URL alone does not give away. */
async function localName(): Promise<string | null> {
  for (const candidate of [hostname(), 'localhost.', 'ip6-localhost']) {
    const addresses = await lookup(candidate, { all: true }).catch(() => []);
    if (
      candidate !== 'localhost' &&
      addresses.length > 0 &&
      addresses.every(({ address }) => address.startsWith('127.') || address === '::1')
    )
      return candidate;
  }
  return null;
}
const name = await localName();

describe('In production', () => {
  it.each(REFUSED)('%s is refused for an endpoint, a change of one, and a webhookUrl', async (url) => {
    const merchant = await Merchant.joins(gateway);
    expectInvalid(await triesToCreateEndpoint(merchant, { url }), {
      loc: ['body', 'url'],
      type: 'url_not_allowed',
      input: url,
    });
    expectInvalid(await merchant.triesToCharge(newCharge({ webhookUrl: url })), {
      loc: ['body', 'webhookUrl'],
      type: 'url_not_allowed',
    });
    const { id } = await createEndpoint(merchant, 'https://merchant.example/');
    expectInvalid(await merchant.asks('PATCH', `/webhooks/endpoints/${id}`, { json: { url } }), {
      loc: ['body', 'url'],
      type: 'url_not_allowed',
    });
  });

  (name === null ? it.skip : it)(
    `a name that resolves to this machine is refused when it is sent to${name === null ? ' (skipped: no name of this machine resolves to loopback without a network)' : ''}`,
    async () => {
      const merchant = await Merchant.joins(gateway);
      const url = recorder.url('/rebound').replace('127.0.0.1', name ?? '');
      const endpoint = await createEndpoint(merchant, url);
      const delivery = await finished(merchant, (await testEndpoint(merchant, endpoint.id)).id);
      expect(delivery).toMatchObject({
        status: 'failed',
        attempts: [{ status: null, error: 'The host resolves to no address that webhooks may go to' }],
      });

      await merchant.charges({ webhookUrl: url });
      const direct = await eventually(
        'the delivery to the webhookUrl',
        () => listDeliveries(merchant, 'status=failed'),
        ({ data }) => data.some(({ endpointId }) => endpointId === null),
      );
      expect(direct.data.find(({ endpointId }) => endpointId === null)).toMatchObject({
        attempts: [{ status: null, error: 'The host resolves to no address that webhooks may go to' }],
      });
      expect(recorder.received.filter(({ path }) => path === '/rebound')).toEqual([]);
    },
  );
});

describe('Where ports are named', () => {
  it('others are refused, also for what was allowed before', async () => {
    const port = new URL(recorder.url()).port;
    const own = await startGateway({ WEBHOOK_PORTS: `443,${port}` });
    try {
      const merchant = await Merchant.joins(own);
      expectInvalid(await triesToCreateEndpoint(merchant, { url: 'http://127.0.0.1:81/' }), {
        loc: ['body', 'url'],
        type: 'url_not_allowed',
        msg: `The port must be one of 443, ${port}`,
      });
      expectInvalid(await merchant.triesToCharge(newCharge({ webhookUrl: 'http://merchant.example/' })), {
        loc: ['body', 'webhookUrl'],
        type: 'url_not_allowed',
      });
      const endpoint = await createEndpoint(merchant, recorder.url());
      expect((await finished(merchant, (await testEndpoint(merchant, endpoint.id)).id)).status).toBe('succeeded');
      await changeEndpoint(merchant, endpoint.id, { url: 'https://merchant.example/' });
    } finally {
      await own.stop();
    }
  });
});
