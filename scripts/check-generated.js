// Fails when a committed file that is generated is not what the generators write now.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const GENERATED = { 'openapi.json': ['run', '--silent', 'openapi'] };

for (const [file, generate] of Object.entries(GENERATED)) {
  const committed = readFileSync(file, 'utf8');
  execFileSync('npm', generate, { stdio: 'inherit' });
  if (readFileSync(file, 'utf8') !== committed) {
    console.error(`${file} is not current: run "npm ${generate.join(' ')}" and commit it.`);
    process.exit(1);
  }
}
