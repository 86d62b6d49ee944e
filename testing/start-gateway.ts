import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, withLock } from './file-lock.js';
import { packageRoot } from './package-root.js';
import { RunFolder, type RunningGateway, runPid } from './run-folder.js';
import { SpareSandbox } from './spare-sandbox.js';
import type { SandboxOptions, TestSandbox } from './test-sandbox.js';

export interface GatewayOptions {
  /** The port to listen on; a free one where none is given. */
  readonly port?: number;
  /** Settings of the gateway (see its README), in place of those for tests. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Tests send many requests at once, from one address, and hash few passwords. */
const TEST_SETTINGS = { NODE_ENV: 'test', RATE_LIMIT: 'off', LOG_LEVEL: 'warn', BCRYPT_COST: '4' };

/** Variables of this process that any program needs. The rest could be settings of the shop under test. */
const NEEDED = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'LANG'];

const START_MS = 30_000;
const STOP_MS = 12_000;
const LOOK_EVERY_MS = 10;

/**
 * Starts a gateway as its own process, which keeps its data in a temporary folder. All who ask for the same settings
 * within one test run get the same gateway, also from other workers; it ends with the run.
 */
export async function startGateway({ port = 0, env = {} }: GatewayOptions = {}): Promise<TestGateway> {
  const folder = await RunFolder.open({ port, env });
  return withLock(folder.lockFile, async () => {
    let running = await folder.running();
    if (!running || !(await answers(running.url))) {
      await folder.create();
      try {
        running = await start(folder, port, env);
      } catch (error) {
        await folder.remove();
        throw error;
      }
      await folder.note(running);
    }
    return new TestGateway(running, folder, await folder.hold());
  });
}

/** A gateway for tests. */
export class TestGateway implements AsyncDisposable {
  /** For example `http://127.0.0.1:41234`. */
  readonly url: string;
  private readonly spare: SpareSandbox;
  private stopped: Promise<void> | undefined;

  constructor(
    private readonly gateway: RunningGateway,
    private readonly folder: RunFolder,
    private readonly release: () => Promise<boolean>,
  ) {
    this.url = gateway.url;
    this.spare = new SpareSandbox(gateway.url);
  }

  /** The id of its process. */
  get pid(): number {
    return this.gateway.pid;
  }

  /** A new account for one test, which nobody else sees. */
  sandbox(options: SandboxOptions = {}): Promise<TestSandbox> {
    return this.spare.take(options);
  }

  /** Ends the gateway, unless others of this run still use it. */
  stop(): Promise<void> {
    return (this.stopped ??= withLock(this.folder.lockFile, async () => {
      await this.spare.end();
      const isUsed = await this.release();
      if (isUsed) return;
      await end(this.gateway);
      await this.folder.remove();
    }));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

async function start(folder: RunFolder, port: number, env: Readonly<Record<string, string>>): Promise<RunningGateway> {
  const program = join(packageRoot(), 'dist/cli/main.js');
  const log = openSync(folder.logFile, 'w', 0o600);
  const needed = NEEDED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  const child = spawn(
    process.execPath,
    [program, 'start', '--port', String(port), '--run-folder', folder.path, '--while-pid', String(runPid())],
    {
      cwd: folder.path,
      env: { ...(Object.fromEntries(needed) as NodeJS.ProcessEnv), ...TEST_SETTINGS, ...env },
      stdio: ['ignore', log, log],
      windowsHide: true,
    },
  );
  closeSync(log);
  // The test run may end before it: the gateway sees that by itself.
  child.unref();
  const url = await printedUrl(child, folder.logFile);
  return { url, pid: child.pid ?? 0 };
}

async function printedUrl(child: ChildProcess, logFile: string): Promise<string> {
  let failed: Error | undefined;
  child.once('error', (error) => (failed = error));
  const until = Date.now() + START_MS;
  while (Date.now() < until) {
    const log = await readFile(logFile, 'utf8');
    const url = /^ {2}API\s+(http\S+)\/api\/v1$/m.exec(log)?.[1];
    if (url !== undefined) return url;
    if (failed) throw failed;
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`The gateway did not start:\n${log}`);
    await sleep(LOOK_EVERY_MS);
  }
  child.kill('SIGKILL');
  throw new Error(`The gateway did not start within ${START_MS / 1000} s:\n${await readFile(logFile, 'utf8')}`);
}

async function end({ url, pid }: RunningGateway): Promise<void> {
  if (!(await answers(url))) return;
  process.kill(pid, 'SIGTERM');
  // It removes its folder at the very end.
  const until = Date.now() + STOP_MS;
  while (isAlive(pid) && Date.now() < until) await sleep(LOOK_EVERY_MS);
  if (isAlive(pid) && (await answers(url))) process.kill(pid, 'SIGKILL');
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health/live`, { headers: { connection: 'close' } })).ok;
  } catch {
    return false;
  }
}
