import { styleText } from 'node:util';
import { type Command, InvalidArgumentError } from 'commander';
import type { RequestLog } from '../../client/index.js';
import { clientOf, outputOf } from '../connection.js';
import { plain } from '../output.js';
import { untilInterrupted } from '../until-interrupted.js';

interface TailFlags {
  readonly status?: string;
  readonly method?: string;
  readonly path?: string;
}

export function addLogCommands(program: Command): void {
  program
    .command('logs')
    .description('look at requests')
    .command('tail')
    .description('print each request of the account as it is answered')
    .option('--status <status>', 'only with this status, such as 404, or a class such as 4xx', readStatus)
    .option('--method <method>', 'only with this method')
    .option('--path <path>', 'only to this path')
    .addHelpText('after', '\nExample: mpg logs tail --status 4xx')
    .action(async ({ status, method, path }: TailFlags, command: Command) => {
      const client = clientOf(command);
      const output = outputOf(command);
      const signal = untilInterrupted();
      output.note(`Waiting for requests to ${client.url} (Ctrl+C ends this).`);
      const requests = client.requestLogs.stream({ status, method: method?.toUpperCase(), path, signal });
      for await (const request of requests) output.item(request, lineOf);
    });
}

function readStatus(text: string): string {
  if (!/^[1-5](?:\d\d|xx)$/i.test(text)) throw new InvalidArgumentError('Expected a status such as 404, or 4xx.');
  return text.toLowerCase();
}

function lineOf({ createdAt, status, method, path, ms, errorCode, requestId }: RequestLog): string {
  const color = status >= 500 ? 'red' : status >= 400 ? 'yellow' : 'green';
  const end = plain(`${method} ${path}  ${ms} ms  ${errorCode === null ? '' : `${errorCode}  `}${requestId}`);
  return `${createdAt}  ${styleText(color, String(status))}  ${end}`;
}
