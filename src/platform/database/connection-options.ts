import { ConnectionString } from 'mongodb-connection-string-url';
import type { ConnectOptions } from 'mongoose';

const DATABASE_NAME = 'mock_payment_gateway';

/** Longer than the election of a primary takes, so that no start and no request fails during an election. */
const SERVER_SELECTION_TIMEOUT_MS = 15_000;

/**
 * Options of the gateway's connection; options in the URI take precedence. The write concern ensures that an answered
 * request is on the disk of a majority of the servers, so neither a crash nor a new primary loses it. On a standalone
 * server it is in the journal.
 */
export function connectionOptions(uri: string): ConnectOptions {
  const { pathname, searchParams } = new ConnectionString(uri);
  const setInUri = new Set([...searchParams.keys()].map((name) => name.toLowerCase()));
  const unlessSet = (options: ConnectOptions, ...names: string[]): ConnectOptions =>
    names.some((name) => setInUri.has(name.toLowerCase())) ? {} : options;
  return {
    ...unlessSet({ serverSelectionTimeoutMS: SERVER_SELECTION_TIMEOUT_MS }, 'serverSelectionTimeoutMS'),
    ...unlessSet({ maxPoolSize: 32 }, 'maxPoolSize'),
    ...unlessSet({ writeConcern: { w: 'majority', journal: true } }, 'w', 'journal'),
    ...(pathname.length > 1 ? {} : { dbName: DATABASE_NAME }),
    autoIndex: false,
    autoCreate: false,
    bufferCommands: false,
  };
}

/** Returns the connection string of the gateway's database in an embedded server. */
export function embeddedUri(uriOf: (database: string) => string): string {
  return uriOf(DATABASE_NAME);
}

/** Returns the connection string without credentials, for logs and messages. */
export function withoutCredentials(uri: string): string {
  return new ConnectionString(uri).redact().href;
}
