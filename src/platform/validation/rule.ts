import { ValidateBy, type ValidationArguments } from 'class-validator';

/** What one rule needs to know: the contract's type, message and ctx, and the test itself. */
export interface Rule {
  readonly type: string;
  readonly msg: string;
  readonly ctx?: Readonly<Record<string, unknown>>;
  /** The value is not to be answered back. */
  readonly hidden?: boolean;
  /** `target` is the whole object, for rules that depend on a second field. */
  readonly test: (value: unknown, target: object) => boolean;
}

/** What a constraint carries beside its name and message. */
export interface RuleContext {
  readonly ctx: Readonly<Record<string, unknown>>;
  readonly hidden: boolean;
}

let count = 0;

/** A class-validator constraint whose name, message and context are those of the v1 contract. */
export function Satisfies({ type, msg, ctx, hidden = false, test }: Rule): PropertyDecorator {
  return ValidateBy(
    {
      // class-validator keeps one context a name: two rules of one type on one field need two names.
      name: `${type}:${++count}`,
      validator: {
        validate: (value: unknown, args?: ValidationArguments) => test(value, args?.object ?? {}),
        defaultMessage: () => msg,
      },
    },
    { context: { ctx: ctx ?? {}, hidden } satisfies RuleContext },
  );
}

/** The contract's type in the name of a constraint. */
export function typeOf(constraint: string): string {
  return constraint.split(':', 1)[0] ?? constraint;
}
