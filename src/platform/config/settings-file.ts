import { existsSync } from 'node:fs';

/** Reads the file of settings that ENV_FILE names into the environment; `.env` where it names none, if there is one. */
export function loadSettings(): void {
  const ENV_FILE = process.env.ENV_FILE === '' ? undefined : process.env.ENV_FILE;
  if (ENV_FILE === undefined ? existsSync('.env') : ENV_FILE !== 'off') process.loadEnvFile(ENV_FILE ?? '.env');
}
