import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chargeSnippets } from './charge-snippets.js';

const charge = (customerName: string) => ({ customerName, paymentAmount: 19.99, currency: 'USD' });

describe('The curl of a charge', () => {
  it('sends what was entered, whatever the shell thinks of it', () => {
    const hostile = `O'Brien "$HOME" \`id\` \\ $(id)`;
    const { curl } = chargeSnippets('http://127.0.0.1:3000', charge(hostile));
    const body = execFileSync('sh', ['-c', `curl() { for last; do :; done; printf %s "$last"; }; ${curl}`], {
      encoding: 'utf8',
    });
    expect(JSON.parse(body)).toEqual(charge(hostile));
  });

  it('names the outcome that was chosen', () => {
    expect(chargeSnippets('http://127.0.0.1:3000', charge('A'), 'lost_card').curl).toContain(
      "-H 'X-Simulate: lost_card'",
    );
  });
});

describe('The TypeScript of a charge', () => {
  it('has the same body', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const { typescript } = chargeSnippets('http://127.0.0.1:3000', charge(name));
        const [, body = ''] = /payments\.charge\((.*)\);$/s.exec(typescript) ?? [];
        expect(JSON.parse(body)).toEqual(charge(name));
      }),
    );
  });
});
