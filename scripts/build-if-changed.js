// Builds unless dist/ is newer than everything that it is made of. Run before `npm start` and the other commands.
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What dist/ is made of. A folder counts too: a file that was removed changes it. */
const SOURCES = [
  'src',
  'client',
  'testing',
  'cli',
  'console',
  'browser',
  'scripts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'tsconfig.package.json',
];

/** Written last by the build. */
const RESULT = 'dist/main.js';

/** @param {string} path */
const changedAt = (path) => statSync(`${ROOT}/${path}`, { throwIfNoEntry: false })?.mtimeMs ?? 0;

const newest = Math.max(
  ...SOURCES.flatMap((source) => {
    if (!statSync(`${ROOT}/${source}`).isDirectory()) return [changedAt(source)];
    const entries = readdirSync(`${ROOT}/${source}`, { recursive: true, encoding: 'utf8' });
    return [changedAt(source), ...entries.map((entry) => changedAt(`${source}/${entry}`))];
  }),
);

if (changedAt(RESULT) <= newest) execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: 'inherit' });
