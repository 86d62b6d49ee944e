import { equalValues } from './key-string.js';
import { isDoc, typeName, type Doc } from './bson-values.js';
import { failedToParse, MongoError, notImplemented, typeMismatch } from './mongo-error.js';

/** Fields that every command may have, and that this server ignores. */
const GENERIC = new Set([
  '$db',
  'lsid',
  '$clusterTime',
  '$readPreference',
  'readConcern',
  'writeConcern',
  'comment',
  'maxTimeMS',
  'maxTimeMSOpOnly',
  'apiVersion',
  'apiStrict',
  'apiDeprecationErrors',
  '$audit',
  '$client',
  'clientOperationKey',
  'mayBypassWriteBlocking',
  'autocommit',
  'txnNumber',
  'startTransaction',
  'querySettings',
  'rawData',
]);

/** A command as a client sent it. */
export class Request {
  constructor(
    readonly command: string,
    readonly body: Doc,
    /** The documents of an insert as encoded BSON, if the client sent them outside of the body. */
    readonly rawDocuments?: readonly Buffer[],
  ) {}

  get database(): string {
    return this.string('$db');
  }

  /** The collection, named in the first field of the command. */
  get collection(): string {
    const name = this.body[this.command];
    if (typeof name !== 'string') throw new MongoError(73, `collection name has invalid type ${typeName(name)}`);
    return name;
  }

  get namespace(): string {
    return `${this.database}.${this.collection}`;
  }

  /** Throws 40415 if the command has other fields than these. */
  allow(...fields: string[]): this {
    checkFields(this.command, this.body, new Set([this.command, ...fields]));
    return this;
  }

  string(name: string): string {
    const value = this.body[name];
    if (typeof value === 'string') return value;
    throw this.wrongType(name, 'string');
  }

  /** Reads a whole number that is not negative; returns `missing` if it is missing. */
  count<T>(name: string, missing: T): number | T {
    const value = this.body[name];
    if (value === undefined || value === null) return missing;
    if (typeof value !== 'number') throw this.wrongType(name, 'number');
    if (value < 0) throw new MongoError(51024, `BSON field '${name}' value must be >= 0, actual value '${value}'`);
    if (!Number.isInteger(value)) throw failedToParse(`'${name}' must be a whole number, not ${value}`);
    return value;
  }

  boolean(name: string): boolean {
    const value = this.body[name];
    if (value === undefined || value === null) return false;
    if (typeof value === 'boolean') return value;
    if (typeof value === 'number') return value !== 0;
    throw this.wrongType(name, 'bool');
  }

  /** Reads a document; returns an empty one if it is missing. */
  doc(name: string): Doc {
    const value = this.body[name];
    if (value === undefined || value === null) return {};
    if (isDoc(value)) return value;
    throw this.wrongType(name, 'object');
  }

  array(name: string): readonly unknown[] {
    const value = this.body[name];
    if (Array.isArray(value)) return value as unknown[];
    if (value === undefined)
      throw new MongoError(40414, `BSON field '${this.command}.${name}' is missing but a required field`);
    throw this.wrongType(name, 'array');
  }

  private wrongType(name: string, expected: string): MongoError {
    return typeMismatch(
      `BSON field '${this.command}.${name}' is the wrong type '${typeName(this.body[name])}', expected type '${expected}'`,
    );
  }
}

/** Throws if a command, or a part of it, has an unknown field, or a collation that changes how strings compare. */
export function checkFields(what: string, doc: Doc, known: ReadonlySet<string>): void {
  for (const [name, value] of Object.entries(doc)) {
    if (known.has(name) || GENERIC.has(name)) continue;
    if (name === 'collation' && (value === null || equalValues(value, {}) || equalValues(value, { locale: 'simple' })))
      continue;
    if (name === 'let' && isDoc(value) && Object.keys(value).length === 0) continue;
    if (name === 'collation' || name === 'let') throw notImplemented(`'${name}' of ${what}`);
    throw new MongoError(40415, `BSON field '${what}.${name}' is an unknown field.`);
  }
}
