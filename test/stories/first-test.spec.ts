import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import ts from 'typescript';
import { runProgram } from '../support/snippets.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MODULES = join(ROOT, 'node_modules');

/** The pages that show TypeScript. */
const PAGES = ['README.md', 'docs/testing.md', 'docs/client.md'];

let folder: string;
beforeAll(async () => {
  // A project of a merchant that has installed the package.
  folder = await mkdtemp(join(tmpdir(), 'first-test-'));
  const modules = join(folder, 'node_modules');
  await mkdir(join(modules, '@types'), { recursive: true });
  await symlink(ROOT, join(modules, 'mock-payment-gateway'));
  for (const name of ['vitest', 'typescript', 'openapi-fetch', '@types/node'])
    await symlink(join(MODULES, name), join(modules, name));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function examplesOf(page: string): Promise<string[]> {
  const text = await readFile(join(ROOT, page), 'utf8');
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, source = '']) => source);
}

it('The tests that the README and docs/testing.md show are green in an empty project', async () => {
  const tests = (await Promise.all(PAGES.map(examplesOf))).flat().filter((source) => source.includes('testing/vitest'));
  expect(tests).toHaveLength(3);
  await Promise.all(tests.map((source, index) => writeFile(join(folder, `shown-${index}.test.ts`), source)));
  const { code, output } = await runProgram(
    [process.execPath, join(MODULES, 'vitest/vitest.mjs'), 'run', '--root', folder, '--reporter', 'verbose'],
    {},
  );
  expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(/Tests .*4 passed/) });
}, 120_000);

it.each(PAGES)(
  'The TypeScript of %s compiles under strict',
  async (page) => {
    const sources = await examplesOf(page);
    expect(sources.length).toBeGreaterThan(0);
    const files = await Promise.all(
      sources.map(async (source, index) => {
        const file = join(folder, `${page.replace(/\W/g, '-')}-${index}.mts`);
        await writeFile(file, source);
        return file;
      }),
    );
    const program = ts.createProgram(files, {
      strict: true,
      noEmit: true,
      target: ts.ScriptTarget.ES2023,
      lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.esnext.disposable.d.ts'],
      module: ts.ModuleKind.NodeNext,
      types: ['node'],
      skipLibCheck: true,
    });
    const problems = ts
      .getPreEmitDiagnostics(program)
      .map(({ file, messageText }) => [file?.fileName, ts.flattenDiagnosticMessageText(messageText, '\n')]);
    expect(problems).toEqual([]);
  },
  60_000,
);
