import { join } from 'node:path';
import { packages, run } from './programs.js';

/** A Node.js that tests run programs with. */
export interface NodeVersion {
  /** For example `22`. */
  readonly major: number;
  /** The program, or null if this version could not be fetched. */
  readonly path: string | null;
  readonly problem?: string;
}

const MAJORS = [20, 22, 24];
const RUNNING = Number.parseInt(process.versions.node);

/** Node's own builds as npm packages, as the package `node` has them as its parts. */
const BUILD = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

/** The Node.js that runs this, and every other version that the package supports, fetched into a folder. */
export async function nodeVersions(folder: string): Promise<NodeVersion[]> {
  const others = MAJORS.filter((major) => major !== RUNNING);
  const running = { major: RUNNING, path: process.execPath };
  return [running, ...(await Promise.all(others.map((major) => fetchNode(major, join(folder, `node-${major}`)))))];
}

async function fetchNode(major: number, folder: string): Promise<NodeVersion> {
  try {
    await packages(folder, {}, `${BUILD}@${major}`);
    const path = join(folder, 'node_modules', BUILD, 'bin', 'node');
    const { stdout } = await run(path, ['--version'], { cwd: folder });
    if (!stdout.startsWith(`v${major}.`)) throw new Error(`${BUILD}@${major} is ${stdout}`);
    return { major, path };
  } catch (error) {
    return { major, path: null, problem: (error as Error).message };
  }
}
