import { isDoc, type Doc } from './bson-values.js';
import { checkExpression, evaluate, isOperator } from './expressions.js';
import { parseFilter, type Filter } from './filter.js';
import { compile } from './matcher.js';
import { badValue, MongoError, notImplemented } from './mongo-error.js';
import { field, splitPath } from './paths.js';

/** Returns the projected document. */
export type Projection = (doc: Doc) => Doc;

type Leaf =
  'include' | 'exclude' | { readonly expression: unknown } | { readonly transform: (value: unknown) => unknown };
type Tree = Map<string, Tree | Leaf>;

/** Parses a projection of `find`. Returns undefined if it keeps the whole document. */
export function parseFindProjection(spec: unknown): Projection | undefined {
  if (spec === undefined || spec === null) return undefined;
  if (!isDoc(spec)) throw new MongoError(14, 'Expected field projection to be of type object');
  return Object.keys(spec).length === 0 ? undefined : projectionOf(spec, true);
}

/** The top-level fields that a projection of `find` reads; undefined if it reads the whole document. */
export function fieldsRead(spec: Doc): string[] | undefined {
  const { _id = true, ...others } = spec;
  const paths = Object.keys(others);
  const isPlain = typeof _id === 'boolean' || typeof _id === 'number';
  const areIncluded = paths.every((path) => others[path] === true || others[path] === 1);
  if (!isPlain || !areIncluded || paths.length === 0) return undefined;
  return [...(_id === false || _id === 0 ? [] : ['_id']), ...paths.map((path) => splitPath(path)[0] ?? '')];
}

/** Parses the specification of `$project`. */
export function parseProjectStage(spec: unknown): Projection {
  if (!isDoc(spec)) throw new MongoError(15969, '$project specification must be an object');
  if (Object.keys(spec).length === 0)
    throw new MongoError(
      51272,
      'Invalid $project :: caused by :: projection specification must have at least one field',
    );
  return projectionOf(spec, false);
}

/** Parses `$addFields` or `$set`. */
export function parseAddFields(spec: unknown, stage: string): Projection {
  if (!isDoc(spec)) throw new MongoError(40272, `${stage} specification stage must be an object`);
  const tree = buildTree(spec, (value) => {
    checkExpression(value);
    return { expression: value };
  });
  return (doc) => computed(tree, doc, doc);
}

function projectionOf(spec: Doc, isFind: boolean): Projection {
  const tree = buildTree(spec, (value, path) => parseLeaf(value, path, isFind));
  const id = tree.get('_id');
  const others = new Map(tree);
  others.delete('_id');
  const kinds = new Set(
    leavesOf(others).map(({ leaf }) =>
      typeof leaf === 'string' ? leaf : 'expression' in leaf ? 'include' : 'neutral',
    ),
  );
  if (kinds.has('include') && kinds.has('exclude')) {
    throw new MongoError(31254, 'Cannot do exclusion on a field in an inclusion projection, or the other way round');
  }
  const isInclusion =
    kinds.has('include') ||
    (!kinds.has('exclude') && !kinds.has('neutral') && id !== undefined && id !== 'exclude') ||
    (kinds.has('neutral') &&
      !kinds.has('exclude') &&
      leavesOf(others).some(({ leaf }) => typeof leaf === 'object' && 'transform' in leaf && onlyElements.has(leaf)));
  if (!isInclusion) {
    if (id !== undefined && id !== 'exclude' && id !== 'include')
      throw notImplemented('a computed _id in an exclusion');
    if (id === 'include') tree.delete('_id');
    return (doc) => excluded(tree, doc);
  }
  if (id === 'exclude') tree.delete('_id');
  else if (id === undefined) tree.set('_id', 'include');
  return (doc) => computed(tree, included(tree, doc), doc);
}

/** The leaves of `$elemMatch`, which excludes the other fields; `$slice` does not. */
const onlyElements = new WeakSet<Leaf & object>();

function parseLeaf(value: unknown, path: string, isFind: boolean): Leaf {
  if (typeof value === 'boolean' || typeof value === 'number')
    return value === false || value === 0 ? 'exclude' : 'include';
  if (isFind && isDoc(value)) {
    const [operator] = Object.keys(value);
    if (operator === '$elemMatch') return elementOf(value.$elemMatch, path);
    if (operator === '$slice' && !Array.isArray(value.$slice)) return sliceOf([value.$slice]);
    if (operator === '$slice' && (value.$slice as unknown[]).every((part) => typeof part === 'number'))
      return sliceOf(value.$slice as unknown[]);
    if (operator === '$meta') throw notImplemented('$meta');
  }
  if (isDoc(value)) {
    const [operator] = Object.keys(value);
    if (operator !== undefined && !isOperator(operator)) throw new MongoError(31325, `Unknown expression ${operator}`);
  }
  checkExpression(value);
  return { expression: value };
}

function elementOf(condition: unknown, path: string): Leaf {
  if (!isDoc(condition)) throw badValue('$elemMatch needs an Object');
  const filter: Filter = parseFilter({ element: { $elemMatch: condition } });
  if (path.includes('.')) throw new MongoError(31275, 'Cannot use $elemMatch projection on a nested field.');
  const matches = compile(filter);
  const leaf: Leaf = {
    transform: (value) => {
      if (!Array.isArray(value)) return undefined;
      const index = value.findIndex((element: unknown) => matches({ element: [element] }));
      return index < 0 ? undefined : [value[index]];
    },
  };
  onlyElements.add(leaf);
  return leaf;
}

function sliceOf(args: readonly unknown[]): Leaf {
  const [first, count] = args;
  if (typeof first !== 'number' || (count !== undefined && typeof count !== 'number'))
    throw new MongoError(28667, 'Invalid $slice');
  if (count !== undefined && count <= 0) throw new MongoError(28729, 'Third argument to $slice must be positive');
  return {
    transform: (value) => {
      if (!isArray(value)) return value;
      if (count === undefined) return first >= 0 ? value.slice(0, first) : value.slice(first);
      const start = first < 0 ? Math.max(0, value.length + first) : first;
      return value.slice(start, start + count);
    },
  };
}

const isArray = (value: unknown): value is readonly unknown[] => Array.isArray(value);

function buildTree(spec: Doc, parse: (value: unknown, path: string) => Leaf, prefix = ''): Tree {
  const tree: Tree = new Map();
  for (const [name, value] of Object.entries(spec)) {
    const path = prefix + name;
    checkPath(path);
    const isNested = isDoc(value) && Object.keys(value).length > 0 && !Object.keys(value)[0]?.startsWith('$');
    if (isDoc(value) && Object.keys(value).length === 0)
      throw new MongoError(51270, 'An empty sub-projection is not a valid value. Found empty object at path');
    insert(tree, splitPath(name), isNested ? buildTree(value, parse, `${path}.`) : parse(value, path), path);
  }
  return tree;
}

function checkPath(path: string): void {
  const parts = splitPath(path);
  if (parts.includes(''))
    throw new MongoError(40353, "FieldPath must not end with a '.' or contain empty field names.");
  if (parts.includes('__proto__')) throw badValue('The embedded server does not support a field named __proto__');
  if (parts.includes('$')) throw notImplemented('the positional projection');
  if (parts.some((part) => part.startsWith('$')))
    throw new MongoError(16410, `FieldPath field names may not start with '$'. Consider using $getField or $setField.`);
}

function insert(tree: Tree, parts: readonly string[], leaf: Tree | Leaf, path: string): void {
  const [name = '', ...rest] = parts;
  const present = tree.get(name);
  if (rest.length === 0) {
    if (present instanceof Map && leaf instanceof Map)
      for (const [inner, value] of leaf) insert(present, [inner], value, path);
    else if (present !== undefined) throw new MongoError(31250, `Path collision at ${path}`);
    else tree.set(name, leaf);
    return;
  }
  if (present !== undefined && !(present instanceof Map))
    throw new MongoError(31249, `Path collision at ${path} remaining portion ${rest.join('.')}`);
  const inner: Tree = present ?? new Map<string, Tree | Leaf>();
  tree.set(name, inner);
  insert(inner, rest, leaf, path);
}

function leavesOf(tree: Tree): { leaf: Leaf }[] {
  return [...tree.values()].flatMap((node) => (node instanceof Map ? leavesOf(node) : [{ leaf: node }]));
}

/** Returns the included fields, in the order of the document. */
function included(tree: Tree, doc: Doc): Doc {
  const result: Doc = {};
  for (const name of Object.keys(doc)) {
    const node = tree.get(name);
    const value = node === undefined ? undefined : includedValue(node, doc[name]);
    if (value !== undefined) result[name] = value;
  }
  return result;
}

function includedValue(node: Tree | Leaf, value: unknown): unknown {
  if (node === 'include') return value;
  if (node === 'exclude') return undefined;
  if (!(node instanceof Map)) return 'transform' in node ? node.transform(value) : undefined;
  if (Array.isArray(value))
    return value
      .filter((element) => isDoc(element) || Array.isArray(element))
      .map((element) => includedValue(node, element));
  // A subdocument that has only computed fields keeps its place here; `computed` fills it.
  return isDoc(value) ? included(node, value) : undefined;
}

function excluded(tree: Tree, doc: Doc): Doc {
  const result: Doc = {};
  for (const [name, value] of Object.entries(doc)) {
    const node = tree.get(name);
    if (node === 'exclude') continue;
    result[name] = node === undefined ? value : excludedValue(node, value);
  }
  return result;
}

function excludedValue(node: Tree | Leaf, value: unknown): unknown {
  if (!(node instanceof Map)) return typeof node === 'object' && 'transform' in node ? node.transform(value) : value;
  if (Array.isArray(value)) return value.map((element) => excludedValue(node, element));
  return isDoc(value) ? excluded(node, value) : value;
}

/** Adds the computed fields. Each expression reads the original document. */
function computed(tree: Tree, into: Doc, root: Doc): Doc {
  let result = into;
  for (const [name, node] of tree) {
    if (!hasExpression(node)) continue;
    const value = computedValue(node, field(into, name), root);
    if (result === into) result = { ...into };
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the names of a document's fields are data
    if (value === undefined) delete result[name];
    else result[name] = value;
  }
  return result;
}

const hasExpression = (node: Tree | Leaf): boolean =>
  node instanceof Map ? [...node.values()].some(hasExpression) : typeof node === 'object' && 'expression' in node;

function computedValue(node: Tree | Leaf, value: unknown, root: Doc): unknown {
  if (node instanceof Map) {
    if (Array.isArray(value)) return value.map((element) => computedValue(node, element, root));
    return computed(node, isDoc(value) ? value : {}, root);
  }
  return typeof node === 'object' && 'expression' in node ? evaluate(node.expression, root) : value;
}
