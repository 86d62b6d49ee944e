import { Long } from 'bson';
import { type Doc, isDoc } from './bson-values.js';
import type { CommandContext } from './command-context.js';
import { cursorReply } from './cursor-reply.js';
import { decode, encode } from './document.js';
import { FieldReader } from './field-reader.js';
import { parseFilter } from './filter.js';
import { DistinctValues } from './distinct.js';
import { badValue, failedToParse, notImplemented } from './mongo-error.js';
import { fieldsRead, parseFindProjection } from './projection.js';
import type { Request } from './request.js';
import { forEachPortion, mapPortions, streamOf, then, type Found } from './record-stream.js';
import { countRecords, docOf, runQuery, type Query } from './run-query.js';
import { parseSort } from './sort.js';

const FIND_FIELDS = [
  'filter',
  'sort',
  'projection',
  'hint',
  'skip',
  'limit',
  'batchSize',
  'singleBatch',
  'allowDiskUse',
  'noCursorTimeout',
  'allowPartialResults',
  'oplogReplay',
  'tailable',
  'awaitData',
  'returnKey',
  'showRecordId',
  'min',
  'max',
];

/** Parses the query of `find`, without the batches. */
export function parseFind(request: Request): Query {
  request.allow(...FIND_FIELDS);
  for (const option of ['tailable', 'awaitData', 'returnKey', 'showRecordId']) {
    if (request.boolean(option)) throw notImplemented(`'${option}' of find`);
  }
  for (const option of ['min', 'max'])
    if (request.body[option] !== undefined) throw notImplemented(`'${option}' of find`);
  return {
    filter: parseFilter(request.doc('filter')),
    sort: parseSort(request.body.sort),
    skip: request.count('skip', 0),
    limit: request.count('limit', 0),
    hint: hintOf(request.body.hint),
  };
}

/** Returns the hint, or undefined if it is missing or empty. */
export function hintOf(hint: unknown): unknown {
  if (hint === undefined || hint === null) return undefined;
  if (typeof hint !== 'string' && (typeof hint !== 'object' || Array.isArray(hint)))
    throw failedToParse("'hint' must be a string or an object");
  return typeof hint === 'object' && Object.keys(hint).length === 0 ? undefined : hint;
}

export function find(request: Request, { catalog, cursors }: CommandContext): Buffer | Promise<Buffer> {
  const query = parseFind(request);
  const show = shownBy(request.body.projection);
  const collection = catalog.collection(request.database, request.collection);
  const [batchSize, isSingle] = [request.count('batchSize', undefined), request.boolean('singleBatch')];
  const found = collection ? runQuery(collection, query).records : streamOf<Found>([]);
  const documents = mapPortions(found, (portion) => portion.map(show));
  return then(cursors.start(request.namespace, documents, batchSize, isSingle), (batch) =>
    cursorReply('firstBatch', batch, request.namespace),
  );
}

/** Returns what `find` shows of a document. Decodes no more fields than that. */
function shownBy(spec: unknown): (found: Found) => Buffer {
  const projection = parseFindProjection(spec);
  if (!projection) return ({ bytes }) => bytes;
  const fields = isDoc(spec) ? fieldsRead(spec) : undefined;
  if (!fields) return ({ bytes }) => encode(projection(decode(bytes)));
  const reader = new FieldReader(fields);
  return ({ bytes }) => encode(projection(reader.read(bytes)));
}

export function getMore(request: Request, { cursors }: CommandContext): Buffer | Promise<Buffer> {
  request.allow('collection', 'batchSize');
  const namespace = `${request.database}.${request.string('collection')}`;
  const id = cursorId(request.body.getMore);
  return then(cursors.next(id, namespace, request.count('batchSize', undefined)), (batch) =>
    cursorReply('nextBatch', batch, namespace),
  );
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

/** Reads a cursor id. This server's ids are safe integers, so any other id is unknown. */
function cursorId(value: unknown): number {
  if (typeof value === 'number') return value;
  if (value instanceof Long) return value.toNumber();
  throw badValue('A cursor id must be a 64-bit integer');
}

export function count(request: Request, { catalog }: CommandContext): Doc | Promise<Doc> {
  const query = parseCount(request);
  const collection = catalog.collection(request.database, request.collection);
  return then(collection ? countRecords(collection, query) : 0, (n) => ({ n }));
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

export function distinct(request: Request, { catalog }: CommandContext): Doc | Promise<Doc> {
  request.allow('key', 'query', 'hint');
  const collection = catalog.collection(request.database, request.collection);
  const path = request.string('key');
  const filter = parseFilter(request.doc('query'));
  const values = new DistinctValues(path);
  const records = collection
    ? runQuery(collection, { filter, hint: hintOf(request.body.hint) }).records
    : streamOf<Found>([]);
  return then(
    forEachPortion(records, (portion) => {
      for (const found of portion) values.add(docOf(found));
    }),
    () => ({ values: values.inOrder() }),
  );
}
