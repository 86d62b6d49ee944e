import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataFolderLock, DataFolderLockedError } from '../../src/platform/embedded-mongo/data-folder.js';
import { EmbeddedMongo } from '../../src/platform/embedded-mongo/embedded-mongo.js';
import { temporaryFolder } from './database-under-test.js';

let parent: string;
let folder: string;

beforeEach(async () => {
  parent = await temporaryFolder();
  folder = join(parent, 'data');
});

afterEach(async () => {
  await rm(parent, { recursive: true });
});

const locks = async (): Promise<string[]> => (await readdir(folder)).filter((name) => name.startsWith('lock-'));

/** Creates a lock file as another process would. */
async function leaveLock(holder: Record<string, unknown>): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `lock-${'0'.repeat(16)}`);
  await writeFile(path, JSON.stringify({ since: new Date().toISOString(), ...holder }));
  return path;
}

/** The number of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid ?? 0;
}

const ownHost = async (): Promise<string> => {
  const lock = await DataFolderLock.acquire(folder);
  const [name] = await locks();
  const { host } = JSON.parse(await readFile(join(folder, name ?? ''), 'utf8')) as { host: string };
  await lock.release();
  return host;
};

describe('The lock of a data folder', () => {
  it('has one holder, and names it', async () => {
    const lock = await DataFolderLock.acquire(folder);
    await expect(DataFolderLock.acquire(folder)).rejects.toThrow(`in use by process ${process.pid}`);
    await expect(DataFolderLock.acquire(folder)).rejects.toBeInstanceOf(DataFolderLockedError);
    await lock.release();
    await (await DataFolderLock.acquire(folder)).release();
    expect(await locks()).toEqual([]);
  });

  it('creates a folder that only its owner can access', async () => {
    const lock = await DataFolderLock.acquire(folder);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    await lock.release();
  });

  it('is taken over from a process that has ended', async () => {
    const host = await ownHost();
    await leaveLock({ pid: await deadPid(), host });
    const lock = await DataFolderLock.acquire(folder);
    expect(await locks()).toHaveLength(1);
    await lock.release();
  });

  it('is taken over if its process number now belongs to another process', async () => {
    const host = await ownHost();
    await leaveLock({ pid: process.pid, host, processStart: '1' });
    await (await DataFolderLock.acquire(folder)).release();
  });

  it('of another machine is valid while that machine renews it', async () => {
    const path = await leaveLock({ pid: await deadPid(), host: 'elsewhere' });
    await expect(DataFolderLock.acquire(folder)).rejects.toThrow('on elsewhere');
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(path, longAgo, longAgo);
    await (await DataFolderLock.acquire(folder)).release();
  });

  it('never has two holders if many processes start at once', async () => {
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => DataFolderLock.acquire(folder)));
    const held = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(held.length).toBeLessThanOrEqual(1);
    await Promise.all(held.map((lock) => lock.release()));
    expect(await locks()).toEqual([]);
  });
});

describe('EmbeddedMongo.start', () => {
  it('refuses a folder that is in use, without affecting its holder', async () => {
    const embedded = await EmbeddedMongo.start({ dataDir: folder, listen: { port: 0 }, inProcess: true });
    await expect(EmbeddedMongo.start({ dataDir: folder, listen: { port: 0 }, inProcess: true })).rejects.toBeInstanceOf(
      DataFolderLockedError,
    );
    await embedded.stop();
    const again = await EmbeddedMongo.start({ dataDir: folder, listen: { port: 0 }, inProcess: true });
    await again.stop();
  });

  it('releases the folder if its store is damaged or the port is in use', async () => {
    const embedded = await EmbeddedMongo.start({ dataDir: folder, listen: { port: 0 }, inProcess: true });
    const other = join(parent, 'other');
    const port = Number(new URL(embedded.uri('x')).port);
    await expect(EmbeddedMongo.start({ dataDir: other, listen: { port }, inProcess: true })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    await embedded.stop();
    await rm(join(folder, 'store', 'leveldb', 'CURRENT'));
    await expect(EmbeddedMongo.start({ dataDir: folder, listen: { port: 0 }, inProcess: true })).rejects.toMatchObject({
      name: 'StoreDamagedError',
    });
    expect(await locks()).toEqual([]);
  });

  it('takes over the socket of a killed process, and refuses a socket that is in use', async () => {
    const socketPath = join(parent, 'mongo.sock');
    const embedded = await EmbeddedMongo.start({ dataDir: folder, listen: { socketPath }, inProcess: true });
    await expect(
      EmbeddedMongo.start({ dataDir: join(parent, 'other'), listen: { socketPath }, inProcess: true }),
    ).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect((await stat(socketPath)).mode & 0o777).toBe(0o600);
    await embedded.stop();
  });

  it('refuses a path that drivers do not recognize as a socket', async () => {
    await expect(
      EmbeddedMongo.start({ dataDir: folder, listen: { socketPath: join(parent, 'mongo') }, inProcess: true }),
    ).rejects.toThrow('.sock');
  });
});
