import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkBackup, readBackup, writeBackup } from './backup-file.js';
import { BackupFileError, type BackupRecord, decodeRecords, encodeRecords } from './backup-records.js';

let folder: string;
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backup-file-'));
});
afterAll(() => rm(folder, { recursive: true }));

const newPath = (): string => join(folder, `${++files}`);

const bytes = (maxLength: number): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ maxLength }).map((content) => Buffer.from(content));

const RECORD: fc.Arbitrary<BackupRecord> = fc.oneof(
  fc.record({ kind: fc.constant('chunk' as const), chunk: bytes(300) }),
  fc.record({
    kind: fc.constant('file' as const),
    name: fc.constantFrom('secrets.json', 'demo.json'),
    content: bytes(50),
  }),
  fc.record({
    kind: fc.constant('description' as const),
    description: fc.record({ createdAt: fc.string(), gatewayVersion: fc.string() }),
  }),
);

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function written(records: readonly BackupRecord[]): Promise<string> {
  const path = newPath();
  await writeBackup(path, Readable.from(records));
  return path;
}

const END: BackupRecord = { kind: 'end' };
const SOME: readonly BackupRecord[] = [
  { kind: 'description', description: { createdAt: '2026-01-31T09:00:00.000Z', gatewayVersion: '2.0.0' } },
  { kind: 'file', name: 'secrets.json', content: Buffer.from('{}') },
  { kind: 'chunk', chunk: Buffer.from('some of the database') },
  END,
];

describe('The records of a backup', () => {
  it('are read as they were written, wherever the stream of bytes is split', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(RECORD), fc.integer({ min: 1, max: 40 }), async (records, size) => {
        const whole = Buffer.concat(await collect(encodeRecords(Readable.from(records))));
        const parts = Array.from({ length: Math.ceil(whole.length / size) }, (_value, i) =>
          whole.subarray(i * size, (i + 1) * size),
        );
        expect(await collect(decodeRecords(Readable.from(parts)))).toEqual(records);
      }),
    );
  });

  it('are refused if the last one is cut', async () => {
    const whole = Buffer.concat(await collect(encodeRecords(Readable.from(SOME))));
    await expect(collect(decodeRecords(Readable.from([whole.subarray(0, -1)])))).rejects.toThrow(BackupFileError);
  });

  it('are refused if one is of an unknown kind, or too long', async () => {
    for (const record of ['0900000000', '03ffffffff'])
      await expect(collect(decodeRecords(Readable.from([Buffer.from(record, 'hex')])))).rejects.toThrow(
        BackupFileError,
      );
  });
});

describe('A backup file', () => {
  it('has what was written, says in its first line what it is, and is for this user alone', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(RECORD), async (records) => {
        const path = await written([...records, END]);
        await checkBackup(path);
        expect(await collect(readBackup(path))).toEqual([...records, END]);
      }),
      { numRuns: 30 },
    );
    const path = await written(SOME);
    expect((await readFile(path, 'latin1')).split('\n')[0]).toBe('mock-payment-gateway backup 1');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('is refused wherever it is cut, and if something follows it', async () => {
    const whole = await readFile(await written(SOME));
    const path = newPath();
    for (let length = 0; length < whole.length; length++) {
      await writeFile(path, whole.subarray(0, length));
      await expect(checkBackup(path)).rejects.toThrow(BackupFileError);
      await expect(collect(readBackup(path))).rejects.toThrow(BackupFileError);
    }
    await writeFile(path, Buffer.concat([whole, Buffer.alloc(1)]));
    await expect(checkBackup(path)).rejects.toThrow('damaged or incomplete');
  });

  it('is refused whichever bit is flipped', async () => {
    const whole = await readFile(await written(SOME));
    const path = newPath();
    for (let bit = 0; bit < whole.length * 8; bit += 7) {
      const changed = Buffer.from(whole);
      changed.writeUInt8((changed[bit >> 3] ?? 0) ^ (1 << (bit & 7)), bit >> 3);
      await writeFile(path, changed);
      await expect(checkBackup(path)).rejects.toThrow(BackupFileError);
      await expect(collect(readBackup(path))).rejects.toThrow(BackupFileError);
    }
  });

  it('is refused without its last record, though its checksum is right', async () => {
    const path = await written(SOME.slice(0, -1));
    await checkBackup(path);
    await expect(collect(readBackup(path))).rejects.toThrow('its end is missing');
  });

  it('of a newer format is refused, and the message says so', async () => {
    const path = newPath();
    await writeFile(path, `mock-payment-gateway backup 7\n${'x'.repeat(100)}`);
    await expect(checkBackup(path)).rejects.toThrow('has the format 7; this version reads 1');
  });

  it('is not written over another', async () => {
    const path = await written(SOME);
    await expect(writeBackup(path, Readable.from(SOME))).rejects.toMatchObject({ code: 'EEXIST' });
  });
});
