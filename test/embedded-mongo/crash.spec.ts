import { rm } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { startBuilt } from './built-server.js';
import { temporaryFolder } from './database-under-test.js';

const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 3);
const WRITERS = 8;

interface Entry {
  _id: string;
  text: string;
  version?: number;
}

/** The acknowledged version of each document. */
type Acknowledged = Map<string, number>;

/** Inserts documents and updates some of them, until the connection breaks. */
async function write(uri: string, writer: string, acknowledged: Acknowledged): Promise<void> {
  const client = new MongoClient(uri, { maxPoolSize: 1, serverSelectionTimeoutMS: 300, retryWrites: false });
  const entries = client.db('crash').collection<Entry>('entries');
  try {
    for (let i = 0; ; i++) {
      const _id = `${writer}-${i}`;
      await entries.insertOne({ _id, text: 'x'.repeat(i % 700), version: 0 });
      acknowledged.set(_id, 0);
      if (i % 3 !== 0) continue;
      await entries.updateOne({ _id }, { $inc: { version: 1 } });
      acknowledged.set(_id, 1);
    }
  } catch {
    // The server was killed. Writes that were not acknowledged may or may not be stored.
  } finally {
    await client.close();
  }
}

describe('The built server, killed under load', () => {
  it(
    `has every acknowledged write after a restart, and no incomplete document (${ROUNDS} rounds)`,
    async () => {
      const folder = await temporaryFolder();
      const acknowledged: Acknowledged = new Map();
      for (let round = 0; round < ROUNDS; round++) {
        const server = await startBuilt(folder);
        const before = acknowledged.size;
        const writers = Array.from({ length: WRITERS }, (_value, i) =>
          write(server.uri, `${round}-${i}`, acknowledged),
        );
        // Kills the server at a different time in each round, after it has acknowledged some writes.
        const enough = before + 200 + round * 37;
        while (acknowledged.size < enough) await new Promise((resolve) => setImmediate(resolve));
        await server.kill();
        await Promise.all(writers);

        const restarted = await startBuilt(folder);
        const client = new MongoClient(restarted.uri);
        const stored = new Map(
          (await client.db('crash').collection<Entry>('entries').find().toArray()).map((entry) => [entry._id, entry]),
        );
        await client.close();
        await restarted.kill();
        const lost = [...acknowledged].filter(([id, version]) => (stored.get(id)?.version ?? -1) < version);
        expect(lost).toEqual([]);
        const broken = [...stored.values()].filter(
          ({ _id, text, version }) => text !== 'x'.repeat(Number(_id.split('-')[2]) % 700) || version === undefined,
        );
        expect(broken).toEqual([]);
      }
      await rm(folder, { recursive: true });
    },
    30_000 + ROUNDS * 10_000,
  );
});
