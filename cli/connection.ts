import type { Command } from 'commander';
import { createClient, type GatewayClient } from '../client/index.js';
import { variable } from './environment.js';
import { CommandError, UsageError } from './errors.js';
import { Output } from './output.js';
import { findDemo, readConfigFile, writeConfigFile } from './places.js';

export const DEFAULT_URL = 'http://127.0.0.1:3000';

/** Where a key came from, for messages. */
export type KeySource = 'MPG_API_KEY' | 'mpg login' | 'the demo merchant';

export interface FoundKey {
  readonly apiKey: string;
  readonly source: KeySource;
}

interface Logins {
  /** API keys by the URL of their gateway. */
  readonly keys: Readonly<Record<string, string>>;
}

const LOGINS = 'config.json';

const logins = (): Logins => ({ keys: (readConfigFile(LOGINS) as Partial<Logins> | null)?.keys ?? {} });

/** A damaged file is replaced. */
function readableLogins(): Logins {
  try {
    return logins();
  } catch {
    return { keys: {} };
  }
}

/** The options that every command has. */
export interface GlobalOptions {
  readonly url?: string;
  readonly json?: boolean;
}

export function outputOf(command: Command): Output {
  return new Output(command.optsWithGlobals<GlobalOptions>().json ?? false);
}

/** Where the gateway is: `--url`, MPG_URL, or this machine. Throws UsageError if it is no URL. */
export function urlOf(command: Command): string {
  const url = command.optsWithGlobals<GlobalOptions>().url ?? variable('MPG_URL') ?? DEFAULT_URL;
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new UsageError(`${url} is not a URL; use one such as ${DEFAULT_URL}.`);
  return new URL(url).origin;
}

/** The key for the gateway at a URL; null if there is none. */
export function findKey(url: string): FoundKey | null {
  const given = variable('MPG_API_KEY');
  if (given !== undefined) return { apiKey: given, source: 'MPG_API_KEY' };
  const stored = logins().keys[url];
  if (stored !== undefined) return { apiKey: stored, source: 'mpg login' };
  const demo = findDemo(url);
  return demo && { apiKey: demo.apiKey, source: 'the demo merchant' };
}

/** Stores the key for a gateway, or removes it (null). Returns the file. */
export function storeKey(url: string, apiKey: string | null): string {
  const others = Object.entries(readableLogins().keys).filter(([known]) => known !== url);
  return writeConfigFile(LOGINS, { keys: Object.fromEntries(apiKey === null ? others : [...others, [url, apiKey]]) });
}

/** A client with the key that is found. Throws CommandError if there is none. */
export function clientOf(command: Command): GatewayClient {
  const url = urlOf(command);
  const found = findKey(url);
  if (!found)
    throw new CommandError(
      `No API key for ${url}. Set MPG_API_KEY, or store one with \`mpg login\`. ` +
        'A gateway that `mpg start` starts on this machine needs none: its demo merchant is used.',
    );
  return createClient({ url, apiKey: found.apiKey });
}
