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

/** What a lock file says about who made it. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
  /** When the process was started, as the kernel counts; tells apart two processes that had one number. */
  readonly processStart: string | undefined;
}

/** A lock file is renewed this often, for those who cannot see the process that made it. */
const RENEWAL_MS = 3_000;
/** They take it for left behind after this time. */
const HELD_MS = 15_000;

const LOCK_FILE = /^lock-[0-9a-f]{16}$/;

/**
 * The exclusive right to a data folder. Each process puts a lock file of its own into the folder, and then looks for
 * others: of two that come at once, at least one sees the other and withdraws, so there are never two. The file of a
 * process that is gone is removed. That of another machine, as a container is one, counts for as long as it is renewed.
 */
export class DataFolderLock {
  private renewal: NodeJS.Timeout | undefined;

  private constructor(private readonly path: string) {}

  /** Creates the folder if it is missing. Throws DataFolderLockedError. */
  static async acquire(folder: string): Promise<DataFolderLock> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const name = `lock-${randomBytes(8).toString('hex')}`;
    const lock = new DataFolderLock(join(folder, name));
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
    }, RENEWAL_MS).unref();
    return lock;
  }

  /** The file appears with its content, so that nobody reads half of it. */
  private async write(): Promise<void> {
    const holder: Holder = {
      pid: process.pid,
      host: hostname(),
      since: new Date().toISOString(),
      processStart: await processStart(process.pid),
    };
    const file = await open(`${this.path}.new`, 'wx', 0o600);
    await file.writeFile(`${JSON.stringify(holder)}\n`);
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

/** Who else holds the folder; lock files of processes that are gone are removed. */
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

/** Undefined when the file was removed meanwhile, or says nothing. */
async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

/** Only on the same machine can a process be asked for; a container is a machine of its own. */
function isHeld(holder: Holder, path: string): Promise<boolean> {
  return holder.host === hostname() ? isAlive(holder) : wasRenewed(path);
}

async function wasRenewed(path: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(path)).mtimeMs < HELD_MS;
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

/** Undefined where the system does not say. */
async function processStart(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may contain anything; the start is the 20th field behind it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
