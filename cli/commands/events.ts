import type { Command } from 'commander';
import type { EventType, GatewayEvent } from '../../client/index.js';
import { clientOf, outputOf } from '../connection.js';
import { CommandError } from '../errors.js';
import { fields, table } from '../output.js';
import { readCount } from '../read-options.js';

export function addEventCommands(program: Command): void {
  const events = program.command('events').description('look at events, and send them again');

  events
    .command('list')
    .description('list events, newest first')
    .option('--type <type>', 'only of this type, such as payment.failed')
    .option('--object <id>', 'only about this payment, refund or endpoint')
    .option('--limit <count>', 'how many', readCount, 20)
    .addHelpText('after', '\nExample: mpg events list --type payment.failed')
    .action(async (flags: { type?: EventType; object?: string; limit: number }, command: Command) => {
      const { type, object, limit } = flags;
      const { data } = await clientOf(command).events.list({
        limit,
        ...(type && { type }),
        ...(object !== undefined && { objectId: object }),
      });
      outputOf(command).result(data, (list) =>
        table(
          ['id', 'type', 'object', 'created'],
          list.map((event) => [event.id, event.type, objectOf(event), event.createdAt]),
        ),
      );
    });

  events
    .command('show <id>')
    .description('show an event, with its object as it was then, and its deliveries')
    .addHelpText('after', '\nExample: mpg events show evt_0193a5e2c7f11b2c3d4e5f60')
    .action(async (id: string, _flags: unknown, command: Command) => {
      const client = clientOf(command);
      const event = await client.events.get(id);
      const { data: deliveries } = await client.webhookDeliveries.list({ event: id });
      outputOf(command).result({ ...event, deliveries }, () =>
        [
          fields({ id: event.id, type: event.type, created: event.createdAt, request: event.requestId }),
          '',
          JSON.stringify(event.data, null, 2),
          '',
          table(
            ['delivery', 'to', 'status', 'attempts'],
            deliveries.map((delivery) => [delivery.id, delivery.url, delivery.status, delivery.attempts.length]),
          ),
        ].join('\n'),
      );
    });

  events
    .command('resend <id>')
    .description('send an event again, to every receiver that it was sent to')
    .addHelpText('after', '\nExample: mpg events resend evt_0193a5e2c7f11b2c3d4e5f60')
    .action(async (id: string, _flags: unknown, command: Command) => {
      const client = clientOf(command);
      await client.events.get(id);
      const { data: deliveries } = await client.webhookDeliveries.list({ event: id, limit: 100 });
      if (deliveries.length === 0)
        throw new CommandError(`Event ${id} was sent to nobody: no endpoint had subscribed to it when it happened.`);
      const again = [];
      for (const delivery of deliveries) again.push(await client.webhookDeliveries.redeliver(delivery.id));
      outputOf(command).result(again, (list) =>
        list.map((delivery) => `Sends ${id} again to ${delivery.url} (${delivery.id}).`).join('\n'),
      );
    });
}

/** The id of what an event is about; empty for a test. */
export function objectOf({ data }: GatewayEvent): string {
  return 'id' in data && typeof data.id === 'string' ? data.id : '';
}
