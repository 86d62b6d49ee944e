import type { Command } from 'commander';
import type { Schemas } from '../../client/index.js';
import { clientOf, outputOf } from '../connection.js';
import { fields, table } from '../output.js';

export function addClockCommands(program: Command): void {
  const clock = program.command('clock').description('look at the clock of a sandbox, and move it');

  clock
    .command('show')
    .description('show the time of the account, and when something is due')
    .addHelpText('after', '\nExample: mpg clock show')
    .action(async (_flags: unknown, command: Command) => {
      outputOf(command).result(await clientOf(command).clock.get(), ({ kind, now, nextDueAt }) =>
        fields({ kind, now, next: nextDueAt }),
      );
    });

  clock
    .command('advance <how>')
    .description('advance a virtual clock: by a duration, to a time, or to the next thing that is due')
    .addHelpText(
      'after',
      '\nExamples: mpg clock advance 3d · mpg clock advance next · mpg clock advance 2026-02-28T00:00:00Z',
    )
    .action(async (how: string, _flags: unknown, command: Command) => {
      outputOf(command).result(await clientOf(command).clock.advance(how), showAdvanced);
    });
}

function showAdvanced({ now, ran, nextDueAt, truncated }: Schemas['AdvancedClockDto']): string {
  return [
    fields({ now, next: nextDueAt }),
    '',
    ran.length === 0
      ? 'Nothing was due.'
      : table(
          ['at', 'what', 'of'],
          ran.map(({ at, type, id }) => [at, type, id]),
        ),
    ...(truncated ? ['and more'] : []),
  ].join('\n');
}
