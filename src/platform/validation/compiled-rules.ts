import { getMetadataStorage, type ValidationArguments, ValidationTypes } from 'class-validator';

type DeclaredMetadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];
// Declared as always there, but it is not.
type Metadata = Omit<DeclaredMetadata, 'groups'> & Partial<Pick<DeclaredMetadata, 'groups'>>;

type Condition = (object: object, value: unknown) => boolean;

interface Constraint {
  readonly validate: (value: unknown, args: ValidationArguments) => boolean | Promise<boolean>;
  readonly constraints: unknown[];
}

/** What class-validator knows of one property. */
interface PropertyRules {
  readonly name: string;
  /** The constraints apply only if all of these hold: `@IsOptional()`. */
  readonly conditions: readonly Condition[];
  readonly constraints: readonly Constraint[];
}

/** Whether an object, its values as they were sent, keeps all rules of its class. */
export type RuleCheck = (object: object) => boolean;

/**
 * Reads the rules of a DTO class once from class-validator's metadata. The check accepts exactly what
 * `validate(…, { whitelist, forbidNonWhitelisted, forbidUnknownValues })` accepts, for a thirtieth of the time;
 * what it refuses is given to `validate`, which says why. Returns null for a class that uses more of
 * class-validator than constraints and conditions (nesting, groups, `each`, `validateIf`).
 */
export function compileRules(type: new () => object): RuleCheck | null {
  const storage = getMetadataStorage();
  const metadata = storage.getTargetValidationMetadatas(type, '', false, false);
  if (metadata.length === 0 || !metadata.every(isSimple)) return null;
  const properties = Object.entries(storage.groupByPropertyName(metadata)).map(([name, group]) => rulesOf(name, group));
  const names = new Set(properties.map(({ name }) => name));
  return (object) => {
    for (const name in object) if (!names.has(name) && Object.hasOwn(object, name)) return false;
    return properties.every((property) => keeps(object, property, type.name));
  };
}

function isSimple({ type, groups, each, validateIf }: Metadata): boolean {
  const kind: string = type;
  return (
    (kind === ValidationTypes.CUSTOM_VALIDATION || kind === ValidationTypes.CONDITIONAL_VALIDATION) &&
    (groups ?? []).length === 0 &&
    !each &&
    !validateIf
  );
}

function rulesOf(name: string, group: readonly Metadata[]): PropertyRules {
  const ofKind = (kind: string): Metadata[] => group.filter(({ type }) => type === kind);
  return {
    name,
    conditions: ofKind(ValidationTypes.CONDITIONAL_VALIDATION).map(({ constraints }) => constraints[0] as Condition),
    constraints: ofKind(ValidationTypes.CUSTOM_VALIDATION).flatMap(({ constraintCls, constraints }) =>
      getMetadataStorage()
        .getTargetValidatorConstraints(constraintCls)
        .map(({ instance }) => ({ validate: instance.validate.bind(instance), constraints: constraints as unknown[] })),
    ),
  };
}

function keeps(object: object, { name, conditions, constraints }: PropertyRules, targetName: string): boolean {
  const value = (object as Record<string, unknown>)[name];
  for (const condition of conditions) if (!condition(object, value)) return true;
  // A constraint that answers later is left to class-validator.
  for (const { validate, constraints: of } of constraints)
    if (validate(value, { targetName, property: name, object, value, constraints: of }) !== true) return false;
  return true;
}
