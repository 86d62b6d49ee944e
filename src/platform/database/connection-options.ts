import { ConnectionString } from 'mongodb-connection-string-url';
import type { ConnectOptions } from 'mongoose';

const DATABASE_NAME = 'mock_payment_gateway';

/** Longer than the election of a primary takes, so that neither a start nor a request fails in one. */
const SERVER_SELECTION_MS = 15_000;

/**
 * What the gateway asks of a connection where the URI does not say otherwise. An answered request is on the disk of a majority
 * of the servers, so that neither a crash nor a new primary loses it; on a standalone server, in its journal.
 */
export function connectionOptions(uri: string): ConnectOptions {
  const { pathname, searchParams } = new ConnectionString(uri);
  const said = new Set([...searchParams.keys()].map((name) => name.toLowerCase()));
  const unlessSaid = (options: ConnectOptions, ...names: string[]): ConnectOptions =>
    names.some((name) => said.has(name.toLowerCase())) ? {} : options;
  return {
    ...unlessSaid({ serverSelectionTimeoutMS: SERVER_SELECTION_MS }, 'serverSelectionTimeoutMS'),
    ...unlessSaid({ maxPoolSize: 32 }, 'maxPoolSize'),
    ...unlessSaid({ writeConcern: { w: 'majority', journal: true } }, 'w', 'journal'),
    ...(pathname.length > 1 ? {} : { dbName: DATABASE_NAME }),
    autoIndex: false,
    autoCreate: false,
    bufferCommands: false,
  };
}

/** The connection string of the database in an embedded server. */
export function embeddedUri(uriOf: (database: string) => string): string {
  return uriOf(DATABASE_NAME);
}

/** The connection string as it may be shown. */
export function withoutCredentials(uri: string): string {
  return new ConnectionString(uri).redact().href;
}
