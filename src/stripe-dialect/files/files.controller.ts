import { Get, Param, Post, type StreamableFile } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { Call } from '../wire/call.js';
import { CurrentCall, DialectController, Operation, Params, Uploaded } from '../wire/dialect.decorators.js';
import type { Shown } from '../wire/expand.js';
import { MAX_MULTIPART_BYTES, type Upload } from '../wire/multipart.js';
import type { ParamsOf } from '../wire/params.js';
import { CREATE_FILE, LIST_FILES, ShownFiles } from './shown-files.service.js';

@DialectController('files')
export class DialectFilesController {
  constructor(private readonly files: ShownFiles) {}

  @Post()
  @RouteConfig({ bodyLimit: MAX_MULTIPART_BYTES })
  @Operation('Upload a file', CREATE_FILE)
  create(
    @CurrentCall() call: Call,
    @Params(CREATE_FILE) sent: ParamsOf<typeof CREATE_FILE>,
    @Uploaded() upload: Upload | null,
  ): Promise<Shown> {
    return this.files.create(call, sent, upload);
  }

  @Get()
  @Operation('List files', LIST_FILES)
  list(@CurrentCall() call: Call, @Params(LIST_FILES) asked: ParamsOf<typeof LIST_FILES>): Promise<Shown> {
    return this.files.list(call, asked);
  }

  @Get(':id')
  @Operation('Retrieve a file', {})
  retrieve(@CurrentCall() call: Call, @Params({}) _none: object, @Param('id') id: string): Promise<Shown> {
    return this.files.retrieve(call, id);
  }

  @Get(':id/contents')
  @Operation('Download a file', {})
  contents(@CurrentCall() call: Call, @Params({}) _none: object, @Param('id') id: string): Promise<StreamableFile> {
    return this.files.content(call, id);
  }
}
