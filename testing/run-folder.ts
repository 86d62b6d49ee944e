import { createHash } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { isAlive } from './file-lock.js';

/** A gateway that a test run started. */
export interface RunningGateway {
  readonly url: string;
  readonly pid: number;
}

let holders = 0;

/**
 * The process of the whole test run. Runners fork their workers, so it is the parent of a process that has a channel to
 * it; the workers of some are threads of it.
 */
export function runPid(): number {
  return isMainThread && process.connected ? process.ppid : process.pid;
}

/** The folder through which the workers of a test run share one gateway, readable by this user alone. */
export class RunFolder {
  readonly path: string;
  readonly lockFile: string;
  readonly logFile: string;
  private readonly stateFile: string;
  private readonly holders: string;

  private constructor(
    private readonly base: string,
    name: string,
  ) {
    this.path = join(base, name);
    this.lockFile = `${this.path}.lock`;
    // Not in the folder, which is gone when the gateway has ended.
    this.logFile = `${this.path}.log`;
    this.stateFile = join(this.path, 'gateway.json');
    this.holders = join(this.path, 'holders');
  }

  /** @param settings gateways with other settings are others */
  static async open(settings: unknown): Promise<RunFolder> {
    const hash = createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 12);
    const base = join(tmpdir(), `mock-payment-gateway-${userInfo().username.replace(/\W/g, '_')}`);
    await mkdir(base, { recursive: true, mode: 0o700 });
    await expectOwn(base);
    const folder = new RunFolder(base, `run-${runPid()}-${hash}`);
    await folder.removeOld();
    return folder;
  }

  async create(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
    await mkdir(this.holders, { recursive: true, mode: 0o700 });
  }

  async remove(): Promise<void> {
    for (const path of [this.path, this.logFile]) await rm(path, { recursive: true, force: true });
  }

  /** Null if none was started yet. */
  async running(): Promise<RunningGateway | null> {
    const text = await readFile(this.stateFile, 'utf8').catch(() => null);
    return text === null ? null : (JSON.parse(text) as RunningGateway);
  }

  async note(gateway: RunningGateway): Promise<void> {
    await writeFile(this.stateFile, JSON.stringify(gateway), { mode: 0o600 });
  }

  /** Notes that this process uses the gateway. Returns what ends that, and says whether somebody else still does. */
  async hold(): Promise<() => Promise<boolean>> {
    const file = join(this.holders, `${process.pid}-${String((holders += 1))}-${Math.random().toString(36).slice(2)}`);
    await writeFile(file, '');
    return async () => {
      await rm(file, { force: true });
      const others = await readdir(this.holders).catch(() => []);
      return others.some((name) => isAlive(Number.parseInt(name)));
    };
  }

  /** Folders of runs that were killed stay; their process has ended. */
  private async removeOld(): Promise<void> {
    for (const name of await readdir(this.base)) {
      const pid = Number(/^run-(\d+)-/.exec(name)?.[1]);
      if (pid > 0 && !isAlive(pid)) await rm(join(this.base, name), { recursive: true, force: true });
    }
  }
}

/** Others could have made a folder of this name in the temporary folder of all, to read what is in it. */
async function expectOwn(folder: string): Promise<void> {
  const { uid, mode } = await lstat(folder);
  const isOwn = process.getuid === undefined || (uid === process.getuid() && (mode & 0o077) === 0);
  if (!isOwn) throw new Error(`${folder} is not only yours; remove it, or set TMPDIR to another folder.`);
}
