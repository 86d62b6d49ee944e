import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { validate, type ValidationError } from 'class-validator';
import { compileRules, type RuleCheck } from './compiled-rules.js';
import { MalformedJson } from './malformed-json.js';
import { type RuleContext, typeOf } from './rule.js';
import { type Location, ValidationFailedError, type Violation } from '../errors/validation-failed.error.js';

const LOCATIONS: Record<ArgumentMetadata['type'], Location> = {
  body: 'body',
  query: 'query',
  param: 'path',
  custom: 'header',
};

type DtoClass = new () => object;

/** Global pipe: converts the input to the route's DTO class, or reports its errors in the contract's form. */
@Injectable()
export class ContractValidationPipe implements PipeTransform {
  private readonly checks = new Map<DtoClass, RuleCheck | null>();

  /** Throws, or rejects with, ValidationFailedError if the input is invalid. */
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    const location = LOCATIONS[type];
    if (value instanceof MalformedJson)
      throw ValidationFailedError.at([location], 'json_invalid', 'JSON decode error', null, { error: value.reason });
    if (type === 'custom' || !metatype || metatype === Object || metatype === String) return value;
    // A missing or null body counts as an empty object, so that the error names each required field.
    const sent = value ?? {};
    const notAnObject = () =>
      ValidationFailedError.at([location], 'json_invalid', 'Input should be a JSON object', value, {
        error: 'Expected an object',
      });
    if (typeof sent !== 'object' || Array.isArray(sent)) throw notAnObject();
    const { dto, inherited } = createDto(metatype as DtoClass, sent);
    const isValid = inherited.length === 0 && this.checkOf(metatype as DtoClass)?.(dto);
    if (isValid && value === null) throw notAnObject();
    return isValid ? dto : validateDto(dto, inherited, location);
  }

  private checkOf(type: DtoClass): RuleCheck | null {
    const known = this.checks.get(type);
    if (known !== undefined) return known;
    const check = compileRules(type);
    this.checks.set(type, check);
    return check;
  }
}

/** Creates the DTO with the values as sent. `inherited` are the values whose names the class or Object already has. */
function createDto(type: DtoClass, sent: object): { dto: object; inherited: readonly (readonly [string, unknown])[] } {
  const dto = new type() as Record<string, unknown>;
  const inherited: [string, unknown][] = [];
  for (const [name, value] of Object.entries(sent) as [string, unknown][]) {
    if (name in type.prototype) inherited.push([name, value]);
    else dto[name] = value;
  }
  return { dto, inherited };
}

/**
 * Validates with class-validator. Throws ValidationFailedError with its reasons, or returns the DTO if it is valid.
 */
async function validateDto(
  dto: object,
  inherited: readonly (readonly [string, unknown])[],
  location: Location,
): Promise<object> {
  const errors = await validate(dto, {
    whitelist: true,
    forbidNonWhitelisted: true,
    stopAtFirstError: true,
    forbidUnknownValues: true,
  });
  const violations = [
    ...errors.flatMap((error) => violationsOf(error, [location])),
    ...inherited.map(([name, value]) => extraFieldViolation([location, name], value)),
  ];
  if (violations.length > 0) throw new ValidationFailedError(violations);
  return dto;
}

function extraFieldViolation(loc: Violation['loc'], input: unknown): Violation {
  return { loc, type: 'extra_forbidden', msg: 'Extra inputs are not permitted', input, ctx: {} };
}

function violationsOf(error: ValidationError, path: Violation['loc']): Violation[] {
  const loc = [...path, error.property];
  const nested = (error.children ?? []).flatMap((child) => violationsOf(child, loc));
  const [constraint] = Object.keys(error.constraints ?? {});
  if (constraint === undefined) return nested;
  const input: unknown = error.value ?? null;
  if (constraint === 'whitelistValidation') return [extraFieldViolation(loc, input)];
  const { ctx = {}, hidden = false } = (error.contexts as Record<string, RuleContext> | undefined)?.[constraint] ?? {};
  return [
    { loc, type: typeOf(constraint), msg: error.constraints?.[constraint] ?? '', input: hidden ? null : input, ctx },
    ...nested,
  ];
}
