import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Param, Post, Query, UseGuards } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { AllowedFor, ANY_ROLE, CurrentPrincipal } from '../platform/access/access.decorators.js';
import type { Principal } from '../platform/access/principal.js';
import { ApiErrors } from '../platform/errors/api-errors.decorator.js';
import { Idempotent, NewId } from '../idempotency/idempotent.decorator.js';
import { CreateFaultDto, FaultDto, FaultPageDto, ListFaultsDto } from './dto/fault.dto.js';
import { FaultsOnGuard } from './faults-on.guard.js';
import { FaultsService } from './faults.service.js';

const ApiFaultId = () => ApiParam({ name: 'fault_id', example: 'flt_0193a5e2c7f11b2c3d4e5f60' });

@ApiTags('Faults')
@Controller('faults')
@UseGuards(FaultsOnGuard)
export class FaultsController {
  constructor(private readonly faults: FaultsService) {}

  @Post()
  @Idempotent()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({
    summary: 'Ask for a fault',
    description:
      'Lets requests or webhooks of your account go wrong: see docs/faults.md. Of several faults that match, the oldest that can still hit decides. For a single request, send the header `X-Fault: after; reset`.',
  })
  @ApiCreatedResponse({ type: FaultDto, description: 'The fault.' })
  @ApiErrors('faults_off', 'too_many_faults', 'validation_failed')
  async createFault(
    @CurrentPrincipal() principal: Principal,
    @NewId('flt') id: string,
    @Body() body: CreateFaultDto,
  ): Promise<FaultDto> {
    return FaultDto.from(await this.faults.create(principal, id, body.toFault()));
  }

  @Get()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({
    summary: 'List faults',
    description: 'Newest first, each with whom it hit and what really happened.',
  })
  @ApiOkResponse({ type: FaultPageDto, description: 'A page of faults.' })
  @ApiErrors('faults_off', 'validation_failed')
  async listFaults(@CurrentPrincipal() { accountId }: Principal, @Query() query: ListFaultsDto): Promise<FaultPageDto> {
    return FaultPageDto.from(await this.faults.list(accountId, query.toPage()));
  }

  @Get(':fault_id')
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiFaultId()
  @ApiOperation({ summary: 'Get a fault', description: 'With whom it hit and what really happened.' })
  @ApiOkResponse({ type: FaultDto, description: 'The fault.' })
  @ApiErrors('faults_off', 'fault_not_found')
  async getFault(@CurrentPrincipal() { accountId }: Principal, @Param('fault_id') id: string): Promise<FaultDto> {
    return FaultDto.from(await this.faults.get(accountId, id));
  }

  @Delete(':fault_id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiFaultId()
  @ApiOperation({ summary: 'Delete a fault' })
  @ApiNoContentResponse({ description: 'The fault is gone.' })
  @ApiErrors('faults_off', 'fault_not_found')
  async deleteFault(@CurrentPrincipal() { accountId }: Principal, @Param('fault_id') id: string): Promise<void> {
    await this.faults.delete(accountId, id);
  }

  @Delete()
  @HttpCode(HttpStatus.NO_CONTENT)
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({ summary: 'Delete all faults' })
  @ApiNoContentResponse({ description: 'The account has no faults.' })
  @ApiErrors('faults_off')
  async deleteFaults(@CurrentPrincipal() { accountId }: Principal): Promise<void> {
    await this.faults.deleteAll(accountId);
  }
}
