import { isDoc, type Doc } from './bson-values.js';
import type { Collection } from './collection.js';
import type { CommandContext } from './command-context.js';
import { cursorReply } from './cursor-reply.js';
import { encode } from './document.js';
import { parseFilter } from './filter.js';
import { describeIndex, ID_INDEX, parseIndexDefinition } from './index-definition.js';
import { equalValues } from './key-string.js';
import { compile } from './matcher.js';
import { MongoError, notImplemented } from './mongo-error.js';
import { IndexNotFound, NamespaceNotFound } from './namespace-errors.js';
import type { Cursors } from './cursors.js';
import { streamOf, then } from './record-stream.js';
import type { Request } from './request.js';

export function create(request: Request, { catalog }: CommandContext): Doc {
  for (const option of [
    'capped',
    'viewOn',
    'timeseries',
    'validator',
    'clusteredIndex',
    'changeStreamPreAndPostImages',
    'encryptedFields',
    'expireAfterSeconds',
  ]) {
    if (request.body[option] !== undefined && request.body[option] !== false)
      throw notImplemented(`'${option}' of create`);
  }
  request.allow(
    'capped',
    'autoIndexId',
    'idIndex',
    'storageEngine',
    'indexOptionDefaults',
    'validationLevel',
    'validationAction',
  );
  // An existing collection is no error, because its options are the same: this server supports none.
  catalog.ensureCollection(request.database, request.collection);
  return { ok: 1 };
}

export function drop(request: Request, { catalog }: CommandContext): Doc {
  request.allow();
  const collection = catalog.collection(request.database, request.collection);
  // Since MongoDB 7, dropping a missing collection succeeds.
  if (!collection) return { ok: 1 };
  const nIndexesWas = collection.indexes.length;
  catalog.dropCollection(collection);
  return { nIndexesWas, ns: request.namespace, ok: 1 };
}

export function dropDatabase(request: Request, { catalog }: CommandContext): Doc {
  request.allow();
  const collections = catalog.collectionsOf(request.database);
  for (const collection of collections) catalog.dropCollection(collection);
  return collections.length > 0 ? { dropped: request.database, ok: 1 } : { ok: 1 };
}

export function listCollections(request: Request, { catalog, cursors }: CommandContext): Buffer | Promise<Buffer> {
  request.allow('filter', 'nameOnly', 'cursor', 'authorizedCollections');
  const matches = compile(parseFilter(request.doc('filter')));
  const nameOnly = request.boolean('nameOnly');
  const described = catalog.collectionsOf(request.database).map(({ name }): Doc => ({
    name,
    type: 'collection',
    ...(!nameOnly && { options: {}, info: { readOnly: false }, idIndex: describeIndex(ID_INDEX) }),
  }));
  const namespace = `${request.database}.$cmd.listCollections`;
  return listReply(request, cursors, namespace, described.filter(matches));
}

export function listDatabases(request: Request, { catalog }: CommandContext): Doc {
  request.allow('filter', 'nameOnly', 'authorizedDatabases');
  const matches = compile(parseFilter(request.doc('filter')));
  const databases = catalog
    .databaseNames()
    .map((name) => {
      const sizeOnDisk = catalog.collectionsOf(name).reduce((sum, { bytes }) => sum + bytes, 0);
      return request.boolean('nameOnly') ? { name } : { name, sizeOnDisk, empty: false };
    })
    .filter(matches);
  const totalSize = databases.reduce((bytes, { sizeOnDisk = 0 }) => bytes + sizeOnDisk, 0);
  return request.boolean('nameOnly')
    ? { databases, ok: 1 }
    : { databases, totalSize, totalSizeMb: Math.floor(totalSize / 1024 / 1024), ok: 1 };
}

function listReply(
  request: Request,
  cursors: Cursors,
  namespace: string,
  described: readonly Doc[],
): Buffer | Promise<Buffer> {
  const started = cursors.start(namespace, streamOf(described.map(encode)), batchSizeOf(request));
  return then(started, (batch) => cursorReply('firstBatch', batch, namespace));
}

function batchSizeOf(request: Request): number | undefined {
  const { batchSize } = request.doc('cursor');
  return typeof batchSize === 'number' ? batchSize : undefined;
}

export async function createIndexes(request: Request, { catalog }: CommandContext): Promise<Doc> {
  request.allow('indexes', 'commitQuorum', 'ignoreUnknownIndexOptions');
  const definitions = request.array('indexes').map(parseIndexDefinition);
  if (definitions.length === 0) throw new MongoError(2, 'Must specify at least one index to create');
  const existing = catalog.collection(request.database, request.collection);
  const collection = existing ?? catalog.ensureCollection(request.database, request.collection);
  const numIndexesBefore = collection.indexes.length;
  for (const definition of definitions) await catalog.createIndex(collection, definition);
  const numIndexesAfter = collection.indexes.length;
  return {
    numIndexesBefore,
    numIndexesAfter,
    createdCollectionAutomatically: existing === undefined,
    ...(numIndexesAfter === numIndexesBefore && { note: 'all indexes already exist' }),
    ok: 1,
  };
}

export function listIndexes(request: Request, { catalog, cursors }: CommandContext): Buffer | Promise<Buffer> {
  request.allow('cursor', 'includeBuildUUIDs', 'includeIndexBuildInfo');
  const { indexes } = existingCollection(request, { catalog });
  return listReply(
    request,
    cursors,
    request.namespace,
    indexes.map(({ definition }) => describeIndex(definition)),
  );
}

export async function dropIndexes(request: Request, { catalog }: CommandContext): Promise<Doc> {
  request.allow('index');
  const collection = existingCollection(request, { catalog });
  const nIndexesWas = collection.indexes.length;
  const wanted = request.body.index;
  for (const name of wanted === '*' ? droppableIndexNames(collection) : indexNames(collection, wanted)) {
    if (name === ID_INDEX.name) throw new MongoError(72, 'cannot drop _id index');
    await catalog.dropIndex(collection, name);
  }
  return { nIndexesWas, ...(wanted === '*' && { msg: 'non-_id indexes dropped for collection' }), ok: 1 };
}

const droppableIndexNames = (collection: Collection): string[] =>
  collection.indexes.map(({ name }) => name).filter((name) => name !== ID_INDEX.name);

/** Finds the indexes to drop: given by name, by several names, or by keys. */
function indexNames(collection: Collection, wanted: unknown): string[] {
  const names: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted];
  return names.map((name) => {
    if (isDoc(name)) {
      const index = collection.indexes.find(({ definition }) => equalValues(definition.key, name));
      if (!index) throw new MongoError(27, `can't find index with key: ${JSON.stringify(name)}`);
      return index.name;
    }
    if (typeof name !== 'string')
      throw new MongoError(14, "BSON field 'dropIndexes.index' must be a string, an object or an array");
    if (!collection.index(name)) throw new IndexNotFound(name);
    return name;
  });
}

export function existingCollection(request: Request, { catalog }: Pick<CommandContext, 'catalog'>): Collection {
  const collection = catalog.collection(request.database, request.collection);
  if (!collection) throw new NamespaceNotFound(request.namespace);
  return collection;
}
