import { type Command, Argument, Option } from 'commander';
import { BANK_ACCOUNT_TOKENS } from '../../src/simulation/bank-accounts.js';
import type { GatewayClient, Payout, PayoutSchedule, Schemas } from '../../client/index.js';
import { clientOf, outputOf } from '../connection.js';
import { CommandError } from '../errors.js';
import { fields, money, table } from '../output.js';
import { collectPair, readAmount, readCount } from '../read-options.js';

interface CreateFlags {
  readonly amount?: number;
  readonly currency: string;
  readonly bankAccount?: Extract<Schemas['CreatePayoutDto']['bankAccount'], string>;
  readonly description?: string;
  readonly metadata?: Record<string, string>;
  readonly idempotencyKey?: string;
}

const ID = 'po_0193a5e2c7f11b2c3d4e5f60';
const INTERVALS: readonly Schemas['PayoutInterval'][] = ['manual', 'daily', 'weekly', 'monthly'];

export function addPayoutCommands(program: Command): void {
  const payouts = program.command('payouts').description('pay the balance out to a bank account');
  const examples = (command: Command, example: string): Command =>
    command.addHelpText('after', `\nExample: ${example}`);

  examples(
    payouts
      .command('list')
      .description('list payouts, newest first')
      .option('--status <status>', 'only with this status')
      .option('--limit <count>', 'how many', readCount, 20),
    'mpg payouts list --status failed',
  ).action(async ({ status, limit }: { status?: Schemas['PayoutStatus']; limit: number }, command: Command) => {
    const { data } = await clientOf(command).payouts.list({ limit, ...(status && { status }) });
    outputOf(command).result(data, (list) =>
      table(
        ['id', 'status', 'amount', 'bank account', 'arrives', 'settlement'],
        list.map((payout) => [
          payout.id,
          payout.status,
          money(payout),
          payout.bankAccount,
          payout.arrivalDate,
          payout.settlementId,
        ]),
      ),
    );
  });

  examples(payouts.command('show <id>').description('show a payout'), `mpg payouts show ${ID}`).action(
    async (id: string, _flags: unknown, command: Command) => {
      outputOf(command).result(await clientOf(command).payouts.get(id), showPayout);
    },
  );

  examples(
    payouts
      .command('create')
      .description('pay out what is available, or a part of it')
      .option('--amount <amount>', 'in major units; all that is available where none is given', readAmount)
      .option('--currency <code>', 'ISO 4217', 'USD')
      .addOption(
        new Option('--bank-account <token>', 'a test bank account, which decides the outcome').choices(
          BANK_ACCOUNT_TOKENS,
        ),
      )
      .option('--description <text>', 'for yourself')
      .option('--metadata <key=value>', 'may be repeated', collectPair)
      .option('--idempotency-key <key>', 'makes a repetition safe'),
    'mpg payouts create --amount 19.11 --currency USD --bank-account ba_account_closed',
  ).action(async (flags: CreateFlags, command: Command) => {
    const client = clientOf(command);
    const { amount, currency, bankAccount, description, metadata, idempotencyKey } = flags;
    const body = {
      amount: amount ?? (await availableOf(client, currency)),
      currency,
      ...(bankAccount !== undefined && { bankAccount }),
      ...(description !== undefined && { description }),
      ...(metadata !== undefined && { metadata }),
    };
    const payout = await client.payouts.create(body, idempotencyKey === undefined ? {} : { idempotencyKey });
    outputOf(command).result(payout, showPayout);
  });

  examples(
    payouts.command('cancel <id>').description('cancel a payout that is still pending'),
    `mpg payouts cancel ${ID}`,
  ).action(async (id: string, _flags: unknown, command: Command) => {
    outputOf(command).result(await clientOf(command).payouts.cancel(id), showPayout);
  });

  examples(
    payouts
      .command('schedule')
      .description('show when the gateway pays out by itself, or change it')
      .addArgument(new Argument('[interval]', 'how often; `manual` for never').choices(INTERVALS))
      .option('--currency <code>', 'of which currency', 'USD'),
    'mpg payouts schedule weekly --currency EUR',
  ).action(
    async (interval: Schemas['PayoutInterval'] | undefined, { currency }: { currency: string }, command: Command) => {
      const client = clientOf(command);
      if (interval !== undefined) await client.payouts.setSchedule({ interval, currency });
      outputOf(command).result(await client.payouts.schedule(), showSchedules);
    },
  );
}

/** Throws CommandError if nothing is available. */
async function availableOf(client: GatewayClient, currency: string): Promise<number> {
  const { available } = await client.balance.get();
  const sum = available.find((each) => each.currency === currency);
  if (sum && sum.amount > 0) return sum.amount;
  throw new CommandError(
    `Nothing can be paid out: ${money({ amount: sum?.amountText ?? 0, currency })} is available. ` +
      '`mpg balance` shows what is pending.',
  );
}

function showPayout(payout: Payout): string {
  const { id, status, bankAccount, arrivalDate, failure, automatic, description, settlementId, createdAt } = payout;
  return fields({
    id,
    status,
    amount: money(payout),
    'bank account': bankAccount,
    arrives: arrivalDate,
    failure: failure && `${failure.code}: ${failure.message}`,
    'made by': automatic ? 'the schedule' : null,
    description,
    settlement: settlementId,
    created: createdAt,
  });
}

function showSchedules(schedules: readonly PayoutSchedule[]): string {
  if (schedules.length === 0) return 'Every currency is paid out by hand.';
  return table(
    ['currency', 'interval', 'next payout'],
    schedules.map(({ currency, interval, nextPayoutAt }) => [currency, interval, nextPayoutAt]),
  );
}
