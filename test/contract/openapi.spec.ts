import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Gateway, startGateway } from '../support/gateway.js';
import { send } from '../support/http.js';

const run = promisify(execFile);
const project = fileURLToPath(new URL('../../', import.meta.url));
const tool = (name: string): string => join(project, 'node_modules', name);

let gateway: Gateway;
let folder: string;
beforeAll(async () => {
  [gateway, folder] = await Promise.all([startGateway(), mkdtemp(join(tmpdir(), 'client-'))]);
});
afterAll(async () => {
  await gateway.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('The OpenAPI document', () => {
  it('is served as it is committed', async () => {
    const { status, body, headers } = await send('GET', `${gateway.url}/openapi.json`);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(body).toEqual(JSON.parse(await readFile(join(project, 'openapi.json'), 'utf8')));
  });

  it('can be tried out in the browser with nothing from elsewhere', async () => {
    const page = await send('GET', `${gateway.url}/docs`);
    expect(page.status).toBe(200);
    const loaded = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address = '']) => address);
    expect(loaded.length).toBeGreaterThan(2);
    for (const address of loaded) {
      expect(address).not.toMatch(/^(https?:)?\/\//);
      expect((await send('GET', new URL(address, `${gateway.url}/docs`).href)).status).toBe(200);
    }
  });

  it('says what is refused: names that a body does not have, and a change of nothing', async () => {
    interface Schema {
      readonly additionalProperties?: unknown;
      readonly minProperties?: number;
      readonly properties: Record<string, object>;
    }
    interface Operation {
      readonly requestBody?: { content: Record<string, { schema: { $ref?: string } }> };
    }
    const { paths, components } = JSON.parse(await readFile(join(project, 'openapi.json'), 'utf8')) as {
      paths: Record<string, Record<string, Operation>>;
      components: { schemas: Record<string, Schema> };
    };
    const bodies = Object.values(paths)
      .flatMap((item) => Object.entries(item))
      .flatMap(([method, { requestBody }]) => {
        const name = requestBody?.content['application/json']?.schema.$ref?.split('/').at(-1);
        return name === undefined ? [] : [{ method, name, schema: components.schemas[name] }];
      });
    expect(bodies.length).toBeGreaterThan(10);
    for (const { name, schema } of bodies) expect([name, schema?.additionalProperties]).toEqual([name, false]);
    expect(components.schemas.ChangeWebhookEndpointDto?.minProperties).toBe(1);
    // What was sent can be anything.
    expect(components.schemas.ViolationDto?.properties.input).not.toHaveProperty('type');
  });

  it('shows for each status errors of that status, and gives every code an example', async () => {
    interface ErrorExample {
      readonly value: { readonly status: number; readonly code: string; readonly detail: unknown };
    }
    interface Response {
      readonly content?: Record<string, { schema: { $ref?: string }; examples?: Record<string, { $ref: string }> }>;
    }
    const { paths, components } = JSON.parse(await readFile(join(project, 'openapi.json'), 'utf8')) as {
      paths: Record<string, Record<string, { responses: Record<string, Response> }>>;
      components: {
        schemas: { ErrorCode: { enum: string[] } };
        examples: Record<string, ErrorExample>;
        responses: Record<string, Response>;
      };
    };
    const shown = new Set<string>();
    const { UnknownPath = {}, MethodNotAllowed = {} } = components.responses;
    const responses = Object.values(paths)
      .flatMap((item) => Object.values(item))
      .flatMap((operation) => Object.entries(operation.responses))
      .concat([
        ['404', UnknownPath],
        ['405', MethodNotAllowed],
      ]);
    for (const [status, { content = {} }] of responses) {
      const { schema, examples = {} } = content['application/json'] ?? {};
      for (const [code, { $ref }] of Object.entries(examples)) {
        expect($ref).toBe(`#/components/examples/${code}`);
        const value = components.examples[code]?.value;
        expect(value?.code).toBe(code);
        expect([code, value?.status]).toEqual([code, Number(status)]);
        expect([code, Array.isArray(value?.detail)]).toEqual([code, schema?.$ref?.includes('Validation') ?? false]);
        shown.add(code);
      }
    }
    expect([...shown].sort()).toEqual([...components.schemas.ErrorCode.enum].sort());
  });

  it('describes the headers of responses, and fills in no parameter', async () => {
    interface Operation {
      readonly parameters: readonly { in: string; name: string; example?: unknown; schema: { example?: unknown } }[];
      readonly responses: Record<string, { headers?: Record<string, object> }>;
    }
    const { paths, webhooks } = JSON.parse(await readFile(join(project, 'openapi.json'), 'utf8')) as {
      paths: Record<string, Record<string, Operation>>;
      webhooks: Record<string, { post: Operation }>;
    };
    for (const [path, item] of Object.entries(paths)) {
      for (const { parameters, responses } of Object.values(item)) {
        const filled = parameters.filter(({ example, schema }) => (example ?? schema.example) !== undefined);
        expect(filled.filter((parameter) => parameter.in !== 'path')).toEqual([]);
        for (const { headers } of Object.values(responses)) expect(headers).toHaveProperty('X-Request-Id');
        if (path.startsWith('/api/')) expect(responses['429']?.headers).toHaveProperty('Retry-After');
      }
    }
    const charged = paths['/api/v1/payments/charge']?.post?.responses['201']?.headers;
    for (const name of ['Idempotency-Replayed', 'Preference-Applied', 'RateLimit', 'RateLimit-Policy'])
      expect(charged).toHaveProperty([name]);
    for (const { post } of Object.values(webhooks))
      expect(post.parameters.map(({ name }) => name)).toContain('webhook-signature');
  });

  it('names each operation, says what it is for and which answers it gives, with schemas', async () => {
    interface Operation {
      readonly operationId?: string;
      readonly summary?: string;
      readonly responses: Record<string, { content?: Record<string, { schema?: unknown }> }>;
    }
    const { paths } = JSON.parse(await readFile(join(project, 'openapi.json'), 'utf8')) as {
      paths: Record<string, Record<string, Operation>>;
    };
    for (const [path, item] of Object.entries(paths)) {
      for (const [method, { operationId, summary, responses }] of Object.entries(item)) {
        expect([path, method, Boolean(operationId), Boolean(summary)]).toEqual([path, method, true, true]);
        const succeeds = Object.keys(responses).filter((status) => status.startsWith('2'));
        // An answer without content may stand beside one with content.
        const withContent = succeeds.filter((status) => status !== '204');
        expect([path, method, withContent.length || succeeds.length]).toEqual([path, method, 1]);
        for (const [status, { content = {} }] of Object.entries(responses)) {
          if (status !== '204')
            expect([
              path,
              method,
              status,
              Object.values(content).every(({ schema }) => schema !== undefined) && Object.keys(content).length > 0,
            ]).toEqual([path, method, status, true]);
        }
      }
    }
  });
});

describe('A client generated from the document', () => {
  it('compiles under strict', async () => {
    const types = join(folder, 'api.ts');
    await run(process.execPath, [tool('openapi-typescript/bin/cli.js'), join(project, 'openapi.json'), '-o', types]);
    const source = await readFile(types, 'utf8');
    expect(source).toContain('export interface paths');
    expect(source).toBe(await readFile(join(project, 'client/api.ts'), 'utf8'));

    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          strict: true,
          noEmit: true,
          module: 'nodenext',
          target: 'es2023',
          types: [],
          skipLibCheck: false,
          exactOptionalPropertyTypes: true,
          noUncheckedIndexedAccess: true,
        },
        include: ['*.ts'],
      }),
    );
    await run(process.execPath, [tool('typescript/bin/tsc'), '-p', folder]);
  }, 60_000);
});
