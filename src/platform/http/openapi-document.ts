import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { API_KEY, BEARER } from '../access/access.decorators.js';
import { takeErrorCodes } from '../errors/api-errors.decorator.js';
import { ErrorBodyDto, ValidationErrorBodyDto, ViolationDto } from '../errors/error-body.dto.js';
import type { ErrorCode } from '../errors/error-catalogue.js';
import { byStatus, errorExamples, errorResponse } from '../errors/error-responses.js';

/** Codes that the gateway can answer with before the request reaches a route. */
const EVERYWHERE: readonly ErrorCode[] = ['too_many_requests', 'headers_too_large', 'service_unavailable'];
/** Codes that no operation can be named for: of the connection, of the path, and of faults. */
const ANYTHING_ELSE: readonly ErrorCode[] = [
  'bad_request',
  'not_found',
  'method_not_allowed',
  'request_timeout',
  'internal_error',
];
const WITH_A_BODY: readonly ErrorCode[] = ['body_too_large', 'unsupported_media_type'];

const METHODS = ['get', 'post', 'patch', 'delete'] as const;

/** Returns all operations below the base path. */
function apiOperations({ paths }: OpenAPIObject) {
  const inApi = Object.entries(paths).filter(([path]) => path.startsWith('/api/'));
  return inApi.flatMap(([, item]) => METHODS.flatMap((method) => item[method] ?? []));
}

/** Removes the type of a violation's input, which can be any value: Nest's decorators always write a type. */
function openAnyValues({ components }: OpenAPIObject): void {
  const violation = components?.schemas?.[ViolationDto.name];
  const input = violation && !('$ref' in violation) ? violation.properties?.input : undefined;
  if (input && 'type' in input) delete input.type;
}

/**
 * Declares what validation does: it refuses unknown fields, and a PATCH without any field. A body without required
 * fields is optional.
 */
function closeRequestBodies({ paths, components }: OpenAPIObject): void {
  const operations = Object.values(paths).flatMap((item) =>
    METHODS.map((method) => ({ method, requestBody: item[method]?.requestBody })),
  );
  for (const { method, requestBody } of operations) {
    if (!requestBody || '$ref' in requestBody) continue;
    const schema = requestBody.content['application/json']?.schema;
    const name = schema && '$ref' in schema ? schema.$ref.split('/').at(-1) : undefined;
    const body = name === undefined ? undefined : components?.schemas?.[name];
    if (!body || '$ref' in body) continue;
    body.additionalProperties = false;
    if (body.required?.length) continue;
    if (method === 'patch') body.minProperties = 1;
    else requestBody.required = false;
  }
}

/** Describes the errors of each operation: those that its route names, and those of every request. */
function describeErrors(document: OpenAPIObject): void {
  for (const operation of apiOperations(document)) {
    const codes = [...takeErrorCodes(operation), ...EVERYWHERE, ...(operation.requestBody ? WITH_A_BODY : [])];
    for (const [status, ofStatus] of byStatus(codes)) operation.responses[status] ??= errorResponse(ofStatus);
    operation.responses.default = errorResponse(ANYTHING_ELSE);
  }
  document.components = { ...document.components, examples: errorExamples() };
}

/** Builds the OpenAPI document from the decorators of the application. */
export function buildOpenApiDocument(app: NestFastifyApplication): OpenAPIObject {
  const information = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Mock Payment Gateway')
    .setDescription(
      'A payment service provider for development and CI: no account, no network, every outcome on purpose. Errors always carry `detail`, `status`, `code`, `title` and `requestId`.',
    )
    .setVersion('1.0.0')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/', 'The gateway that serves this document')
    .addTag('Status', 'Whether it works')
    .addTag('Accounts', 'Register, log in, API keys, roles')
    .addTag('Payments', 'Charge and look up')
    .addTag('Payment methods', 'Test cards')
    .addTag('Refunds', 'Give money back')
    .addTag('Test values', 'Inputs that name their own outcome')
    .addTag('Events', 'What happened')
    .addTag('Webhooks', 'What the gateway tells you')
    .addTag('Request logs', 'Your own requests')
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
    extraModels: [ErrorBodyDto, ValidationErrorBodyDto, ViolationDto],
  });
  openAnyValues(document);
  closeRequestBodies(document);
  describeErrors(document);
  // Operations without a security scheme of their own are public.
  return { ...document, security: [] };
}
