import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Command, Option } from 'commander';
import { closest } from 'fastest-levenshtein';
import { isAlive } from '../../testing/file-lock.js';
import { packageRoot } from '../../testing/package-root.js';
import { variable } from '../environment.js';
import { UsageError } from '../errors.js';
import { chosenDataDir, noteRunning, USER_DATA_DIR } from '../places.js';

const LOOK_EVERY_MS = 500;

interface StartOptions {
  readonly port?: string;
  readonly data?: string;
  readonly ephemeral?: boolean;
  readonly whilePid?: string;
  readonly runFolder?: string;
}

export function addStartCommand(program: Command): void {
  program
    .command('start', { isDefault: true })
    .description('start the gateway (also what the command does without any other)')
    .option('--port <port>', 'the port to listen on (or PORT; 3000 if neither is given); 0 takes a free one')
    .option('--data <folder>', `where to keep the data (or DATA_DIR; ${USER_DATA_DIR} if neither is given)`)
    .option('--ephemeral', 'keep nothing: the data is removed at the end')
    .addOption(new Option('--while-pid <pid>', 'end with this process').hideHelp())
    .addOption(new Option('--run-folder <folder>', 'keep the data in it, and remove it at the end').hideHelp())
    .allowExcessArguments()
    .addHelpText('after', '\nExample: mock-payment-gateway start --port 4242 --ephemeral')
    .action(async (options: StartOptions, command: Command) => {
      // The default command gets the words that are no command.
      const [word] = command.args;
      if (word !== undefined) {
        const names = program.commands.map((each) => each.name());
        throw new UsageError(
          `unknown command '${word}'. Did you mean ${closest(word, names)}? --help lists all commands.`,
        );
      }
      await start(options);
    });
}

/** Settings come from the environment, as for the gateway itself; options replace them. */
async function start({ port, data, ephemeral, whilePid, runFolder }: StartOptions): Promise<void> {
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535))
    throw new UsageError(`--port must be a number from 0 to 65535; it is "${port}".`);
  if (ephemeral && data !== undefined) throw new UsageError('Use either --data or --ephemeral.');
  if (port !== undefined) process.env.PORT = port;
  process.env.DATA_DIR = dataDir(data, runFolder ?? (ephemeral ? temporaryFolder() : undefined));
  // The file of settings in the current folder is that of the shop, not of the gateway.
  process.env.ENV_FILE = variable('ENV_FILE') ?? 'off';
  if (whilePid === undefined) note(process.env.DATA_DIR);
  else endWith(Number(whilePid));
  await import(pathToFileURL(join(packageRoot(), 'dist/main.js')).href);
  // The gateway ends the process.
  await new Promise<never>(() => undefined);
}

/** Who has no home, as in some containers, needs no command line that finds the demo merchant. */
function note(folder: string): void {
  try {
    noteRunning(folder);
  } catch (error) {
    process.stderr.write(`Other commands will not find the demo merchant: ${(error as Error).message}\n`);
  }
}

function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'mock-payment-gateway-'));
}

/** @param removed a folder that is removed at the end, with the data in it */
function dataDir(data: string | undefined, removed: string | undefined): string {
  if (removed === undefined) return chosenDataDir(data);
  process.on('exit', (code) => {
    rmSync(removed, { recursive: true, force: true });
    // What a test run has it write beside the folder; it tells why a start failed.
    if (code === 0) rmSync(`${removed}.log`, { force: true });
  });
  return join(removed, 'data');
}

function endWith(pid: number): void {
  setInterval(() => {
    if (!isAlive(pid)) process.kill(process.pid, 'SIGTERM');
  }, LOOK_EVERY_MS);
}
