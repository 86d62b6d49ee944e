import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../dist/embedded-mongo/cli.js', import.meta.url));

/** The server as it ships, in a process of its own. */
export interface BuiltServer {
  readonly process: ChildProcess;
  readonly uri: string;
  /** Ends it without warning. */
  kill(): Promise<void>;
  /** Asks it to stop; answers its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export async function startBuilt(folder: string): Promise<BuiltServer> {
  const child = spawn(process.execPath, [CLI, '--port', '0', '--data', folder], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const uri = await Promise.race([
    once(child.stdout, 'data').then(([line]) => String(line).trim()),
    exited.then(() => { throw new Error(`The server ended: ${String(child.stderr.read())}`); }),
  ]);
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    const [code] = await exited;
    return code;
  };
  return { process: child, uri, kill: async () => { await end('SIGKILL'); }, stop: (signal = 'SIGTERM') => end(signal) };
}

/** Runs the command to its end. */
export async function runBuilt(...args: string[]): Promise<{ code: number | null; output: string; errors: string }> {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const result = { output: '', errors: '' };
  child.stdout.on('data', (text) => { result.output += String(text); });
  child.stderr.on('data', (text) => { result.errors += String(text); });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...result };
}
