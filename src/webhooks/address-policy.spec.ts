import { describe, expect, it } from '@jest/globals';
import { type AddressPolicy, addressRefusal, urlRefusal } from './address-policy.js';

const PRODUCTION: AddressPolicy = { privateAllowed: false, ports: [] };
const DEVELOPMENT: AddressPolicy = { privateAllowed: true, ports: [] };

const PUBLIC = ['93.184.216.34', '1.1.1.1', '172.15.255.255', '172.32.0.1', '2606:4700:4700::1111'];

const PRIVATE = [
  '127.0.0.1',
  '127.255.255.254',
  '10.0.0.1',
  '10.255.255.255',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '100.64.0.1',
  '::1',
  'fc00::1',
  'fdff:ffff::1',
  '::ffff:127.0.0.1',
  '::ffff:10.0.0.1',
  '::ffff:192.168.1.1',
  '64:ff9b::127.0.0.1',
  '64:ff9b::10.0.0.1',
  '2002:7f00:1::',
  '2002:a00:1::',
  '2002:c0a8:101::1',
];

const NEVER = [
  '169.254.0.1',
  '169.254.169.254',
  '100.100.100.200',
  'fe80::1',
  'fe80::1%eth0',
  'fd00:ec2::254',
  '::ffff:169.254.169.254',
  '64:ff9b::169.254.169.254',
  '2002:a9fe:a9fe::',
  '0.0.0.0',
  '::',
  '224.0.0.1',
  'ff02::1',
  '255.255.255.255',
  '240.0.0.1',
];

const hostOf = (address: string): string => (address.includes(':') ? `[${address}]` : address);
const asUrl = (address: string): string => `http://${hostOf(address)}/`;
const inUrls = (addresses: readonly string[]): string[] => addresses.filter((address) => !address.includes('%'));

describe('An address', () => {
  it.each(PUBLIC)('that is public, %s, is allowed everywhere', (address) => {
    expect([addressRefusal(address, PRODUCTION), addressRefusal(address, DEVELOPMENT)]).toEqual([null, null]);
  });

  it.each(PRIVATE)('of this machine or a private network, %s, is allowed in development only', (address) => {
    expect(addressRefusal(address, DEVELOPMENT)).toBeNull();
    expect(addressRefusal(address, PRODUCTION)).toMatch(/\w/);
  });

  it.each(NEVER)('that is link-local, a metadata service or reserved, %s, is allowed nowhere', (address) => {
    expect(addressRefusal(address, DEVELOPMENT)).toMatch(/\w/);
    expect(addressRefusal(address, PRODUCTION)).toMatch(/\w/);
  });

  it.each(['192.0.2.1', '198.51.100.1', '203.0.113.1', '198.18.0.1', '2001:db8::1', '2001::1', '192.88.99.1'])(
    'for documentation, benchmarks or tunnels, %s, is not allowed in production',
    (address) => {
      expect(addressRefusal(address, PRODUCTION)).toMatch(/\w/);
    },
  );

  it.each(['::127.0.0.1', '::ffff:0:127.0.0.1', '64:ff9b:1::127.0.0.1', 'fec0::1'])(
    'in an old or local form of IPv6, %s, is not allowed in production',
    (address) => {
      expect(addressRefusal(address, PRODUCTION)).toMatch(/\w/);
    },
  );
});

describe('A URL', () => {
  it.each(PUBLIC)('to the public address %s is allowed', (address) => {
    expect(urlRefusal(asUrl(address), PRODUCTION)).toBeNull();
  });

  it.each(inUrls([...PRIVATE, ...NEVER]))('to %s is refused in production', (address) => {
    expect(urlRefusal(asUrl(address), PRODUCTION)).toMatch(/\w/);
  });

  it.each([
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://127.0.0.1./',
    'http://①②⑦.0.0.1/',
    'http://localhost/',
    'http://LOCALHOST/',
    'http://api.localhost/',
  ])('that spells loopback as %s is refused in production, and allowed in development', (url) => {
    expect(urlRefusal(url, PRODUCTION)).toMatch(/\w/);
    expect(urlRefusal(url, DEVELOPMENT)).toBeNull();
  });

  it.each(['ftp://merchant.example/', 'file:///etc/passwd', 'gopher://merchant.example/', 'data:text/plain,x'])(
    'with another scheme, %s, is refused everywhere',
    (url) => {
      expect(urlRefusal(url, DEVELOPMENT)).toMatch(/scheme/);
    },
  );

  it.each(['//merchant.example/', '/hook', 'http://', ''])('that is none, %j, is refused everywhere', (url) => {
    expect(urlRefusal(url, DEVELOPMENT)).toMatch(/URL/);
  });

  it.each([
    'http://user:password@merchant.example/',
    'http://user@merchant.example/',
    'https://:password@merchant.example/',
  ])('with credentials, %s, is refused everywhere', (url) => {
    expect(urlRefusal(url, DEVELOPMENT)).toMatch(/credentials/);
  });

  it('may go to any port, or to those that are named only', () => {
    const policy: AddressPolicy = { privateAllowed: true, ports: [443, 8080] };
    expect(urlRefusal('http://merchant.example:9/', DEVELOPMENT)).toBeNull();
    expect(urlRefusal('https://merchant.example/', policy)).toBeNull();
    expect(urlRefusal('http://merchant.example:8080/', policy)).toBeNull();
    expect(urlRefusal('http://merchant.example/', policy)).toMatch(/443, 8080/);
    expect(urlRefusal('https://merchant.example:8443/', policy)).toMatch(/port/);
  });

  it('with a name is left to what the name resolves to', () => {
    expect(urlRefusal('https://merchant.example/hook?x=1', PRODUCTION)).toBeNull();
  });
});

describe('An address that only looks public', () => {
  const production = { privateAllowed: false, ports: [] };

  it.each(['168.63.129.16', '::127.0.0.1', '::7f00:1', '::10.0.0.1', '::a9fe:a9fe', '::ffff:127.0.0.1'])(
    '%s is refused in production',
    (address) => {
      expect(addressRefusal(address, production)).not.toBeNull();
    },
  );

  it.each(['http://168.63.129.16/', 'http://[::127.0.0.1]/'])('is refused in production in %s', (url) => {
    expect(urlRefusal(url, production)).not.toBeNull();
  });

  it('is refused for what it leads to, not for its form', () => {
    expect(addressRefusal('::93.184.216.34', production)).toBeNull();
  });
});
