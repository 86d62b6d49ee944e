import { join, resolve } from 'node:path';
import mongoose, { type Connection } from 'mongoose';
import { databaseFolderIn } from '../backups/data-files.js';
import type { Config } from '../config/config.js';
import { EmbeddedMongo } from '../embedded-mongo/embedded-mongo.js';
import { connectionOptions, embeddedUri, withoutCredentials } from './connection-options.js';

/** Longest unix socket path that every system accepts. */
const MAX_SOCKET_PATH_BYTES = 100;

/** An open connection, and the embedded server behind it if there is one. */
export interface Database {
  readonly connection: Connection;
  /** Where the data is, for log lines: a folder, or the server's URI without credentials. */
  readonly place: string;
  /** Closes the connection, then stops the embedded server. */
  close(): Promise<void>;
}

/** The database cannot be opened; the message is one line for the operator. */
export class DatabaseUnavailableError extends Error {}

/**
 * Connects to MONGODB_URI if it is set; otherwise starts the embedded server in DATA_DIR. Never falls back from one to
 * the other. Throws DatabaseUnavailableError if the database cannot be reached or started.
 *
 * @param onFailure called if the embedded server stops by itself; the gateway cannot run without it
 */
export async function openDatabase(config: Config, onFailure: (error: Error) => void): Promise<Database> {
  if (config.MONGODB_URI) {
    const connection = await connect(config.MONGODB_URI);
    return { connection, place: withoutCredentials(config.MONGODB_URI), close: () => connection.close() };
  }
  const dataDir = resolve(databaseFolderIn(config.DATA_DIR));
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
  const socketFits = process.platform !== 'win32' && Buffer.byteLength(socketPath) <= MAX_SOCKET_PATH_BYTES;
  try {
    return await EmbeddedMongo.start({ dataDir, listen: socketFits ? { socketPath } : { port: 0 }, onFailure });
  } catch (error) {
    throw new DatabaseUnavailableError(`The embedded database in ${dataDir} cannot be started: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** Throws DatabaseUnavailableError. */
export async function connect(uri: string): Promise<Connection> {
  const connection = mongoose.createConnection(uri, connectionOptions(uri));
  try {
    await connection.asPromise();
    // The driver may connect lazily; a ping proves that the server answers and accepts the credentials.
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
