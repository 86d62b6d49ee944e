import { Field, TextField } from '../../platform/validation/fields.js';

const MAX_PAIRS = 50;
const MAX_KEY_LENGTH = 40;
const MAX_VALUE_LENGTH = 500;

function isMetadata(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const pairs = Object.entries(value as Record<string, unknown>);
  return (
    pairs.length <= MAX_PAIRS &&
    pairs.every(
      ([key, text]) =>
        isName(key) && key.length <= MAX_KEY_LENGTH && typeof text === 'string' && text.length <= MAX_VALUE_LENGTH,
    )
  );
}

/** Refuses names that mean something else to MongoDB (a dollar, a dot) or its driver (`_bsontype`). */
function isName(key: string): boolean {
  return /^[^$.\0][^.\0]*$/.test(key) && key !== '_bsontype';
}

/** Texts of the merchant's own, by name. */
export function MetadataField(description = 'Anything of your own'): PropertyDecorator {
  const limits = `up to ${MAX_PAIRS} pairs of texts, names of 1 to ${MAX_KEY_LENGTH} characters without a dot or a leading dollar, values of at most ${MAX_VALUE_LENGTH}`;
  return Field(
    { description: `${description}: ${limits}.`, example: { cart: '42' }, optional: true },
    { type: 'object', additionalProperties: { type: 'string', maxLength: MAX_VALUE_LENGTH }, maxProperties: MAX_PAIRS },
    [
      {
        type: 'metadata_type',
        msg: `Input should be ${limits}`,
        ctx: { max_pairs: MAX_PAIRS, max_key_length: MAX_KEY_LENGTH, max_value_length: MAX_VALUE_LENGTH },
        test: isMetadata,
      },
    ],
  );
}

export function OrderReferenceField(): PropertyDecorator {
  return TextField({
    description: "The order in the merchant's own system; lists can be filtered by it.",
    example: 'order-123',
    minLength: 1,
    maxLength: 100,
    optional: true,
  });
}
