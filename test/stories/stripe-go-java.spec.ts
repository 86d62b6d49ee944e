/**
 * Only with STRIPE_SDKS=1, since packages are fetched and the SDK for Go takes up to two minutes to compile:
 *
 *   STRIPE_SDKS=1 npm test -- test/stories/stripe-go-java.spec.ts
 */
import { execFile, spawnSync } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Gateway, startGateway } from '../support/gateway.js';
import { newSecretKey } from '../support/stripe.js';

const execute = promisify(execFile);
const PROGRAMS = fileURLToPath(new URL('../support/programs/', import.meta.url));
const BUILD_MS = 240_000;

/** An official SDK, and how its program is compiled in a folder; `args` of the command without the gateway's URL. */
interface Sdk {
  readonly language: string;
  /** The version of the API that it sends, and decodes. */
  readonly version: string;
  readonly there: boolean;
  readonly build: (folder: string) => Promise<{ readonly file: string; readonly args: readonly string[] }>;
}

const isThere = (file: string, ...args: string[]): boolean => spawnSync(file, args).status === 0;

const GO_MODULE = 'github.com/stripe/stripe-go/v85@v85.0.0';

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>gateway.test</groupId>
  <artifactId>decode</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>com.stripe</groupId><artifactId>stripe-java</artifactId><version>33.3.0</version></dependency>
  </dependencies>
</project>
`;

const SDKS: readonly Sdk[] = [
  {
    language: 'Go',
    version: '2026-03-25.dahlia',
    there: isThere('go', 'version'),
    build: async (folder) => {
      const env = { ...process.env, GOPATH: join(folder, 'go'), GOFLAGS: '-modcacherw' };
      const go = (...args: string[]) => execute('go', args, { cwd: folder, env, timeout: BUILD_MS });
      await writeFile(join(folder, 'go.mod'), 'module gateway.test\n\ngo 1.23\n');
      await copyFile(join(PROGRAMS, 'stripe_decode.go'), join(folder, 'main.go'));
      await go('get', GO_MODULE);
      await go('build', '-trimpath', '-o', 'program', '.');
      return { file: join(folder, 'program'), args: [] };
    },
  },
  {
    language: 'Java',
    version: '2026-07-29.dahlia',
    there: isThere('mvn', '--version') && isThere('javac', '-version'),
    build: async (folder) => {
      await writeFile(join(folder, 'pom.xml'), POM);
      const copies = ['dependency:copy-dependencies', '-DoutputDirectory=jars', '-Dmaven.repo.local=repository'];
      await execute('mvn', ['-q', '-B', ...copies], { cwd: folder, timeout: BUILD_MS });
      const classes = ['-cp', join('jars', '*'), '-d', 'classes', join(PROGRAMS, 'StripeDecode.java')];
      await execute('javac', classes, { cwd: folder, timeout: BUILD_MS });
      return { file: 'java', args: ['-cp', `classes:${join('jars', '*')}`, 'StripeDecode'] };
    },
  },
];

const isAsked = process.env.STRIPE_SDKS === '1';

let gateway: Gateway | undefined;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-sdks-'));
  if (isAsked) gateway = await startGateway({ RATE_LIMIT: 'off' });
});
afterAll(async () => {
  await gateway?.stop();
  await rm(folder, { recursive: true, force: true });
});

for (const { language, version, there, build } of SDKS) {
  const why = isAsked ? 'it is not on this machine' : 'run it with STRIPE_SDKS=1';
  const runs = isAsked && there;
  (runs ? describe : describe.skip)(`The official SDK for ${language}${runs ? '' : ` (skipped: ${why})`}`, () => {
    it('decodes payments, charges, refunds, events and declines in its own version of the API', async () => {
      const place = await mkdtemp(join(folder, 'sdk-'));
      const { file, args } = await build(place);
      const env = { ...process.env, KEY: newSecretKey() };
      const { stdout } = await execute(file, [...args, gateway?.url ?? ''], { cwd: place, env, timeout: 60_000 });
      expect(JSON.parse(stdout)).toEqual({
        version,
        intent: ['payment_intent', 'succeeded', 2000, 'usd', '7'],
        charge: ['charge', true, 'approved_by_network', '4242', 1912, true],
        refund: ['refund', 'succeeded', 500, true],
        event: ['event', 'payment_intent.succeeded', version, true],
        webhook: ['payment_intent.succeeded', version],
        decline: ['card_error', 'card_declined', 'insufficient_funds', 402, 'requires_payment_method'],
      });
    }, 600_000);
  });
}
