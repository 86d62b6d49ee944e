import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';

/** Another process has the data folder open. */
export class DataFolderLockedError extends Error {
  constructor(folder: string, holder: Holder) {
    super(`The data folder ${folder} is in use by process ${holder.pid} on ${holder.host}, since ${holder.since}.`);
    this.name = 'DataFolderLockedError';
  }
}

/** Where the server of a data folder listens. */
export type ListenAddress = { readonly socketPath: string } | { readonly port: number };

/** The content of a lock file: the process that created it. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
  /** The kernel's start time of the process, which distinguishes it from a later process with the same number. */
  readonly processStart: string | undefined;
  /** Missing while the process does not listen. */
  readonly address?: ListenAddress;
}

/** How often a process renews its lock file, for processes on other machines, which cannot see it. */
const RENEWAL_INTERVAL_MS = 3_000;
/** A lock file of another machine expires if it is not renewed for this time. */
const EXPIRES_AFTER_MS = 15_000;

const LOCK_FILE = /^lock-[0-9a-f]{16}$/;

/**
 * The exclusive right to a data folder. Each process first creates its own lock file in the folder, then looks for
 * others. If two processes start at once, at least one sees the other and withdraws, so two never hold the folder.
 * Lock files of ended processes are removed. A lock file of another machine or container counts while it is renewed.
 */
export class DataFolderLock {
  private renewal: NodeJS.Timeout | undefined;

  private constructor(
    private readonly path: string,
    private holder: Holder,
  ) {}

  /** Creates the folder if it is missing. Throws DataFolderLockedError if another process holds it. */
  static async acquire(folder: string): Promise<DataFolderLock> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const name = `lock-${randomBytes(8).toString('hex')}`;
    const lock = new DataFolderLock(join(folder, name), {
      pid: process.pid,
      host: hostname(),
      since: new Date().toISOString(),
      processStart: await processStart(process.pid),
    });
    await lock.write();
    try {
      const other = await findHolder(folder, name);
      if (other) throw new DataFolderLockedError(folder, other);
    } catch (error) {
      await lock.release();
      throw error;
    }
    lock.renewal = setInterval(() => {
      void lock.renew();
    }, RENEWAL_INTERVAL_MS).unref();
    return lock;
  }

  /** Returns the process that holds a folder, if any. */
  static holderOf(folder: string): Promise<Holder | undefined> {
    return findHolder(folder, '');
  }

  /** Notes in the lock file where the server listens, for other processes of the same user. */
  async announce(address: ListenAddress): Promise<void> {
    this.holder = { ...this.holder, address };
    await this.write();
  }

  /** Writes a temporary file and renames it, so that no process reads an incomplete file. */
  private async write(): Promise<void> {
    const file = await open(`${this.path}.new`, 'wx', 0o600);
    await file.writeFile(`${JSON.stringify(this.holder)}\n`);
    await file.close();
    await rename(`${this.path}.new`, this.path);
  }

  private async renew(): Promise<void> {
    const now = new Date();
    await utimes(this.path, now, now).catch(() => undefined);
  }

  async release(): Promise<void> {
    clearInterval(this.renewal);
    await rm(this.path, { force: true });
  }
}

/** Returns another process that holds the folder, if any. Removes the lock files of ended processes. */
async function findHolder(folder: string, own: string): Promise<Holder | undefined> {
  for (const name of await readdir(folder)) {
    if (name === own || !LOCK_FILE.test(name)) continue;
    const path = join(folder, name);
    const holder = await readHolder(path);
    if (holder && (await isHeld(holder, path))) return holder;
    await rm(path, { force: true });
  }
  return undefined;
}

/** Returns undefined if the file was removed meanwhile or is unreadable. */
async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

/** A process can only be looked up on the same machine. A container counts as a separate machine. */
function isHeld(holder: Holder, path: string): Promise<boolean> {
  return holder.host === hostname() ? isAlive(holder) : wasRenewed(path);
}

async function wasRenewed(path: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(path)).mtimeMs < EXPIRES_AFTER_MS;
  } catch {
    return false;
  }
}

async function isAlive({ pid, processStart: started }: Holder): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return started === undefined || started === (await processStart(pid));
}

/** Returns undefined if the system does not provide it. */
async function processStart(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The process name in parentheses may contain any character; the start time is the 20th field after it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
