import { join, resolve } from 'node:path';
import mongoose, { type Connection } from 'mongoose';
import type { Config } from '../config/config.js';
import { EmbeddedMongo } from '../embedded-mongo/embedded-mongo.js';
import { connectionOptions, embeddedUri, withoutCredentials } from './connection-options.js';

/** Longest path of a unix socket that every system takes. */
const LONGEST_SOCKET_PATH = 100;

/** An open connection, and the embedded server behind it if there is one. */
export interface Database {
  readonly connection: Connection;
  /** Where the data is, for a person: a folder, or the server without its credentials. */
  readonly place: string;
  /** Closes the connection, then the server. */
  close(): Promise<void>;
}

/** The database cannot be opened; the message is one line for the operator. */
export class DatabaseUnavailableError extends Error {}

/**
 * Opens MONGODB_URI if it is set, and nothing else in its place; otherwise the embedded server in DATA_DIR.
 * Throws DatabaseUnavailableError.
 *
 * @param onFailure called when the embedded server stops by itself: without it nothing can go on
 */
export async function openDatabase(config: Config, onFailure: (error: Error) => void): Promise<Database> {
  if (config.MONGODB_URI) {
    const connection = await connect(config.MONGODB_URI);
    return { connection, place: withoutCredentials(config.MONGODB_URI), close: () => connection.close() };
  }
  const dataDir = resolve(config.DATA_DIR, 'db');
  const server = await startEmbedded(dataDir, onFailure);
  const connection = await connect(embeddedUri((name) => server.uri(name)));
  return {
    connection,
    place: dataDir,
    close: async () => {
      await connection.close();
      await server.stop();
    },
  };
}

async function startEmbedded(dataDir: string, onFailure: (error: Error) => void): Promise<EmbeddedMongo> {
  const socketPath = join(dataDir, 'mongo.sock');
  const socketFits = process.platform !== 'win32' && Buffer.byteLength(socketPath) <= LONGEST_SOCKET_PATH;
  try {
    return await EmbeddedMongo.start({ dataDir, listen: socketFits ? { socketPath } : { port: 0 }, onFailure });
  } catch (error) {
    throw new DatabaseUnavailableError(`The embedded database in ${dataDir} cannot be started: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

async function connect(uri: string): Promise<Connection> {
  const connection = mongoose.createConnection(uri, connectionOptions(uri));
  try {
    await connection.asPromise();
    // The driver may connect lazily; a ping shows that the server answers and lets us in.
    await connection.db?.command({ ping: 1 });
    return connection;
  } catch (error) {
    await connection.close();
    throw new DatabaseUnavailableError(
      `The database at ${withoutCredentials(uri)} cannot be reached: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
