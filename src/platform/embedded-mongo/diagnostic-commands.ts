import { hostname } from 'node:os';
import type { Doc } from './bson-values.js';
import { existingCollection } from './catalog-commands.js';
import type { CommandContext } from './command-context.js';
import { MAX_DOCUMENT_BYTES } from './document.js';
import type { Request } from './request.js';

/** The MongoDB version whose behaviour this server imitates, for clients that check it. */
const VERSION = '7.0.0';
export const MAX_MESSAGE_BYTES = 48_000_000;
const MAX_WRITE_BATCH = 100_000;

/**
 * Has no `setName`, as a standalone server, so that clients use neither transactions nor retryable writes. Has no
 * `topologyVersion`, so that clients poll.
 */
export function hello(request: Request, { connectionId }: CommandContext): Doc {
  return {
    ...(request.command === 'hello' ? { isWritablePrimary: true } : { ismaster: true }),
    helloOk: true,
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
    maxMessageSizeBytes: MAX_MESSAGE_BYTES,
    maxWriteBatchSize: MAX_WRITE_BATCH,
    localTime: new Date(),
    logicalSessionTimeoutMinutes: 30,
    connectionId,
    minWireVersion: 0,
    maxWireVersion: 21,
    readOnly: false,
    ok: 1,
  };
}

export const ping = (): Doc => ({ ok: 1 });

export const buildInfo = (): Doc => ({
  version: VERSION,
  versionArray: [7, 0, 0, 0],
  gitVersion: 'embedded',
  modules: ['embedded'],
  bits: 64,
  maxBsonObjectSize: MAX_DOCUMENT_BYTES,
  storageEngines: ['embedded'],
  ok: 1,
});

export const connectionStatus = (): Doc => ({
  authInfo: { authenticatedUsers: [], authenticatedUserRoles: [], authenticatedUserPrivileges: [] },
  ok: 1,
});

export function getParameter(request: Request): Doc {
  const known: Doc = { featureCompatibilityVersion: { version: '7.0' } };
  const asked = Object.keys(request.body).filter((name) => name in known);
  return { ...Object.fromEntries(asked.map((name) => [name, known[name]])), ok: 1 };
}

export const getLog = (request: Request): Doc =>
  request.body.getLog === '*'
    ? { names: ['global', 'startupWarnings'], ok: 1 }
    : { totalLinesWritten: 0, log: [], ok: 1 };

export const hostInfo = (): Doc => ({
  system: { currentTime: new Date(), hostname: hostname() },
  os: { type: process.platform },
  extra: {},
  ok: 1,
});

export function serverStatus(_request: Request, { startedAt, cursors }: CommandContext): Doc {
  const uptime = (Date.now() - startedAt) / 1000;
  return {
    host: hostname(),
    version: VERSION,
    process: 'embedded-mongo',
    pid: process.pid,
    uptime,
    localTime: new Date(),
    metrics: { cursor: { open: { total: cursors.count } } },
    storageEngine: { name: 'embedded', persistent: true },
    ok: 1,
  };
}

export function dbStats(request: Request, { catalog }: CommandContext): Doc {
  const collections = catalog.collectionsOf(request.database);
  const total = (measure: (collection: (typeof collections)[number]) => number): number =>
    collections.reduce((sum, collection) => sum + measure(collection), 0);
  const dataSize = total(({ bytes }) => bytes);
  return {
    db: request.database,
    collections: collections.length,
    views: 0,
    objects: total(({ size }) => size),
    indexes: total(({ indexes }) => indexes.length),
    dataSize,
    storageSize: dataSize,
    indexSize: 0,
    totalSize: dataSize,
    scaleFactor: 1,
    ok: 1,
  };
}

export function collStats(request: Request, context: CommandContext): Doc {
  const { namespace, bytes, size, indexes } = existingCollection(request, context);
  return {
    ns: namespace,
    size: bytes,
    count: size,
    avgObjSize: size > 0 ? Math.floor(bytes / size) : 0,
    storageSize: bytes,
    nindexes: indexes.length,
    indexSizes: Object.fromEntries(indexes.map(({ name }) => [name, 0])),
    totalIndexSize: 0,
    totalSize: bytes,
    capped: false,
    scaleFactor: 1,
    ok: 1,
  };
}

/** Does nothing: sessions have no effect without transactions. */
export const endSessions = (): Doc => ({ ok: 1 });
