import { publicId } from '../../platform/worlds/world-ids.js';
import { seconds } from '../wire/lists.js';
import type { DialectFile } from './dialect-file.schema.js';

const TYPES: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'image/gif': 'gif',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'text/csv': 'csv',
  'text/plain': 'txt',
};

const ENDING = /\.([a-z0-9]{1,8})$/i;

/** What a file shows besides itself. */
export interface FilePlace {
  /** Where the gateway was reached. */
  readonly base: string;
  readonly now: Date;
}

export function fileView(file: DialectFile, place: FilePlace) {
  const { _id, filename, mediaType, purpose, size, createdAt } = file;
  const id = publicId(_id);
  return {
    id,
    object: 'file',
    created: seconds(createdAt),
    expires_at: null,
    filename: filename ?? id,
    links: {
      object: 'list',
      data: linkView(file, place),
      has_more: false,
      url: `/v1/file_links?file=${id}`,
    },
    purpose,
    size,
    title: null,
    type: TYPES[mediaType] ?? ENDING.exec(filename ?? '')?.[1]?.toLowerCase() ?? null,
    url: contentsOf(id, place),
  };
}

function linkView({ _id, link }: DialectFile, place: FilePlace): object[] {
  if (link === null) return [];
  const { id, createdAt, expiresAt, metadata } = link;
  const expired = expiresAt !== null && expiresAt <= place.now;
  return [
    {
      id: publicId(id),
      object: 'file_link',
      created: seconds(createdAt),
      expired,
      expires_at: expiresAt && seconds(expiresAt),
      file: publicId(_id),
      livemode: false,
      metadata,
      url: expired ? null : contentsOf(publicId(_id), place),
    },
  ];
}

function contentsOf(id: string, { base }: FilePlace): string {
  return `${base}/v1/files/${id}/contents`;
}
