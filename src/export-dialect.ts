import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import { dialectOperations } from './stripe-dialect/operations.js';

const FILE = new URL('../docs/stripe-dialect.md', import.meta.url);
const BEGIN = '<!-- Written by `npm run dialect`; do not edit below, up to the end of the table. -->';
const END = '<!-- End of the table. -->';

const rows = dialectOperations().map(({ method, path, summary, params, publishable }) => {
  const shown = params.map((param) => `\`${param}\``).join(', ');
  return `| \`${method} ${path}\`${publishable ? ' †' : ''} | ${summary} | ${shown} |`;
});
const table = ['| Operation | | Parameters |', '| --- | --- | --- |', ...rows].join('\n');

const text = readFileSync(FILE, 'utf8');
const [before = '', rest = ''] = text.split(BEGIN);
const [, after = ''] = rest.split(END);
writeFileSync(FILE, `${before}${BEGIN}\n\n${table}\n\n${END}${after}`);
