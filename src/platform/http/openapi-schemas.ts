import type { OpenAPIObject, ParameterObject, ReferenceObject, SchemaObject } from '@nestjs/swagger';
import { ANY_VALUE } from '../common/any-value.js';
import { allOperations } from './openapi-operations.js';

type Schema = SchemaObject | ReferenceObject;

const isReference = (schema: object): schema is ReferenceObject => '$ref' in schema;

/** Corrects what the decorators cannot say about the schemas and parameters of the document. */
export function correctSchemas(document: OpenAPIObject): void {
  openAnyValues(document);
  closeRequestBodies(document);
  const schemas = (document.components ??= {}).schemas ?? {};
  for (const { operation } of allOperations(document))
    for (const parameter of operation.parameters ?? [])
      if (!isReference(parameter)) correctParameter(parameter, schemas);
  for (const schema of Object.values(schemas)) declareDoubles(schema);
}

/** Removes the type of properties that can have any value: Nest's decorators always write a type. */
function openAnyValues({ components }: OpenAPIObject): void {
  for (const schema of Object.values(components?.schemas ?? {}))
    for (const property of isReference(schema) ? [] : Object.values(schema.properties ?? {}))
      if (!isReference(property) && ANY_VALUE in property) {
        Reflect.deleteProperty(property, ANY_VALUE);
        delete property.type;
      }
}

/**
 * Declares what validation does: it refuses unknown fields, and a PATCH without any field. A body without required
 * fields is optional.
 */
function closeRequestBodies(document: OpenAPIObject): void {
  for (const { method, operation } of allOperations(document)) {
    const { requestBody } = operation;
    if (!requestBody || isReference(requestBody)) continue;
    const schema = requestBody.content['application/json']?.schema;
    const name = schema && isReference(schema) ? schema.$ref.split('/').at(-1) : undefined;
    const body = name === undefined ? undefined : document.components?.schemas?.[name];
    if (!body || isReference(body)) continue;
    body.additionalProperties = false;
    for (const property of Object.values(body.properties ?? {})) if (!isReference(property)) omitNull(property);
    if (body.required?.length) continue;
    if (method === 'patch') body.minProperties = 1;
    else requestBody.required = false;
  }
}

/**
 * Declares an optional reference of a closed body as never null, although null is accepted as well: openapi-generator
 * makes Java of it that does not compile.
 */
function omitNull(property: SchemaObject): void {
  const [reference, ...more] = property.anyOf?.filter((choice) => isReference(choice)) ?? [];
  if (!reference || more.length > 0) return;
  delete property.anyOf;
  property.allOf = [reference];
}

/**
 * Query parameters and headers have no example, since Swagger UI would send it, and are left out rather than null.
 * An object is written as `name[key]=value`. An enum with a title becomes a schema of that name.
 */
function correctParameter(parameter: ParameterObject, schemas: Record<string, Schema>): void {
  const { schema } = parameter;
  if (parameter.in === 'path' || !schema || isReference(schema)) return;
  delete parameter.example;
  delete schema.example;
  if (Array.isArray(schema.type)) {
    const [type, ...more] = schema.type.filter((name) => name !== 'null');
    if (type !== undefined && more.length === 0) schema.type = type;
  }
  if (schema.type === 'object') Object.assign(parameter, { style: 'deepObject', explode: true });
  if (schema.enum && schema.title !== undefined) {
    const { title, ...named } = schema;
    schemas[title] = named;
    parameter.schema = { $ref: `#/components/schemas/${title}` };
  }
  declareDoubles(schema);
}

/** Gives every number of a schema the format `double`: some generators would otherwise make 32-bit floats. */
function declareDoubles(schema: Schema): void {
  if (isReference(schema)) return;
  const types: readonly unknown[] = [schema.type].flat();
  if (types.includes('number')) schema.format ??= 'double';
  const { properties = {}, items, additionalProperties } = schema;
  for (const inner of [...Object.values(properties), items, additionalProperties])
    if (typeof inner === 'object') declareDoubles(inner);
}
