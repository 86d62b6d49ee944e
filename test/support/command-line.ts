import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually, within } from './eventually.js';

/** The built program. */
export const PROGRAM = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const RUN_MS = 60_000;

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Environment = Readonly<Record<string, string>>;

/** The command line of one user: a home of its own, so that no key or data of this machine is found. */
export class CommandLine {
  private readonly running: RunningCommand[] = [];

  private constructor(
    readonly home: string,
    private readonly env: Environment,
  ) {}

  /** @param env for example MPG_URL and MPG_API_KEY */
  static async open(env: Environment = {}): Promise<CommandLine> {
    return new CommandLine(await mkdtemp(join(tmpdir(), 'mpg-home-')), env);
  }

  /** The same home with other variables. */
  with(env: Environment): CommandLine {
    return new CommandLine(this.home, { ...this.env, ...env });
  }

  /** Starts a command that goes on until it is told to end. */
  start(...args: readonly string[]): RunningCommand {
    const command = new RunningCommand(args, this.home, this.env);
    this.running.push(command);
    return command;
  }

  /** Runs a command to its end. */
  async run(args: readonly string[], input = ''): Promise<CommandResult> {
    const command = this.start(...args);
    command.write(input);
    return command.ended();
  }

  /** Runs a command that succeeds, and returns what it printed. */
  async prints(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(args);
    if (code !== 0) throw new Error(`mpg ${args.join(' ')} ended with ${String(code)}:\n${stdout}${stderr}`);
    return stdout;
  }

  /** Runs a command with `--json`, and returns the document that it printed. */
  async json<Document>(...args: readonly string[]): Promise<Document> {
    return JSON.parse(await this.prints(...args, '--json')) as Document;
  }

  /** Ends what still runs, and removes the home. */
  async close(): Promise<void> {
    await Promise.all(this.running.map((command) => command.end()));
    await rm(this.home, { recursive: true, force: true });
  }
}

export class RunningCommand {
  stdout = '';
  stderr = '';
  private readonly child: ChildProcess;
  private readonly closed: Promise<unknown>;

  constructor(args: readonly string[], home: string, env: Environment) {
    this.child = spawn(process.execPath, [PROGRAM, ...args], {
      cwd: home,
      env: {
        PATH: process.env.PATH ?? '',
        HOME: home,
        XDG_CONFIG_HOME: join(home, 'config'),
        XDG_DATA_HOME: join(home, 'share'),
        ...env,
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.child.stdin?.on('error', () => undefined);
    this.closed = once(this.child, 'close');
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  write(input: string): void {
    this.child.stdin?.end(input);
  }

  /** Waits until it has printed something that matches, and returns the first group, or all of it. */
  async printed(pattern: RegExp): Promise<string> {
    const found = await eventually(
      `the command to print ${String(pattern)}`,
      () => pattern.exec(this.stdout + this.stderr),
      (match) => match !== null || this.child.exitCode !== null,
      RUN_MS,
    );
    if (!found) throw new Error(`It ended before it printed ${String(pattern)}:\n${this.stdout}${this.stderr}`);
    return found[1] ?? found[0];
  }

  async ended(): Promise<CommandResult> {
    await within('the command to end', RUN_MS, this.closed);
    return { code: this.child.exitCode, stdout: this.stdout, stderr: this.stderr };
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Ends it as Ctrl+C does. */
  async end(): Promise<CommandResult> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGINT');
    return this.ended();
  }
}
