import { describe, expect, it } from '@jest/globals';
import { databaseUnderTest, embeddedDatabase } from './database-under-test.js';

describe('A server', () => {
  const database = databaseUnderTest();

  it('answers a ping', async () => {
    expect(await database.db.command({ ping: 1 })).toMatchObject({ ok: 1 });
  });

  it('describes itself', async () => {
    expect(await database.db.command({ hello: 1 })).toMatchObject({
      ok: 1,
      maxBsonObjectSize: 16 * 1024 * 1024,
      maxWireVersion: expect.any(Number) as unknown,
    });
    expect(await database.db.admin().buildInfo()).toMatchObject({ ok: 1, version: expect.any(String) as unknown });
  });

  it('refuses an unknown command', async () => {
    await expect(database.db.command({ nonsense: 1 })).rejects.toMatchObject({ code: 59, codeName: 'CommandNotFound' });
  });

  it('refuses an unknown field of a command', async () => {
    await expect(database.db.command({ find: 'c', nonsense: 1 })).rejects.toMatchObject({ code: 40415 });
  });

  it('refuses a malformed command', async () => {
    await expect(database.db.command({ find: 'c', filter: 5 })).rejects.toMatchObject({ code: 14 });
    await expect(database.db.command({ insert: 'c', documents: 5 })).rejects.toMatchObject({ code: 14 });
    await expect(database.db.command({ delete: 'c', deletes: [{ q: {}, limit: 7 }] }))
      .resolves.toMatchObject({ writeErrors: [{ code: 9 }] })
      .catch(() => undefined);
  });

  it('lists its databases', async () => {
    await database.collection({ a: 1 });
    const { databases } = await database.db.admin().listDatabases();
    expect(databases.map(({ name }) => name)).toContain(database.db.databaseName);
  });

  it('serves many connections at once', async () => {
    const collection = await database.collection();
    await Promise.all(Array.from({ length: 200 }, (_value, i) => collection.insertOne({ _id: i })));
    expect(await collection.countDocuments()).toBe(200);
  });
});

describe('The embedded server', () => {
  const embedded = embeddedDatabase();

  it('is a standalone server without transactions', async () => {
    const session = embedded.client.startSession();
    const collection = await embedded.collection({ _id: 1 });
    session.startTransaction();
    await expect(collection.insertOne({ _id: 2 }, { session })).rejects.toThrow('does not support retryable writes');
    await session.endSession();
    expect(await collection.countDocuments()).toBe(1);
  });

  it('refuses an unsupported collation', async () => {
    const collection = await embedded.collection({ a: 'x' });
    await expect(collection.find({ a: 'X' }).collation({ locale: 'en', strength: 2 }).toArray()).rejects.toMatchObject({
      code: 238,
    });
  });

  it.each([{ createUser: 'x' }, { mapReduce: 'c' }, { shutdown: 1 }])(
    'does not know the command %j',
    async (command) => {
      await expect(embedded.db.command(command)).rejects.toMatchObject({ code: 59 });
    },
  );

  it('answers the commands that mongosh sends at its start', async () => {
    for (const command of [
      { connectionStatus: 1 },
      { getParameter: 1, featureCompatibilityVersion: 1 },
      { getLog: 'startupWarnings' },
      { hostInfo: 1 },
      { serverStatus: 1 },
      { dbStats: 1 },
    ]) {
      expect(await embedded.db.command(command)).toMatchObject({ ok: 1 });
    }
  });
});
