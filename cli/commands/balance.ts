import type { Command } from 'commander';
import type { BalanceSums, BalanceTransaction, Schemas } from '../../client/index.js';
import { clientOf, outputOf } from '../connection.js';
import { money, table } from '../output.js';
import { readCount } from '../read-options.js';

interface BalanceFlags {
  readonly transactions?: boolean;
  readonly type?: Schemas['BalanceTransactionType'];
  readonly source?: string;
  readonly payout?: string;
  readonly currency?: string;
  readonly limit: number;
}

export function addBalanceCommand(program: Command): void {
  program
    .command('balance')
    .description('show what is pending, available, reserved for disputes and on its way to the bank')
    .option('--transactions', 'also list what changed it, newest first')
    .option('--type <type>', 'only transactions of this type, such as refund')
    .option('--source <id>', 'only transactions of this payment, refund, dispute or payout')
    .option('--payout <id>', 'only transactions that this payout takes')
    .option('--currency <code>', 'only transactions in this currency')
    .option('--limit <count>', 'how many transactions', readCount, 20)
    .addHelpText('after', '\nExample: mpg balance --transactions --currency EUR')
    .action(async ({ transactions, type, source, payout, currency, limit }: BalanceFlags, command: Command) => {
      const { balance } = clientOf(command);
      const output = outputOf(command);
      const sums = await balance.get();
      if (!transactions) {
        output.result(sums, showSums);
        return;
      }
      const { data } = await balance.transactions({
        limit,
        ...(type && { type }),
        ...(source !== undefined && { source }),
        ...(payout !== undefined && { payout }),
        ...(currency !== undefined && { currency }),
      });
      output.result({ ...sums, transactions: data }, () => [showSums(sums), '', showTransactions(data)].join('\n'));
    });
}

function showSums({ pending, available, reserved, inTransit }: BalanceSums): string {
  const columns = [pending, available, reserved, inTransit];
  const currencies = [...new Set(columns.flat().map(({ currency }) => currency))].sort();
  return table(
    ['currency', 'pending', 'available', 'reserved', 'in transit'],
    currencies.map((currency) => [
      currency,
      ...columns.map((sums) => {
        const sum = sums.find((each) => each.currency === currency);
        return money({ amount: sum?.amountText ?? 0, currency });
      }),
    ]),
  );
}

function showTransactions(transactions: readonly BalanceTransaction[]): string {
  return table(
    ['id', 'type', 'status', 'amount', 'fee', 'net', 'source', 'payout', 'created', 'available on'],
    transactions.map((transaction) => {
      const { id, type, status, amount, fee, net, currency, source, payoutId, createdAt, availableOn } = transaction;
      const [gross, taken, rest] = [amount, fee, net].map((each) => money({ amount: each, currency }));
      return [id, type, status, gross, taken, rest, source, payoutId, createdAt, availableOn];
    }),
  );
}
