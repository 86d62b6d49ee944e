import { Long } from 'bson';
import type { Doc } from './bson-values.js';
import type { Collection } from './collection.js';
import type { CommandContext } from './command-context.js';
import { cursorReply } from './cursor-reply.js';
import { decode, encode } from './document.js';
import { parseFilter } from './filter.js';
import { distinctValues } from './distinct.js';
import { badValue, failedToParse, notImplemented } from './mongo-error.js';
import { parseFindProjection } from './projection.js';
import type { Request } from './request.js';
import { docOf, runQuery, type Query } from './run-query.js';
import { parseSort } from './sort.js';

const FIND_FIELDS = [
  'filter', 'sort', 'projection', 'hint', 'skip', 'limit', 'batchSize', 'singleBatch', 'allowDiskUse', 'noCursorTimeout',
  'allowPartialResults', 'oplogReplay', 'tailable', 'awaitData', 'returnKey', 'showRecordId', 'min', 'max',
];

/** What `find` asks for, without the batches. */
export function parseFind(request: Request): Query {
  request.allow(...FIND_FIELDS);
  for (const option of ['tailable', 'awaitData', 'returnKey', 'showRecordId']) {
    if (request.boolean(option)) throw notImplemented(`'${option}' of find`);
  }
  for (const option of ['min', 'max']) if (request.body[option] !== undefined) throw notImplemented(`'${option}' of find`);
  return {
    filter: parseFilter(request.doc('filter')),
    sort: parseSort(request.body.sort),
    skip: request.count('skip', 0),
    limit: request.count('limit', 0),
    hint: hintOf(request.body.hint),
  };
}

/** An empty hint is no hint. */
export function hintOf(hint: unknown): unknown {
  if (hint === undefined || hint === null) return undefined;
  if (typeof hint !== 'string' && (typeof hint !== 'object' || Array.isArray(hint))) throw failedToParse("'hint' must be a string or an object");
  return typeof hint === 'object' && Object.keys(hint).length === 0 ? undefined : hint;
}

export function find(request: Request, { catalog, cursors }: CommandContext): Buffer {
  const query = parseFind(request);
  const projection = parseFindProjection(request.body.projection);
  const collection = catalog.collection(request.database, request.collection);
  // What is sent is what there was when it was found, so the bytes are held rather than the records.
  const found = collection ? runQuery(collection, query).records.map(({ bytes }) => bytes) : [];
  const documents = projection ? lazily(found, (bytes) => encode(projection(decode(bytes)))) : found;
  const batch = cursors.start(request.namespace, documents, request.count('batchSize', undefined), request.boolean('singleBatch'));
  return cursorReply('firstBatch', batch, request.namespace);
}

/** Encodes documents one by one, as they are sent. */
export function* lazily<T>(elements: readonly T[], encodeOne: (element: T) => Buffer): Generator<Buffer> {
  for (const element of elements) yield encodeOne(element);
}

export function getMore(request: Request, { cursors }: CommandContext): Buffer {
  request.allow('collection', 'batchSize');
  const namespace = `${request.database}.${request.string('collection')}`;
  const id = cursorId(request.body.getMore);
  return cursorReply('nextBatch', cursors.next(id, namespace, request.count('batchSize', undefined)), namespace);
}

export function killCursors(request: Request, { cursors }: CommandContext): Doc {
  request.allow('cursors');
  const ids = request.array('cursors').map(cursorId);
  const killed = ids.filter((id) => cursors.kill(id));
  const asLongs = (list: readonly number[]): Long[] => list.map((id) => Long.fromNumber(id));
  return {
    cursorsKilled: asLongs(killed),
    cursorsNotFound: asLongs(ids.filter((id) => !killed.includes(id))),
    cursorsAlive: [],
    cursorsUnknown: [],
  };
}

/** Cursor ids of this server are safe integers; any other is the id of no cursor. */
function cursorId(value: unknown): number {
  if (typeof value === 'number') return value;
  if (value instanceof Long) return value.toNumber();
  throw badValue('A cursor id must be a 64-bit integer');
}

export function count(request: Request, { catalog }: CommandContext): Doc {
  const query = parseCount(request);
  const collection = catalog.collection(request.database, request.collection);
  return { n: collection ? countHits(collection, query) : 0 };
}

export function parseCount(request: Request): Query {
  request.allow('query', 'skip', 'limit', 'hint', 'fields');
  const limit = request.body.limit;
  return {
    filter: parseFilter(request.doc('query')),
    skip: request.count('skip', 0),
    limit: typeof limit === 'number' ? Math.abs(limit) : 0,
    hint: hintOf(request.body.hint),
  };
}

function countHits(collection: Collection, query: Query): number {
  const { filter, skip = 0, limit = 0 } = query;
  if (filter.kind !== 'and' || filter.clauses.length > 0) return runQuery(collection, query).records.length;
  const rest = Math.max(0, collection.records.size - skip);
  return limit > 0 ? Math.min(rest, limit) : rest;
}

export function distinct(request: Request, { catalog }: CommandContext): Doc {
  request.allow('key', 'query', 'hint');
  const collection = catalog.collection(request.database, request.collection);
  const path = request.string('key');
  const filter = parseFilter(request.doc('query'));
  const records = collection ? runQuery(collection, { filter, hint: hintOf(request.body.hint) }).records : [];
  return { values: distinctValues(records.map(docOf), path) };
}
