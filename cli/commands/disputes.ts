import type { Command } from 'commander';
import type { Dispute, Schemas } from '../../client/index.js';
import { clientOf, outputOf } from '../connection.js';
import { UsageError } from '../errors.js';
import { fields, money, plain, table } from '../output.js';
import { collectPair, readCount } from '../read-options.js';

interface ListFlags {
  readonly status?: Schemas['DisputeStatus'];
  readonly payment?: string;
  readonly limit: number;
}

const ID = 'dsp_0193a5e2c7f11b2c3d4e5f60';

export function addDisputeCommands(program: Command): void {
  const disputes = program.command('disputes').description('look at disputes and answer them');
  const examples = (command: Command, example: string): Command =>
    command.addHelpText('after', `\nExample: ${example}`);

  examples(
    disputes
      .command('list')
      .description('list disputes, newest first')
      .option('--status <status>', 'only with this status')
      .option('--payment <id>', 'only of this payment')
      .option('--limit <count>', 'how many', readCount, 20),
    'mpg disputes list --status needs_response',
  ).action(async ({ status, payment, limit }: ListFlags, command: Command) => {
    const { data } = await clientOf(command).disputes.list({
      limit,
      ...(status && { status }),
      ...(payment && { paymentId: payment }),
    });
    outputOf(command).result(data, (list) =>
      table(
        ['id', 'stage', 'status', 'reason', 'amount', 'payment', 'evidence due by'],
        list.map((dispute) => [
          dispute.id,
          dispute.stage,
          dispute.status,
          dispute.reason,
          money(dispute),
          dispute.paymentId,
          dispute.evidenceDueBy,
        ]),
      ),
    );
  });

  examples(
    disputes.command('show <id>').description('show a dispute, its evidence and what happened to it'),
    `mpg disputes show ${ID}`,
  ).action(async (id: string, _flags: unknown, command: Command) => {
    outputOf(command).result(await clientOf(command).disputes.get(id), showDispute);
  });

  examples(
    disputes
      .command('evidence <id>')
      .description('save evidence; an empty text removes a field')
      .option('--field <name=text>', 'may be repeated', collectPair),
    `mpg disputes evidence ${ID} --field receipt="Receipt 4711" --field uncategorizedText=winning_evidence`,
  ).action(async (id: string, { field }: { field?: Record<string, string> }, command: Command) => {
    if (!field) throw new UsageError('Give at least one --field, such as --field receipt="Receipt 4711".');
    outputOf(command).result(await clientOf(command).disputes.saveEvidence(id, field), showDispute);
  });

  for (const [name, description] of [
    ['submit', 'submit the saved evidence'],
    ['accept', 'accept a dispute: the customer keeps the money'],
  ] as const)
    examples(disputes.command(`${name} <id>`).description(description), `mpg disputes ${name} ${ID}`).action(
      async (id: string, _flags: unknown, command: Command) => {
        outputOf(command).result(await clientOf(command).disputes[name](id), showDispute);
      },
    );
}

function showDispute(dispute: Dispute): string {
  const { id, paymentId, stage, status, reason, fee, evidenceDueBy, evidence, history } = dispute;
  return [
    fields({
      id,
      payment: paymentId,
      stage,
      status,
      reason,
      amount: money(dispute),
      fee: String(fee),
      'evidence due by': evidenceDueBy,
      evidence: Object.keys(evidence ?? {}).join(', '),
    }),
    '',
    ...(history ?? []).map((step) =>
      plain(`${step.at}  ${step.type}  ${step.stage} ${step.status}${step.why === null ? '' : `: ${step.why}`}`),
    ),
  ].join('\n');
}
