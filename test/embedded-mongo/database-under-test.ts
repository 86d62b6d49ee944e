import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { MongoClient, type Collection, type Db, type Document, type ObjectId } from 'mongodb';
import { EmbeddedMongo } from '../../src/platform/embedded-mongo/embedded-mongo.js';

let databases = 0;

/** A test document with any `_id` and any fields. */
export interface AnyDocument extends Document {
  _id?: string | number | ObjectId;
}

/** The database of a test file. */
export interface DatabaseUnderTest {
  readonly client: MongoClient;
  readonly db: Db;
  /** Creates a new collection with these documents. */
  collection(...documents: AnyDocument[]): Promise<Collection<AnyDocument>>;
}

/**
 * Creates a database for a test file: on the embedded server, or on the server of TEST_MONGODB_URI. The same
 * expectations hold on both.
 */
export function databaseUnderTest(): DatabaseUnderTest {
  const uri = process.env.TEST_MONGODB_URI;
  return uri === undefined || uri === '' ? embeddedDatabase() : realDatabase(uri);
}

/** Creates a database on the embedded server, for behaviour that only this server has. */
export function embeddedDatabase(): DatabaseUnderTest {
  let folder: string;
  let embedded: EmbeddedMongo;
  return connected(
    async () => {
      folder = await temporaryFolder();
      embedded = await EmbeddedMongo.start({
        dataDir: folder,
        listen: { socketPath: join(folder, 'mongo.sock') },
        inProcess: true,
        expirySweepMs: 50,
      });
      return embedded.uri('');
    },
    async () => {
      await embedded.stop();
      await rm(folder, { recursive: true });
    },
  );
}

const realDatabase = (uri: string): DatabaseUnderTest =>
  connected(
    () => Promise.resolve(uri),
    () => Promise.resolve(),
  );

function connected(open: () => Promise<string>, close: () => Promise<void>): DatabaseUnderTest {
  let client: MongoClient;
  let db: Db;
  let collections = 0;
  beforeAll(async () => {
    client = new MongoClient(await open(), { serverSelectionTimeoutMS: 5_000 });
    db = client.db(`conformance_${process.pid}_${++databases}_${Date.now()}`);
  });
  afterAll(async () => {
    await db.dropDatabase();
    await client.close();
    await close();
  });
  return {
    get client() {
      return client;
    },
    get db() {
      return db;
    },
    collection: async (...documents) => {
      const collection = db.collection<AnyDocument>(`c${++collections}`);
      if (documents.length > 0) await collection.insertMany(documents);
      return collection;
    },
  };
}

export const temporaryFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'embedded-'));

/** Polls until the condition is true. Throws after the deadline. */
export async function eventually(holds: () => Promise<boolean> | boolean, deadlineMs = 10_000): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('It did not become true in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Returns the ids of the documents that match a filter, in order. */
export async function idsOf(collection: Collection<AnyDocument>, filter: Document): Promise<unknown[]> {
  const found = await collection.find(filter).sort({ _id: 1 }).toArray();
  return found.map(({ _id }) => _id);
}
