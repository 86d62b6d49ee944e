// Fails if a committed generated file differs from what its generator writes now. Runs what is built already.
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, utimesSync } from 'node:fs';

const FILES = [
  'openapi.json',
  'client/api.ts',
  'docs/errors.md',
  'docs/test-values.md',
  'docs/faults.md',
  'docs/disputes.md',
  'docs/money.md',
  'docs/stripe-dialect.md',
];

const committed = FILES.map((file) => readFileSync(file, 'utf8'));
const times = FILES.map((file) => statSync(file));
for (const name of ['openapi', 'errors', 'test-values', 'faults', 'disputes', 'money', 'dialect'])
  execFileSync(process.execPath, [`dist/export-${name}.js`], { stdio: 'inherit' });
execFileSync('npx', ['--no-install', 'openapi-typescript', 'openapi.json', '-o', 'client/api.ts'], {
  stdio: 'inherit',
});
const stale = FILES.filter((file, index) => readFileSync(file, 'utf8') !== committed[index]);
// What is as it was needs no new build.
for (const [index, file] of FILES.entries())
  if (!stale.includes(file)) utimesSync(file, times[index].atime, times[index].mtime);
if (stale.length > 0) {
  console.error(
    `Not current: ${stale.join(', ')}. Run "npm run openapi", "npm run errors", "npm run test-values", "npm run faults", "npm run disputes", "npm run money" and "npm run dialect", and commit what they write.`,
  );
  process.exit(1);
}
