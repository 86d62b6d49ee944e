import { ValidateBy, type ValidationArguments } from 'class-validator';

/** What one rule needs to know: the contract's type, message and ctx, and the test itself. */
export interface Rule {
  readonly type: string;
  readonly msg: string;
  readonly ctx?: Readonly<Record<string, unknown>>;
  /** `target` is the whole object, for rules that depend on a second field. */
  readonly test: (value: unknown, target: object) => boolean;
}

/** A class-validator constraint whose name, message and context are those of the v1 contract. */
export function Satisfies({ type, msg, ctx, test }: Rule): PropertyDecorator {
  return ValidateBy(
    {
      name: type,
      validator: {
        validate: (value: unknown, args?: ValidationArguments) => test(value, args?.object ?? {}),
        defaultMessage: () => msg,
      },
    },
    { context: ctx ?? {} },
  );
}
