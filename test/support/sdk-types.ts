import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const RESOURCES = join(dirname(fileURLToPath(import.meta.resolve('stripe'))), 'resources');

/** The interfaces of a file of the SDK, by their names with namespaces, and the files that it imports names from. */
interface TypesFile {
  readonly interfaces: ReadonlyMap<string, ts.InterfaceDeclaration>;
  readonly imports: ReadonlyMap<string, string>;
}

/** An interface, and where names in it are looked up. */
interface Found {
  readonly path: string;
  readonly name: string;
  readonly declaration: ts.InterfaceDeclaration;
}

const files = new Map<string, TypesFile>();

function readTypes(path: string): TypesFile {
  const known = files.get(path);
  if (known) return known;
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const interfaces = new Map<string, ts.InterfaceDeclaration>();
  const imports = new Map<string, string>();
  const collect = (statements: readonly ts.Statement[], prefix: string): void => {
    for (const statement of statements)
      if (ts.isInterfaceDeclaration(statement)) interfaces.set(`${prefix}${statement.name.text}`, statement);
      else if (ts.isModuleDeclaration(statement) && statement.body && ts.isModuleBlock(statement.body))
        collect(statement.body.statements, `${prefix}${statement.name.text}.`);
      else if (ts.isImportDeclaration(statement) && ts.isStringLiteral(statement.moduleSpecifier)) {
        const from = join(dirname(path), statement.moduleSpecifier.text.replace(/\.js$/, '.d.ts'));
        const names = statement.importClause?.namedBindings;
        if (names && ts.isNamedImports(names)) for (const { name } of names.elements) imports.set(name.text, from);
      }
  };
  collect(source.statements, '');
  const read = { interfaces, imports };
  files.set(path, read);
  return read;
}

/** An interface by a name as it is written within another one; null for what is none. */
function lookUp(path: string, within: string, written: string): Found | null {
  const { interfaces, imports } = readTypes(path);
  for (let scope = within; ; scope = scope.slice(0, Math.max(scope.lastIndexOf('.'), 0))) {
    const name = scope === '' ? written : `${scope}.${written}`;
    const declaration = interfaces.get(name);
    if (declaration) return { path, name, declaration };
    if (scope === '') break;
  }
  const from = imports.get(written.split('.', 1)[0] ?? '');
  return from === undefined ? null : lookUp(from, '', written);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a value lacks of a type; nothing if the type leaves open what it is. */
function lacksOf(type: ts.TypeNode, value: unknown, at: Found, path: string): string[] {
  if (ts.isUnionTypeNode(type)) {
    const interfaces = type.types.filter((each) => ts.isTypeReferenceNode(each));
    const [only] = interfaces;
    return only && interfaces.length === 1 ? lacksOf(only, value, at, path) : [];
  }
  if (!ts.isTypeReferenceNode(type)) return [];
  const [argument] = type.typeArguments ?? [];
  const elements = Array.isArray(value) ? value : isObject(value) && value.object === 'list' ? value.data : null;
  if (argument && Array.isArray(elements))
    return elements.flatMap((each: unknown, index) => lacksOf(argument, each, at, `${path}[${index}]`));
  const found = lookUp(at.path, at.name, type.typeName.getText());
  return found && isObject(value) ? fieldsLacked(found, value, `${path}.`) : [];
}

function fieldsLacked(found: Found, value: Readonly<Record<string, unknown>>, path: string): string[] {
  return found.declaration.members.filter(ts.isPropertySignature).flatMap((member) => {
    const name = member.name.getText();
    if (name === 'lastResponse') return [];
    if (!(name in value)) return member.questionToken === undefined ? [`${path}${name}`] : [];
    return member.type ? lacksOf(member.type, value[name], found, `${path}${name}`) : [];
  });
}

/**
 * The fields that the types of the SDK call always present and that an object lacks, also those of the objects in it.
 *
 * @param file for example `Charges`
 */
export function lacks(file: string, name: string, made: object): string[] {
  const found = lookUp(join(RESOURCES, `${file}.d.ts`), '', name);
  if (!found) throw new Error(`${file}.d.ts has no interface ${name}.`);
  return fieldsLacked(found, { ...made }, '');
}
