import { execFile, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PROGRAMS } from '../support/client-programs.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { Merchant } from '../support/merchant.js';

const execute = promisify(execFile);
const project = fileURLToPath(new URL('../../', import.meta.url));
const DOCUMENT = join(project, 'openapi.json');
const PACKAGES = join(project, 'node_modules');

/** Generates a client in a folder, compiles it with the program of the generator, and says how to run that program. */
interface Generator {
  readonly name: keyof typeof PROGRAMS;
  readonly build: (folder: string) => Promise<Command>;
  /** Whether the machine has what this needs. */
  readonly there: boolean;
}

interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

const run = async (folder: string, file: string, ...args: readonly string[]): Promise<void> => {
  await execute(file, args, { cwd: folder, maxBuffer: 1e8 });
};

const COMPILER_OPTIONS = {
  strict: true,
  module: 'nodenext',
  target: 'es2023',
  lib: ['es2023', 'dom', 'dom.iterable'],
  types: ['node'],
  rootDir: '.',
  outDir: 'out',
};

/** A generator on npm that writes `client.ts`; all of it is compiled under strict. */
const typescript = (
  name: keyof typeof PROGRAMS,
  generate: (folder: string) => Promise<void>,
): Pick<Generator, 'name' | 'build' | 'there'> => ({
  name,
  there: true,
  build: async (folder) => {
    await generate(folder);
    await writeFile(join(folder, 'program.ts'), PROGRAMS[name]);
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: COMPILER_OPTIONS, include: ['*.ts'] }),
    );
    await run(folder, process.execPath, join(PACKAGES, 'typescript/bin/tsc'), '-p', '.');
    return { file: process.execPath, args: ['out/program.js'] };
  },
});

const isThere = (file: string, ...args: string[]): boolean => spawnSync(file, args).status === 0;

async function writeProgram(name: keyof typeof PROGRAMS, file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, PROGRAMS[name].trimStart());
}

const GO_RUNTIME = 'github.com/oapi-codegen/runtime@v1.8.0';

const GENERATORS: readonly Generator[] = [
  typescript('openapi-typescript', (folder) =>
    run(folder, process.execPath, join(PACKAGES, 'openapi-typescript/bin/cli.js'), DOCUMENT, '-o', 'client.ts'),
  ),
  typescript('oazapfts', (folder) =>
    run(folder, process.execPath, join(PACKAGES, 'oazapfts/dist/cli.js'), DOCUMENT, 'client.ts'),
  ),
  typescript('swagger-typescript-api', async (folder) => {
    const cli = join(PACKAGES, 'swagger-typescript-api/dist/cli.mjs');
    await run(folder, process.execPath, cli, 'generate', '--path', DOCUMENT, '--output', folder, '--name', 'client.ts');
  }),
  {
    name: 'openapi-python-client',
    there: isThere('openapi-python-client', '--version') && isThere('python3', '-c', 'import attrs, dateutil, httpx'),
    build: async (folder) => {
      await run(folder, 'openapi-python-client', 'generate', '--path', DOCUMENT, '--meta', 'none');
      await writeProgram('openapi-python-client', join(folder, 'program.py'));
      await run(folder, 'python3', '-m', 'compileall', '-q', '.');
      return { file: 'python3', args: ['program.py'] };
    },
  },
  {
    name: 'oapi-codegen',
    there: isThere('go', 'version') && isThere('oapi-codegen', '-version'),
    build: async (folder) => {
      await mkdir(join(folder, 'client'));
      await writeFile(join(folder, 'go.mod'), 'module gateway.test\n\ngo 1.22\n');
      await run(
        folder,
        'oapi-codegen',
        '-generate',
        'types,client',
        '-package',
        'client',
        '-o',
        'client/client.go',
        DOCUMENT,
      );
      await writeProgram('oapi-codegen', join(folder, 'main.go'));
      await run(folder, 'go', 'get', GO_RUNTIME);
      await run(folder, 'go', 'build', '-o', 'program', '.');
      return { file: join(folder, 'program'), args: [] };
    },
  },
  {
    name: 'openapi-generator',
    there: isThere('mvn', '--version') && isThere('openapi-generator', 'version'),
    build: async (folder) => {
      await run(folder, 'openapi-generator', 'generate', '-g', 'java', '-i', DOCUMENT, '-o', folder);
      await writeProgram('openapi-generator', join(folder, 'src/main/java/Program.java'));
      await run(folder, 'mvn', '-q', 'compile');
      return {
        file: 'mvn',
        args: ['-q', 'org.codehaus.mojo:exec-maven-plugin:3.5.0:java', '-Dexec.mainClass=Program'],
      };
    },
  },
];

let gateway: Gateway;
let merchant: Merchant;
let folder: string;
beforeAll(async () => {
  // Inside the project, where the clients find the packages that they import.
  await mkdir(join(project, 'build'), { recursive: true });
  [gateway, folder] = await Promise.all([startGateway(), mkdtemp(join(project, 'build', 'clients-'))]);
  merchant = await Merchant.joins(gateway);
});
afterAll(async () => {
  await gateway.stop();
  await rm(folder, { recursive: true, force: true });
});

for (const { name, build, there } of GENERATORS) {
  (there ? describe : describe.skip)(
    `A client made by ${name}${there ? '' : ' (skipped: it is not on this machine)'}`,
    () => {
      it('compiles, charges exactly what it was told, and reads a 422', async () => {
        const place = await mkdtemp(join(folder, `${name}-`));
        const { file, args } = await build(place);
        const env = { ...process.env, URL: gateway.url, KEY: merchant.apiKey };
        const { stdout } = await execute(file, args, { cwd: place, env });
        const [id = '', ...read] = (stdout.split('\n')[0] ?? '').split(' ');
        expect(read).toEqual(['1234567.89', 'validation_failed', 'paymentAmount']);
        const payment = await gateway.request<{ amount: number }>('GET', `/payments/${id}`, {
          headers: merchant.withKey,
        });
        expect(payment.body.amount).toBe(1234567.89);
      }, 300_000);
    },
  );
}
