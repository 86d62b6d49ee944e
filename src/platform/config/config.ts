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
  validateSync,
} from 'class-validator';
import { AMOUNT_CONVENTIONS, type AmountConvention } from './amount-conventions.js';
import { DEFAULT_RATE_LIMITS, parseRateLimits, RATE_LIMIT_PATTERN, type RateLimits } from './rate-limits.js';

const ON_OFF = ['on', 'off'] as const;

export const DEFAULT_DATA_DIR = './data';

/** A setting is missing or wrong; the message names every one. */
export class InvalidConfigError extends Error {
  constructor(problems: readonly string[]) {
    super(`Invalid settings:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
  }
}

/**
 * Every setting the gateway reads, from environment variables. The process refuses to start when one is
 * wrong. Booleans are `on` or `off`.
 */
export class Config {
  /** `production` requires MONGODB_URI and every secret. */
  @IsIn(['development', 'test', 'production'])
  readonly NODE_ENV: string = 'development';

  /** Address to listen on. */
  @IsString()
  @MinLength(1)
  readonly HOST: string = '127.0.0.1';

  /** Port to listen on; 0 takes a free one. */
  @IsInt()
  @Min(0)
  @Max(65_535)
  readonly PORT: number = 3000;

  /** Folder of the embedded database and of the generated development secrets. */
  @IsString()
  @MinLength(1)
  readonly DATA_DIR: string = DEFAULT_DATA_DIR;

  /** A MongoDB server and database; not set: the embedded server. Required in production. */
  @IsOptional()
  @Matches(/^mongodb(\+srv)?:\/\//, { message: 'MONGODB_URI must begin with mongodb:// or mongodb+srv://' })
  readonly MONGODB_URI?: string;

  /** E-mail of the one system_admin, who exists from the first start; when it is changed, that account gets the new e-mail. */
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
  @IsInt()
  @Min(1)
  @Max(31_536_000)
  readonly JWT_TTL_SECONDS: number = 7200;

  /** Work factor of bcrypt. */
  @IsInt()
  @Min(4)
  @Max(15)
  readonly BCRYPT_COST: number = 12;

  /** From the charge to its completion, in ms. */
  @IsInt()
  @Min(0)
  @Max(86_400_000)
  readonly PAYMENT_PROCESSING_DELAY_MS: number = 1000;

  /** Which amounts decide an outcome: 2000.00 to 2999.99, the last digits, or none. */
  @IsIn(AMOUNT_CONVENTIONS)
  readonly TEST_AMOUNTS: AmountConvention = 'off';

  /** An authorization that is not captured expires after this, in seconds; 7 days. */
  @IsInt()
  @Min(1)
  readonly AUTHORIZATION_EXPIRES_AFTER_SECONDS: number = 604_800;

  /** A 3-D Secure challenge that is not answered fails after this, in seconds; 30 minutes. */
  @IsInt()
  @Min(1)
  readonly AUTHENTICATION_TIMEOUT_SECONDS: number = 1800;

  /** How long the refunds of the pending and of the late-failing refund card take, in ms. */
  @IsInt()
  @Min(0)
  @Max(86_400_000)
  readonly REFUND_DELAY_MS: number = 2000;

  /** Where customers reach the gateway, for the links it makes. Empty: as the request came. */
  @Matches(/^(https?:\/\/[^\s/]+)?$/, { message: 'PUBLIC_URL must be http(s)://host[:port] without a path' })
  readonly PUBLIC_URL: string = '';

  /** Seconds before each attempt of a webhook, counted from the attempt before. */
  @Matches(/^\d{1,7}(,\d{1,7}){0,19}$/, {
    message: 'WEBHOOK_RETRY_SCHEDULE must be up to 20 whole seconds, comma-separated',
  })
  readonly WEBHOOK_RETRY_SCHEDULE: string = '0,5,300,1800,7200,18000,36000,50400,72000,86400';

  /** How long an attempt may take, in ms. */
  @IsInt()
  @Min(100)
  @Max(60_000)
  readonly WEBHOOK_TIMEOUT_MS: number = 15_000;

  /** An endpoint that only fails for this long, in seconds, is disabled; 5 days. */
  @IsInt()
  @Min(1)
  readonly WEBHOOK_DISABLE_AFTER_SECONDS: number = 432_000;

  /** Ports that webhooks may go to, comma-separated. Empty: any. */
  @Matches(/^(\d{1,5}(,\d{1,5})*)?$/, { message: 'WEBHOOK_PORTS must be port numbers, comma-separated' })
  readonly WEBHOOK_PORTS: string = '';

  /** Browser origins that may call the API, comma-separated, or `*`. Empty: none. */
  @IsString()
  readonly CORS_ORIGINS: string = '';

  /** How long a client may take to send a request, in ms; then it is answered 408. */
  @IsInt()
  @Min(100)
  @Max(600_000)
  readonly REQUEST_TIMEOUT_MS: number = 30_000;

  /** Believe X-Forwarded-For: only behind a proxy that sets it. */
  @IsIn(ON_OFF)
  readonly TRUST_PROXY: string = 'off';

  /**
   * Requests in a window of seconds, by class of route: `anonymous=3000/60,credentials=600/60,read=12000/60,write=6000/60`;
   * `credentials` are registrations and logins. `off` limits nothing, failed logins neither.
   */
  @Matches(RATE_LIMIT_PATTERN, {
    message: 'RATE_LIMIT must be off, or quota/seconds by class, such as write=100/60,read=1000/60',
  })
  readonly RATE_LIMIT: string = DEFAULT_RATE_LIMITS;

  /** Keep the requests of each account for 7 days (GET /request-logs). */
  @IsIn(ON_OFF)
  readonly REQUEST_LOG: string = 'on';

  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
  readonly LOG_LEVEL: string = 'info';

  /** Throws InvalidConfigError. An empty variable counts as not set. */
  static from(env: NodeJS.ProcessEnv): Config {
    const known = Object.keys(new Config());
    const given = Object.fromEntries(known.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
    const config = plainToInstance(Config, given, { enableImplicitConversion: true, exposeDefaultValues: true });
    const problems = validateSync(config, { stopAtFirstError: true }).map(describe);
    if (config.isProduction && !config.MONGODB_URI) problems.push('MONGODB_URI is required in production');
    if (problems.length > 0) throw new InvalidConfigError(problems);
    return config;
  }

  get isProduction(): boolean {
    return this.NODE_ENV === 'production';
  }

  get corsOrigins(): string[] {
    return this.CORS_ORIGINS.split(',')
      .map((origin) => origin.trim())
      .filter(Boolean);
  }

  /** Null for `off`. */
  get rateLimits(): RateLimits | null {
    return parseRateLimits(this.RATE_LIMIT);
  }

  get webhookPorts(): number[] {
    return this.WEBHOOK_PORTS.split(',').filter(Boolean).map(Number);
  }

  /** Seconds before each attempt. */
  get webhookRetrySchedule(): number[] {
    return this.WEBHOOK_RETRY_SCHEDULE.split(',').map(Number);
  }
}

function describe({
  property,
  value,
  constraints = {},
}: {
  property: string;
  value?: unknown;
  constraints?: Record<string, string>;
}): string {
  return value === undefined ? `${property} is required` : Object.values(constraints).join(', ');
}
