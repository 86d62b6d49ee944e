import { link, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 20;

/** Taking away the lock of a dead process takes much less. */
const BREAKING_MS = 5_000;

/** Whether a process lives. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Runs `work` while no other process of this machine runs work under the same lock. A dead process holds no lock. */
export async function withLock<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  while (!(await take(file))) {
    if (await isLeft(file)) await breakLock(file);
    await sleep(LOOK_EVERY_MS);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

/** A file that is linked has its content from the start, so that nobody sees a lock without its holder. */
async function take(file: string): Promise<boolean> {
  const own = `${file}.${randomUUID()}`;
  await writeFile(own, String(process.pid), { mode: 0o600 });
  try {
    await link(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    await rm(own, { force: true });
  }
}

/** Whether the holder of a lock is dead. */
async function isLeft(file: string): Promise<boolean> {
  const text = await readFile(file, 'utf8').catch(() => null);
  return text !== null && !isAlive(Number(text));
}

/** Only one process at a time takes a lock away, and looks again first: otherwise it could be that of a new holder. */
async function breakLock(file: string): Promise<void> {
  const breaking = `${file}.breaking`;
  const age = await stat(breaking).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
  if (age > BREAKING_MS) await rm(breaking, { force: true });
  if (!(await take(breaking))) return;
  try {
    if (await isLeft(file)) await rm(file, { force: true });
  } finally {
    await rm(breaking, { force: true });
  }
}
