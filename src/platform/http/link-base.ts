import { isIP } from 'node:net';

/** How a request reached the gateway. */
export interface Arrival {
  readonly protocol: string;
  /** The header Host, or X-Forwarded-Host from a trusted proxy: whatever the client wrote. */
  readonly host: string;
  /** The address and port that the connection came in on. */
  readonly localAddress: string;
  readonly localPort: number;
}

/**
 * The base of links to the gateway. Host is believed if it names this very machine: a loopback name or address, or
 * the address that the connection came in on. Any other one is replaced by that address, as it might be an
 * attacker's.
 */
export function linkBase({ protocol, host, localAddress, localPort }: Arrival): string {
  const own = localAddress.replace('::ffff:', '');
  const name = hostnameOf(host);
  if (name !== null && (isLoopback(name) || name === own)) return `${protocol}://${host.toLowerCase()}`;
  return `${protocol}://${isIP(own) === 6 ? `[${own}]` : own}:${localPort}`;
}

/** The name or address in a Host header, without brackets; null if it is no host with an optional port. */
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
