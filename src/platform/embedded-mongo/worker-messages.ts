import type { ListenAddress } from './data-folder.js';

/** A message from the worker to its owner. */
export type FromWorker =
  | { readonly kind: 'listening'; readonly address: ListenAddress }
  | { readonly kind: 'notStarted'; readonly error: TransferredError }
  | { readonly kind: 'failed'; readonly error: TransferredError };

/** A message from the owner to the worker. */
export interface ToWorker {
  readonly kind: 'stop';
}

/** An error as it is sent between threads, where errors lose their class. */
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
