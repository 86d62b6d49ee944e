import type { Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { API_KEY, BEARER } from '../access/access.decorators.js';
import { ErrorBodyDto, ValidationErrorBodyDto, ViolationDto } from '../errors/error-body.dto.js';
import { describeResponses } from './openapi-responses.js';
import { correctSchemas } from './openapi-schemas.js';

/** The tag of the requests that the gateway makes; another one than that of the routes, since generators make a class of each. */
export const SENT_WEBHOOKS = 'Sent webhooks';

/** Builds the OpenAPI document from the decorators of the application; `models` are classes that no route names. */
export function buildOpenApiDocument(app: NestFastifyApplication, models: readonly Type[]): OpenAPIObject {
  const information = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Mock Payment Gateway')
    .setDescription(
      'A payment service provider for development and CI: no account, no network, every outcome on purpose. Errors always carry `detail`, `status`, `code`, `title`, `requestId` and `docUrl`. Read the [guides](/docs/guides) and the [error catalogue](/docs/errors).',
    )
    .setVersion('1.0.0')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/', 'The gateway that serves this document')
    .addTag('Status', 'Whether it works')
    .addTag('Accounts', 'Register, log in, API keys, roles')
    .addTag('Payments', 'Charge and look up')
    .addTag('Payment methods', 'Test cards')
    .addTag('Refunds', 'Give money back')
    .addTag('Money', 'Where it is: ledger, balance, payouts, settlements')
    .addTag('Checkout', 'A page of the gateway on which customers pay')
    .addTag('Settlements', 'What was paid out, and practice with it')
    .addTag('Test values', 'Inputs that name their own outcome')
    .addTag('Events', 'What happened')
    .addTag('Webhooks', 'What the gateway tells you')
    .addTag('Certifications', 'Test your webhook handler')
    .addTag(SENT_WEBHOOKS, 'The requests that the gateway makes to your server')
    .addTag('Sandboxes', 'Accounts for tests: isolation, time, snapshots')
    .addTag('Request logs', 'Your own requests')
    .addTag('Faults', 'Let requests and webhooks go wrong on purpose, and see what really happened')
    .addTag('Console', 'Sign in to the console in a browser')
    .addTag('Administration', 'For administrators, and the v1 deletion')
    .addTag('Operation', 'For those who run it')
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'The `access_token` of a login.' },
      BEARER,
    )
    .addApiKey(
      { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'The `apiKey` of a registration.' },
      API_KEY,
    )
    .build();
  const document = SwaggerModule.createDocument(app, information, {
    operationIdFactory: (_controller, method) => method,
    extraModels: [...models, ErrorBodyDto, ValidationErrorBodyDto, ViolationDto],
  });
  correctSchemas(document);
  describeResponses(document);
  // Operations without a security scheme of their own are public.
  return { ...document, security: [] };
}
