import { ObjectId } from 'bson';
import { isDoc, cloneValue, typeName, type Doc } from './bson-values.js';
import { checkAllUsed, type ElementFilters } from './element-filters.js';
import type { Filter } from './filter.js';
import { equalValues } from './key-string.js';
import { failedToParse, MongoError, notImplemented, badValue } from './mongo-error.js';
import { UPDATE_OPERATORS, type Change } from './update-operators.js';
import {
  checkConflicts,
  parseUpdatePath,
  resolvePath,
  setAt,
  unsetAt,
  valueAt,
  type UpdatePath,
} from './update-path.js';

/** A parsed and checked update. */
export type Update =
  | { readonly kind: 'replacement'; readonly doc: Doc }
  | { readonly kind: 'modification'; readonly steps: readonly Step[]; readonly elementFilters: ElementFilters };

interface Step {
  readonly path: UpdatePath;
  readonly onlyOnInsert: boolean;
  readonly change: Change;
}

/** Parses an update: operators, or a replacement document. */
export function parseUpdate(update: unknown, elementFilters: ElementFilters): Update {
  if (Array.isArray(update)) throw notImplemented('updates by an aggregation pipeline');
  if (!isDoc(update)) throw failedToParse('Update argument must be either an object or an array');
  const names = Object.keys(update);
  if (!names[0]?.startsWith('$')) {
    const operator = names.find((name) => name.startsWith('$'));
    if (operator !== undefined) {
      throw new MongoError(
        52,
        `The dollar ($) prefixed field '${operator}' in '${operator}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
      );
    }
    if (elementFilters.size > 0) throw failedToParse('Cannot specify arrayFilters and a replacement document');
    return { kind: 'replacement', doc: update };
  }
  const steps = names.flatMap((operator) => parseOperator(operator, update[operator]));
  checkConflicts(steps.map(({ path }) => path.path));
  checkAllUsed(
    elementFilters,
    steps.map(({ path }) => path.path),
  );
  // New fields are added in the order of their names, whatever the order in the update.
  return {
    kind: 'modification',
    steps: steps.sort((a, b) => comparePaths(a.path.parts, b.path.parts)),
    elementFilters,
  };
}

function parseOperator(operator: string, operands: unknown): Step[] {
  const make = Object.hasOwn(UPDATE_OPERATORS, operator) ? UPDATE_OPERATORS[operator] : undefined;
  if (!make && operator !== '$rename') {
    throw failedToParse(
      `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
    );
  }
  if (!isDoc(operands)) {
    throw failedToParse(
      `Modifiers operate on fields but we found type ${typeName(operands)} instead. For example: {$mod: {<field>: ...}} not {${operator}: ${JSON.stringify(operands)}}`,
    );
  }
  return Object.entries(operands).flatMap(([path, operand]) => {
    if (!make) return renameSteps(path, operand);
    return [{ path: parseUpdatePath(path), onlyOnInsert: operator === '$setOnInsert', change: make(operand, path) }];
  });
}

/**
 * A rename affects both names, so it has two steps. The step of the target makes the change; the other only takes part
 * in the conflict check.
 */
function renameSteps(from: string, to: unknown): Step[] {
  if (typeof to !== 'string')
    throw badValue(`The 'to' field for $rename must be a string: ${from}: ${JSON.stringify(to)}`);
  const source = parseUpdatePath(from);
  const target = parseUpdatePath(to);
  if ([...source.parts, ...target.parts].some((part) => part.startsWith('$'))) {
    throw badValue(`The source and target field for $rename may not be dynamic: ${from}`);
  }
  if (from === to) throw badValue(`The source and target field for $rename must differ: ${from}: "${to}"`);
  const rename: Change = (doc) => {
    if (passesArray(doc, source.parts)) throw badValue(`The source field cannot be an array element, '${from}'`);
    if (passesArray(doc, target.parts)) throw badValue(`The destination field cannot be an array element, '${to}'`);
    const value = valueAt(doc, source.parts);
    if (value === undefined) return;
    unsetAt(doc, source.parts);
    setAt(doc, target.parts, value);
  };
  return [
    { path: target, onlyOnInsert: false, change: rename },
    { path: source, onlyOnInsert: false, change: () => undefined },
  ];
}

const passesArray = (doc: Doc, parts: readonly string[]): boolean =>
  parts.some((_part, i) => i > 0 && Array.isArray(valueAt(doc, parts.slice(0, i))));

function comparePaths(a: readonly string[], b: readonly string[]): number {
  for (const [i, part] of a.entries()) {
    const other = b[i];
    if (other === undefined) return 1;
    if (part === other) continue;
    const isNumeric = /^\d+$/.test(part) && /^\d+$/.test(other);
    return isNumeric ? Number(part) - Number(other) : part < other ? -1 : 1;
  }
  return a.length - b.length;
}

/** Returns the updated document. An update with operators changes `doc` in place. Throws 66 if `_id` would change. */
export function applyUpdate(update: Update, doc: Doc, filter: Filter, now: Date): Doc {
  const id = doc._id;
  const result = update.kind === 'replacement' ? withId(update.doc, id) : modified(update, doc, filter, now);
  if (!equalValues(result._id, id)) {
    throw new MongoError(
      66,
      update.kind === 'replacement'
        ? `After applying the update, the (immutable) field '_id' was found to have been altered to _id: ${JSON.stringify(result._id)}`
        : "Performing an update on the path '_id' would modify the immutable field '_id'",
    );
  }
  return result;
}

const withId = (doc: Doc, id: unknown): Doc => ('_id' in doc ? { _id: doc._id, ...doc } : { _id: id, ...doc });

function modified(
  update: Extract<Update, { kind: 'modification' }>,
  doc: Doc,
  filter: Filter | undefined,
  now: Date,
): Doc {
  const steps = update.steps.filter(({ onlyOnInsert }) => filter === undefined || !onlyOnInsert);
  // Resolves all special parts in the document before the first change.
  const resolved = steps.map(({ path, change }) => ({
    paths: resolvePath(path, doc, { filter, elementFilters: update.elementFilters }),
    change,
  }));
  const isDynamic = steps.some(({ path }) => path.parts.some((part) => part.startsWith('$')));
  if (isDynamic) checkConflicts(resolved.flatMap(({ paths }) => paths.map((path) => path.join('.'))));
  for (const { paths, change } of resolved) for (const path of paths) change(doc, path, now);
  return doc;
}

/** Returns the document that an upsert inserts if nothing matches. */
export function upsertedDocument(update: Update, filter: Filter, now: Date): Doc {
  const base: Doc = {};
  for (const [path, value] of equalities(filter)) {
    if (update.kind === 'replacement' && path !== '_id') continue;
    setAt(base, parseUpdatePath(path).parts, cloneValue(value));
  }
  const id = base._id;
  const result = update.kind === 'replacement' ? withId(update.doc, id) : modified(update, base, undefined, now);
  if (id !== undefined && !equalValues(result._id, id)) {
    throw new MongoError(66, "Performing an update on the path '_id' would modify the immutable field '_id'");
  }
  const { _id, ...fields } = result;
  return { _id: _id ?? new ObjectId(), ...fields };
}

/** Returns the fields that a filter fixes to one value. */
function equalities(filter: Filter): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>();
  const take = (clause: Filter): void => {
    if (clause.kind === 'and' || (clause.kind === 'or' && clause.clauses.length === 1)) clause.clauses.forEach(take);
    if (clause.kind !== 'field') return;
    const { path, test } = clause;
    const tests = test.op === 'all' ? test.tests : [test];
    for (const inner of tests) {
      if (inner.op !== 'eq') continue;
      if (
        [...found.keys()].some(
          (other) => other === path || other.startsWith(`${path}.`) || path.startsWith(`${other}.`),
        )
      ) {
        throw new MongoError(54, `cannot infer query fields to set, path '${path}' is matched twice`);
      }
      found.set(path, inner.value);
    }
  };
  take(filter);
  return found;
}
