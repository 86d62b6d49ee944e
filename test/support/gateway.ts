import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Db, MongoClient } from 'mongodb';
import { dropDatabase, newDatabaseName, TEST_MONGODB_URI, withDatabase } from './database.js';
import { within } from './eventually.js';
import { type Answer, send, type Sent } from './http.js';
import { type Exit, ServerProcess } from './server-process.js';

export const ADMIN_EMAIL = 'admin@system.local';
export const ADMIN_PASSWORD = 'the-admin-of-the-tests';
export const JWT_SECRET = 'a-jwt-secret-of-the-tests-0123456789';
export const ENCRYPTION_KEY = '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';

const STOP_MS = 10_000;

const SETTINGS = {
  // As development, without a demo merchant in each database.
  NODE_ENV: 'test',
  HOST: '127.0.0.1',
  PORT: '0',
  BCRYPT_COST: '4',
  ADMIN_PASSWORD,
  JWT_SECRET,
  ENCRYPTION_KEY,
  PAYMENT_PROCESSING_DELAY_MS: '50',
  WEBHOOK_RETRY_SCHEDULE: '0,1,1',
} as const;

type Environment = Readonly<Record<string, string>>;

/** The built server as its own process, with its own data folder and database. */
export class Gateway {
  private process: ServerProcess;
  private printedBefore = '';
  private client: MongoClient | undefined;
  private origin = '';

  private constructor(
    private readonly folder: string,
    private env: Environment,
    private readonly ownsDatabase: boolean,
  ) {
    this.process = this.spawn();
  }

  static async start(settings: Environment = {}): Promise<Gateway> {
    const folder = await mkdtemp(join(tmpdir(), 'gateway-'));
    const real =
      settings.MONGODB_URI === undefined && TEST_MONGODB_URI
        ? withDatabase(TEST_MONGODB_URI, newDatabaseName())
        : undefined;
    const env = {
      ...SETTINGS,
      DATA_DIR: join(folder, 'data'),
      ...(real !== undefined && { MONGODB_URI: real }),
      ...settings,
    };
    const gateway = new Gateway(folder, env, real !== undefined);
    try {
      await gateway.listening();
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
    return gateway;
  }

  /** Where `/health/live` and `/docs` are. */
  get url(): string {
    return this.origin;
  }

  /** Where the v1 routes are. */
  get api(): string {
    return `${this.origin}/api/v1`;
  }

  get dataDir(): string {
    return this.env.DATA_DIR ?? '';
  }

  get pid(): number {
    return this.process.pid;
  }

  /** All that was printed since the first start. */
  get output(): string {
    return `${this.printedBefore}${this.process.stdout}${this.process.stderr}`;
  }

  /** The log, one entry a line. */
  get log(): Record<string, unknown>[] {
    return this.output
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** @param path below `/api/v1` */
  request<Body = unknown>(method: string, path: string, sent: Sent = {}): Promise<Answer<Body>> {
    return send<Body>(method, `${this.api}${path}`, sent);
  }

  /** The database behind it, for what no route shows. */
  async database(): Promise<Db> {
    const socket = encodeURIComponent(join(this.dataDir, 'db', 'mongo.sock'));
    this.client ??= await new MongoClient(this.env.MONGODB_URI ?? `mongodb://${socket}/mock_payment_gateway`, {
      serverSelectionTimeoutMS: 5000,
    }).connect();
    return this.client.db();
  }

  /** The process dies at once, whatever it was doing. */
  async kill9(): Promise<void> {
    this.process.kill('SIGKILL');
    await within('the killed gateway to end', STOP_MS, this.process.exited);
  }

  /** After it was killed or stopped: the same data, the same port. */
  async restart(): Promise<void> {
    this.printedBefore = this.output;
    this.process = this.spawn();
    await this.listening();
  }

  /** Ends it as an operator would, and answers how it ended. */
  async terminate(): Promise<Exit> {
    this.process.kill('SIGTERM');
    return within('the gateway to stop', STOP_MS, this.process.exited);
  }

  /** Ends it and removes all that it left. Throws where it did not end with exit code 0 in time. */
  async stop(): Promise<void> {
    try {
      await this.client?.close();
      if (!this.process.alive) return;
      const { code } = await this.terminate();
      if (code !== 0) throw new Error(`The gateway ended with exit code ${String(code)}:\n${this.output.slice(-4000)}`);
    } finally {
      if (this.process.alive) await this.kill9();
      if (this.ownsDatabase && this.env.MONGODB_URI !== undefined) await dropDatabase(this.env.MONGODB_URI);
      await rm(this.folder, { recursive: true, force: true });
    }
  }

  private spawn(): ServerProcess {
    return new ServerProcess('main.js', [], { cwd: this.folder, env: this.env });
  }

  private async listening(): Promise<void> {
    // For a person in development, a line of the log in production.
    this.origin = await this.process.printed(/(?:^ {2}API +|"url":")(http:\/\/127\.0\.0\.1:\d+)(?=\/api\/v1$|")/m);
    this.env = { ...this.env, PORT: new URL(this.origin).port };
  }
}

/** @param settings environment variables beside, or in place of, those of the tests */
export function startGateway(settings: Environment = {}): Promise<Gateway> {
  return Gateway.start(settings);
}

export interface Run extends Exit {
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the server with nothing but these settings and waits for it to end by itself. */
export async function runUntilItEnds(env: Environment, patienceMs = 20_000): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-'));
  const server = new ServerProcess('main.js', [], {
    cwd: folder,
    env: { DATA_DIR: join(folder, 'data'), PORT: '0', ...env },
  });
  try {
    const exit = await within('the server to end', patienceMs, server.exited);
    return { ...exit, stdout: server.stdout, stderr: server.stderr };
  } finally {
    if (server.alive) {
      server.kill('SIGKILL');
      await server.exited;
    }
    await rm(folder, { recursive: true, force: true });
  }
}
