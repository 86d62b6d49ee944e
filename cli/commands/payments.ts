import { type Command, Option } from 'commander';
import type { ChargeOptions, Payment, Refund, Schemas } from '../../client/index.js';
import { clientOf, outputOf } from '../connection.js';
import { fields, money, plain, table } from '../output.js';
import { collectPair, readAmount, readCount } from '../read-options.js';

interface ChargeFlags {
  readonly amount: number;
  readonly currency: string;
  readonly customer: string;
  readonly method?: string;
  readonly order?: string;
  readonly details?: string;
  readonly webhookUrl?: string;
  readonly returnUrl?: string;
  readonly metadata?: Record<string, string>;
  readonly simulate?: NonNullable<ChargeOptions['simulate']>;
  readonly idempotencyKey?: string;
  readonly wait: number;
}

interface ListFlags {
  readonly status?: Schemas['PaymentStatus'];
  readonly currency?: string;
  readonly customer?: string;
  readonly order?: string;
  readonly limit: number;
}

/** Waits for the outcome of a move, in seconds. */
const WAIT_SECONDS = 10;

export function addPaymentCommands(program: Command): void {
  const payments = program.command('payments').description('charge, look at and move payments');
  const examples = (command: Command, example: string): Command =>
    command.addHelpText('after', `\nExample: ${example}`);

  examples(
    payments
      .command('list')
      .description('list payments, newest first')
      .option('--status <status>', 'only with this status')
      .option('--currency <code>', 'only in this currency')
      .option('--customer <name>', 'only of this customer')
      .option('--order <reference>', 'only of this order')
      .option('--limit <count>', 'how many', readCount, 20),
    'mpg payments list --status failed --limit 5',
  ).action(async ({ status, currency, customer, order, limit }: ListFlags, command: Command) => {
    const { data } = await clientOf(command).payments.list({
      limit,
      ...(status && { status }),
      ...(currency && { currency }),
      ...(customer && { customerName: customer }),
      ...(order && { orderReference: order }),
    });
    outputOf(command).result(data, (list) =>
      table(
        ['id', 'status', 'amount', 'customer', 'order', 'created'],
        list.map((payment) => [
          payment.id,
          payment.status,
          money(payment),
          payment.customerName,
          payment.orderReference ?? '',
          payment.createdAt,
        ]),
      ),
    );
  });

  examples(
    payments.command('show <id>').description('show a payment and what happened to it'),
    'mpg payments show txn_0193a5e2c7f11b2c3d4e5f60',
  ).action(async (id: string, _flags: unknown, command: Command) => {
    const client = clientOf(command);
    const [payment, timeline] = await Promise.all([client.payments.get(id), client.payments.timeline(id)]);
    outputOf(command).result({ ...payment, timeline: timeline.data }, () =>
      [showPayment(payment), '', ...timeline.data.map((step) => plain(`${step.at}  ${step.text}`))].join('\n'),
    );
  });

  for (const [name, capture, description] of [
    ['charge', 'automatic', 'charge a customer, and wait for the outcome'],
    ['authorize', 'manual', 'authorize a payment, to capture or void it later'],
  ] as const)
    examples(
      payments
        .command(name)
        .description(description)
        .option('--amount <amount>', 'in major units, as the customer sees it', readAmount, 20)
        .option('--currency <code>', 'ISO 4217', 'USD')
        .option('--customer <name>', 'the name of the customer', 'Jenny Rosen')
        .option('--method <id>', 'a payment method or a test token, such as pm_card_chargeDeclined')
        .option('--order <reference>', 'the reference of the order')
        .option('--details <text>', 'what it is for')
        .option('--webhook-url <url>', 'where to send the outcome')
        .option('--return-url <url>', 'where the customer goes after 3-D Secure')
        .option('--metadata <key=value>', 'may be repeated', collectPair)
        .option('--simulate <outcome>', 'the outcome, before any other test value')
        .option('--idempotency-key <key>', 'makes a repetition safe')
        .option('--wait <seconds>', 'how long to wait for the outcome, at most 30', readCount, WAIT_SECONDS),
      `mpg payments ${name} --amount 19.99 --currency EUR --order order-7`,
    ).action(async (flags: ChargeFlags, command: Command) => {
      const client = clientOf(command);
      const { idempotencyKey, simulate, wait } = flags;
      const { id } = await client.payments.charge(chargeBody(flags, capture), {
        wait,
        ...(idempotencyKey !== undefined && { idempotencyKey }),
        ...(simulate !== undefined && { simulate }),
      });
      outputOf(command).result(await client.payments.get(id), showPayment);
    });

  examples(
    payments
      .command('capture <id>')
      .description('capture an authorized payment, or part of it')
      .option('--amount <amount>', 'in major units; all of it where none is given', readAmount),
    'mpg payments capture txn_0193a5e2c7f11b2c3d4e5f60 --amount 5',
  ).action(async (id: string, { amount }: { amount?: number }, command: Command) => {
    const body = amount === undefined ? {} : { amount };
    outputOf(command).result(await clientOf(command).payments.capture(id, body, { wait: WAIT_SECONDS }), showPayment);
  });

  for (const [name, description] of [
    ['void', 'void an authorized payment'],
    ['cancel', 'cancel a payment that has no outcome yet'],
  ] as const)
    examples(
      payments.command(`${name} <id>`).description(description),
      `mpg payments ${name} txn_0193a5e2c7f11b2c3d4e5f60`,
    ).action(async (id: string, _flags: unknown, command: Command) => {
      outputOf(command).result(await clientOf(command).payments[name](id), showPayment);
    });

  examples(
    payments
      .command('refund <id>')
      .description('refund a payment, or part of it')
      .option('--amount <amount>', 'in major units; all that is left where none is given', readAmount)
      .option('--reason <text>', 'why'),
    'mpg payments refund txn_0193a5e2c7f11b2c3d4e5f60 --amount 5 --reason "Returned"',
  ).action(async (id: string, { amount, reason }: { amount?: number; reason?: string }, command: Command) => {
    const body = { ...(amount !== undefined && { amount }), ...(reason !== undefined && { reason }) };
    outputOf(command).result(await clientOf(command).payments.refund(id, body, { wait: WAIT_SECONDS }), showRefund);
  });

  examples(
    payments
      .command('authenticate <id>')
      .description('answer a 3-D Secure challenge in place of the customer')
      .addOption(
        new Option('--result <result>', 'what the customer does').choices(['succeeded', 'failed']).default('succeeded'),
      ),
    'mpg payments authenticate txn_0193a5e2c7f11b2c3d4e5f60 --result failed',
  ).action(async (id: string, { result }: Schemas['AuthenticateDto'], command: Command) => {
    outputOf(command).result(await clientOf(command).payments.authenticate(id, { result }), showPayment);
  });
}

function chargeBody(flags: ChargeFlags, capture: Schemas['CaptureMode']): Schemas['ChargeDto'] {
  const { amount, currency, customer, method, order, details, webhookUrl, returnUrl, metadata } = flags;
  return {
    customerName: customer,
    paymentAmount: amount,
    currency,
    capture,
    ...(method !== undefined && { paymentMethod: method }),
    ...(order !== undefined && { orderReference: order }),
    ...(details !== undefined && { details }),
    ...(webhookUrl !== undefined && { webhookUrl }),
    ...(returnUrl !== undefined && { returnUrl }),
    ...(metadata !== undefined && { metadata }),
  };
}

function showPayment(payment: Payment): string {
  const { id, status, customerName, createdAt, failure, nextAction, orderReference, amountCaptured, amountRefunded } =
    payment;
  const of = (amount: number): string | null => (amount === 0 ? null : money({ amount, currency: payment.currency }));
  return fields({
    id,
    status,
    amount: money(payment),
    captured: of(amountCaptured),
    refunded: of(amountRefunded),
    customer: customerName,
    order: orderReference,
    failure: failure && `${failure.code}: ${failure.message}`,
    authenticate: nextAction?.url,
    created: createdAt,
  });
}

function showRefund({ id, paymentId, status, amount, currency, reason, failure, createdAt }: Refund): string {
  return fields({
    id,
    status,
    amount: money({ amount, currency }),
    payment: paymentId,
    reason,
    failure: failure?.code,
    created: createdAt,
  });
}
