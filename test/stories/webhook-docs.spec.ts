import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { EVENT_TYPES } from '../../src/events/event-types.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { Merchant } from '../support/merchant.js';
import { DOCS, isThere, LANGUAGES, runProgram, SNIPPETS, transpiled } from '../support/snippets.js';
import { type CreatedEndpoint, createEndpoint, testEndpoint } from '../support/webhook-endpoints.js';
import { type Received, WebhookRecorder } from '../support/webhook-recorder.js';

let gateway: Gateway;
let recorder: WebhookRecorder;
let merchant: Merchant;
let endpoint: CreatedEndpoint;
/** To the endpoint, and to a payment's own webhookUrl. */
let webhooks: { endpoint: Received; direct: Received };
let folder: string;

beforeAll(async () => {
  [gateway, recorder, folder] = await Promise.all([
    startGateway(),
    WebhookRecorder.start(),
    mkdtemp(join(tmpdir(), 'gateway-snippets-')),
  ]);
  merchant = await Merchant.joins(gateway);
  endpoint = await createEndpoint(merchant, recorder.url(), { events: ['webhook.test'], signatures: ['v1', 'v1a'] });
  const { eventId } = await testEndpoint(merchant, endpoint.id);
  const { id } = await merchant.charges({ customerName: 'Ünïcode ☕', webhookUrl: recorder.url() });
  webhooks = { endpoint: await recorder.nextOf(eventId), direct: await recorder.nextOf(id) };
});
afterAll(async () => {
  await gateway.stop();
  await recorder.stop();
  await rm(folder, { recursive: true, force: true });
});

const environment = ({ headers }: Received, secret: string): Record<string, string> => ({
  WEBHOOK_SECRET: secret,
  WEBHOOK_PUBLIC_KEY: endpoint.publicKey ?? '',
  WEBHOOK_ID: String(headers['webhook-id']),
  WEBHOOK_TIMESTAMP: String(headers['webhook-timestamp']),
  WEBHOOK_SIGNATURE: String(headers['webhook-signature']),
});

const ALL = [
  ...LANGUAGES.map(({ name, needs, fileOf, command }) => ({
    name,
    needs,
    command: () => command(fileOf('verify'), folder),
  })),
  {
    name: 'curl + openssl',
    needs: ['openssl', 'version'] as const,
    command: () => Promise.resolve(['sh', join(SNIPPETS, 'verify.sh')] as const),
  },
];

for (const { name, needs, command } of ALL) {
  const there = isThere(...needs);
  (there ? describe : describe.skip)(
    `The snippet in ${name}${there ? '' : ` (skipped: ${needs[0]} is not on this machine)`}`,
    () => {
      it("accepts what the gateway sends, with an endpoint's secret and with the account's", async () => {
        const program = await command();
        expect(
          await runProgram(program, environment(webhooks.endpoint, endpoint.secret), webhooks.endpoint.raw),
        ).toEqual({
          code: 0,
          output: 'verified\n',
        });
        expect(
          await runProgram(program, environment(webhooks.direct, merchant.webhookSecret), webhooks.direct.raw),
        ).toEqual({
          code: 0,
          output: 'verified\n',
        });
      }, 60_000);

      it('refuses another body, id, time or secret, an old message, and what is no signature', async () => {
        const program = await command();
        const right = environment(webhooks.endpoint, endpoint.secret);
        const body = webhooks.endpoint.raw;
        const cases: [Record<string, string>, Uint8Array][] = [
          [right, Buffer.concat([body, Buffer.from(' ')])],
          [{ ...right, WEBHOOK_ID: 'evt_other' }, body],
          [{ ...right, WEBHOOK_TIMESTAMP: String(Number(right.WEBHOOK_TIMESTAMP) - 1) }, body],
          [{ ...right, WEBHOOK_TIMESTAMP: String(Number(right.WEBHOOK_TIMESTAMP) - 1000) }, body],
          [{ ...right, WEBHOOK_TIMESTAMP: 'now' }, body],
          [{ ...right, WEBHOOK_SECRET: `whsec_${Buffer.alloc(32).toString('base64')}` }, body],
          [{ ...right, WEBHOOK_SECRET: merchant.webhookSecret }, body],
          [{ ...right, WEBHOOK_SIGNATURE: 'v1,' }, body],
          [{ ...right, WEBHOOK_SIGNATURE: '' }, body],
        ];
        const codes = await Promise.all(
          cases.map(async ([env, input]) => (await runProgram(program, env, input)).code),
        );
        expect(codes.map((code) => code !== 0)).toEqual(cases.map(() => true));
      }, 60_000);
    },
  );
}

describe('The snippet for ed25519', () => {
  it('accepts what the gateway sends with the public key alone, and nothing else', async () => {
    const program = [process.execPath, await transpiled('verify-ed25519.mts', folder)] as const;
    const env = environment(webhooks.endpoint, '');
    expect(await runProgram(program, env, webhooks.endpoint.raw)).toEqual({ code: 0, output: 'verified\n' });
    expect((await runProgram(program, env, Buffer.concat([webhooks.endpoint.raw, Buffer.from(' ')]))).code).toBe(1);
    expect(
      (
        await runProgram(
          program,
          { ...env, WEBHOOK_PUBLIC_KEY: `whpk_${Buffer.alloc(32, 1).toString('base64')}` },
          webhooks.endpoint.raw,
        )
      ).code,
    ).not.toBe(0);
  });
});

const canReceive = isThere('openssl', 'version') && isThere('curl', '--version');
(canReceive ? describe : describe.skip)(
  `The snippet that signs by openssl and curl${canReceive ? '' : ' (skipped: openssl or curl is not on this machine)'}`,
  () => {
    it('is believed by POST /webhook-receive with the right secret only', async () => {
      const env = { API: gateway.api, API_KEY: merchant.apiKey, WEBHOOK_SECRET: merchant.webhookSecret };
      expect(await runProgram(['sh', join(SNIPPETS, 'receive.sh')], env)).toEqual({
        code: 0,
        output: '{"status":"verified"}',
      });
      expect(
        (await runProgram(['sh', join(SNIPPETS, 'receive.sh')], { ...env, WEBHOOK_SECRET: 'SK_other' })).code,
      ).not.toBe(0);
    });
  },
);

describe('docs/webhooks.md', () => {
  it('shows every snippet exactly as it is run', async () => {
    const page = await readFile(join(DOCS, 'webhooks.md'), 'utf8');
    const files = (await readdir(SNIPPETS)).filter((file) => !/^charge\./i.test(file)).sort();
    expect(files).toEqual([
      'Verify.java',
      'receive.sh',
      'verify-ed25519.mts',
      'verify.go',
      'verify.mts',
      'verify.php',
      'verify.py',
      'verify.sh',
    ]);
    for (const file of files) {
      const shown = page.includes(`\n${await readFile(join(SNIPPETS, file), 'utf8')}\`\`\`\n`);
      expect({ file, shown }).toEqual({ file, shown: true });
    }
  });

  it('has snippets that the strict compiler accepts', () => {
    const program = ts.createProgram([join(SNIPPETS, 'verify.mts'), join(SNIPPETS, 'verify-ed25519.mts')], {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      target: ts.ScriptTarget.ES2023,
      lib: ['lib.es2023.d.ts'],
      module: ts.ModuleKind.NodeNext,
      types: ['node'],
      typeRoots: [fileURLToPath(new URL('../../node_modules/@types', import.meta.url))],
    });
    expect(
      ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
    ).toEqual([]);
  });

  it('names every type of event', async () => {
    const page = await readFile(join(DOCS, 'webhooks.md'), 'utf8');
    expect(EVENT_TYPES.filter((type) => !page.includes(`\`${type}\``))).toEqual([]);
  });
});
