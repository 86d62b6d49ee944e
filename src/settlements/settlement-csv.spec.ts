import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { exactText } from '../platform/common/money.js';
import { CSV_COLUMNS, csvChunks } from './settlement-csv.js';
import type { SettlementReport, SettlementRow } from './settlement-report.js';
import { settlementView } from './settlement-view.js';

const PAYMENT: SettlementRow = {
  transactionId: 'bt_0193a5e2c7f11b2c3d4e5f60',
  type: 'payment',
  source: 'txn_0193a5e2c7f11b2c3d4e5f60',
  paymentId: 'txn_0193a5e2c7f11b2c3d4e5f60',
  orderReference: 'order-123',
  gross: 1999,
  fee: 88,
  net: 1911,
  currency: 'USD',
  createdAt: new Date('2025-11-06T11:13:58.910Z'),
  availableOn: new Date('2025-11-10T00:00:00Z'),
  amountInPayout: 1911,
};

const report = (rows: readonly SettlementRow[], currency = 'USD'): SettlementReport => ({
  id: 'set_0193a5e2c7f11b2c3d4e5f60',
  payoutId: 'po_0193a5e2c7f11b2c3d4e5f60',
  day: null,
  currency,
  createdAt: new Date('2025-11-11T09:00:00Z'),
  rows,
});

const csv = (rows: readonly SettlementRow[], currency?: string): string =>
  [...csvChunks(report(rows, currency))].join('');

/** Reads CSV as RFC 4180 defines it. */
function fieldsOf(text: string): string[][] {
  const records: string[][] = [[]];
  for (const [, quoted, plain, end = ''] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    records.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === '\r\n') records.push([]);
  }
  return records.slice(0, -1);
}

const referenceIn = (text: string): string | undefined => fieldsOf(text)[1]?.[5];

describe('A settlement report as CSV', () => {
  it('has a line of names, then a line for each row, in the order of the JSON form', () => {
    const refund = { ...PAYMENT, type: 'refund', orderReference: null, gross: -500, fee: 0, net: -500 };
    expect(csv([PAYMENT, { ...refund, amountInPayout: -5 }])).toBe(
      [
        'row,transactionId,type,source,paymentId,orderReference,gross,fee,net,currency,createdAt,availableOn,amountInPayout',
        '1,bt_0193a5e2c7f11b2c3d4e5f60,payment,txn_0193a5e2c7f11b2c3d4e5f60,txn_0193a5e2c7f11b2c3d4e5f60,order-123,19.99,0.88,19.11,USD,2025-11-06T11:13:58.910Z,2025-11-10T00:00:00.000Z,19.11',
        '2,bt_0193a5e2c7f11b2c3d4e5f60,refund,txn_0193a5e2c7f11b2c3d4e5f60,txn_0193a5e2c7f11b2c3d4e5f60,,-5.00,0.00,-5.00,USD,2025-11-06T11:13:58.910Z,2025-11-10T00:00:00.000Z,-0.05',
        '',
      ].join('\r\n'),
    );
    expect(Object.keys(settlementView(report([PAYMENT])).rows[0] ?? {})).toEqual(CSV_COLUMNS);
  });

  it.each([
    ['JPY', '-1999'],
    ['KWD', '-1.999'],
    ['CLF', '-0.1999'],
  ])('has amounts with the decimals of %s', (currency, text) => {
    expect(fieldsOf(csv([{ ...PAYMENT, currency, gross: -1999 }], currency))[1]?.[6]).toBe(text);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '＝1', '=HYPERLINK("a","b")'])(
    'has no formula from the order reference %j',
    (orderReference) => {
      expect(referenceIn(csv([{ ...PAYMENT, orderReference }]))).toBe(`'${orderReference}`);
    },
  );

  it('keeps every other order reference as it is', () => {
    const text = fc
      .string({ minLength: 1, maxLength: 30, unit: 'grapheme' })
      .filter((s) => !/^[=+\-@\t\r＝＋－＠]/u.test(s));
    const hard = fc.oneof(text, fc.constantFrom('a,b', 'a"b', '"', 'a\nb', 'a\r\nb', 'a\rb', ' a '));
    fc.assert(
      fc.property(hard, (orderReference) => {
        expect(referenceIn(csv([{ ...PAYMENT, orderReference }]))).toBe(orderReference);
      }),
    );
  });

  it('comes in small pieces, numbered on, if it has 100,000 rows', () => {
    let rows = 0;
    let longest = 0;
    let last = '';
    for (const chunk of csvChunks(report(new Array<SettlementRow>(100_000).fill(PAYMENT)))) {
      rows += chunk.split('\r\n').length - 1;
      longest = Math.max(longest, chunk.length);
      last = chunk;
    }
    expect(rows).toBe(100_001);
    expect(longest).toBeLessThan(200_000);
    expect(last.trimEnd().split('\r\n').at(-1)).toMatch(/^100000,/);
  });
});

describe('The totals of a settlement report', () => {
  it('are exact at any size', () => {
    const huge = { ...PAYMENT, gross: Number.MAX_SAFE_INTEGER, fee: 1, net: Number.MAX_SAFE_INTEGER - 1 };
    const { totals } = settlementView(report([huge, huge, { ...huge, gross: 1 }]));
    expect(totals).toMatchObject({
      count: 3,
      gross: Number('180143985094819.83'),
      grossText: '180143985094819.83',
      fee: 0.03,
      feeText: '0.03',
      amountInPayoutText: '57.33',
    });
    expect(settlementView(report([])).totals).toMatchObject({ count: 0, gross: 0, grossText: '0.00' });
  });

  it('are written as decimal text without loss', () => {
    const decimals = fc.constantFrom(
      ['JPY', 0] as const,
      ['USD', 2] as const,
      ['KWD', 3] as const,
      ['CLF', 4] as const,
    );
    fc.assert(
      fc.property(fc.bigInt(), decimals, (minor, [currency, places]) => {
        const text = exactText(minor, currency);
        expect(text).toMatch(places === 0 ? /^-?\d+$/ : new RegExp(`^-?\\d+\\.\\d{${places}}$`));
        expect(BigInt(text.replace('.', ''))).toBe(minor);
      }),
    );
  });
});
