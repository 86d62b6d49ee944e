import { createHash } from 'node:crypto';
import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';
import { invalidRequest } from './dialect-error.js';
import { type FormObject, parseForm } from './form.js';

/** A file that was sent. */
export interface Upload {
  readonly filename: string | null;
  /** Its media type, as the client named it. */
  readonly type: string;
  readonly content: Buffer;
}

/** A body of several parts: its fields, with the hash of the file in place of the file. */
export interface Multipart {
  readonly form: FormObject;
  readonly upload: Upload | null;
}

export const MAX_FILE_BYTES = 5 * 1024 * 1024;
/** What the fields and the boundaries may need besides. */
export const MAX_MULTIPART_BYTES = MAX_FILE_BYTES + 64 * 1024;

const LIMITS = {
  fieldNameSize: 200,
  fieldSize: 20_000,
  fields: 100,
  fileSize: MAX_FILE_BYTES + 1,
  files: 1,
  parts: 101,
  headerPairs: 20,
} as const;

/** The part that is a file. */
const FILE = 'file';

const unreadable = (message: string, param?: string) =>
  invalidRequest(message, { code: 'parameter_invalid_format', ...(param !== undefined && { param }) });

/** Reads a body of `multipart/form-data`. Throws a DialectError (400) for what cannot be read, and for what is too large. */
export async function readMultipart(contentType: string, bytes: Buffer): Promise<Multipart> {
  const pairs: string[] = [];
  const read = await new Promise<Upload | null>((resolve, reject) => {
    const parser = parserFor(contentType);
    const refuse = (error: Error): void => {
      reject(error);
    };
    let upload: Promise<Upload> | null = null;
    parser.on('field', (name: string | undefined, value, isNameCut, isValueCut) => {
      if (name === undefined) {
        refuse(unreadable('A part has no name.'));
        return;
      }
      if (isNameCut || isValueCut) refuse(unreadable('A field is too long.'));
      pairs.push(`${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
    });
    parser.on('file', (name, stream, filename, _encoding, type) => {
      if (name !== FILE) refuse(unreadable(`Only the part ${FILE} can be a file.`));
      upload = contentOf(stream).then((content) => ({ filename: nameOf(filename), type, content }));
      upload.catch(refuse);
    });
    parser.on('filesLimit', () => {
      refuse(unreadable('A request has one file.', FILE));
    });
    for (const limit of ['partsLimit', 'fieldsLimit'] as const)
      parser.on(limit, () => {
        refuse(unreadable('The request has too many fields.'));
      });
    parser.on('error', () => {
      refuse(unreadable('The body is not multipart/form-data.'));
    });
    parser.on('finish', () => {
      resolve(upload);
    });
    parser.end(bytes);
  });
  const form = parseForm(pairs.join('&'));
  if (read === null) return { form, upload: null };
  if (form[FILE] !== undefined) throw unreadable('A parameter was sent twice.', FILE);
  // A repetition with another file is another request.
  form[FILE] = createHash('sha256')
    .update(read.content)
    .update(`\n${read.filename ?? ''}\n${read.type}`)
    .digest('hex');
  return { form, upload: read };
}

function parserFor(contentType: string): BusboyInstance {
  try {
    return new Busboy({ headers: { 'content-type': contentType }, limits: LIMITS });
  } catch {
    throw unreadable('The header Content-Type has no boundary.');
  }
}

async function contentOf(stream: BusboyFileStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of stream) chunks.push(chunk as Buffer);
  } catch {
    throw unreadable('The body ends within a part.');
  }
  const content = Buffer.concat(chunks);
  if (stream.truncated || content.length > MAX_FILE_BYTES)
    throw invalidRequest(`A file has at most ${MAX_FILE_BYTES} bytes.`, { code: 'file_too_large', param: FILE });
  return content;
}

function nameOf(filename: string | undefined): string | null {
  return filename === undefined || filename === '' ? null : filename.slice(0, 255);
}
