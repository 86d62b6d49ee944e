// Fails when a committed file that is generated is not what its generator writes now.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const FILES = ['openapi.json', 'test/generated/api.ts'];

const committed = FILES.map((file) => readFileSync(file, 'utf8'));
execFileSync('npm', ['run', '--silent', 'openapi'], { stdio: 'inherit' });
const stale = FILES.filter((file, index) => readFileSync(file, 'utf8') !== committed[index]);
if (stale.length > 0) {
  console.error(`Not current: ${stale.join(', ')}. Run "npm run openapi" and commit what it writes.`);
  process.exit(1);
}
