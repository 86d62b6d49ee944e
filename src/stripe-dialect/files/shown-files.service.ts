import { Injectable, StreamableFile } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { AccountData } from '../../platform/database/account-data.service.js';
import { insertNew } from '../../platform/database/driver-writes.js';
import { findPage } from '../../platform/database/page.js';
import { idIn } from '../../platform/worlds/world-ids.js';
import { ShownObjects } from '../objects.service.js';
import type { Call } from '../wire/call.js';
import { invalidRequest } from '../wire/dialect-error.js';
import type { Shown } from '../wire/expand.js';
import { created, idsWithin, LIST, listOf, pageOf } from '../wire/lists.js';
import { notThere, type Place } from '../wire/lookups.js';
import type { Upload } from '../wire/multipart.js';
import {
  flag,
  metadata,
  metadataAfter,
  object,
  oneOf,
  type ParamsOf,
  required,
  text,
  unixTime,
} from '../wire/params.js';
import { DialectFile, DialectFileContent, type FileLink } from './dialect-file.schema.js';
import { fileView } from './file-view.js';

const PURPOSES = [
  'account_requirement',
  'additional_verification',
  'business_icon',
  'business_logo',
  'customer_signature',
  'dispute_evidence',
  'identity_document',
  'issuing_regulatory_reporting',
  'pci_document',
  'platform_terms_of_service',
  'tax_document_user_upload',
  'terminal_android_apk',
  'terminal_reader_splashscreen',
  'terminal_wifi_certificate',
  'terminal_wifi_private_key',
] as const;

export const CREATE_FILE = {
  // Its hash, once it was read.
  file: required(text(100)),
  file_link_data: object({ create: required(flag), expires_at: unixTime, metadata }),
  purpose: required(oneOf(...PURPOSES)),
} as const;

export const LIST_FILES = { ...LIST, created, purpose: text(100) } as const;

const MEDIA_TYPE = /^[\w.+-]{1,100}\/[\w.+-]{1,100}$/;

/** The operations of files. All throw DialectErrors. */
@Injectable()
export class ShownFiles {
  constructor(
    @InjectModel(DialectFile.name) private readonly files: Model<DialectFile>,
    @InjectModel(DialectFileContent.name) private readonly contents: Model<DialectFileContent>,
    private readonly objects: ShownObjects,
    accountData: AccountData,
  ) {
    accountData.register({
      model: files,
      belongsTo: 'world',
      outlivesUser: false,
      copied: { ids: ['_id', 'link.id'] },
    });
    accountData.register({ model: contents, belongsTo: 'world', outlivesUser: false, copied: { ids: ['_id'] } });
    objects.register('file', async (call, id) => {
      const file = await this.find(call, id);
      return file && viewOf(call, file);
    });
  }

  async create(call: Call, sent: ParamsOf<typeof CREATE_FILE>, upload: Upload | null): Promise<Shown> {
    if (upload === null)
      throw invalidRequest('Invalid file: send it as a part of multipart/form-data.', { param: 'file' });
    const { content, filename, type } = upload;
    if (content.length === 0)
      throw invalidRequest('The file is empty.', { code: 'parameter_invalid_empty', param: 'file' });
    const { accountId, world } = call;
    const file: DialectFile = {
      _id: call.newId('file'),
      accountId,
      purpose: sent.purpose,
      filename,
      mediaType: MEDIA_TYPE.test(type) ? type.toLowerCase() : 'application/octet-stream',
      size: content.length,
      link: linkOf(call, sent.file_link_data),
      createdAt: world.now(),
    };
    await insertNew(this.contents, [{ _id: file._id, accountId, base64: content.toString('base64') }]);
    await insertNew(this.files, [file]);
    return this.objects.expanded(call, viewOf(call, file));
  }

  async retrieve(call: Call, id: string): Promise<Shown> {
    return this.objects.expanded(call, viewOf(call, await this.get(call, id, 'path')));
  }

  async list(call: Call, { created: bounds, purpose, ...asked }: ParamsOf<typeof LIST_FILES>): Promise<Shown> {
    const filter = { ...idsWithin('file', bounds), ...(purpose !== undefined && { purpose }) };
    const { data, hasMore } = await findPage(this.files, call.accountId, filter, pageOf(asked));
    const views = data.map((file) => viewOf(call, file));
    return this.objects.expanded(call, { ...listOf(call, { data: views, hasMore }) });
  }

  /** To be saved and not to be opened: clients send any type. */
  async content(call: Call, id: string): Promise<StreamableFile> {
    const { _id, accountId, filename, mediaType } = await this.get(call, id, 'path');
    const found = await this.contents.findOne({ _id, accountId }).lean<DialectFileContent>();
    if (!found) throw notThere('file', id, 'path');
    const name = encodeURIComponent(filename ?? id);
    return new StreamableFile(Buffer.from(found.base64, 'base64'), {
      type: mediaType,
      disposition: `attachment; filename*=UTF-8''${name}`,
    });
  }

  /** Throws a DialectError if there is no such file. */
  async get(call: Call, id: string, place: Place): Promise<DialectFile> {
    const file = await this.find(call, id);
    if (!file) throw notThere('file upload', id, place);
    return file;
  }

  private find({ accountId }: Call, id: string): Promise<DialectFile | null> {
    return this.files
      .findOne({ _id: idIn(accountId, id), accountId })
      .lean<DialectFile>()
      .exec();
  }
}

function viewOf({ base, world }: Call, file: DialectFile): Shown {
  return fileView(file, { base, now: world.now() });
}

function linkOf(call: Call, asked: ParamsOf<typeof CREATE_FILE>['file_link_data']): FileLink | null {
  if (asked?.create !== true) return null;
  return {
    id: call.newId('link'),
    createdAt: call.world.now(),
    expiresAt: asked.expires_at ?? null,
    metadata: metadataAfter({}, asked.metadata),
  };
}
