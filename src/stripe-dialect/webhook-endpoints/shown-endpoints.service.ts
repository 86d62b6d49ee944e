import { Injectable } from '@nestjs/common';
import { InvalidFieldError } from '../../platform/errors/invalid-field.error.js';
import { publicId } from '../../platform/worlds/world-ids.js';
import type { WebhookEndpoint } from '../../webhooks/webhook-endpoint.schema.js';
import { WebhookEndpointsService } from '../../webhooks/webhook-endpoints.service.js';
import { given } from '../addresses.js';
import type { Call } from '../wire/call.js';
import { invalidRequest } from '../wire/dialect-error.js';
import type { Shown } from '../wire/expand.js';
import { LIST, listOf as list, pageOf, seconds } from '../wire/lists.js';
import { found, notThere } from '../wire/lookups.js';
import { clearable, flag, listOf, metadata, metadataAfter, type ParamsOf, required, text } from '../wire/params.js';
import { isVersion, NEWEST_VERSION } from '../wire/versions.js';
import { isEventType } from './event-types.js';

const enabledEvents = listOf(text(100), 300);

export const CREATE_ENDPOINT = {
  api_version: text(40),
  connect: flag,
  description: clearable(text(5_000)),
  enabled_events: required(enabledEvents),
  metadata,
  url: required(text(2_048)),
} as const;

export const UPDATE_ENDPOINT = {
  description: clearable(text(5_000)),
  disabled: flag,
  enabled_events: enabledEvents,
  metadata,
  url: text(2_048),
} as const;

export const LIST_ENDPOINTS = LIST;

/** The operations of webhook endpoints. All throw DialectErrors. */
@Injectable()
export class ShownEndpoints {
  constructor(private readonly endpoints: WebhookEndpointsService) {}

  /** Without `api_version` its events have the version of this request: SDKs refuse those of another release. */
  async create(call: Call, sent: ParamsOf<typeof CREATE_ENDPOINT>): Promise<Shown> {
    const asked = call.version === NEWEST_VERSION ? null : call.version;
    const { api_version: apiVersion = asked, description = null, enabled_events: events, url } = sent;
    assertTypes(events);
    assertUrl(url);
    if (apiVersion !== null && !isVersion(apiVersion))
      throw invalidRequest(`Invalid API version: ${apiVersion}`, { param: 'api_version' });
    const { endpoint, secret } = await asErrors(() =>
      this.endpoints.create(call.caller, call.newId('we'), {
        url,
        description,
        events,
        enabled: true,
        signatures: ['v1'],
        dialect: { apiVersion, metadata: metadataAfter({}, sent.metadata) },
      }),
    );
    return { ...endpointView(endpoint), secret };
  }

  async retrieve(call: Call, id: string): Promise<Shown> {
    return endpointView(await this.get(call, id));
  }

  async update(call: Call, id: string, sent: ParamsOf<typeof UPDATE_ENDPOINT>): Promise<Shown> {
    const { dialect } = await this.get(call, id);
    const { description, disabled, enabled_events: events, url, metadata: change } = sent;
    if (events) assertTypes(events);
    if (url !== undefined) assertUrl(url);
    const set = given({
      url,
      description,
      events,
      enabled: disabled === undefined ? undefined : !disabled,
      dialect:
        change !== undefined && dialect ? { ...dialect, metadata: metadataAfter(dialect.metadata, change) } : undefined,
    });
    return endpointView(await asErrors(() => this.endpoints.change(call.accountId, id, set)));
  }

  async delete(call: Call, id: string): Promise<Shown> {
    await this.get(call, id);
    await this.endpoints.delete(call.accountId, id);
    return { id, object: 'webhook_endpoint', deleted: true };
  }

  async list(call: Call, asked: ParamsOf<typeof LIST_ENDPOINTS>): Promise<Shown> {
    const { data, hasMore } = await this.endpoints.listOfDialect(call.accountId, pageOf(asked));
    return { ...list(call, { data: data.map(endpointView), hasMore }) };
  }

  private async get({ accountId }: Call, id: string): Promise<WebhookEndpoint> {
    const endpoint = await found('webhook endpoint', id, 'path', () => this.endpoints.get(accountId, id));
    if (!endpoint.dialect) throw notThere('webhook endpoint', id, 'path');
    return endpoint;
  }
}

function endpointView({ _id, url, description, events, enabled, createdAt, dialect }: WebhookEndpoint) {
  return {
    id: publicId(_id),
    object: 'webhook_endpoint',
    api_version: dialect?.apiVersion ?? null,
    application: null,
    created: seconds(createdAt),
    description,
    enabled_events: events,
    livemode: false,
    metadata: dialect?.metadata ?? {},
    status: enabled ? 'enabled' : 'disabled',
    url,
  };
}

function assertTypes(types: readonly string[]): void {
  const unknown = types.findIndex((type) => !isEventType(type));
  if (unknown < 0) return;
  throw invalidRequest(`Invalid enabled_events[${unknown}]: ${types[unknown] ?? ''} is no type of event.`, {
    param: `enabled_events[${unknown}]`,
  });
}

function assertUrl(url: string): void {
  if (URL.canParse(url)) return;
  throw invalidRequest('Not a valid URL', { code: 'url_invalid', param: 'url' });
}

/** A URL that is not allowed is a wrong parameter. */
async function asErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof InvalidFieldError)) throw error;
    throw invalidRequest(`Invalid URL: ${error.message}`, { code: 'url_invalid', param: 'url' });
  }
}
