import { isDoc, type Doc } from './bson-values.js';
import { parseFilter, type Filter } from './filter.js';
import { parseKeyPattern, type KeyPattern } from './index-keys.js';
import { equalValues } from './key-string.js';
import { failedToParse, MongoError, notImplemented, typeMismatch } from './mongo-error.js';
import { arrayIndex } from './paths.js';

/** A checked index definition of `createIndexes`. */
export interface IndexDefinition {
  readonly name: string;
  readonly key: Doc;
  readonly pattern: KeyPattern;
  readonly unique: boolean;
  readonly sparse: boolean;
  readonly partialFilterExpression: Doc | undefined;
  readonly expireAfterSeconds: number | undefined;
}

const IGNORED = new Set(['v', 'background', 'ns', 'hidden', 'key', 'name']);
const UNSUPPORTED = new Set([
  'collation',
  'weights',
  'default_language',
  'language_override',
  'textIndexVersion',
  '2dsphereIndexVersion',
  'bits',
  'min',
  'max',
  'bucketSize',
  'storageEngine',
  'wildcardProjection',
  'prepareUnique',
  'clustered',
]);

/** The index on `_id` that every collection has. */
export const ID_INDEX: IndexDefinition = {
  name: '_id_',
  key: { _id: 1 },
  pattern: parseKeyPattern({ _id: 1 }, 'index'),
  unique: true,
  sparse: false,
  partialFilterExpression: undefined,
  expireAfterSeconds: undefined,
};

/** Parses one element of `createIndexes`. */
export function parseIndexDefinition(spec: unknown): IndexDefinition {
  if (!isDoc(spec)) throw typeMismatch('The elements of the "indexes" array must be objects');
  const { key, name, unique, sparse, partialFilterExpression, expireAfterSeconds, hidden } = spec;
  if (!isDoc(key)) throw failedToParse("The 'key' field is a required property of an index specification");
  if (typeof name !== 'string')
    throw failedToParse("The 'name' field is a required property of an index specification");
  if (name === '') throw new MongoError(67, 'index name cannot be empty');
  for (const option of Object.keys(spec)) {
    if (UNSUPPORTED.has(option)) throw notImplemented(`the index option '${option}'`);
    if (!IGNORED.has(option) && !KNOWN.has(option)) {
      throw new MongoError(
        197,
        `The field '${option}' is not valid for an index specification. Specification: ${JSON.stringify(spec)}`,
      );
    }
  }
  if (hidden === true) throw notImplemented('hidden indexes');
  const pattern = parsePattern(key);
  if (equalValues(key, ID_INDEX.key)) {
    if (isTrue(sparse) || partialFilterExpression !== undefined || expireAfterSeconds !== undefined) {
      throw new MongoError(197, 'The _id index accepts no options');
    }
    return ID_INDEX;
  }
  return {
    name,
    key,
    pattern,
    unique: isTrue(unique),
    sparse: isTrue(sparse),
    partialFilterExpression: parsePartialFilter(partialFilterExpression, isTrue(sparse)),
    expireAfterSeconds: parseExpiry(expireAfterSeconds, pattern),
  };
}

const KNOWN = new Set(['unique', 'sparse', 'partialFilterExpression', 'expireAfterSeconds']);

/** Clients may give options of indexes as 1 or true. */
const isTrue = (option: unknown): boolean => option === true || (typeof option === 'number' && option !== 0);

function parsePattern(key: Doc): KeyPattern {
  const fields = Object.entries(key);
  if (fields.length === 0) throw new MongoError(67, 'Index keys cannot be an empty object');
  if (fields.length > 32) throw new MongoError(67, 'Index keys cannot have more than 32 fields');
  for (const [path, direction] of fields) {
    if (typeof direction === 'string') throw notImplemented(`'${direction}' indexes`);
    if (typeof direction !== 'number' || direction === 0 || Number.isNaN(direction)) {
      throw new MongoError(
        67,
        `Values in v:2 index key pattern cannot be of this kind: { ${path}: ${JSON.stringify(direction)} }`,
      );
    }
    if (path.startsWith('$') || path.includes('.$'))
      throw new MongoError(67, "Index key contains an illegal field name: field name starts with '$'.");
    if (path.split('.').some((part) => part === ''))
      throw new MongoError(67, 'Index keys cannot contain an empty field.');
    if (path.split('.').some((part) => arrayIndex(part) !== undefined))
      throw notImplemented(`an index on the array position '${path}'`);
  }
  return parseKeyPattern(
    Object.fromEntries(fields.map(([path, direction]) => [path, Number(direction) > 0 ? 1 : -1])),
    'index',
  );
}

function parsePartialFilter(filter: unknown, sparse: boolean): Doc | undefined {
  if (filter === undefined) return undefined;
  if (!isDoc(filter)) throw typeMismatch("'partialFilterExpression' for an index must be a document");
  if (sparse) throw new MongoError(67, "cannot mix 'partialFilterExpression' and 'sparse' options");
  checkPartial(parseFilter(filter));
  return filter;
}

const PARTIAL_TESTS: ReadonlySet<string> = new Set(['eq', 'gt', 'gte', 'lt', 'lte', 'in', 'exists', 'type']);

/** Throws 67 if a filter has conditions that this server cannot derive from a query. */
function checkPartial(filter: Filter): void {
  if (filter.kind === 'and' || filter.kind === 'or') {
    filter.clauses.forEach(checkPartial);
  } else if (
    filter.kind !== 'field' ||
    !PARTIAL_TESTS.has(filter.test.op) ||
    (filter.test.op === 'in' && filter.test.patterns.length > 0)
  ) {
    throw new MongoError(
      67,
      `Expression not supported in partial index: ${filter.kind === 'field' ? `$${filter.test.op}` : `$${filter.kind}`}`,
    );
  }
}

function parseExpiry(seconds: unknown, pattern: KeyPattern): number | undefined {
  if (seconds === undefined) return undefined;
  if (typeof seconds !== 'number') throw typeMismatch("TTL index 'expireAfterSeconds' option must be numeric");
  if (seconds < 0 || seconds > 2_147_483_647)
    throw new MongoError(
      67,
      "TTL index 'expireAfterSeconds' option must be within an acceptable range, try a different number",
    );
  if (pattern.length > 1)
    throw new MongoError(67, 'TTL indexes are single-field indexes, compound indexes do not support TTL');
  return seconds;
}

/** Describes an index as `listIndexes` and the catalog show it. */
export function describeIndex(index: IndexDefinition): Doc {
  return {
    v: 2,
    key: index.key,
    name: index.name,
    ...(index.unique && index !== ID_INDEX && { unique: true }),
    ...(index.sparse && { sparse: true }),
    ...(index.partialFilterExpression && { partialFilterExpression: index.partialFilterExpression }),
    ...(index.expireAfterSeconds !== undefined && { expireAfterSeconds: index.expireAfterSeconds }),
  };
}

/** Returns true if this index exists already. Throws if another index conflicts with it. */
export function existsAlready(existing: readonly IndexDefinition[], wanted: IndexDefinition): boolean {
  const namesake = existing.find(({ name }) => name === wanted.name);
  const alike = existing.find((index) => isAlike(index, wanted));
  const conflict = (code: number, what: string, other: IndexDefinition): MongoError =>
    new MongoError(
      code,
      `${what}. Requested index: ${JSON.stringify(describeIndex(wanted))}, existing index: ${JSON.stringify(describeIndex(other))}`,
    );
  if (namesake && namesake !== alike)
    throw conflict(86, 'An existing index has the same name as the requested index', namesake);
  if (!alike) return false;
  if (alike.name !== wanted.name)
    throw conflict(85, `Index already exists with a different name: ${alike.name}`, alike);
  if (alike.expireAfterSeconds !== wanted.expireAfterSeconds)
    throw conflict(85, 'An equivalent index already exists with the same name but different options', alike);
  return true;
}

/** Two indexes can exist side by side if they differ in one of these properties. */
const isAlike = (a: IndexDefinition, b: IndexDefinition): boolean =>
  equalValues(a.key, b.key) &&
  equalValues(a.partialFilterExpression, b.partialFilterExpression) &&
  a.unique === b.unique &&
  a.sparse === b.sparse;
