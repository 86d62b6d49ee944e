import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  HttpStatus,
  Ip,
  Param,
  Patch,
  Post,
  Query,
  UseGuards,
} from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AllowedFor, ANY_ROLE, CurrentPrincipal, Public } from '../platform/access/access.decorators.js';
import type { Principal } from '../platform/access/principal.js';
import { ADMINISTRATORS } from '../platform/access/role.js';
import { ApiErrors } from '../platform/errors/api-errors.decorator.js';
import { BaseUrl } from '../platform/http/base-url.decorator.js';
import { NoStore } from '../platform/http/no-store.decorator.js';
import { NewId } from '../idempotency/idempotent.decorator.js';
import {
  ChangeSandboxDto,
  CreatedSandboxDto,
  CreateSandboxDto,
  DeletedSandboxDto,
  ListSandboxesDto,
  SandboxDto,
  SandboxPageDto,
} from './dto/sandbox.dto.js';
import { CreateSnapshotDto, RestoreDto, SnapshotDto, SnapshotExportDto, SnapshotListDto } from './dto/snapshot.dto.js';
import { SandboxCreationGuard } from './sandbox-creation.guard.js';
import { SandboxSnapshotsService } from './sandbox-snapshots.service.js';
import { SandboxesService } from './sandboxes.service.js';

/** An export can be sent as the snapshot of a new sandbox. */
const CREATION_LIMIT_BYTES = 32 * 1024 * 1024;

@ApiTags('Sandboxes')
@Controller()
export class SandboxesController {
  constructor(
    private readonly sandboxes: SandboxesService,
    private readonly snapshots: SandboxSnapshotsService,
  ) {}

  @Post('sandboxes')
  @Public()
  @NoStore()
  @UseGuards(SandboxCreationGuard)
  @RouteConfig({ bodyLimit: CREATION_LIMIT_BYTES })
  @ApiOperation({
    summary: 'Create a sandbox',
    description:
      'An account for a test: empty, with keys of its own, and if you like with a clock that you advance. In production for administrators only, with `SANDBOXES=on`.',
  })
  @ApiCreatedResponse({ type: CreatedSandboxDto, description: 'The sandbox, with its keys.' })
  @ApiErrors('sandboxes_off', 'role_not_allowed', 'snapshot_not_found', 'validation_failed', 'too_many_sandboxes')
  async createSandbox(
    @Body() body: CreateSandboxDto,
    @Ip() address: string,
    @BaseUrl() base: string,
  ): Promise<CreatedSandboxDto> {
    return CreatedSandboxDto.of(await this.sandboxes.create(body.toSandbox(), { address, base }));
  }

  @Get('sandboxes/current')
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({ summary: 'Show your sandbox' })
  @ApiOkResponse({ type: SandboxDto, description: 'The sandbox.' })
  @ApiErrors('not_a_sandbox')
  async getSandbox(@CurrentPrincipal() caller: Principal, @BaseUrl() base: string): Promise<SandboxDto> {
    return SandboxDto.from(await this.sandboxes.current(caller, base));
  }

  @Patch('sandboxes/current')
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({ summary: 'Change your sandbox', description: 'Its name and its settings; the rest stays as it is.' })
  @ApiOkResponse({ type: SandboxDto, description: 'The sandbox as it is now.' })
  @ApiErrors('not_a_sandbox', 'validation_failed')
  async changeSandbox(
    @CurrentPrincipal() caller: Principal,
    @Body() body: ChangeSandboxDto,
    @BaseUrl() base: string,
  ): Promise<SandboxDto> {
    return SandboxDto.from(await this.sandboxes.change(caller, body.toChange(), base));
  }

  @Delete('sandboxes/current')
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({
    summary: 'Delete your sandbox',
    description: 'With all that it owns; its keys stop working at once.',
  })
  @ApiOkResponse({ type: DeletedSandboxDto, description: 'It is gone.' })
  @ApiErrors('not_a_sandbox')
  async deleteSandbox(@CurrentPrincipal() caller: Principal): Promise<DeletedSandboxDto> {
    return { message: `Sandbox '${await this.sandboxes.delete(caller)}' deleted successfully.` };
  }

  @Post('sandboxes/current/reset')
  @HttpCode(HttpStatus.OK)
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({
    summary: 'Reset your sandbox',
    description: 'Empty again, with the same keys; ids begin anew, and the clock shows where it began.',
  })
  @ApiOkResponse({ type: SandboxDto, description: 'The sandbox, empty.' })
  @ApiErrors('not_a_sandbox', 'clock_busy')
  async resetSandbox(@CurrentPrincipal() caller: Principal, @BaseUrl() base: string): Promise<SandboxDto> {
    return SandboxDto.from(await this.sandboxes.reset(caller, base));
  }

  @Post('sandboxes/current/snapshots')
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({ summary: 'Take a snapshot', description: 'Of all that your sandbox owns. It can have 20.' })
  @ApiCreatedResponse({ type: SnapshotDto, description: 'The snapshot.' })
  @ApiErrors('not_a_sandbox', 'clock_busy', 'too_many_snapshots', 'snapshot_too_large', 'validation_failed')
  async createSnapshot(
    @CurrentPrincipal() caller: Principal,
    @NewId('snap') id: string,
    @Body() { name }: CreateSnapshotDto,
  ): Promise<SnapshotDto> {
    return SnapshotDto.from(await this.snapshots.create(caller, id, name ?? null));
  }

  @Get('sandboxes/current/snapshots')
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({ summary: 'List your snapshots', description: 'Newest first.' })
  @ApiOkResponse({ type: SnapshotListDto, description: 'The snapshots.' })
  @ApiErrors('not_a_sandbox')
  async listSnapshots(@CurrentPrincipal() caller: Principal): Promise<SnapshotListDto> {
    return SnapshotListDto.from(await this.snapshots.list(caller));
  }

  @Post('sandboxes/current/restore')
  @HttpCode(HttpStatus.OK)
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({
    summary: 'Restore a snapshot',
    description: 'Your sandbox owns what it owned then, and its clock shows the time of then.',
  })
  @ApiOkResponse({ type: SandboxDto, description: 'The sandbox as it was.' })
  @ApiErrors('not_a_sandbox', 'snapshot_not_found', 'clock_busy', 'validation_failed')
  async restoreSnapshot(
    @CurrentPrincipal() caller: Principal,
    @Body() { snapshot }: RestoreDto,
    @BaseUrl() base: string,
  ): Promise<SandboxDto> {
    return SandboxDto.from(await this.snapshots.restore(caller, snapshot, base));
  }

  @Get('snapshots/:snapshot_id/export')
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiParam({ name: 'snapshot_id', example: 'snap_0193a5e2c7f11b2c3d4e5f60' })
  @ApiOperation({
    summary: 'Export a snapshot',
    description: 'As one JSON document, which `POST /sandboxes` takes as `snapshot` on any machine.',
  })
  @ApiOkResponse({ type: SnapshotExportDto, description: 'The document.' })
  @ApiErrors('not_a_sandbox', 'snapshot_not_found')
  async exportSnapshot(
    @CurrentPrincipal() caller: Principal,
    @Param('snapshot_id') id: string,
  ): Promise<SnapshotExportDto> {
    return this.snapshots.export(caller, id);
  }

  @Get('admin/sandboxes')
  @AllowedFor(ADMINISTRATORS, 'bearer')
  @ApiOperation({ summary: 'List all sandboxes', description: 'For administrators, newest first.' })
  @ApiOkResponse({ type: SandboxPageDto, description: 'A page of sandboxes.' })
  @ApiErrors('validation_failed')
  async listSandboxes(@Query() query: ListSandboxesDto, @BaseUrl() base: string): Promise<SandboxPageDto> {
    return SandboxPageDto.from(await this.sandboxes.list(query.toPage(), base));
  }
}
