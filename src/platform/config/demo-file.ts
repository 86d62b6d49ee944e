import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivateFile } from './private-file.js';

/** The demo merchant of a data folder. Its file is read by the command line, and never served over HTTP. */
export interface DemoFile {
  /** Where the gateway listened last. */
  readonly url: string;
  readonly accountId: string;
  readonly apiKey: string;
  readonly webhookSecret: string;
}

export const demoFileIn = (dataDir: string): string => join(dataDir, 'demo.json');

/** Returns null if the folder has none, or one that is damaged. */
export function readDemoFile(dataDir: string): DemoFile | null {
  try {
    const file = JSON.parse(readFileSync(demoFileIn(dataDir), 'utf8')) as Partial<DemoFile> | null;
    const { url, accountId, apiKey, webhookSecret } = file ?? {};
    return url && accountId && apiKey && webhookSecret ? { url, accountId, apiKey, webhookSecret } : null;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Writes the file, readable by this user alone. */
export function writeDemoFile(dataDir: string, demo: DemoFile): void {
  writePrivateFile(demoFileIn(dataDir), demo);
}
