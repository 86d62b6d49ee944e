import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { createClient } from '../../client/index.js';
import { outputOf, storeKey, urlOf } from '../connection.js';
import { UsageError } from '../errors.js';

export function addLoginCommands(program: Command): void {
  program
    .command('login')
    .description('store the API key for a gateway; asks for the key, or reads it from standard input')
    .addHelpText('after', '\nExample: printenv GATEWAY_KEY | mpg login --url http://127.0.0.1:3000')
    .action(async (_options: unknown, command: Command) => {
      const url = urlOf(command);
      const apiKey = (process.stdin.isTTY ? await askHidden(`API key for ${url}: `) : await text(process.stdin)).trim();
      if (apiKey === '') throw new UsageError('No key was given.');
      await createClient({ url, apiKey }).clock.get();
      const file = storeKey(url, apiKey);
      outputOf(command).result({ url, file }, () => `The key for ${url} is stored in ${file}.`);
    });

  program
    .command('logout')
    .description('forget the API key for a gateway')
    .addHelpText('after', '\nExample: mpg logout --url http://127.0.0.1:3000')
    .action((_options: unknown, command: Command) => {
      const url = urlOf(command);
      const file = storeKey(url, null);
      outputOf(command).result({ url, file }, () => `The key for ${url} is removed from ${file}.`);
    });
}

/** Asks on the terminal; what is typed is not shown. */
async function askHidden(question: string): Promise<string> {
  process.stderr.write(question);
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  const answer = await terminal.question('');
  terminal.close();
  process.stderr.write('\n');
  return answer;
}
