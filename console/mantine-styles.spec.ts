import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

const CONSOLE = fileURLToPath(new URL('.', import.meta.url));
const STYLES = new URL('../node_modules/@mantine/core/styles/', import.meta.url);

const sources = readdirSync(CONSOLE, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => readFileSync(`${CONSOLE}/${file}`, 'utf8'));

const components = sources
  .flatMap((source) => [...source.matchAll(/import \{([^}]*)\} from '@mantine\/core'/g)])
  .flatMap(([, names = '']) => names.split(',').map((name) => name.trim()))
  .filter((name) => existsSync(new URL(`${name}.css`, STYLES)));

it('The styles of every component that the console uses are loaded', () => {
  const styles = readFileSync(`${CONSOLE}/mantine-styles.ts`, 'utf8');
  expect(components.length).toBeGreaterThan(10);
  expect([...new Set(components)].filter((name) => !styles.includes(`/${name}.css'`))).toEqual([]);
});
