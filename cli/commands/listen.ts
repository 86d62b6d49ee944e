import { styleText } from 'node:util';
import type { Command } from 'commander';
import type { GatewayEvent } from '../../client/index.js';
import { clientOf, outputOf } from '../connection.js';
import { type Forwarded, forward, listenSecret, receiverUrl } from '../forward.js';
import { colored, plain } from '../output.js';
import { untilInterrupted } from '../until-interrupted.js';
import { objectOf } from './events.js';

interface ListenFlags {
  readonly forwardTo?: string;
  readonly events?: string;
  readonly printSecret?: boolean;
}

interface Heard {
  readonly event: GatewayEvent;
  readonly forwarded?: Forwarded;
}

export function addListenCommand(program: Command): void {
  program
    .command('listen')
    .description('print each event as it comes, and forward it to your webhook handler, signed')
    .option('--forward-to <url>', 'your webhook handler')
    .option('--events <patterns>', 'only these: types or groups such as payment.*, with commas in between')
    .option('--print-secret', 'print the secret that signs what is forwarded, and end')
    .addHelpText('after', '\nExample: mpg listen --forward-to http://127.0.0.1:4000/webhooks --events "payment.*"')
    .action(listen);
}

async function listen({ forwardTo, events, printSecret }: ListenFlags, command: Command): Promise<void> {
  const client = clientOf(command);
  const output = outputOf(command);
  const url = forwardTo === undefined ? null : receiverUrl(forwardTo);
  const { userId } = await client.accounts.me();
  const secret = listenSecret(userId);
  if (printSecret) {
    output.result({ secret }, () => secret);
    return;
  }
  const signal = untilInterrupted();
  if (url !== null) output.note(`Your webhook secret is ${secret} (the same each time).`);
  let wasLost = false;
  const stream = client.events.stream({
    type: events,
    signal,
    onConnection: (lost) => {
      if (lost && !wasLost) output.note(`The connection is lost: ${plain(lost.message)} Waiting for the gateway.`);
      else if (!lost)
        output.note(wasLost ? 'Connected again.' : `Waiting for events of ${client.url} (Ctrl+C ends this).`);
      wasLost = lost !== null;
    },
  });
  for await (const event of stream) {
    if (!output.isJson) output.item<Heard>({ event }, lineOf);
    if (url !== null) {
      const forwarded = await forward(event, url, secret, signal);
      output.item<Heard>({ event, forwarded }, () => resultLine(forwarded, url));
    } else if (output.isJson) output.item<Heard>({ event }, lineOf);
  }
}

function lineOf({ event }: Heard): string {
  const [group = '', ...rest] = event.type.split('.');
  const type = `${group}.${colored(rest.join('.'))}`;
  return plain(event.createdAt) + `  ${type}  ${plain(objectOf(event))}  ${plain(event.id)}`;
}

export function resultLine({ status, ms, error }: Forwarded, url: string): string {
  const isGood = status !== null && status >= 200 && status < 300;
  return `  ${styleText(isGood ? 'green' : 'red', `→ ${status === null ? `failed: ${error ?? ''}` : String(status)}`)}  POST ${url}  ${ms} ms`;
}
