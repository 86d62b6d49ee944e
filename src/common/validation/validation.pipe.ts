import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate, type ValidationError } from 'class-validator';
import { MalformedJson } from '../json-body.js';
import { type RuleContext, typeOf } from './rule.js';
import { type Location, ValidationFailedError, type Violation } from './validation-failed.error.js';

const LOCATIONS: Record<ArgumentMetadata['type'], Location> = { body: 'body', query: 'query', param: 'path', custom: 'header' };

/** Global: turns what was sent into the route's DTO class, or says in the contract's form what is wrong with it. */
@Injectable()
export class ContractValidationPipe implements PipeTransform {
  /** Throws ValidationFailedError. */
  async transform(value: unknown, { type, metatype }: ArgumentMetadata): Promise<unknown> {
    const location = LOCATIONS[type];
    if (value instanceof MalformedJson) throw ValidationFailedError.at([location], 'json_invalid', 'JSON decode error', null, { error: value.reason });
    if (!metatype || metatype === Object || metatype === String) return value;
    // No body at all is read as an empty one, so that each required field is named.
    const sent = value ?? {};
    if (typeof sent !== 'object' || Array.isArray(sent)) {
      throw ValidationFailedError.at([location], 'json_invalid', 'Input should be a JSON object', sent, { error: 'Expected an object' });
    }
    const dto = plainToInstance(metatype as new () => object, sent);
    const errors = await validate(dto, { whitelist: true, forbidNonWhitelisted: true, stopAtFirstError: true, forbidUnknownValues: true });
    // Names that class-transformer leaves out, such as `constructor`, are no less forbidden.
    const dropped = Object.entries(sent).filter(([name]) => !Object.hasOwn(dto, name));
    const violations = [...errors.flatMap((error) => violationsOf(error, [location])), ...dropped.map(([name, value]) => extra([location, name], value))];
    if (violations.length > 0) throw new ValidationFailedError(violations);
    return dto;
  }
}

function extra(loc: Violation['loc'], input: unknown): Violation {
  return { loc, type: 'extra_forbidden', msg: 'Extra inputs are not permitted', input, ctx: {} };
}

function violationsOf(error: ValidationError, path: Violation['loc']): Violation[] {
  const loc = [...path, error.property];
  const nested = (error.children ?? []).flatMap((child) => violationsOf(child, loc));
  const [constraint] = Object.keys(error.constraints ?? {});
  if (constraint === undefined) return nested;
  const input: unknown = error.value ?? null;
  if (constraint === 'whitelistValidation') return [extra(loc, input)];
  const { ctx = {}, hidden = false } = (error.contexts as Record<string, RuleContext> | undefined)?.[constraint] ?? {};
  return [{ loc, type: typeOf(constraint), msg: error.constraints?.[constraint] ?? '', input: hidden ? null : input, ctx }, ...nested];
}
