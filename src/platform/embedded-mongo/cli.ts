import { parseArgs } from 'node:util';
import { EmbeddedMongo } from './embedded-mongo.js';

const USAGE = 'Usage: cli.js [--port <0-65535>] [--data <folder>]';

interface Settings {
  readonly port: number;
  readonly dataDir: string;
}

/** Throws an Error with a one-line message for the user if an argument is wrong. */
function readSettings(args: readonly string[]): Settings {
  const { values } = parseArgs({
    args: [...args],
    options: { port: { type: 'string', default: '27018' }, data: { type: 'string', default: './data' } },
  });
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535)
    throw new Error(`--port must be a number from 0 to 65535, not '${values.port}'`);
  if (values.data === '') throw new Error('--data must name a folder');
  return { port, dataDir: values.data };
}

/** Prints the problem in one line and ends the process. */
function exitWithError(problem: unknown): never {
  process.stderr.write(`${problem instanceof Error ? problem.message : String(problem)}\n`);
  process.exit(1);
}

try {
  const { port, dataDir } = readSettings(process.argv.slice(2));
  const embedded = await EmbeddedMongo.start({ dataDir, listen: { port }, inProcess: true, onFailure: exitWithError });
  const stop = (): void => {
    embedded.stop().then(() => process.exit(0), exitWithError);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.stdout.write(`${embedded.uri('')}\n`);
} catch (error) {
  const isUsage = error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  exitWithError(isUsage ? `${error.message.split('.')[0] ?? ''}. ${USAGE}` : error);
}
