import { isIP } from 'node:net';

/** The gateway's side of a connection; a closed socket no longer knows it. */
export interface LocalEnd {
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
}

/** How a request reached the gateway. */
export interface Arrival {
  readonly protocol: string;
  /** The Host header, or X-Forwarded-Host from a trusted proxy. Clients can send any value. */
  readonly host: string;
  readonly socket: LocalEnd;
}

/**
 * Returns the base URL of links to the gateway. Uses Host if it names this machine: a loopback name or address, or the
 * local address of the connection. Replaces any other Host by that local address, as it might be an attacker's.
 */
export function linkBase({ protocol, host, socket }: Arrival): string {
  const name = hostnameOf(host);
  if (name !== null && (isLoopback(name) || name === addressOf(socket))) return `${protocol}://${host.toLowerCase()}`;
  return localBase(protocol, socket);
}

/** Returns the base URL of links for a request whose Host is not known. */
export function localBase(protocol: string, socket: LocalEnd): string {
  const own = addressOf(socket);
  return `${protocol}://${isIP(own) === 6 ? `[${own}]` : own}:${socket.localPort ?? 0}`;
}

const addressOf = ({ localAddress = '127.0.0.1' }: LocalEnd): string => localAddress.replace('::ffff:', '');

/** Returns the name or address in a Host header, without brackets, or null if the header is not `host[:port]`. */
function hostnameOf(host: string): string | null {
  if (!/^[\w.:[\]-]{1,255}$/.test(host) || !URL.canParse(`http://${host}/`)) return null;
  const { hostname } = new URL(`http://${host}/`);
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

function isLoopback(name: string): boolean {
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '::1' ||
    (isIP(name) === 4 && name.startsWith('127.'))
  );
}
