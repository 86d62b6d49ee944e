import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from '../../client/index.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { Sandbox } from '../support/sandbox.js';
import { DOCS, isThere, LANGUAGES, type ProgramResult, runProgram, SNIPPETS } from '../support/snippets.js';

let gateway: Gateway;
let folder: string;
beforeAll(async () => {
  [gateway, folder] = await Promise.all([startGateway(), mkdtemp(join(tmpdir(), 'charge-snippets-'))]);
});
afterAll(async () => {
  await gateway.stop();
  await rm(folder, { recursive: true, force: true });
});

for (const { name, needs, fileOf, command } of LANGUAGES) {
  const there = isThere(...needs);
  (there ? describe : describe.skip)(
    `The charge in ${name}${there ? '' : ` (skipped: ${needs[0]} is not on this machine)`}`,
    () => {
      it('is carried out once, although answers are lost and the gateway is away, and gives up on a refusal', async () => {
        const { created } = await Sandbox.create(gateway, { settings: { processingDelayMs: 0 } });
        const client = createClient({ url: gateway.url, apiKey: created.apiKey });
        const program = await command(fileOf('charge'), folder);
        const run = (key: string): Promise<ProgramResult> =>
          runProgram(program, { GATEWAY_URL: gateway.url, GATEWAY_KEY: key, ORDER: 'order-7' });

        const lost = { match: { operation: 'charge' }, when: 'after', times: 1 } as const;
        const fault = await client.faults.add({ ...lost, effect: { type: 'reset' } });
        await client.faults.add({ ...lost, when: 'before', effect: { type: 'status', status: 503 } });
        expect(await run(created.apiKey)).toMatchObject({
          code: 0,
          output: expect.stringMatching(/^txn_\w+ 19\.99 completed\r?\n$/),
        });
        expect((await client.payments.list()).data).toHaveLength(1);
        expect((await client.faults.get(fault.id)).hits).toMatchObject([
          { moneyMoved: true, repeatedWith: 'same_key' },
        ]);

        const { code, output } = await run('PK_LIVE_wrong');
        expect(code).not.toBe(0);
        expect(output).toContain('api_key_invalid');
      }, 90_000);
    },
  );
}

describe('docs/client.md', () => {
  it('shows every snippet exactly as it is run', async () => {
    const page = await readFile(join(DOCS, 'client.md'), 'utf8');
    const files = (await readdir(SNIPPETS)).filter((file) => /^charge\./i.test(file));
    expect(files).toHaveLength(LANGUAGES.length);
    for (const file of files) {
      const shown = page.includes(`\n${await readFile(join(SNIPPETS, file), 'utf8')}\`\`\`\n`);
      expect({ file, shown }).toEqual({ file, shown: true });
    }
  });
});
