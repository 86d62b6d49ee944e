import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Where webhooks may go. */
export interface AddressPolicy {
  /** Whether loopback and private networks are allowed: merchants test there, attackers look there. */
  readonly privateAllowed: boolean;
  /** Ports that may be connected to; empty: any. */
  readonly ports: readonly number[];
}

/** Ranges that are always refused: cloud metadata services have link-local addresses. */
const NEVER = new Set(['linkLocal', 'multicast', 'broadcast', 'reserved', 'unspecified']);
const PRIVATE = new Set(['loopback', 'private', 'uniqueLocal', 'carrierGradeNat']);

/** Metadata services outside the link-local ranges. */
const METADATA = new Set(['100.100.100.200', '168.63.129.16', 'fd00:ec2::254']);

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/**
 * Returns why a URL is refused, before its name is resolved; null if it is allowed.
 */
export function urlRefusal(url: string, policy: AddressPolicy): string | null {
  if (!URL.canParse(url)) return 'Not a valid URL';
  const { protocol, username, password, hostname, port } = new URL(url);
  const defaultPort = DEFAULT_PORTS[protocol];
  if (defaultPort === undefined) return 'The scheme must be http or https';
  if (username !== '' || password !== '') return 'The URL must not hold credentials';
  if (policy.ports.length > 0 && !policy.ports.includes(Number(port) || defaultPort))
    return `The port must be one of ${policy.ports.join(', ')}`;
  const host = hostname.replace(/^\[|\]$/g, '');
  if (!policy.privateAllowed && (host === 'localhost' || host.endsWith('.localhost')))
    return 'The address is not public';
  return isIP(host) === 0 ? null : addressRefusal(host, policy);
}

/** Returns why an address that a name resolved to is refused; null if it is allowed. */
export function addressRefusal(address: string, { privateAllowed }: AddressPolicy): string | null {
  const parsed = ipaddr.process(address.split('%', 1)[0] ?? address);
  const embedded = embeddedIPv4(parsed);
  if (embedded !== null) return addressRefusal(embedded, { privateAllowed, ports: [] });
  const range = parsed.range();
  if (METADATA.has(parsed.toString()) || NEVER.has(range))
    return 'The address is link-local, a metadata service or reserved';
  if (PRIVATE.has(range)) return privateAllowed ? null : 'The address is not public';
  return range === 'unicast' ? null : 'The address is not public';
}

/** The IPv4 address inside a NAT64, 6to4 or IPv4-compatible address, which is checked instead. */
function embeddedIPv4(address: ipaddr.IPv4 | ipaddr.IPv6): string | null {
  if (address.kind() !== 'ipv6') return null;
  const bytes = address.toByteArray();
  const range = address.range();
  if (range === 'rfc6052' || isIPv4Compatible(bytes)) return bytes.slice(12).join('.');
  return range === '6to4' ? bytes.slice(2, 6).join('.') : null;
}

/** `::a.b.c.d`, which is deprecated but still understood; `::` and `::1` are addresses of their own. */
function isIPv4Compatible(bytes: readonly number[]): boolean {
  return bytes.slice(0, 12).every((byte) => byte === 0) && bytes.slice(12, 15).some((byte) => byte !== 0);
}
