import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { DataFolderLock, type Holder, type ListenAddress } from './data-folder.js';

/** The process that holds a data folder cannot be asked; the message says why. */
export class ServerOutOfReachError extends Error {}

/** The server that holds a data folder. */
export interface RunningServer {
  readonly address: ListenAddress;
  /** The process, for messages. */
  readonly pid: number;
  readonly name: string;
}

/** Finds the server that holds a data folder; null if none does. Throws ServerOutOfReachError. */
export async function findRunningServer(folder: string): Promise<RunningServer | null> {
  const holder = existsSync(folder) ? await DataFolderLock.holderOf(folder) : undefined;
  return holder ? serverOf(folder, holder) : null;
}

function serverOf(folder: string, { pid, host, address }: Holder): RunningServer {
  const name = `Process ${pid} on ${host}, which holds ${folder},`;
  if (!address)
    throw new ServerOutOfReachError(`${name} cannot be asked: it is just starting, or it is another program.`);
  if ('port' in address && host !== hostname())
    throw new ServerOutOfReachError(`${name} can only be asked from its own machine or container.`);
  return { address: reachable(folder, address), pid, name };
}

/** A container knows the folder of its socket under another path. */
function reachable(folder: string, address: ListenAddress): ListenAddress {
  if ('port' in address) return address;
  const socketPath = join(folder, basename(address.socketPath));
  return existsSync(socketPath) ? { socketPath } : address;
}
