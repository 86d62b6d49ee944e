import { resolve } from 'node:path';
import { settleInterruptedRestore } from '../backups/interrupted-restore.js';
import { databaseFolderIn } from '../backups/data-files.js';
import type { Config } from '../config/config.js';
import { uriOf } from '../embedded-mongo/embedded-mongo.js';
import { findRunningServer, ServerOutOfReachError } from '../embedded-mongo/running-server.js';
import { hasStore } from '../embedded-mongo/store-folder.js';
import { embeddedUri } from './connection-options.js';
import { connect, type Database, DatabaseUnavailableError, openDatabase } from './database.js';

/**
 * Opens the same database as openDatabase, also while a gateway runs on it: then it connects to the embedded server of
 * that gateway. Throws DatabaseUnavailableError, also if DATA_DIR has no data.
 */
export async function openDatabaseInUse(config: Config, onFailure: (error: Error) => void): Promise<Database> {
  if (config.MONGODB_URI) return openDatabase(config, onFailure);
  await settleInterruptedRestore(config.DATA_DIR);
  const place = resolve(databaseFolderIn(config.DATA_DIR));
  const running = await findRunningServer(place).catch((error: unknown) => {
    throw error instanceof ServerOutOfReachError ? new DatabaseUnavailableError(error.message) : error;
  });
  if (running) {
    const connection = await connect(embeddedUri((name) => uriOf(running.address, name)));
    return { connection, place, close: () => connection.close() };
  }
  if (!(await hasStore(place)))
    throw new DatabaseUnavailableError(`The folder ${place} holds no data. Start the gateway on it once.`);
  return openDatabase(config, onFailure);
}
