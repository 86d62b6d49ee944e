import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Idempotent } from '../idempotency/idempotent.decorator.js';
import type { RequestContext } from '../payments/request-context.js';
import { Context } from '../payments/request-context.decorator.js';
import { AllowedFor, ANY_ROLE, CurrentPrincipal } from '../platform/access/access.decorators.js';
import type { Principal } from '../platform/access/principal.js';
import { ApiErrors } from '../platform/errors/api-errors.decorator.js';
import { DisputeChanges } from './dispute-changes.service.js';
import { DisputesService } from './disputes.service.js';
import { DisputeDto, DisputePageDto, ListDisputesDto } from './dto/dispute.dto.js';
import { EvidenceDto } from './dto/evidence.dto.js';

const ApiDisputeId = () => ApiParam({ name: 'dispute_id', example: 'dsp_0193a5e2c7f11b2c3d4e5f60' });

@ApiTags('Disputes')
@Controller('disputes')
export class DisputesController {
  constructor(
    private readonly disputes: DisputesService,
    private readonly changes: DisputeChanges,
  ) {}

  @Get()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({ summary: 'List disputes', description: 'Newest first, without evidence and history.' })
  @ApiOkResponse({ type: DisputePageDto, description: 'A page of disputes.' })
  @ApiErrors('validation_failed')
  async listDisputes(
    @CurrentPrincipal() { accountId }: Principal,
    @Query() query: ListDisputesDto,
  ): Promise<DisputePageDto> {
    return DisputePageDto.from(await this.disputes.list(accountId, query.toFilter(), query.toPage()));
  }

  @Get(':dispute_id')
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiDisputeId()
  @ApiOperation({
    summary: 'Get a dispute',
    description: 'With its evidence, and its history with the reason of each change.',
  })
  @ApiOkResponse({ type: DisputeDto, description: 'The dispute.' })
  @ApiErrors('dispute_not_found')
  async getDispute(@CurrentPrincipal() { accountId }: Principal, @Param('dispute_id') id: string): Promise<DisputeDto> {
    return DisputeDto.from(await this.disputes.get(accountId, id));
  }

  @Post(':dispute_id/evidence')
  @HttpCode(HttpStatus.OK)
  @Idempotent()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiDisputeId()
  @ApiOperation({
    summary: 'Save evidence',
    description:
      'What is not given stays; null or an empty text removes a field. All fields together can have 200,000 characters, and the evidence of a dispute can be changed 50 times. Evidence counts when it is submitted.',
  })
  @ApiOkResponse({ type: DisputeDto, description: 'The dispute with all its evidence.' })
  @ApiErrors(
    'dispute_not_found',
    'payment_not_found',
    'dispute_not_open',
    'evidence_too_large',
    'too_many_evidence_changes',
  )
  async saveEvidence(
    @Context() context: RequestContext,
    @Param('dispute_id') id: string,
    @Body() body: EvidenceDto,
  ): Promise<DisputeDto> {
    return DisputeDto.from(await this.changes.saveEvidence(context, id, body));
  }

  @Post(':dispute_id/submit')
  @HttpCode(HttpStatus.OK)
  @Idempotent()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiDisputeId()
  @ApiOperation({
    summary: 'Submit the evidence',
    description: 'The dispute is under review, and its evidence final. The outcome comes after `DISPUTE_REVIEW_MS`.',
  })
  @ApiOkResponse({ type: DisputeDto, description: 'The dispute, under review.' })
  @ApiErrors('dispute_not_found', 'payment_not_found', 'dispute_not_open')
  async submitDispute(@Context() context: RequestContext, @Param('dispute_id') id: string): Promise<DisputeDto> {
    return DisputeDto.from(await this.changes.submit(context, id));
  }

  @Post(':dispute_id/accept')
  @HttpCode(HttpStatus.OK)
  @Idempotent()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiDisputeId()
  @ApiOperation({ summary: 'Accept a dispute', description: 'It is lost at once. An accepted inquiry moves no money.' })
  @ApiOkResponse({ type: DisputeDto, description: 'The dispute, accepted.' })
  @ApiErrors('dispute_not_found', 'payment_not_found', 'dispute_not_open')
  async acceptDispute(@Context() context: RequestContext, @Param('dispute_id') id: string): Promise<DisputeDto> {
    return DisputeDto.from(await this.changes.accept(context, id));
  }
}
