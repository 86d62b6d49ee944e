// npm run bench: prints figures of the built gateway, and ratios to other servers.
// Runs all parts, or the named ones: npm run bench -- start charges
import { attacks } from './parts/attacks.js';
import { charges } from './parts/charges.js';
import { dialect } from './parts/dialect.js';
import { growth } from './parts/growth.js';
import { packaged } from './parts/package.js';
import { processes } from './parts/processes.js';
import { sandboxes } from './parts/sandboxes.js';
import { start } from './parts/start.js';
import { webhooks } from './parts/webhooks.js';
import { print } from './print.js';

const PARTS = { start, charges, dialect, webhooks, growth, processes, attacks, sandboxes, package: packaged };

/** A database on a real MongoDB, for the parts that can use one. */
const real = process.env.TEST_MONGODB_URI && {
  MONGODB_URI: `${process.env.TEST_MONGODB_URI.replace(/\/+$/, '')}/bench_${Date.now()}`,
};

const chosen = process.argv.slice(2);
for (const name of chosen)
  if (!Object.hasOwn(PARTS, name))
    throw new Error(`There is no part ${name}; the parts are ${Object.keys(PARTS).join(', ')}.`);
for (const [name, run] of Object.entries(PARTS)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  print(`\n${name}`);
  await run();
  if (real && ['charges', 'webhooks'].includes(name)) {
    print(`\n${name}, on MongoDB`);
    await run(real);
  }
}
