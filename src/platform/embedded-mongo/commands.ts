import type { Doc } from './bson-values.js';
import { aggregate } from './aggregate.js';
import { backup } from './backup-command.js';
import {
  create,
  createIndexes,
  drop,
  dropDatabase,
  dropIndexes,
  listCollections,
  listDatabases,
  listIndexes,
} from './catalog-commands.js';
import type { CommandContext } from './command-context.js';
import {
  buildInfo,
  collStats,
  connectionStatus,
  dbStats,
  endSessions,
  getLog,
  getParameter,
  hello,
  hostInfo,
  ping,
  serverStatus,
} from './diagnostic-commands.js';
import { encode } from './document.js';
import { explain } from './explain.js';
import { MongoError } from './mongo-error.js';
import { count, distinct, find, getMore, killCursors } from './read-commands.js';
import type { Request } from './request.js';
import { findAndModify, insert, remove, update } from './write-commands.js';

/** Runs a command, synchronously if it need not wait, and returns its reply; already encoded if that is cheaper. */
type Command = (request: Request, context: CommandContext) => Doc | Buffer | Promise<Doc | Buffer>;

const READS: Readonly<Record<string, Command>> = {
  hello,
  isMaster: hello,
  ismaster: hello,
  ping,
  buildInfo,
  buildinfo: buildInfo,
  connectionStatus,
  getParameter,
  getLog,
  hostInfo,
  serverStatus,
  dbStats,
  collStats,
  endSessions,
  find,
  getMore,
  killCursors,
  count,
  distinct,
  aggregate,
  explain,
  listCollections,
  listDatabases,
  listIndexes,
  // Private: no MongoDB server has it.
  backup,
};

const WRITES: Readonly<Record<string, Command>> = {
  insert,
  update,
  delete: remove,
  findAndModify,
  findandmodify: findAndModify,
  create,
  createIndexes,
  drop,
  dropDatabase,
  dropIndexes,
};

/**
 * Runs a command and returns its reply or error as encoded BSON, for a write after it is on the disk. Rejects only if
 * the store has failed: the server must not answer any more then.
 */
export async function answer(request: Request, context: CommandContext): Promise<Buffer> {
  const isWrite = Object.hasOwn(WRITES, request.command);
  const reply = await replyTo(request, context);
  // Also after an error: the statements before the failed one may have changed something.
  if (isWrite) await context.catalog.committed();
  else context.catalog.checkWorking();
  return reply;
}

async function replyTo(request: Request, context: CommandContext): Promise<Buffer> {
  try {
    refuseTransactions(request);
    const command = findCommand(request.command);
    const reply = await command(request, context);
    return Buffer.isBuffer(reply) ? reply : encode('ok' in reply ? reply : { ...reply, ok: 1 });
  } catch (error) {
    return encode(describeError(error));
  }
}

function findCommand(name: string): Command {
  const command = Object.hasOwn(READS, name) ? READS[name] : Object.hasOwn(WRITES, name) ? WRITES[name] : undefined;
  if (!command) throw new MongoError(59, `no such command: '${name}'`);
  return command;
}

function refuseTransactions({ command, body }: Request): void {
  if (
    body.startTransaction === true ||
    body.autocommit === false ||
    command === 'commitTransaction' ||
    command === 'abortTransaction'
  ) {
    throw new MongoError(20, 'Transaction numbers are only allowed on a replica set member or mongos');
  }
}

export function describeError(error: unknown): Doc {
  const known =
    error instanceof MongoError ? error : new MongoError(1, error instanceof Error ? error.message : String(error));
  return { ok: 0, errmsg: known.message, code: known.code, codeName: known.codeName, ...known.details };
}
