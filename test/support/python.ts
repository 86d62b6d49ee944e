import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const INSTALL_MS = 90_000;

/** Whether `python3` is there and has pip. */
export const hasPython = (): boolean => spawnSync('python3', ['-m', 'pip', '--version']).status === 0;

/** A package for Python that programs of a test import. */
export interface PythonPackage {
  /** What PYTHONPATH has to be; empty if the package is installed on the machine. */
  readonly path: string;
  remove(): Promise<void>;
}

/** The installed package if it has this version, otherwise one in a temporary folder; null if it cannot be had. */
export async function pythonPackage(name: string, version: string): Promise<PythonPackage | null> {
  const isThere = `from importlib.metadata import version; assert version("${name}") == "${version}"`;
  if (spawnSync('python3', ['-c', isThere]).status === 0) return { path: '', remove: () => Promise.resolve() };
  const folder = await mkdtemp(join(tmpdir(), 'python-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const args = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', '--target', folder];
  try {
    await execute('python3', [...args, `${name}==${version}`], { timeout: INSTALL_MS });
    return { path: folder, remove };
  } catch {
    await remove();
    return null;
  }
}
