import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const DOCS = fileURLToPath(new URL('../../docs/', import.meta.url));
export const SNIPPETS = join(DOCS, 'snippets');

export type Command = readonly [program: string, ...args: string[]];

export interface ProgramResult {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a program to its end; the output is all that it printed. */
export async function runProgram(
  [program, ...args]: Command,
  env: Readonly<Record<string, string>>,
  input: Uint8Array = new Uint8Array(),
): Promise<ProgramResult> {
  const child = spawn(program, args, { env: { ...process.env, ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  // A program may end before it has read everything.
  child.stdin.on('error', () => undefined).end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

export const isThere = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;

/** JavaScript of a TypeScript snippet, which this version of Node may not run itself. */
export async function transpiled(file: string, folder: string): Promise<string> {
  const source = await readFile(join(SNIPPETS, file), 'utf8');
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true },
  });
  const path = join(folder, file.replace('.mts', '.mjs'));
  await writeFile(path, outputText);
  return path;
}

async function built(file: string, folder: string): Promise<string> {
  const program = join(folder, file.replace('.', '-'));
  const { code, output } = await runProgram(['go', 'build', '-o', program, join(SNIPPETS, file)], {
    GOFLAGS: '-mod=mod',
    GO111MODULE: 'off',
    GOTOOLCHAIN: 'local',
  });
  if (code !== 0) throw new Error(output);
  return program;
}

async function compiled(file: string, folder: string): Promise<Command> {
  const { code, output } = await runProgram(['javac', '-d', folder, join(SNIPPETS, file)], {});
  if (code !== 0) throw new Error(output);
  return ['java', '-cp', folder, file.replace('.java', '')];
}

export interface Language {
  readonly name: string;
  /** The program that a test looks for; without it the test is skipped, and its name says so. */
  readonly needs: Command;
  /** The snippet in this language. */
  readonly fileOf: (name: 'charge' | 'verify') => string;
  /** What runs a snippet; puts what it has to build into the folder. */
  readonly command: (file: string, folder: string) => Promise<Command>;
}

/** The languages that charges, repetitions and verification are shown in. */
export const LANGUAGES: readonly Language[] = [
  {
    name: 'TypeScript',
    needs: [process.execPath, '--version'],
    fileOf: (name) => `${name}.mts`,
    command: async (file, folder) => [process.execPath, await transpiled(file, folder)],
  },
  {
    name: 'Python',
    needs: ['python3', '--version'],
    fileOf: (name) => `${name}.py`,
    command: (file) => Promise.resolve(['python3', join(SNIPPETS, file)]),
  },
  {
    name: 'Go',
    needs: ['go', 'version'],
    fileOf: (name) => `${name}.go`,
    command: async (file, folder) => [await built(file, folder)],
  },
  {
    name: 'Java',
    needs: ['javac', '--version'],
    fileOf: (name) => (name === 'charge' ? 'Charge.java' : 'Verify.java'),
    command: compiled,
  },
  {
    name: 'PHP',
    needs: ['php', '--version'],
    fileOf: (name) => `${name}.php`,
    command: (file) => Promise.resolve(['php', join(SNIPPETS, file)]),
  },
];
