import { type Command, Argument } from 'commander';
import { EVENT_TYPES } from '../../src/events/event-types.js';
import type { EventType, GatewayEvent } from '../../client/index.js';
import { clientOf, outputOf } from '../connection.js';
import { UsageError } from '../errors.js';
import { fields, plain, table } from '../output.js';
import { collectPair } from '../read-options.js';
import { RECIPES } from '../recipes.js';

interface TriggerFlags {
  readonly override?: Record<string, string>;
  readonly list?: boolean;
}

export function addTriggerCommand(program: Command): void {
  program
    .command('trigger')
    .description('make the real thing happen that causes an event, and print the event')
    .addArgument(new Argument('[event]', 'the type of the event').choices(EVENT_TYPES))
    .option('--override <field=value>', 'a field of the charge, such as amount=20; may be repeated', collectPair)
    .option('--list', 'list all types, and what makes them happen')
    .addHelpText('after', '\nExample: mpg trigger payment.failed --override amount=20 --override currency=EUR')
    .action(async (type: EventType | undefined, { override = {}, list }: TriggerFlags, command: Command) => {
      const output = outputOf(command);
      if (list) {
        const all = EVENT_TYPES.map((name) => ({ type: name, how: RECIPES[name].how }));
        output.result(all, (rows) =>
          table(
            ['type', 'what makes it happen'],
            rows.map(({ type: name, how }) => [name, how]),
          ),
        );
        return;
      }
      if (type === undefined) throw new UsageError('Name the type of an event; `mpg trigger --list` lists them.');
      const { event, sandboxKey } = await RECIPES[type].run(clientOf(command), override, type);
      output.result(event, show);
      if (sandboxKey !== null) output.note(`It happened in a sandbox of its own, whose key is ${sandboxKey}`);
    });
}

function show(event: GatewayEvent): string {
  return [
    fields({ id: event.id, type: event.type, created: event.createdAt }),
    '',
    ...JSON.stringify(event.data, null, 2).split('\n').map(plain),
  ].join('\n');
}
