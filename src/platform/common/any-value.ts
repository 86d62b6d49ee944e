/** Marks a property in the OpenAPI document that can have any JSON value. It is removed with the type. */
export const ANY_VALUE = 'x-any-value';

/** The schema of such a property, for `@ApiProperty`. */
export const ANY_VALUE_SCHEMA = { type: Object, [ANY_VALUE]: true };
