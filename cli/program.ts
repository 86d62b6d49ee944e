import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { ForeignAnswerError, GatewayConnectionError, GatewayError } from '../client/index.js';
import { packageRoot } from '../testing/package-root.js';
import { addBackupCommands } from './commands/backup.js';
import { addBalanceCommand } from './commands/balance.js';
import { addCertifyCommand } from './commands/certify.js';
import { addClockCommands } from './commands/clock.js';
import { addCompletionCommand } from './commands/completion.js';
import { addConsoleCommand } from './commands/console.js';
import { addDisputeCommands } from './commands/disputes.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addEventCommands } from './commands/events.js';
import { addFaultCommands } from './commands/faults.js';
import { addListenCommand } from './commands/listen.js';
import { addLoginCommands } from './commands/login.js';
import { addLogCommands } from './commands/logs.js';
import { addMcpCommand } from './commands/mcp.js';
import { addPaymentCommands } from './commands/payments.js';
import { addPayoutCommands } from './commands/payouts.js';
import { addReconcileCommand } from './commands/reconcile.js';
import { addSandboxCommands } from './commands/sandbox.js';
import { addStartCommand } from './commands/start.js';
import { addTriggerCommand } from './commands/trigger.js';
import { DEFAULT_URL } from './connection.js';
import { CommandError, UsageError } from './errors.js';
import { plain } from './output.js';

const FAILED = 1;
const WRONG_USAGE = 2;

/** All commands. */
export function createProgram(): Command {
  const { version } = JSON.parse(readFileSync(`${packageRoot()}/package.json`, 'utf8')) as { version: string };
  const program = new Command('mpg')
    .description('A payment service provider that runs on your own machine and in CI.')
    .version(version)
    .option('--url <url>', `where the gateway listens (or MPG_URL; ${DEFAULT_URL} if neither is given)`)
    .option('--json', 'print JSON, for programs')
    .helpCommand(false)
    .showHelpAfterError('(add --help for the options and an example)')
    .configureHelp({ showGlobalOptions: true })
    // Commands are added below: they inherit these settings.
    .exitOverride();
  for (const add of [
    addStartCommand,
    addListenCommand,
    addTriggerCommand,
    addEventCommands,
    addPaymentCommands,
    addDisputeCommands,
    addBalanceCommand,
    addPayoutCommands,
    addReconcileCommand,
    addLogCommands,
    addClockCommands,
    addSandboxCommands,
    addFaultCommands,
    addCertifyCommand,
    addConsoleCommand,
    addDoctorCommand,
    addBackupCommands,
    addLoginCommands,
    addMcpCommand,
    addCompletionCommand,
  ])
    add(program);
  return program;
}

/** Runs a command line. Returns the exit code: 0, 1 if it failed, 2 if it was used in a wrong way. */
export async function run(args: readonly string[]): Promise<number> {
  process.stdout.on('error', endQuietly);
  try {
    await createProgram().parseAsync([...args], { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
    process.stderr.write(`${describe(error, args.includes('--json'))}\n`);
    return error instanceof UsageError ? WRONG_USAGE : FAILED;
  }
}

/** Whoever reads the output has seen enough (`mpg events list | head`). */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(`The output can't be written: ${error.message}\n`);
  process.exit(FAILED);
}

function describe(error: unknown, isJson: boolean): string {
  if (error instanceof GatewayError) {
    const { status, code, message, requestId, docUrl, violations } = error;
    if (isJson) return JSON.stringify({ error: { status, code, message, requestId, docUrl, violations } });
    const hint = HINTS[code] ?? '';
    return [plain(`${message} (${status} ${code})`), hint, docUrl && plain(`More: ${docUrl}`)]
      .filter(Boolean)
      .join('\n');
  }
  const known = [UsageError, CommandError, GatewayConnectionError, ForeignAnswerError].some(
    (expected) => error instanceof expected,
  );
  const message = error instanceof Error ? (known ? error.message : (error.stack ?? error.message)) : String(error);
  return isJson ? JSON.stringify({ error: { message } }) : message.split('\n').map(plain).join('\n');
}

/** What to do about errors that are about the command line itself. */
const HINTS: Readonly<Record<string, string>> = {
  api_key_invalid: 'Check MPG_API_KEY, or store the key of this gateway with `mpg login`.',
  not_a_sandbox: 'Create one with `mpg sandbox create`, and set MPG_API_KEY to its key.',
  clock_is_real:
    'Create a sandbox with `mpg sandbox create --clock 2026-01-31T09:00:00Z`, and set MPG_API_KEY to its key.',
  unknown: 'Is this the address of a Mock Payment Gateway? Check --url and MPG_URL.',
};
