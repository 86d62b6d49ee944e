import { writeFileSync } from 'node:fs';
import mongoose from 'mongoose';
import { pino } from 'pino';
import { Config } from './platform/config/config.js';
import { createApp } from './configure-app.js';
import { describeEvents, EVENT_MODELS } from './describe-events.js';
import { OPENAPI_FILE } from './platform/http/docs-page.js';
import { buildOpenApiDocument } from './platform/http/openapi-document.js';

// The document depends on no setting and no database; these values only satisfy the validation of the settings.
const config = Config.from({
  ADMIN_PASSWORD: 'not used',
  JWT_SECRET: 'not used'.padEnd(32),
  ENCRYPTION_KEY: '0'.repeat(64),
  LOG_LEVEL: 'error',
});
const app = await createApp(config, mongoose.createConnection(), pino({ level: 'error' }));
const document = describeEvents(buildOpenApiDocument(app, EVENT_MODELS));
writeFileSync(OPENAPI_FILE, `${JSON.stringify(document, null, 2)}\n`);
process.exit(0);
