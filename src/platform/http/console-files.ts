import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** The built console. It is beside `main.js` in the project, in the image and in the published package. */
const CONSOLE = new URL('console/', import.meta.url);

const PATH = '/console';

/** A route of the API below that path, with methods of its own. */
const SESSION_PATH = `${PATH}/session`;

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.md': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The endings of compressed copies, by what browsers call them, the smallest first. */
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/** The names of files in assets/ follow from what is in them. */
const FOREVER = 'public, max-age=31536000, immutable';

/**
 * Serves the console under /console/, each file as it was compressed when it was built. Any path without an ending is a
 * page of it: the console itself reads the address.
 */
export function serveConsole(app: NestFastifyApplication): void {
  const files = new Set(filesOfConsole());
  if (!files.has('index.html')) return;
  const fastify = app.getHttpAdapter().getInstance();
  const tags = new Map<string, string>();

  const send = async (request: FastifyRequest, reply: FastifyReply, name: string): Promise<FastifyReply> => {
    const tag = tags.get(name) ?? tagOf(name);
    tags.set(name, tag);
    void reply
      .type(TYPES[extname(name)] ?? 'application/octet-stream')
      .header('vary', 'Accept-Encoding')
      .header('etag', tag)
      .header('cache-control', name.startsWith('assets/') ? FOREVER : 'no-cache');
    if (request.headers['if-none-match'] === tag) return reply.status(304).send();
    const accepted = new Set(
      request.headers['accept-encoding']?.split(',').map((each) => each.split(';', 1)[0]?.trim()),
    );
    const encoding = ENCODINGS.find(([coding, ending]) => accepted.has(coding) && files.has(name + ending));
    if (encoding) void reply.header('content-encoding', encoding[0]);
    return reply.send(await readFile(new URL(name + (encoding?.[1] ?? ''), CONSOLE)));
  };

  fastify.get(PATH, (request, reply: FastifyReply) => {
    const [, query] = request.url.split('?', 2);
    return reply.redirect(query === undefined ? `${PATH}/` : `${PATH}/?${query}`, 302);
  });
  for (const name of files)
    if (name !== 'index.html' && TYPES[extname(name)] !== undefined)
      fastify.get(`${PATH}/${name}`, (request, reply) => send(request, reply, name));
  fastify.get(`${PATH}/*`, (request, reply) => {
    const [path = ''] = request.url.split('?', 1);
    if (extname(path) === '' && path !== SESSION_PATH) return send(request, reply, 'index.html');
    // A file of another version, or none: a page in its place would be read as a script.
    reply.callNotFound();
    return reply;
  });
}

const tagOf = (name: string): string =>
  `"${createHash('sha256')
    .update(readFileSync(new URL(name, CONSOLE)))
    .digest('base64url')
    .slice(0, 27)}"`;

/** The paths of the files of the built console; none if the gateway was built without it. */
function filesOfConsole(): string[] {
  try {
    const names = readdirSync(CONSOLE, { recursive: true, encoding: 'utf8' });
    return names.map((name) => name.replaceAll('\\', '/')).filter((name) => extname(name) !== '');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
