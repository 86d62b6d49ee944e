import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import envPaths from 'env-paths';
import { variable } from './environment.js';
import { CommandError } from './errors.js';
import { isAlive } from '../testing/file-lock.js';
import { writePrivateFile } from '../src/platform/config/private-file.js';
import { type DemoFile, readDemoFile } from '../src/platform/config/demo-file.js';

const paths = envPaths('mock-payment-gateway', { suffix: '' });

/** Where the packaged command keeps its data: `$XDG_DATA_HOME/mock-payment-gateway`, or the platform's folder. */
export const USER_DATA_DIR = paths.data;

/** The data folder that commands use: the option, DATA_DIR, or the user's own. */
export const chosenDataDir = (option: string | undefined): string => option ?? variable('DATA_DIR') ?? USER_DATA_DIR;

/** Where the command line keeps what is this user's: keys, and where gateways run. */
const CONFIG_DIR = paths.config;

/** Reads a JSON file of the user's configuration; null if it is not there. */
export function readConfigFile(name: string): unknown {
  const file = join(CONFIG_DIR, name);
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new CommandError(`${file} cannot be read: ${(error as Error).message}. Correct it, or remove it.`, {
      cause: error,
    });
  }
}

/** Writes it, readable by this user alone. Returns its path. */
export function writeConfigFile(name: string, content: unknown): string {
  const file = join(CONFIG_DIR, name);
  writePrivateFile(file, content);
  return file;
}

const RUNNING = /^gateway-(\d+)\.json$/;

/**
 * Notes where the gateway of this process keeps its data, until it exits, for those that look for its demo merchant.
 * Throws the system's error if there is no folder for it.
 */
export function noteRunning(dataDir: string): void {
  const file = writeConfigFile(`gateway-${process.pid}.json`, { dataDir: resolve(dataDir) });
  process.on('exit', () => {
    rmSync(file, { force: true });
  });
}

/** The demo merchant of the gateway at a URL of this machine; null if no data folder is found that has it. */
export function findDemo(url: string): DemoFile | null {
  const { hostname, port } = new URL(url);
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(hostname)) return null;
  for (const folder of [...runningDataDirs(), variable('DATA_DIR') ?? 'data', USER_DATA_DIR]) {
    const demo = readDemoFile(folder);
    if (demo && new URL(demo.url).port === port) return demo;
  }
  return null;
}

function runningDataDirs(): string[] {
  const names = existsSync(CONFIG_DIR) ? readdirSync(CONFIG_DIR) : [];
  return names.flatMap((name) => {
    const pid = RUNNING.exec(name)?.[1];
    if (pid === undefined) return [];
    if (!isAlive(Number(pid))) {
      // What a gateway that was killed left.
      rmSync(join(CONFIG_DIR, name), { force: true });
      return [];
    }
    return (readConfigFile(name) as { dataDir?: string } | null)?.dataDir ?? [];
  });
}
