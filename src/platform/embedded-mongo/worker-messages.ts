import type { ListenAddress } from './server.js';

/** What the worker tells its owner. */
export type FromWorker =
  | { readonly kind: 'listening'; readonly address: ListenAddress }
  | { readonly kind: 'notStarted'; readonly error: TransferredError }
  | { readonly kind: 'failed'; readonly error: TransferredError };

/** What the owner tells the worker. */
export interface ToWorker {
  readonly kind: 'stop';
}

/** Errors lose their class on the way between threads. */
export interface TransferredError {
  readonly name: string;
  readonly message: string;
  readonly code: string | undefined;
}

export function toTransferred(error: unknown): TransferredError {
  const { name, message, code } =
    error instanceof Error ? (error as NodeJS.ErrnoException) : (new Error(String(error)) as NodeJS.ErrnoException);
  return { name, message, code };
}

export function fromTransferred({ name, message, code }: TransferredError): Error {
  return Object.assign(new Error(message), { name, ...(code !== undefined && { code }) });
}
