import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { ConnectionString } from 'mongodb-connection-string-url';
import { within } from './eventually.js';
import { ServerProcess } from './server-process.js';

/** A real MongoDB to run everything on; not set: the embedded server. */
export const { TEST_MONGODB_URI } = process.env;

/** Nothing in the data folder of a gateway can be looked at then. */
export const isOnRealDatabase = (): boolean => TEST_MONGODB_URI !== undefined && TEST_MONGODB_URI !== '';

/** The same server with a database name of its own. */
export function withDatabase(uri: string, name: string): string {
  const url = new ConnectionString(uri);
  url.pathname = `/${name}`;
  return url.href;
}

export function newDatabaseName(): string {
  return `test_${randomUUID().replaceAll('-', '')}`;
}

export async function dropDatabase(uri: string): Promise<void> {
  const client = new MongoClient(uri);
  try {
    await client.db().dropDatabase();
  } finally {
    await client.close();
  }
}

/** A database server that several gateways share by its URI. */
export interface SharedDatabase {
  readonly uri: string;
  /** The server dies at once. Only for the embedded server. */
  kill9(): Promise<void>;
  stop(): Promise<void>;
}

export async function startSharedDatabase(): Promise<SharedDatabase> {
  if (TEST_MONGODB_URI === undefined || TEST_MONGODB_URI === '') return startEmbeddedDatabase();
  const uri = withDatabase(TEST_MONGODB_URI, newDatabaseName());
  return {
    uri,
    kill9: () => Promise.reject(new Error('A real MongoDB is not killed by a test.')),
    stop: () => dropDatabase(uri),
  };
}

/** The embedded server alone, as its own process, whatever TEST_MONGODB_URI says. */
export async function startEmbeddedDatabase(): Promise<SharedDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-database-'));
  const server = new ServerProcess('embedded-mongo/cli.js', ['--port', '0', '--data', join(folder, 'data')], {
    cwd: folder,
    env: {},
  });
  const uri = await server.printed(/^(mongodb:\/\/\S+)$/m);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    server.kill(signal);
    await within('the database to end', 10_000, server.exited);
  };
  return {
    uri: withDatabase(uri, newDatabaseName()),
    kill9: () => end('SIGKILL'),
    stop: async () => {
      if (server.alive) await end('SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
