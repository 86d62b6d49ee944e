import { writeFileSync } from 'node:fs';
import { BANK_ACCOUNTS, ROUTING_NUMBER } from './simulation/bank-accounts.js';
import { type Channel, CHANNELS, TEST_VALUES, type TestValue } from './simulation/test-values.js';

const FILE = new URL('../docs/test-values.md', import.meta.url);

const TITLES: Record<Channel, string> = {
  header: 'Header `X-Simulate` of a charge',
  card: 'Cards, for `POST /api/v1/payment-methods`',
  token: 'Ready-made payment methods, for `paymentMethod` of a charge',
  amount: 'Amounts',
  customer_name: 'Customer names',
};

function row({ value, outcome: { failure }, description }: TestValue): string {
  const codes =
    failure === null
      ? ''
      : [failure.code, failure.declineCode]
          .filter((code) => code !== null)
          .map((code) => `\`${code}\``)
          .join(' / ');
  return `| \`${value}\` | ${description} | ${codes} | ${failure?.advice ?? ''} |`;
}

const sections = CHANNELS.map((channel) => {
  const rows = TEST_VALUES.filter((value) => value.channel === channel).map(row);
  return [
    `## ${TITLES[channel]}`,
    '',
    '| Value | What happens | Code / decline code | Advice |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
});

const introduction = `# Test values

<!-- Written by \`npm run test-values\` from src/simulation; do not edit. -->

Every input that names its own outcome. The first of these that a charge has decides: the header \`X-Simulate\`, the payment method, the amount, the
customer name. A charge with none of them is approved. A decline is not an HTTP error: the charge is answered with 201, and the payment ends \`failed\`
with \`failure\` (code, decline code, message, advice). The same table is served by \`GET /api/v1/test-values\`.

Any date in the future and any security code of the right length go with a card. Month 13 is refused with \`invalid_expiry_month\`, a year in the past with
\`invalid_expiry_year\`, a security code of the wrong length, such as \`99\`, with \`invalid_cvc\`, and every number that is not in this table with
\`live_card_refused\`: no real card can enter.

Only one convention of amounts holds at a time: \`TEST_AMOUNTS=range\`, \`last_digits\`, or \`off\` (the default).
`;

const bankAccounts = [
  '## Bank accounts, for `bankAccount` of a payout',
  '',
  `By token, or by the routing number \`${ROUTING_NUMBER}\` and the account number ([money](money.md#payouts)).`,
  '',
  '| Token | Account number | Failure code |',
  '| --- | --- | --- |',
  ...BANK_ACCOUNTS.map(
    ({ token, accountNumber, failure }) =>
      `| \`${token}\` | \`${accountNumber}\` | ${failure ? `\`${failure.code}\`` : ''} |`,
  ),
  '',
].join('\n');

writeFileSync(FILE, `${introduction}\n${[...sections, bankAccounts].join('\n')}`);
