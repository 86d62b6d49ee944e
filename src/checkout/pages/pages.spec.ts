import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formPage } from './form-page.js';
import type { ShownOrder } from './page-parts.js';
import { authenticationPage, exhaustedPage, expiredPage, processingPage, receiptPage } from './result-pages.js';
import { standInPage } from './stand-in-page.js';

const PATH = '/checkout/0123';

const orderOf = (text: string): ShownOrder => ({
  merchant: text,
  amount: 2000,
  currency: 'USD',
  lineItems: [{ name: text, amount: 1000, quantity: 2 }],
  path: PATH,
});

/** Every page, with one text wherever somebody else says what stands there. */
const PAGES: Readonly<Record<string, (text: string) => string>> = {
  form: (text) =>
    formPage({
      order: orderOf(text),
      attempt: 2,
      failure: text,
      typed: { customerName: text, expiry: text },
      errors: {},
    }),
  'form with errors': (text) =>
    formPage({
      order: orderOf(text),
      attempt: 1,
      failure: null,
      typed: { customerName: text, expiry: text },
      errors: { number: text, customerName: text },
    }),
  'stand-in': (text) => standInPage({ order: orderOf(text), method: 'wallet', customerName: text, attempt: 1 }),
  receipt: (text) =>
    receiptPage({
      order: orderOf(text),
      status: 'completed',
      paidWith: text,
      paymentId: 'txn_1',
      orderReference: text,
      returnTo: 'https://shop.example/done',
    }),
  processing: (text) => processingPage(orderOf(text)),
  authentication: (text) => authenticationPage(orderOf(text), 'http://127.0.0.1/3ds/x'),
  expired: (text) => expiredPage(orderOf(text), 'https://shop.example/cart'),
  exhausted: (text) => exhaustedPage(orderOf(text)),
};

/** The tags with their attributes, but for what fields hold. */
const structure = (html: string): string[] =>
  [...html.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/(?<= value=)"[^"]*"/, '""'));

describe.each(Object.entries(PAGES))('The page: %s', (_name, page) => {
  it('has the same tags whatever the texts of others are', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', 'a', '/', '=', ' ', 'lt;', '$&', '$1', '`') }),
    );
    fc.assert(
      fc.property(text, (hostile) => {
        expect(structure(page(hostile))).toEqual(structure(page('Acme')));
      }),
      { numRuns: 300 },
    );
  });

  it('is whole, in English, for phones, and needs no script and no other file', () => {
    const html = page('Acme');
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(html).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">');
    expect(html).toContain('<meta name="robots" content="noindex">');
    expect(html).not.toMatch(/<script|javascript:| on[a-z]+=|<link|src=|url\(|@import/i);
    expect(html.match(/<h1[ >]/g)).toHaveLength(1);
    expect(html.match(/<main>/g)).toHaveLength(1);
    expect(html).toMatch(/<title>[^<]+ · Mock Payment Gateway<\/title>/);
  });
});

describe('The form', () => {
  const html = PAGES['form with errors']?.('Acme') ?? '';

  it('ties each error to its field, and each label', () => {
    expect(html).toMatch(/<input id="number"[^>]*aria-invalid="true" aria-describedby="number-error"/);
    expect(html).toContain('<p class="error" id="number-error">');
    for (const field of ['customerName', 'number', 'expiry', 'cvc']) expect(html).toContain(`<label for="${field}">`);
    expect(html.match(/ autofocus/g)).toHaveLength(1);
  });

  it('keeps neither the number nor the security code, and lets browsers fill in no card', () => {
    expect(html).toMatch(/<input id="number" name="number" value=""[^>]*autocomplete="off"/);
    expect(html).toMatch(/<input id="cvc" name="cvc" value=""[^>]*autocomplete="off"/);
  });

  it('pays with what was typed when Enter is pressed in a field: its own button comes first', () => {
    const buttons = [...html.matchAll(/<button[^>]*>/g)].map(([tag]) => tag);
    expect(buttons[0]).toBe('<button class="first">');
  });
});
