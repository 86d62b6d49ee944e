import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Generates the secrets, which never have a default value. */
const GENERATORS = {
  ADMIN_PASSWORD: () => randomBytes(12).toString('base64url'),
  JWT_SECRET: () => randomBytes(32).toString('hex'),
  ENCRYPTION_KEY: () => randomBytes(32).toString('hex'),
} as const;

type Secrets = Partial<Record<keyof typeof GENERATORS, string>>;

export interface DevelopmentSecrets {
  /** The environment, completed with the missing secrets. */
  readonly env: NodeJS.ProcessEnv;
  /** The admin's password, if this call generated it. */
  readonly newAdminPassword: string | undefined;
}

/**
 * Generates the secrets that are not set, once, and stores them in `secrets.json` of the data folder (mode 0600);
 * later starts read them from there. Not for production.
 */
export function withDevelopmentSecrets(env: NodeJS.ProcessEnv, dataDir: string): DevelopmentSecrets {
  const file = join(dataDir, 'secrets.json');
  const names = Object.keys(GENERATORS) as (keyof typeof GENERATORS)[];
  if (names.every((name) => env[name])) return { env, newAdminPassword: undefined };

  const stored = readSecrets(file);
  const generated: Secrets = {};
  for (const name of names) if (!env[name] && !stored[name]) generated[name] = GENERATORS[name]();
  if (Object.keys(generated).length > 0) {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    writeFileSync(file, `${JSON.stringify({ ...stored, ...generated }, null, 2)}\n`, { mode: 0o600 });
  }
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value));
  return { env: { ...stored, ...generated, ...given }, newAdminPassword: generated.ADMIN_PASSWORD };
}

function readSecrets(file: string): Secrets {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Secrets;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
