import { Body, Controller, Get, Header, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiProduces, ApiTags } from '@nestjs/swagger';
import { AllowedFor, ANY_ROLE, CurrentPrincipal } from '../platform/access/access.decorators.js';
import type { Principal } from '../platform/access/principal.js';
import { ApiErrors } from '../platform/errors/api-errors.decorator.js';
import { Idempotent, NewId } from '../idempotency/idempotent.decorator.js';
import { CertificationsService } from './certifications.service.js';
import {
  BeginCertificationDto,
  CertificationDto,
  CertificationPageDto,
  ListCertificationsDto,
} from './dto/certification.dto.js';

const ApiCertificationId = () => ApiParam({ name: 'certification_id', example: 'cert_0193a5e2c7f11b2c3d4e5f60' });

@ApiTags('Certifications')
@Controller('certifications')
export class CertificationsController {
  constructor(private readonly certifications: CertificationsService) {}

  @Post()
  @Idempotent()
  @HttpCode(HttpStatus.ACCEPTED)
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({
    summary: 'Certify a webhook handler',
    description:
      'Sends about 75 webhooks of made-up payments to your handler, right and wrong ones, and judges the answers. Takes less than 30 seconds. At most 3 run at once; the latest 100 are kept.',
  })
  @ApiAcceptedResponse({ type: CertificationDto, description: 'The certification, which runs now.' })
  @ApiErrors('too_many_certifications')
  async beginCertification(
    @CurrentPrincipal() principal: Principal,
    @NewId('cert') id: string,
    @Body() body: BeginCertificationDto,
  ): Promise<CertificationDto> {
    return CertificationDto.from(await this.certifications.begin(principal, id, body.toOrder()));
  }

  @Get()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({ summary: 'List certifications', description: 'Newest first.' })
  @ApiOkResponse({ type: CertificationPageDto, description: 'A page of certifications.' })
  @ApiErrors('validation_failed')
  async listCertifications(
    @CurrentPrincipal() { accountId }: Principal,
    @Query() query: ListCertificationsDto,
  ): Promise<CertificationPageDto> {
    return CertificationPageDto.from(await this.certifications.list(accountId, query.toPage()));
  }

  @Get(':certification_id')
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiCertificationId()
  @ApiOperation({ summary: 'Get a certification', description: 'Poll it until `status` is no longer `running`.' })
  @ApiOkResponse({ type: CertificationDto, description: 'The certification.' })
  @ApiErrors('certification_not_found')
  async getCertification(
    @CurrentPrincipal() { accountId }: Principal,
    @Param('certification_id') id: string,
  ): Promise<CertificationDto> {
    return CertificationDto.from(await this.certifications.get(accountId, id));
  }

  @Get(':certification_id/junit')
  @Header('content-type', 'application/xml; charset=utf-8')
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiCertificationId()
  @ApiOperation({
    summary: 'Get a certification as a JUnit report',
    description: 'One test case for each check, for your CI. Reports an error while the certification runs.',
  })
  @ApiProduces('application/xml')
  @ApiOkResponse({
    description: 'The report.',
    schema: {
      type: 'string',
      example: '<testsuites name="Webhook handler" tests="16" failures="0" errors="0" skipped="0"/>',
    },
  })
  @ApiErrors('certification_not_found')
  async getCertificationReport(
    @CurrentPrincipal() { accountId }: Principal,
    @Param('certification_id') id: string,
  ): Promise<string> {
    return this.certifications.junit(accountId, id);
  }
}
