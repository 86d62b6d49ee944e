import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { challengePage, returnAddress } from './challenge-page.js';

const page = (overrides: Partial<Parameters<typeof challengePage>[0]> = {}): string =>
  challengePage({ merchant: 'Acme', amount: '1.00 USD', answered: null, returnUrl: null, ...overrides });
const tagsOf = (html: string): string[] => [...html.matchAll(/<[^>]*>/g)].map(([tag]) => tag);
const unescaped = (text: string): string =>
  text.replace(
    /&(lt|gt|quot|#39|amp);/g,
    (_, name: string) => ({ lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' })[name] ?? '',
  );

describe('The page of a challenge', () => {
  it('has the same tags whatever the merchant is called, and shows the name as it is', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', 'a', '/', '=', ' ', 'lt;', '$&', '$1') }),
    );
    fc.assert(
      fc.property(text, (merchant) => {
        const html = page({ merchant });
        expect(tagsOf(html)).toEqual(tagsOf(page()));
        expect(unescaped(/<dt>Merchant<\/dt><dd>([^<]*)<\/dd>/.exec(html)?.[1] ?? '?')).toBe(merchant);
      }),
      { numRuns: 2000 },
    );
  });

  it('leads back to where the merchant said, whatever stands in the address', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), fc.string(), (url, hostile) => {
        fc.pre(URL.canParse(`${url}${hostile}`));
        const address = returnAddress(`${url}${hostile}`, 'txn_1', 'completed');
        expect(new URL(address).searchParams.get('payment')).toBe('txn_1');
        expect(new URL(address).searchParams.get('status')).toBe('completed');
        expect(new URL(address).protocol).toMatch(/^https?:$/);
        // Fit for a header.
        expect(address).toMatch(/^[\x21-\x7e]+$/);
        const html = page({ answered: 'The payment is completed.', returnUrl: address });
        expect(unescaped(/<a href="([^"]*)">/.exec(html)?.[1] ?? '')).toBe(address);
      }),
      { numRuns: 1000 },
    );
  });

  it('asks once: answered, it has no form', () => {
    expect(page()).toContain('<form method="post">');
    expect(page({ answered: 'The payment is failed.' })).not.toContain('<form');
    expect(page({ answered: 'The payment is failed.' })).not.toContain('<a ');
  });
});
