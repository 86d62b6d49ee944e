// Writes docs/screens/terminal.svg: what the first commands really print, with the secrets cut. Run by hand after the
// texts have changed: node scripts/record-terminal.js
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const COMMANDS = [
  'payments charge --amount 19.99 --currency EUR',
  'trigger payment.failed --override amount=20 --json | jq .data.failure.code',
  'events list --limit 4',
  'doctor',
];
const [CHARACTER_WIDTH, LINE_HEIGHT, PADDING] = [8.4, 20, 20];
const MAX_COLUMNS = 104;
const COLORS = { 31: '#f87171', 32: '#4ade80', 33: '#facc15', 36: '#22d3ee', 1: '#ffffff' };

const home = mkdtempSync(join(tmpdir(), 'terminal-'));
const env = {
  ...process.env,
  HOME: home,
  XDG_CONFIG_HOME: join(home, 'c'),
  XDG_DATA_HOME: join(home, 'd'),
  FORCE_COLOR: '1',
};
const gateway = spawn(process.execPath, [PROGRAM, 'start', '--ephemeral'], { cwd: home, env });
let banner = '';
gateway.stdout.on('data', (chunk) => (banner += String(chunk)));
try {
  while (!banner.includes('-d ')) await new Promise((resolve) => setTimeout(resolve, 100));
  const shown = [...banner.split('\n').filter((line) => !line.startsWith('{'))];
  const lines = ['$ npx mock-payment-gateway', ...shown.slice(0, 9).map(cut)];
  for (const command of COMMANDS) {
    const [mine, filter] = command.split(' | ');
    const { stdout } = spawnSync(process.execPath, [PROGRAM, ...mine.split(' ')], { cwd: home, env, encoding: 'utf8' });
    const output = filter ? `"${JSON.parse(stdout).data.failure.code}"` : stdout.trimEnd();
    lines.push('', `$ mpg ${command}`, ...output.split('\n'));
  }
  mkdirSync(new URL('../docs/screens/', import.meta.url), { recursive: true });
  writeFileSync(new URL('../docs/screens/terminal.svg', import.meta.url), svgOf(lines));
} finally {
  gateway.kill('SIGINT');
  await new Promise((resolve) => gateway.once('exit', resolve));
  rmSync(home, { recursive: true, force: true });
}

/** Secrets and paths of this machine are not for the picture. */
function cut(line) {
  return line
    .replace(/(PK_LIVE_|SK_)(\w{6})\w+/, '$1$2…')
    .replace(/( \/ )\S+( \(generated)/, '$1…$2')
    .replace(/\/\S*\/(db|demo\.json)/, '~/.local/share/mock-payment-gateway/$1');
}

function svgOf(lines) {
  const height = lines.length * LINE_HEIGHT + 2 * PADDING;
  const width = MAX_COLUMNS * CHARACTER_WIDTH + 2 * PADDING;
  const rows = lines.map(
    (line, index) =>
      `<text x="${PADDING}" y="${PADDING + (index + 0.75) * LINE_HEIGHT}" xml:space="preserve">${spansOf(line)}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    '<title>The first commands and what they print</title>',
    `<rect width="100%" height="100%" rx="8" fill="#111827"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" fill="#d1d5db">`,
    ...rows,
    '</g></svg>',
    '',
  ].join('\n');
}

function spansOf(line) {
  if (line.startsWith('$ ')) return `<tspan fill="#ffffff" font-weight="bold">${escape(line)}</tspan>`;
  let color;
  return line
    .split(/(\u001b\[\d+m)/)
    .map((part) => {
      const code = /^\u001b\[(\d+)m$/.exec(part)?.[1];
      if (code === undefined) return color ? `<tspan fill="${color}">${escape(part)}</tspan>` : escape(part);
      color = COLORS[code];
      return '';
    })
    .join('');
}

function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
