import { writeFileSync } from 'node:fs';
import { ENTRY_TYPES, POSTINGS, type PostedPart } from './ledger/postings.js';
import { ROUTING_NUMBER } from './simulation/bank-accounts.js';
import { DEFAULT_FEES } from './platform/config/fees.js';

const FILE = new URL('../docs/money.md', import.meta.url);

const table = (head: string, rows: readonly string[]): string =>
  [head, head.replaceAll(/[^|]+/g, ' --- '), ...rows].join('\n');

function formula({ amount, fee }: PostedPart): string {
  const terms = [
    { factor: amount, name: 'amount' },
    { factor: fee, name: 'fee' },
  ].filter(({ factor }) => factor !== 0);
  return terms.map(({ factor, name }) => `${factor < 0 ? '−' : '+'}${name}`).join(' ');
}

const postings = table(
  '| Entry | Follows from | Lines | Why |',
  ENTRY_TYPES.map((type) => {
    const { events, condition, parts } = POSTINGS[type];
    const cause = events.map((event) => `\`${event}\``).join(', ') + (condition ? `: ${condition}` : '');
    const lines = parts.map((part) => `\`${part.account}\` ${formula(part)}`).join('<br>');
    return `| \`${type}\` | ${cause} | ${lines} | ${parts.map(({ why }) => why).join('<br>')} |`;
  }),
);

const document = `# Where the money is

<!-- Written by \`npm run money\` from src/ledger/postings.ts and src/export-money.ts; do not edit. -->

Every unit of money that the gateway says it moved stands in a double-entry ledger: what a charge brings, what fees, refunds and disputes take, what a payout sends to a bank. It goes by the clock of the
account, so in a sandbox days pass at once.

\`\`\`sh
curl -s $API/balance -H "X-API-Key: $KEY"
curl -s "$API/balance/transactions?limit=20" -H "X-API-Key: $KEY"
curl -s "$API/ledger/entries?source=$PAYMENT" -H "X-API-Key: $KEY"
curl -s $API/payments/$PAYMENT/t-accounts -H "X-API-Key: $KEY"
curl -s $API/ledger/audit -H "X-API-Key: $KEY"
\`\`\`

A read shows whatever was answered before it.

## Accounts

Of each merchant and currency: \`pending\` (captured, not available yet), \`available\` (can be paid out), \`reserved\` (held for disputes) and \`in_transit\` (on its way to the bank). Outside:
\`customers\` (the card networks), \`fees\` (what the gateway takes) and \`bank\`. Plus is what an account holds more, and each entry adds up to zero. \`GET /ledger/accounts\` shows all sums; \`amountText\`
is exact at any size.

## Postings

${postings}

With \`pm_card_bypassPending\`, or if \`SETTLEMENT_DELAY_DAYS\` is 0, a payment goes to \`available\` in place of \`pending\`. The entry of an event has the digits of the event: \`le_…\` of \`evt_…\`, and
\`bt_…\` of its balance transaction. Nothing edits an entry, and the entries of a payment that is deleted remain.

## Fees

\`FEES\`, by default \`${DEFAULT_FEES}\`: a part of each capture, rounded half to even, and a fixed number of minor units, which currencies can have of their own; never more than the amount. A refund
does not return it. A chargeback costs 15.00, in some currencies another amount; it is returned if you win.

## When funds are available

At 00:00 UTC after \`SETTLEMENT_DELAY_DAYS\` (2) business days; Saturdays and Sundays do not count. \`balance.available\` says so. Refunds and disputes take from \`available\` at once, and below zero where
they must.

## Payouts

\`\`\`sh
curl -s $API/payouts -H "X-API-Key: $KEY" -H 'Content-Type: application/json' \\
  -d '{ "amount": 50, "currency": "USD", "bankAccount": "ba_success" }'
curl -s -X PATCH $API/payouts/schedule -H "X-API-Key: $KEY" -H 'Content-Type: application/json' \\
  -d '{ "interval": "weekly", "currency": "USD" }'
\`\`\`

A payout is \`pending\` for a day, when it can be canceled, \`in_transit\` for another, then \`paid\` or \`failed\`; a failed or canceled one is available again. More than what is available is refused (409
\`insufficient_balance\`), also if many ask at once. A schedule pays all that is available at 00:00 UTC: daily, on Mondays, or on the first day of the month.

Bank accounts are [test values](test-values.md#bank-accounts-for-bankaccount-of-a-payout), by token or by numbers: \`{ "routingNumber": "${ROUTING_NUMBER}", "accountNumber": "000123456789" }\`. Without one it is
\`ba_success\`.

Each payout has a settlement report with the transactions that it took: the oldest first, the last in part. [Practice reconciliation](reconciliation-practice.md) with it.

## An example

In USD, from Thursday, 2026-01-29, 09:00 UTC. What each account holds after each step:

| Step | pending | available | reserved | in_transit | customers | fees | bank |
| --- | --- | --- | --- | --- | --- | --- | --- |
| A charge of 100.00 | 96.80 | 0.00 | 0.00 | 0.00 | -100.00 | 3.20 | 0.00 |
| A charge of 50.00 with \`pm_card_createDispute\` | 145.05 | 0.00 | 0.00 | 0.00 | -150.00 | 4.95 | 0.00 |
| 5 seconds later: its chargeback | 145.05 | -65.00 | 65.00 | 0.00 | -150.00 | 4.95 | 0.00 |
| A refund of 20.00 of the first charge | 145.05 | -85.00 | 65.00 | 0.00 | -130.00 | 4.95 | 0.00 |
| Monday, 00:00: the funds are available | 0.00 | 60.05 | 65.00 | 0.00 | -130.00 | 4.95 | 0.00 |
| Evidence, \`winning_evidence\`, and 5 seconds: won | 0.00 | 125.05 | 0.00 | 0.00 | -130.00 | 4.95 | 0.00 |
| A payout of 100.00 | 0.00 | 25.05 | 0.00 | 100.00 | -130.00 | 4.95 | 0.00 |
| Two days later: it is paid | 0.00 | 25.05 | 0.00 | 0.00 | -130.00 | 4.95 | 100.00 |

## The audit

\`GET /ledger/audit\` reads all payments, deleted ones too, refunds, disputes and payouts, and checks that each movement is in the ledger exactly once, that each entry adds up to zero, and that balances are
what their entries say. Each difference is named; there should never be one. A ledger of an earlier version's payments is written in the background after the upgrade; until then the audit names what
is missing.
`;

writeFileSync(FILE, document);
