import type { OpenAPIObject, ParameterObject, PathItemObject, ReferenceObject, SchemaObject } from '@nestjs/swagger';
import { CheckoutSessionDto } from './checkout/dto/checkout-session.dto.js';
import { DisputeDto, FraudWarningDto } from './disputes/dto/dispute.dto.js';
import { EventDto } from './events/dto/event.dto.js';
import { EVENT_TYPES, matches } from './events/event-types.js';
import { BalanceDto } from './ledger/dto/ledger.dto.js';
import { PayoutDto } from './payouts/dto/payout.dto.js';
import { PaymentDto } from './payments/dto/payment.dto.js';
import { RefundDto } from './payments/dto/refund.dto.js';
import { V1MessageDto } from './payments/dto/v1-message.dto.js';
import { SENT_WEBHOOKS } from './platform/http/openapi-document.js';
import { DisabledEndpointDto, WebhookTestDto } from './webhooks/dto/event-data.dto.js';

/** Which class describes the `data` of events of these types. */
const GROUPS = [
  { name: 'Payment', pattern: 'payment.*', data: PaymentDto, about: 'a payment' },
  { name: 'Refund', pattern: 'refund.*', data: RefundDto, about: 'a refund' },
  { name: 'Payout', pattern: 'payout.*', data: PayoutDto, about: 'a payout' },
  { name: 'Balance', pattern: 'balance.*', data: BalanceDto, about: 'the balance of one currency' },
  { name: 'Dispute', pattern: 'dispute.*', data: DisputeDto, about: 'a dispute' },
  { name: 'FraudWarning', pattern: 'fraud_warning.*', data: FraudWarningDto, about: 'a warning of fraud' },
  { name: 'CheckoutSession', pattern: 'checkout.session.*', data: CheckoutSessionDto, about: 'a checkout session' },
  {
    name: 'WebhookEndpointDisabled',
    pattern: 'webhook.endpoint.disabled',
    data: DisabledEndpointDto,
    about: 'a webhook endpoint that the gateway disabled',
  },
  {
    name: 'WebhookTest',
    pattern: 'webhook.test',
    data: WebhookTestDto,
    about: 'a test, asked for with `POST /webhooks/endpoints/{endpoint_id}/test`',
  },
] as const;

/** The classes that no route names. */
export const EVENT_MODELS = [...GROUPS.map(({ data }) => data), V1MessageDto];

const typesOf = (pattern: string): string[] => EVENT_TYPES.filter((type) => matches(pattern, type));
const reference = (name: string): ReferenceObject => ({ $ref: `#/components/schemas/${name}` });

/** Adds to the document what events and webhooks hold: one schema for each kind of `data`, and the section `webhooks`. */
export function describeEvents(document: OpenAPIObject): OpenAPIObject {
  const schemas = document.components?.schemas ?? {};
  const event = schemas[EventDto.name];
  if (!event || '$ref' in event) throw new Error('The document has no schema of an event.');
  const webhooks: Record<string, PathItemObject> = {};
  for (const { name, pattern, data, about } of GROUPS) {
    const types = typesOf(pattern);
    const typed = { type: reference(`${name}EventType`), data: reference(data.name) };
    schemas[`${name}EventType`] = { type: 'string', enum: types };
    schemas[`${name}EventDto`] = { ...event, properties: { ...event.properties, ...typed } };
    schemas[`${name}WebhookDto`] = messageOf(typed);
    webhooks[pattern] = webhook(`send${name}Webhook`, `${name}WebhookDto`, {
      summary: `Sent to endpoints: an event about ${about}`,
      description: `\`type\` is ${types.map((type) => `\`${type}\``).join(', ')}. ${RECEIVER}`,
    });
  }
  schemas[EventDto.name] = union('EventDto');
  schemas.WebhookDto = union('WebhookDto');
  webhooks.webhookUrl = webhook('sendToWebhookUrl', V1MessageDto.name, {
    summary: "Sent to a payment's own `webhookUrl`: what becomes of the payment and its refunds",
    description: `In the v1 form, which has \`X-Signature\` as well. ${RECEIVER}`,
    more: V1_HEADERS,
  });
  describeCallback(document, '/api/v1/payments/charge', 'webhookUrl', {
    name: 'callWebhookUrl',
    body: V1MessageDto.name,
  });
  describeCallback(document, '/api/v1/webhooks/endpoints', 'url', { name: 'callEndpoint', body: 'WebhookDto' });
  return { ...document, webhooks };
}

/** Says at an operation what the gateway sends to the URL in this field of the body; some generators read only that. */
function describeCallback(
  { paths }: OpenAPIObject,
  path: string,
  field: string,
  { name, body }: { name: string; body: string },
): void {
  const operation = paths[path]?.post;
  if (!operation) throw new Error(`The document has no POST ${path}.`);
  const texts = { summary: 'What the gateway sends', description: 'See the section `webhooks`.' };
  const item = webhook(name, body, { ...texts, ...(body === V1MessageDto.name && { more: V1_HEADERS }) });
  operation.callbacks = { [name]: { [`{$request.body#/${field}}`]: item } };
}

const contentOf = (name: string) => ({ required: true, content: { 'application/json': { schema: reference(name) } } });
const RECEIVED = { description: 'The webhook was received.' };

function union(suffix: string): SchemaObject {
  const mapping = GROUPS.flatMap(({ name, pattern }) =>
    typesOf(pattern).map((type) => [type, `#/components/schemas/${name}${suffix}`]),
  );
  return {
    oneOf: GROUPS.map(({ name }) => reference(`${name}${suffix}`)),
    discriminator: { propertyName: 'type', mapping: Object.fromEntries(mapping) as Record<string, string> },
  };
}

/** The body of a webhook to an endpoint. */
function messageOf(typed: Record<'type' | 'data', ReferenceObject>): SchemaObject {
  const id = { type: 'string', example: 'evt_0193a5e2c7f11b2c3d4e5f60', description: 'The id of the event.' };
  const timestamp = { type: 'string', format: 'date-time', example: '2025-11-06T11:13:58.910Z' };
  const { type, data } = typed;
  return { type: 'object', properties: { id, type, timestamp, data }, required: ['id', 'type', 'timestamp', 'data'] };
}

const RECEIVER =
  'The body is the object as it was then. Verify the signature against the raw bytes of the body; answer any 2xx within the time-out, and 410 to get no more.';

const header = (name: string, description: string, required = true): ParameterObject => ({
  name,
  in: 'header',
  required,
  description,
  schema: { type: 'string' },
});

const SENT_HEADERS = [
  header('webhook-id', 'Names the message: the same for every attempt and redelivery.'),
  header('webhook-timestamp', 'The time of this attempt, in unix seconds.'),
  header(
    'webhook-signature',
    'Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces: `v1,` and a base64 HMAC-SHA256, or `v1a,` and a base64 ed25519 signature.',
  ),
];

const V1_HEADERS = [
  header('X-Signature', "Lower-case hex HMAC-SHA256 of the body with the account's webhook secret (`SK_…`)."),
  header('X-Signature-Previous', 'The same with the secret before, for 24 hours after a rotation.', false),
];

/** One request that the gateway makes to a receiver. */
function webhook(
  operationId: string,
  body: string,
  { more = [], ...texts }: { summary: string; description: string; more?: readonly ParameterObject[] },
): PathItemObject {
  return {
    post: {
      operationId,
      ...texts,
      tags: [SENT_WEBHOOKS],
      security: [],
      parameters: [...SENT_HEADERS, ...more],
      requestBody: contentOf(body),
      responses: {
        '2XX': RECEIVED,
        '410': { description: 'The receiver is gone: the gateway disables the endpoint.' },
        default: { description: 'The gateway tries again later.' },
      },
    },
  };
}
