import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { isHttpUrl } from './http-url.js';
import { type Rule, Satisfies } from './rule.js';

interface FieldOptions {
  readonly description: string;
  readonly example?: unknown;
  /** An optional field may be left out or be `null`. */
  readonly optional?: boolean;
  /** Errors never repeat the value of this field, to keep it out of logs. */
  readonly hidden?: boolean;
}

const isString = (value: unknown): value is string => typeof value === 'string';

/**
 * Declares a field once, for validation and for OpenAPI. Validation checks the rules in order and reports the first
 * broken one.
 */
export function Field(
  options: FieldOptions,
  schema: Readonly<Record<string, unknown>>,
  rules: readonly Rule[],
): PropertyDecorator {
  const { optional = false, hidden = false, ...documentation } = options;
  const required: Rule = { type: 'missing', msg: 'Field required', test: (value) => value !== undefined };
  return applyDecorators(
    ApiProperty({ ...documentation, ...schema, required: !optional, ...(optional && { nullable: true }) }),
    ...(optional ? [IsOptional()] : [Satisfies(required)]),
    ...rules.map((rule) => Satisfies(hidden ? { ...rule, hidden } : rule)),
  );
}

export interface TextOptions extends FieldOptions {
  readonly minLength?: number;
  readonly maxLength?: number;
  /** Count the length without surrounding white space. */
  readonly trimmed?: boolean;
  readonly pattern?: RegExp;
  readonly format?: string;
}

const stringType: Rule = { type: 'string_type', msg: 'Input should be a valid string', test: isString };

const plural = (count: number): string => `${count} character${count === 1 ? '' : 's'}`;

/** Returns the rules of a text. Lengths are counted in Unicode code points. */
export function textRules({
  minLength,
  maxLength,
  trimmed = false,
  pattern,
}: Omit<TextOptions, 'description'>): Rule[] {
  const lengthOf = (value: unknown): number => Array.from(trimmed ? String(value).trim() : String(value)).length;
  const rules = [stringType];
  if (minLength !== undefined) {
    rules.push({
      type: 'string_too_short',
      msg: `String should have at least ${plural(minLength)}`,
      ctx: { min_length: minLength },
      test: (value) => lengthOf(value) >= minLength,
    });
  }
  if (maxLength !== undefined) {
    rules.push({
      type: 'string_too_long',
      msg: `String should have at most ${plural(maxLength)}`,
      ctx: { max_length: maxLength },
      test: (value) => lengthOf(value) <= maxLength,
    });
  }
  if (pattern !== undefined) {
    rules.push({
      type: 'string_pattern_mismatch',
      msg: `String should match pattern '${pattern.source}'`,
      ctx: { pattern: pattern.source },
      test: (value) => pattern.test(String(value)),
    });
  }
  return rules;
}

export function TextField(options: TextOptions): PropertyDecorator {
  const { minLength, maxLength, trimmed, pattern, format, ...field } = options;
  const schema = {
    type: 'string',
    ...(minLength !== undefined && { minLength }),
    ...(maxLength !== undefined && { maxLength }),
    ...(pattern !== undefined && { pattern: pattern.source }),
    ...(format !== undefined && { format }),
  };
  return Field(field, schema, textRules({ ...options, ...(trimmed !== undefined && { trimmed }) }));
}

// One @, no white space or control characters, a dot in the domain; linear in the length of the input.
// eslint-disable-next-line no-control-regex -- it excludes control characters
const EMAIL = /^[^\s@\u0000-\u001f]+@[^\s@.\u0000-\u001f]+(?:\.[^\s@.\u0000-\u001f]+)+$/;

export function EmailField(options: FieldOptions): PropertyDecorator {
  return Field(
    options,
    { type: 'string', format: 'email', maxLength: 254 },
    textRules({ pattern: EMAIL, maxLength: 254 }),
  );
}

/** `'user', 'merchant' or 'admin'` */
export function listOfChoices(values: readonly string[]): string {
  const quoted = values.map((value) => `'${value}'`);
  const last = quoted.pop() ?? '';
  return quoted.length === 0 ? last : `${quoted.join(', ')} or ${last}`;
}

export function choiceRule(values: readonly string[]): Rule {
  const expected = listOfChoices(values);
  return {
    type: 'enum',
    msg: `Input should be ${expected}`,
    ctx: { expected },
    test: (value) => isString(value) && values.includes(value),
  };
}

export function ChoiceField(
  values: readonly string[],
  /** `enumName` is the name of its schema in the OpenAPI document. */
  options: FieldOptions & { readonly enumName: string },
): PropertyDecorator {
  return Field(options, { type: 'string', enum: [...values] }, [choiceRule(values)]);
}

export const urlRules: readonly Rule[] = [
  ...textRules({ maxLength: 2048 }),
  {
    type: 'url_parsing',
    msg: 'Input should be a valid URL with scheme http or https',
    ctx: { schemes: ['http', 'https'] },
    test: isHttpUrl,
  },
];

/** An absolute http or https URL. */
export function UrlField(options: FieldOptions): PropertyDecorator {
  return Field(options, { type: 'string', format: 'uri', maxLength: 2048 }, urlRules);
}

export function FlagField(options: FieldOptions): PropertyDecorator {
  return Field(options, { type: 'boolean' }, [
    { type: 'bool_type', msg: 'Input should be true or false', test: (value) => typeof value === 'boolean' },
  ]);
}

interface ListOptions extends FieldOptions {
  readonly minItems: number;
  readonly maxItems: number;
  /** The JSON schema of an item. */
  readonly items: Readonly<Record<string, unknown>>;
}

/** A list of distinct texts. `itemRules` apply to each of them. */
export function ListField(
  { minItems, maxItems, items, ...field }: ListOptions,
  itemRules: readonly Rule[],
): PropertyDecorator {
  const itemsOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
  const length = `${minItems} to ${maxItems} different items`;
  return Field(field, { type: 'array', items, minItems, maxItems, uniqueItems: true }, [
    { type: 'list_type', msg: 'Input should be a valid list', test: Array.isArray },
    {
      type: 'list_length',
      msg: `List should have ${length}`,
      ctx: { min_length: minItems, max_length: maxItems },
      test: (value) => {
        const list = itemsOf(value);
        return list.length >= minItems && list.length <= maxItems && new Set(list).size === list.length;
      },
    },
    ...itemRules.map((rule) => ({
      ...rule,
      test: (value: unknown, target: object) => itemsOf(value).every((item) => rule.test(item, target)),
    })),
  ]);
}
