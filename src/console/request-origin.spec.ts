import { describe, expect, it } from '@jest/globals';
import { isCrossSite } from './request-origin.js';

const HERE = { protocol: 'http', host: '127.0.0.1:3000' };
const isRefused = (origin?: string, fetchSite?: string, arrived: Partial<typeof HERE> = {}): boolean =>
  isCrossSite({ ...HERE, ...arrived, origin, fetchSite });

describe('A request', () => {
  it('of a program, which says nothing, is no cross-site request', () => {
    expect(isRefused()).toBe(false);
  });

  it.each<[string | undefined, string | undefined]>([
    ['http://127.0.0.1:3000', undefined],
    ['http://127.0.0.1:3000', 'same-origin'],
    [undefined, 'same-origin'],
    [undefined, 'none'],
  ])('with Origin %s and Sec-Fetch-Site %s is of this origin', (origin, fetchSite) => {
    expect(isRefused(origin, fetchSite)).toBe(false);
  });

  it.each<[string | undefined, string | undefined]>([
    ['http://127.0.0.1:4000', undefined],
    ['https://127.0.0.1:3000', undefined],
    ['http://localhost:3000', undefined],
    ['http://127.0.0.1:3000.evil.example', undefined],
    ['http://127.0.0.1:3000/', undefined],
    ['null', undefined],
    ['', undefined],
    ['http://127.0.0.1:3000', 'cross-site'],
    ['http://127.0.0.1:3000', 'same-site'],
    [undefined, 'cross-site'],
    [undefined, 'same-site'],
    [undefined, ''],
    [undefined, 'Same-Origin, none'],
  ])('with Origin %s and Sec-Fetch-Site %s is refused', (origin, fetchSite) => {
    expect(isRefused(origin, fetchSite)).toBe(true);
  });

  it('is of this origin where the port is the one of the scheme, and the host is in capitals', () => {
    expect(isRefused('https://pay.example', undefined, { protocol: 'https', host: 'PAY.example:443' })).toBe(false);
    expect(isRefused('http://pay.example', undefined, { protocol: 'https', host: 'pay.example' })).toBe(true);
  });

  it('with a host that is none is refused if it names an origin', () => {
    expect(isRefused('http://x', undefined, { host: '' })).toBe(true);
    expect(isRefused('http://x', undefined, { host: 'a b' })).toBe(true);
    expect(isRefused('null', undefined, { host: 'a b' })).toBe(true);
  });
});
