import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const built = (name: string): string => fileURLToPath(new URL(`../../dist/embedded-mongo/${name}`, import.meta.url));
const CLI = built('cli.js');

/** The built server in its own process. */
export interface BuiltServer {
  readonly process: ChildProcess;
  readonly uri: string;
  /** Kills the process. */
  kill(): Promise<void>;
  /** Asks the process to stop. Returns its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export async function startBuilt(folder: string): Promise<BuiltServer> {
  const child = spawn(process.execPath, [CLI, '--port', '0', '--data', folder], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const uri = await Promise.race([
    once(child.stdout, 'data').then(([line]) => String(line).trim()),
    exited.then(() => {
      throw new Error(`The server ended: ${String(child.stderr.read())}`);
    }),
  ]);
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    const [code] = await exited;
    return code;
  };
  return {
    process: child,
    uri,
    kill: async () => {
      await end('SIGKILL');
    },
    stop: (signal = 'SIGTERM') => end(signal),
  };
}

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs the command until it ends. */
export const runBuilt = (...args: string[]): Promise<Ended> => run(CLI, args);

/** Verifies a data folder. */
export const verifyBuilt = (...args: string[]): Promise<Ended> => run(built('verify.js'), args);

async function run(script: string, args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const result = { output: '', errors: '' };
  child.stdout.on('data', (text) => {
    result.output += String(text);
  });
  child.stderr.on('data', (text) => {
    result.errors += String(text);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...result };
}
