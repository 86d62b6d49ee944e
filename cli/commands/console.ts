import type { Command } from 'commander';
import { clientOf, outputOf } from '../connection.js';

export function addConsoleCommand(program: Command): void {
  program
    .command('console')
    .description('print a link that signs a browser in to the console, once, within 24 hours')
    .addHelpText('after', '\nExample: mpg console')
    .action(async (_options: unknown, command: Command) => {
      outputOf(command).result(await clientOf(command).accounts.consoleLink(), ({ url }) => url);
    });
}
