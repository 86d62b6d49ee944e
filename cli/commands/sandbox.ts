import { readFile, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { createClient, type CreatedSandbox, type Sandbox, type Schemas } from '../../client/index.js';
import { clientOf, outputOf, urlOf } from '../connection.js';
import { CommandError } from '../errors.js';
import { fields } from '../output.js';
import { readCount } from '../read-options.js';

interface CreateFlags {
  readonly name?: string;
  readonly seed?: string;
  readonly clock?: string;
  readonly delay?: number;
  readonly expires?: number;
  readonly snapshot?: string;
}

export function addSandboxCommands(program: Command): void {
  const sandbox = program
    .command('sandbox')
    .description('accounts for tests; all but `create` are about the sandbox whose key MPG_API_KEY is');

  sandbox
    .command('create')
    .description('create a sandbox; prints its key')
    .option('--name <name>', 'a name')
    .option('--seed <seed>', 'ids follow from it')
    .option('--clock <time>', 'gives it a virtual clock, which begins at this time; `now` for the present')
    .option('--delay <ms>', 'how long payments take to have an outcome', readCount)
    .option('--expires <seconds>', 'when it is removed; 3600', readCount)
    .option('--snapshot <id or file>', 'what it begins with: a snapshot, or the file of an export')
    .addHelpText('after', '\nExample: mpg sandbox create --clock 2026-01-31T09:00:00Z --delay 0')
    .action(async (flags: CreateFlags, command: Command) => {
      const created = await createClient({ url: urlOf(command) }).sandboxes.create(await bodyOf(flags));
      outputOf(command).result(created, showCreated);
    });

  sandbox
    .command('show')
    .description('show the sandbox')
    .addHelpText('after', '\nExample: mpg sandbox show')
    .action(async (_flags: unknown, command: Command) => {
      outputOf(command).result(await clientOf(command).sandboxes.current(), show);
    });

  sandbox
    .command('reset')
    .description('empty it; its keys stay')
    .addHelpText('after', '\nExample: mpg sandbox reset')
    .action(async (_flags: unknown, command: Command) => {
      outputOf(command).result(await clientOf(command).sandboxes.reset(), show);
    });

  sandbox
    .command('snapshot')
    .description('keep its state, to come back to it')
    .option('--name <name>', 'a name')
    .option('--file <file>', 'write an export too, which makes the same sandbox on any machine')
    .addHelpText('after', '\nExample: mpg sandbox snapshot --name "one paid" --file fixture.json')
    .action(async ({ name, file }: { name?: string; file?: string }, command: Command) => {
      const { sandboxes } = clientOf(command);
      const snapshot = await sandboxes.snapshot(name === undefined ? {} : { name });
      if (file !== undefined) await writeFile(file, JSON.stringify(await sandboxes.export(snapshot.id)));
      outputOf(command).result(snapshot, ({ id, counts, createdAt }) =>
        fields({ id, name: snapshot.name, created: createdAt, ...counts, file }),
      );
    });

  sandbox
    .command('restore <snapshot>')
    .description('go back to a snapshot')
    .addHelpText('after', '\nExample: mpg sandbox restore snap_0193a5e2c7f11b2c3d4e5f60')
    .action(async (snapshot: string, _flags: unknown, command: Command) => {
      outputOf(command).result(await clientOf(command).sandboxes.restore(snapshot), show);
    });

  sandbox
    .command('delete')
    .description('delete it with all that it owns')
    .addHelpText('after', '\nExample: mpg sandbox delete')
    .action(async (_flags: unknown, command: Command) => {
      outputOf(command).result(await clientOf(command).sandboxes.delete(), ({ message }) => message);
    });
}

async function bodyOf({
  name,
  seed,
  clock,
  delay,
  expires,
  snapshot,
}: CreateFlags): Promise<Schemas['CreateSandboxDto']> {
  return {
    ...(name !== undefined && { name }),
    ...(seed !== undefined && { seed }),
    ...(clock !== undefined && { clock: { now: clock === 'now' ? new Date().toISOString() : clock } }),
    ...(delay !== undefined && { settings: { processingDelayMs: delay } }),
    ...(expires !== undefined && { expiresInSeconds: expires }),
    ...(snapshot !== undefined && { snapshot: await snapshotOf(snapshot) }),
  } as Schemas['CreateSandboxDto'];
}

/** An id as it is, or the content of a file. */
async function snapshotOf(idOrFile: string): Promise<unknown> {
  if (/^snap_\w+$/.test(idOrFile)) return idOrFile;
  try {
    return JSON.parse(await readFile(idOrFile, 'utf8'));
  } catch (error) {
    throw new CommandError(`The snapshot ${idOrFile} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

function showCreated(created: CreatedSandbox): string {
  const { apiKey, accessToken, webhookSecret } = created;
  return [
    show(created),
    fields({ key: apiKey, secret: webhookSecret, token: accessToken }),
    '',
    'To use it from here on:',
    `  export MPG_API_KEY=${apiKey.replace(/\W/g, '')}`,
  ].join('\n');
}

function show({ id, name, seed, clock, expiresAt, consoleUrl }: Sandbox): string {
  return fields({ id, name, seed, clock: `${clock.kind}, ${clock.now}`, expires: expiresAt, console: consoleUrl });
}
