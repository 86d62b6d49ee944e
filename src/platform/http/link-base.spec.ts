import { describe, expect, it } from '@jest/globals';
import { linkBase, localBase } from './link-base.js';

const base = (host: string, localAddress = '10.0.0.7') =>
  linkBase({ protocol: 'http', host, socket: { localAddress, localPort: 3000 } });

describe('Links to the gateway', () => {
  it.each([
    'localhost:3000',
    'localhost',
    '127.0.0.1:8080',
    '127.5.5.5',
    '[::1]:3000',
    'gateway.localhost:3000',
    '10.0.0.7:3000',
    'LOCALHOST:3000',
  ])('are built on the Host %s', (host) => {
    expect(base(host)).toBe(`http://${host.toLowerCase()}`);
  });

  it.each([
    'evil.example',
    'evil.example:3000',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'evil.example@localhost',
    'localhost/evil',
    'localhost?x',
    '10.0.0.8',
    '',
    'a b',
    '[::2]',
  ])('are not built on the Host %s', (host) => {
    expect(base(host)).toBe('http://10.0.0.7:3000');
  });

  it('are built on the local address of the connection, whatever its form', () => {
    expect(base('x.example', '::ffff:192.168.1.5')).toBe('http://192.168.1.5:3000');
    expect(base('x.example', 'fe80::1')).toBe('http://[fe80::1]:3000');
  });

  it('of a request that has no readable Host are built on the local address, too', () => {
    expect(localBase('http', { localAddress: '::1', localPort: 3000 })).toBe('http://[::1]:3000');
    expect(localBase('http', { localAddress: '::ffff:127.0.0.1', localPort: 80 })).toBe('http://127.0.0.1:80');
  });
});
