import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import {
  IsByteLength,
  IsEmail,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  type ValidationError,
  validateSync,
} from 'class-validator';
import { misspelledSettings } from './misspelled-settings.js';
import { DEFAULT_FEES, FEES_EXPECTED, FEES_PATTERN } from './fees.js';
import { AMOUNT_CONVENTIONS, type AmountConvention } from './amount-conventions.js';
import { DEFAULT_RATE_LIMITS, parseRateLimits, RATE_LIMIT_PATTERN, type RateLimits } from './rate-limits.js';

const ON_OFF = ['on', 'off'] as const;

/** A setting that is a whole number within bounds; one message says all of it. */
function WholeNumber(min: number, max?: number): PropertyDecorator {
  const bounds = max === undefined ? `${min} or more` : `from ${min} to ${max}`;
  const message = `$property must be a whole number, ${bounds}`;
  return (target, property) => {
    IsInt({ message })(target, property);
    Min(min, { message })(target, property);
    if (max !== undefined) Max(max, { message })(target, property);
  };
}

/** What a message never repeats. */
const SECRET: readonly string[] = ['ADMIN_PASSWORD', 'JWT_SECRET', 'ENCRYPTION_KEY', 'MONGODB_URI'];

export const DEFAULT_DATA_DIR = './data';

/** Settings are missing or wrong; the message names each of them. */
export class InvalidConfigError extends Error {
  constructor(problems: readonly string[]) {
    super(`Invalid settings:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
  }
}

/**
 * The gateway's settings, from environment variables. The process refuses to start if one is wrong. Booleans are
 * `on` or `off`.
 */
export class Config {
  /** `production` requires MONGODB_URI and every secret. */
  @IsIn(['development', 'test', 'production'])
  readonly NODE_ENV: string = 'development';

  /** Address to listen on. */
  @IsString()
  @MinLength(1)
  readonly HOST: string = '127.0.0.1';

  /** Port to listen on; 0 picks a free one. */
  @WholeNumber(0, 65_535)
  readonly PORT: number = 3000;

  /** Folder of the embedded database and of the generated development secrets. */
  @IsString()
  @MinLength(1)
  readonly DATA_DIR: string = DEFAULT_DATA_DIR;

  /** A MongoDB server and database. Not set: the embedded server. Required in production. */
  @IsOptional()
  @Matches(/^mongodb(\+srv)?:\/\//, { message: 'MONGODB_URI must begin with mongodb:// or mongodb+srv://' })
  readonly MONGODB_URI?: string;

  /** E-mail of the one system_admin, created at the first start. If it changes, that account gets the new e-mail. */
  @IsEmail({ require_tld: false, allow_ip_domain: true }, { message: 'ADMIN_EMAIL must be an e-mail address' })
  readonly ADMIN_EMAIL: string = 'admin@system.local';

  /** Password of that account, used when it is created. Not set in development: generated and printed. */
  @MinLength(8)
  @MaxLength(64)
  @IsByteLength(8, 72, { message: 'ADMIN_PASSWORD must have at most 72 bytes in UTF-8' })
  readonly ADMIN_PASSWORD!: string;

  /** Signs the bearer tokens (HS256). Not set in development: generated. */
  @MinLength(32)
  readonly JWT_SECRET!: string;

  /** 32 bytes as 64 hex digits: encrypts webhook secrets. Not set in development: generated. */
  @Matches(/^[0-9a-f]{64}$/i, { message: 'ENCRYPTION_KEY must be 64 hex digits (32 bytes)' })
  readonly ENCRYPTION_KEY!: string;

  /** How long a bearer token lives, in seconds. */
  @WholeNumber(1, 31_536_000)
  readonly JWT_TTL_SECONDS: number = 7200;

  /** Work factor of bcrypt. */
  @WholeNumber(4, 15)
  readonly BCRYPT_COST: number = 12;

  /** Time from the charge to its completion, in ms. */
  @WholeNumber(0, 86_400_000)
  readonly PAYMENT_PROCESSING_DELAY_MS: number = 1000;

  /** Which amounts decide an outcome: 2000.00 to 2999.99, the last digits, or none. */
  @IsIn(AMOUNT_CONVENTIONS)
  readonly TEST_AMOUNTS: AmountConvention = 'off';

  /** An authorization that is not captured expires after this time, in seconds; 7 days. */
  @WholeNumber(1)
  readonly AUTHORIZATION_EXPIRES_AFTER_SECONDS: number = 604_800;

  /** A 3-D Secure challenge that is not answered fails after this time, in seconds; 30 minutes. */
  @WholeNumber(1)
  readonly AUTHENTICATION_TIMEOUT_SECONDS: number = 1800;

  /** How long a refund to the pending and to the late-failing refund test card takes, in ms. */
  @WholeNumber(0, 86_400_000)
  readonly REFUND_DELAY_MS: number = 2000;

  /** What the gateway takes of each capture: a percentage and minor units, and others by currency. */
  @Matches(FEES_PATTERN, { message: `FEES must be ${FEES_EXPECTED}` })
  readonly FEES: string = DEFAULT_FEES;

  /** Captured funds become available after so many business days, at 00:00 UTC; 0 is at once. */
  @WholeNumber(0, 365)
  readonly SETTLEMENT_DELAY_DAYS: number = 2;

  /** Time from the completion of a payment with a disputing test card to its dispute, in ms. */
  @WholeNumber(0, 31_536_000_000)
  readonly DISPUTE_DELAY_MS: number = 5000;

  /** Time from the evidence to the outcome of a dispute, in ms. */
  @WholeNumber(0, 31_536_000_000)
  readonly DISPUTE_REVIEW_MS: number = 5000;

  /** Time from a capture to the balance transaction of its charge, as the Stripe-compatible dialect shows it, in ms. */
  @WholeNumber(0, 31_536_000_000)
  readonly BALANCE_TRANSACTION_DELAY_MS: number = 0;

  /** Base URL of the links that the gateway builds, as customers reach it. Empty: taken from each request. */
  @Matches(/^(https?:\/\/[^\s/]+)?$/, { message: 'PUBLIC_URL must be http(s)://host[:port] without a path' })
  readonly PUBLIC_URL: string = '';

  /** Seconds before each webhook attempt, counted from the previous attempt. */
  @Matches(/^\d{1,7}(,\d{1,7}){0,19}$/, {
    message: 'WEBHOOK_RETRY_SCHEDULE must be up to 20 whole seconds, comma-separated',
  })
  readonly WEBHOOK_RETRY_SCHEDULE: string = '0,5,300,1800,7200,18000,36000,50400,72000,86400';

  /** How long a webhook attempt may take, in ms. */
  @WholeNumber(100, 60_000)
  readonly WEBHOOK_TIMEOUT_MS: number = 15_000;

  /** An endpoint whose deliveries all fail for this time, in seconds, is disabled; 5 days. */
  @WholeNumber(1)
  readonly WEBHOOK_DISABLE_AFTER_SECONDS: number = 432_000;

  /** Ports that webhooks may go to, comma-separated. Empty: any. */
  @Matches(/^(\d{1,5}(,\d{1,5})*)?$/, { message: 'WEBHOOK_PORTS must be port numbers, comma-separated' })
  readonly WEBHOOK_PORTS: string = '';

  /** Browser origins that may call the API, comma-separated, or `*`. Empty: none. */
  @IsString()
  readonly CORS_ORIGINS: string = '';

  /** How long a client may take to send a request, in ms; after that the gateway answers 408. */
  @WholeNumber(100, 600_000)
  readonly REQUEST_TIMEOUT_MS: number = 30_000;

  /** Whether to trust X-Forwarded-For. Turn it on only behind a proxy that sets it. */
  @IsIn(ON_OFF)
  readonly TRUST_PROXY: string = 'off';

  /**
   * Requests per window in seconds, by class of route:
   * `anonymous=3000/60,credentials=600/60,read=12000/60,write=6000/60`. `credentials` are registrations and logins.
   * `off` turns off every limit, that of failed logins included.
   */
  @Matches(RATE_LIMIT_PATTERN, {
    message: 'RATE_LIMIT must be off, or quota/seconds by class, such as write=100/60,read=1000/60',
  })
  readonly RATE_LIMIT: string = DEFAULT_RATE_LIMITS;

  /** Whether to keep the requests of each account for 7 days (GET /request-logs). */
  @IsIn(ON_OFF)
  readonly REQUEST_LOG: string = 'on';

  /** Whether sandboxes can be created; in production only by administrators. Not set: on, and off in production. */
  @IsOptional()
  @IsIn(ON_OFF)
  readonly SANDBOXES?: string;

  /** Whether accounts can ask for faults. Not set: on, and off in production. */
  @IsOptional()
  @IsIn(ON_OFF)
  readonly FAULTS?: string;

  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
  readonly LOG_LEVEL: string = 'info';

  /** Throws InvalidConfigError if a setting is missing or wrong. An empty variable counts as not set. */
  static from(env: NodeJS.ProcessEnv): Config {
    const known = Object.keys(new Config());
    const given = Object.fromEntries(known.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
    const config = plainToInstance(Config, given, { enableImplicitConversion: true, exposeDefaultValues: true });
    const problems = [
      ...validateSync(config, { stopAtFirstError: true }).map((error) => describeProblem(error, given[error.property])),
      ...misspelledSettings(Object.keys(env), known),
    ];
    if (config.isProduction && !config.MONGODB_URI) problems.push('MONGODB_URI is required in production');
    if (problems.length > 0) throw new InvalidConfigError(problems);
    return config;
  }

  get isProduction(): boolean {
    return this.NODE_ENV === 'production';
  }

  get sandboxesOn(): boolean {
    return (this.SANDBOXES ?? (this.isProduction ? 'off' : 'on')) === 'on';
  }

  get faultsOn(): boolean {
    return (this.FAULTS ?? (this.isProduction ? 'off' : 'on')) === 'on';
  }

  get corsOrigins(): string[] {
    return this.CORS_ORIGINS.split(',')
      .map((origin) => origin.trim())
      .filter(Boolean);
  }

  /** Null if RATE_LIMIT is `off`. */
  get rateLimits(): RateLimits | null {
    return parseRateLimits(this.RATE_LIMIT);
  }

  get webhookPorts(): number[] {
    return this.WEBHOOK_PORTS.split(',').filter(Boolean).map(Number);
  }

  /** Seconds before each attempt, in order. */
  get webhookRetrySchedule(): number[] {
    return this.WEBHOOK_RETRY_SCHEDULE.split(',').map(Number);
  }
}

function describeProblem({ property, constraints = {} }: ValidationError, given: string | undefined): string {
  if (given === undefined) return `${property} is required`;
  const problem = Object.values(constraints).join(', ');
  return SECRET.includes(property) ? problem : `${problem}; it is "${given}"`;
}
