import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const RESOURCES = join(dirname(fileURLToPath(import.meta.resolve('stripe'))), 'resources');

/**
 * The fields that the types of the SDK call always present, of an interface in one of its files.
 *
 * @param file for example `Charges`
 */
export function alwaysPresent(file: string, name: string): string[] {
  const path = join(RESOURCES, `${file}.d.ts`);
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const found = source.statements.find(
    (statement): statement is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(statement) && statement.name.text === name,
  );
  if (!found) throw new Error(`${path} has no interface ${name}.`);
  return found.members
    .filter(
      (member): member is ts.PropertySignature => ts.isPropertySignature(member) && member.questionToken === undefined,
    )
    .map((member) => member.name.getText(source));
}
