import { execFile, type ExecFileException, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { eventually } from '../support/eventually.js';

export interface RunOptions {
  readonly cwd: string;
  /** Which Node.js programs find; the running one if not given. */
  readonly node?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that takes longer hangs. */
const RUN_MS = 240_000;
const START_MS = 30_000;

/** The environment of a user with a home of their own. */
function environment({ cwd, node = process.execPath, env }: RunOptions): Record<string, string> {
  const { PATH = '', npm_config_cache: cache, HOME = cwd, CHROMIUM } = process.env;
  return {
    PATH: [dirname(node), PATH].join(delimiter),
    HOME: cwd,
    // npm keeps what it fetched for the next time; only the programs under test have a new home.
    npm_config_cache: cache ?? join(HOME, '.npm'),
    npm_config_update_notifier: 'false',
    ...(CHROMIUM !== undefined && { CHROMIUM }),
    ...env,
  };
}

/** Runs a program to its end. Throws an Error with what it printed if it fails. */
export function run(program: string, args: readonly string[], options: RunOptions): Promise<Output> {
  return new Promise((resolve, reject) => {
    const { cwd } = options;
    const settings = { cwd, env: environment(options), timeout: RUN_MS, maxBuffer: 1 << 26, encoding: 'utf8' } as const;
    execFile(program, args, settings, (error: ExecFileException | null, stdout, stderr) => {
      if (error) reject(new Error(`${program} ${args.join(' ')}: ${error.message}\n${stdout}${stderr}`));
      else resolve({ stdout, stderr });
    });
  });
}

/** Makes a folder with these files a project with these packages. */
export async function packages(
  folder: string,
  files: Readonly<Record<string, string>>,
  ...names: readonly string[]
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries({ 'package.json': '{ "private": true }', ...files }))
    await writeFile(join(folder, name), content);
  // Nothing of the package may depend on a script that runs while it is installed.
  const options = ['--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts', '--save-exact'];
  await run('npm', ['install', ...options, ...names], { cwd: folder });
}

/** A program that goes on until it is stopped. */
export interface Running {
  /** Where it listens, as it printed it. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a program of Node.js and waits until it printed where it listens. */
export async function start(args: readonly string[], printedUrl: RegExp, options: RunOptions): Promise<Running> {
  const child = spawn(options.node ?? process.execPath, args, {
    cwd: options.cwd,
    env: environment(options),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
  const closed = once(child, 'close');
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await closed;
  };
  try {
    const url = await eventually(
      `${args.join(' ')} to start`,
      () => printedUrl.exec(printed)?.[1],
      (found) => found !== undefined || child.exitCode !== null,
      START_MS,
    );
    if (url === undefined) throw new Error(`${args.join(' ')} ended:\n${printed}`);
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
