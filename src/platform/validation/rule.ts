import { ValidateBy, type ValidationArguments } from 'class-validator';

/** A validation rule: the contract's type, message and ctx, and the test itself. */
export interface Rule {
  readonly type: string;
  readonly msg: string;
  readonly ctx?: Readonly<Record<string, unknown>>;
  /** The error does not repeat the value. */
  readonly hidden?: boolean;
  /** `target` is the whole object, for rules that depend on a second field. */
  readonly test: (value: unknown, target: object) => boolean;
}

/** What a constraint carries besides its name and message. */
export interface RuleContext {
  readonly ctx: Readonly<Record<string, unknown>>;
  readonly hidden: boolean;
}

let constraintCount = 0;

/** Declares a class-validator constraint with the name, message and context of the v1 contract. */
export function Satisfies({ type, msg, ctx, hidden = false, test }: Rule): PropertyDecorator {
  return ValidateBy(
    {
      // class-validator keeps one context per name, so two rules of one type on one field need two names.
      name: `${type}:${++constraintCount}`,
      validator: {
        validate: (value: unknown, args?: ValidationArguments) => test(value, args?.object ?? {}),
        defaultMessage: () => msg,
      },
    },
    { context: { ctx: ctx ?? {}, hidden } satisfies RuleContext },
  );
}

/** Returns the contract's type from the name of a constraint. */
export function typeOf(constraint: string): string {
  return constraint.split(':', 1)[0] ?? constraint;
}
