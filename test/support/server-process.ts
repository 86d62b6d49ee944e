import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { within } from './eventually.js';

const START_MS = 20_000;

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A built program of the project as its own process, and all that it printed. */
export class ServerProcess {
  stdout = '';
  stderr = '';
  readonly exited: Promise<Exit>;
  private readonly child: ChildProcess;
  private readonly listeners = new Set<() => void>();

  /** @param program path below `dist` */
  constructor(
    program: string,
    args: readonly string[],
    { cwd, env }: { cwd: string; env: Readonly<Record<string, string>> },
  ) {
    const file = fileURLToPath(new URL(`../../dist/${program}`, import.meta.url));
    this.child = spawn(process.execPath, [file, ...args], {
      cwd,
      env: { PATH: process.env.PATH ?? '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      this.notify();
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    // `close` comes after everything that was printed has been read.
    this.exited = once(this.child, 'close').then(([code, signal]: unknown[]) => ({
      code: code as number | null,
      signal: signal as Exit['signal'],
    }));
    void this.exited.then(() => {
      this.notify();
    });
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  get alive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** The first group of the pattern as soon as it stands in stdout. Ends the process where it does not come. */
  async printed(pattern: RegExp): Promise<string> {
    const found = new Promise<string>((resolve, reject) => {
      const look = (): void => {
        const match = pattern.exec(this.stdout)?.[1];
        if (match === undefined && this.alive) return;
        this.listeners.delete(look);
        if (match !== undefined) resolve(match);
        else reject(new Error(`Ended before it printed ${String(pattern)}:\n${this.stdout}${this.stderr}`));
      };
      this.listeners.add(look);
      look();
    });
    try {
      return await within(`${String(pattern)} in the output`, START_MS, found);
    } catch (error) {
      this.kill('SIGKILL');
      await this.exited;
      throw error;
    }
  }

  private notify(): void {
    for (const listener of [...this.listeners]) listener();
  }
}
