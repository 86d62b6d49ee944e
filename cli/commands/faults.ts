import { type Command, Option } from 'commander';
import type { Fault, Schemas } from '../../client/index.js';
import { clientOf, outputOf } from '../connection.js';
import { UsageError } from '../errors.js';
import { table } from '../output.js';
import { collectPair, readCount } from '../read-options.js';

interface AddFlags {
  readonly operation?: string;
  readonly method?: string;
  readonly path?: string;
  readonly event?: string;
  readonly metadata?: Record<string, string>;
  readonly when?: Schemas['FaultMoment'];
  readonly times?: number;
  readonly skip?: number;
  readonly probability?: string;
}

export function addFaultCommands(program: Command): void {
  const faults = program.command('faults').description('break requests and webhooks on purpose');

  faults
    .command('add <effect> [fields...]')
    .description('add a fault: an effect of docs/faults.md, and its fields as field=value')
    .option('--operation <name>', 'only requests for this operation, such as charge')
    .option('--method <method>', 'only requests with this method')
    .option('--path <path>', 'only requests to this path; * stands for one part')
    .option('--event <pattern>', 'webhooks in place of requests: a type, or a group such as payment.*')
    .option('--metadata <key=value>', 'only payments with this metadata; may be repeated', collectPair)
    .addOption(
      new Option('--when <when>', 'before: nothing was done; after: all was done, the answer is lost').choices([
        'before',
        'after',
      ]),
    )
    .option('--times <count>', 'how often', readCount)
    .option('--skip <count>', 'after how many that match', readCount)
    .option('--probability <part>', 'from 0 to 1')
    .addHelpText(
      'after',
      '\nExamples: mpg faults add reset --operation charge --when after · mpg faults add status status=503 · mpg faults add duplicate count=3 --event "payment.*"',
    )
    .action(async (effect: string, given: string[], flags: AddFlags, command: Command) => {
      const fault = await clientOf(command).faults.add(bodyOf(effect, given, flags));
      outputOf(command).result(fault, ({ id }) => `${id} is there. \`mpg faults list\` tells what it did.`);
    });

  faults
    .command('list')
    .description('list faults, and the truth about each hit')
    .addHelpText('after', '\nExample: mpg faults list')
    .action(async (_flags: unknown, command: Command) => {
      const { data } = await clientOf(command).faults.list({ limit: 100 });
      outputOf(command).result(data, showAll);
    });

  faults
    .command('clear')
    .description('remove all faults')
    .addHelpText('after', '\nExample: mpg faults clear')
    .action(async (_flags: unknown, command: Command) => {
      await clientOf(command).faults.clear();
      outputOf(command).result({ cleared: true }, () => 'No faults any more.');
    });
}

function bodyOf(type: string, given: readonly string[], flags: AddFlags): Schemas['CreateFaultDto'] {
  const { operation, method, path, event, metadata, when, times, skip, probability } = flags;
  const effect = Object.fromEntries(given.map((pair) => pairOf(pair)));
  return {
    match: {
      ...(operation !== undefined && { operation }),
      ...(method !== undefined && { method: method.toUpperCase() }),
      ...(path !== undefined && { path }),
      ...(event !== undefined && { event }),
      ...(metadata !== undefined && { metadata }),
    },
    ...(when !== undefined && { when }),
    effect: { type, ...effect },
    ...(times !== undefined && { times }),
    ...(skip !== undefined && { skip }),
    ...(probability !== undefined && { probability: Number(probability) }),
  } as Schemas['CreateFaultDto'];
}

/** The gateway knows which fields an effect has. */
function pairOf(pair: string): [name: string, value: string | number] {
  const [name = '', value] = pair.split('=', 2);
  if (value === undefined) throw new UsageError(`Fields are field=value, such as status=503; this is "${pair}".`);
  return [name, /^\d+$/.test(value) ? Number(value) : value];
}

function showAll(faults: readonly Fault[]): string {
  const effectOf = ({ effect, sequence }: Fault): string =>
    effect?.type ?? (sequence ?? []).map((each) => each?.type ?? '-').join(', ');
  const hits = faults.flatMap(({ id, hits: all }) =>
    all.map((hit) => [
      id,
      hit.at,
      hit.operation,
      hit.objectId ?? '',
      hit.moneyMoved ? 'yes' : 'no',
      hit.repeatedWith ?? '',
    ]),
  );
  return [
    table(
      ['id', 'effect', 'when', 'match', 'remaining', 'hits'],
      faults.map((fault) => [
        fault.id,
        effectOf(fault),
        fault.when ?? '',
        JSON.stringify(fault.match),
        fault.remaining ?? 'all',
        fault.hits.length,
      ]),
    ),
    ...(hits.length === 0
      ? []
      : ['', table(['hit of', 'at', 'operation', 'object', 'money moved', 'repeated with'], hits)]),
  ].join('\n');
}
