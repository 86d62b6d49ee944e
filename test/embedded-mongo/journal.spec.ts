import { appendFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { serialize } from 'bson';
import { Journal, JournalDamagedError, JournalWriteError } from '../../src/embedded-mongo/journal.js';
import { encodeChange, type Change } from '../../src/embedded-mongo/journal-format.js';
import { temporaryFolder } from './database-under-test.js';

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const put = (recordId: number, text = 'x'): Change => ({ kind: 'put', collectionId: 1, recordId, bytes: Buffer.from(serialize({ _id: recordId, text })) });
const open = (replayed: Change[] = [], where = folder): Promise<Journal> =>
  Journal.open(where, (change) => replayed.push(change), () => undefined);

/** Writes changes one after the other, each with its own fsync. */
async function write(journal: Journal, ...changes: Change[]): Promise<void> {
  for (const change of changes) {
    journal.append(encodeChange(change));
    await journal.committed();
  }
}

async function readAll(where = folder): Promise<Change[]> {
  const replayed: Change[] = [];
  await (await open(replayed, where)).close();
  return replayed;
}

const ids = (changes: readonly Change[]): unknown[] => changes.map((change) => ('recordId' in change ? change.recordId : change.kind));
const onlyFile = async (): Promise<string> => {
  const [name, ...others] = await readdir(folder);
  expect(others).toEqual([]);
  return join(folder, name ?? '');
};

describe('The journal', () => {
  it('gives back every change in order', async () => {
    const changes: Change[] = [
      { kind: 'createCollection', collectionId: 1, database: 'd', name: 'c' }, put(1), { kind: 'createIndex', collectionId: 1, index: { key: { a: 1 }, name: 'a_1' } },
      put(2), { kind: 'remove', collectionId: 1, recordId: 1 }, { kind: 'dropIndex', collectionId: 1, name: 'a_1' }, { kind: 'dropCollection', collectionId: 1 },
    ];
    const journal = await open();
    await write(journal, ...changes);
    await journal.close();
    expect(await readAll()).toEqual(changes);
  });

  it('is readable by its owner only', async () => {
    await (await open()).close();
    expect((await stat(await onlyFile())).mode & 0o777).toBe(0o600);
  });

  it('goes on after the last whole record, wherever the file was cut off', async () => {
    const journal = await open();
    await write(journal, put(1), put(2));
    const whole = journal.size;
    await write(journal, put(3));
    const end = journal.size;
    await journal.close();
    const original = await readFile(await onlyFile());
    for (let length = whole; length < end; length++) {
      const copy = join(folder, 'copy');
      await mkdir(copy);
      await writeFile(join(copy, 'journal-00000001'), original.subarray(0, length));
      expect(ids(await readAll(copy))).toEqual([1, 2]);
      const reopened = await open([], copy);
      await write(reopened, put(4));
      await reopened.close();
      expect(ids(await readAll(copy))).toEqual([1, 2, 4]);
      await rm(copy, { recursive: true });
    }
  });

  it('takes zeros at the end for a write that was never finished', async () => {
    const journal = await open();
    await write(journal, put(1));
    await journal.close();
    await appendFile(await onlyFile(), Buffer.alloc(5000));
    expect(ids(await readAll())).toEqual([1]);
  });

  it('refuses to open when any byte before the last record was changed', async () => {
    const journal = await open();
    await write(journal, put(1), put(2));
    const end = journal.size;
    await write(journal, put(3));
    await journal.close();
    const path = await onlyFile();
    const original = await readFile(path);
    for (let at = 0; at < end; at++) {
      const damaged = Buffer.from(original);
      damaged[at] = (damaged[at] ?? 0) ^ 0x41;
      await writeFile(path, damaged);
      await expect(readAll()).rejects.toBeInstanceOf(JournalDamagedError);
    }
  });

  it('refuses to open when the last record is whole but wrong', async () => {
    const journal = await open();
    await write(journal, put(1));
    await journal.close();
    const path = await onlyFile();
    const bytes = await readFile(path);
    bytes[bytes.length - 3] = 0x7f;
    await writeFile(path, bytes);
    await expect(readAll()).rejects.toThrow(/damaged at byte \d+/);
  });

  it('refuses to open when a part in the middle is missing', async () => {
    const journal = await open();
    await write(journal, put(1), put(2), put(3));
    await journal.close();
    const path = await onlyFile();
    const bytes = await readFile(path);
    await writeFile(path, Buffer.concat([bytes.subarray(0, 60), bytes.subarray(75)]));
    await expect(readAll()).rejects.toBeInstanceOf(JournalDamagedError);
  });

  it('writes what many callers append at once in one go', async () => {
    const journal = await open();
    const changes = Array.from({ length: 500 }, (_value, i) => put(i + 1));
    await Promise.all(changes.map((change) => {
      journal.append(encodeChange(change));
      return journal.committed();
    }));
    await journal.close();
    expect(ids(await readAll())).toEqual(ids(changes));
  });

  it('acknowledges nothing once it cannot be written', async () => {
    let failure: JournalWriteError | undefined;
    const journal = await Journal.open(folder, () => undefined, (error) => { failure = error; });
    await write(journal, put(1));
    await journal.close();
    // The file is closed, so this write fails, as one to a full disk does.
    journal.append(encodeChange(put(2)));
    await expect(journal.committed()).rejects.toBeInstanceOf(JournalWriteError);
    expect(failure).toBeInstanceOf(JournalWriteError);
    expect(() => { journal.append(encodeChange(put(3))); }).toThrow(JournalWriteError);
    await expect(journal.committed()).rejects.toBeInstanceOf(JournalWriteError);
  });
});

describe('A compaction', () => {
  const state = function* (...changes: Change[]): Generator<Buffer> {
    for (const change of changes) yield encodeChange(change);
  };

  it('keeps the state, and nothing else', async () => {
    const journal = await open();
    await write(journal, put(1, 'old'), put(1, 'new'), put(2), { kind: 'remove', collectionId: 1, recordId: 2 });
    expect(await journal.compact(() => state(put(1, 'new')))).toBe(true);
    await write(journal, put(3));
    await journal.close();
    expect(await readAll()).toEqual([put(1, 'new'), put(3)]);
    expect(await onlyFile()).toMatch(/journal-00000002$/);
  });

  it('keeps what is written while it runs', async () => {
    const journal = await open();
    const kept = new Set<number>();
    await write(journal, put(1));
    kept.add(1);
    const compacting = journal.compact(() => state(...[...kept].map((id) => put(id))));
    for (let id = 2; id <= 200; id++) {
      // As the catalog does: in memory first.
      kept.add(id);
      await write(journal, put(id));
    }
    await compacting;
    await journal.close();
    expect(new Set(ids(await readAll()))).toEqual(kept);
  });

  it('loses nothing, wherever it was interrupted', async () => {
    const journal = await open();
    await write(journal, put(1, 'old'), put(1, 'new'), put(2));
    await journal.close();
    const before = await readFile(await onlyFile());
    const compacted = await open();
    await compacted.compact(() => state(put(1, 'new'), put(2)));
    await compacted.close();
    const after = await readFile(await onlyFile());
    await rm(await onlyFile());

    const moments: Record<string, Buffer>[] = [
      // The new file is being written: any part of it may be there.
      ...Array.from({ length: after.length + 1 }, (_value, length) => ({ 'journal-00000001': before, 'journal-00000002.new': after.subarray(0, length) })),
      // It has its name, and the old one was not removed yet.
      { 'journal-00000001': before, 'journal-00000002': after },
      { 'journal-00000002': after },
    ];
    for (const files of moments) {
      const moment = join(folder, 'moment');
      await mkdir(moment);
      for (const [name, bytes] of Object.entries(files)) await writeFile(join(moment, name), bytes);
      const records = new Map((await readAll(moment)).flatMap((change) => (change.kind === 'put' ? [[change.recordId, change.bytes.toString('hex')]] : [])));
      expect(records).toEqual(new Map([put(1, 'new'), put(2)].flatMap((change) => (change.kind === 'put' ? [[change.recordId, change.bytes.toString('hex')]] : []))));
      expect(await readdir(moment)).toHaveLength(1);
      await rm(moment, { recursive: true });
    }
  });

  it('that has no room leaves the journal as it was', async () => {
    const journal = await open();
    await write(journal, put(1));
    // In the place of the new file there is a folder, so it cannot be made.
    await mkdir(join(folder, 'journal-00000002.new'));
    expect(await journal.compact(() => state(put(1)))).toBe(false);
    await write(journal, put(2));
    await journal.close();
    await rm(join(folder, 'journal-00000002.new'), { recursive: true, force: true });
    expect(ids(await readAll())).toEqual([1, 2]);
  });
});

