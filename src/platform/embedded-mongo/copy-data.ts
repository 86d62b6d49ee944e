import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import type { Binary } from 'bson';
import { BACKUP_COLLECTION } from './backup-command.js';
import type { Doc } from './bson-values.js';
import { DataFolderLock } from './data-folder.js';
import { findJournal } from './journal-conversion.js';
import { findRunningServer, type RunningServer, ServerOutOfReachError } from './running-server.js';
import { CommandRefusedError, ServerConnection } from './server-connection.js';
import { hasStore, openStore } from './store-folder.js';

/** The data of a folder cannot be copied; the message says why, and what to do. */
export class NotCopiedError extends Error {}

const NO_SUCH_COMMAND = 59;

/**
 * Copies everything in a data folder as of one moment, in chunks for Store.createFrom: from the server that holds the
 * folder, or from the files if none does. Throws NotCopiedError, or StoreDamagedError if the store is damaged.
 */
export async function* copyData(folder: string): AsyncGenerator<Buffer, undefined> {
  const server = await findRunningServer(folder).catch((error: unknown) => {
    throw error instanceof ServerOutOfReachError ? new NotCopiedError(error.message, { cause: error }) : error;
  });
  if (server) yield* copyFromServer(folder, server);
  else yield* copyFromFiles(folder);
}

async function* copyFromFiles(folder: string): AsyncGenerator<Buffer, undefined> {
  const journal = findJournal(existsSync(folder) ? await readdir(folder) : []);
  if (journal !== undefined)
    throw new NotCopiedError(
      `The folder ${folder} has data in the format of version 1.0. Start the gateway on it once, which converts it.`,
    );
  if (!(await hasStore(folder))) throw new NotCopiedError(`The folder ${folder} holds no data of the embedded server.`);
  const lock = await DataFolderLock.acquire(folder);
  try {
    const catalog = await openStore(folder, () => undefined);
    const copy = catalog.store.copy();
    try {
      for (let chunks = await copy.pull(1); chunks.length > 0; chunks = await copy.pull(1)) yield* chunks;
    } finally {
      copy.close();
      await catalog.close();
    }
  } finally {
    await lock.release();
  }
}

async function* copyFromServer(folder: string, running: RunningServer): AsyncGenerator<Buffer, undefined> {
  const server = await connectTo(running);
  try {
    let { chunks, cursorId } = readBatch(await server.command({ backup: 1, $db: 'admin' }));
    yield* chunks;
    while (cursorId !== 0) {
      const getMore = { getMore: cursorId, collection: BACKUP_COLLECTION, batchSize: 1, $db: 'admin' };
      ({ chunks, cursorId } = readBatch(await server.command(getMore)));
      yield* chunks;
    }
  } catch (error) {
    if (error instanceof CommandRefusedError && error.code === NO_SUCH_COMMAND)
      throw new NotCopiedError(`Process ${running.pid}, which holds ${folder}, is of an older version. Stop it first.`);
    if (error instanceof CommandRefusedError) throw new NotCopiedError(error.message, { cause: error });
    throw new NotCopiedError(`The copy of ${folder} ended early: ${(error as Error).message}. Repeat it.`, {
      cause: error,
    });
  } finally {
    server.close();
  }
}

async function connectTo({ address, name }: RunningServer): Promise<ServerConnection> {
  try {
    return await ServerConnection.open(address);
  } catch (error) {
    throw new NotCopiedError(`${name} cannot be reached: ${(error as Error).message}.`, { cause: error });
  }
}

function readBatch({ cursor }: Doc): { chunks: Buffer[]; cursorId: number } {
  const { firstBatch, nextBatch, id } = cursor as {
    readonly id: number;
    readonly firstBatch?: readonly { readonly entries: Binary }[];
    readonly nextBatch?: readonly { readonly entries: Binary }[];
  };
  const documents = firstBatch ?? nextBatch ?? [];
  return { chunks: documents.map(({ entries }) => Buffer.from(entries.buffer)), cursorId: id };
}
