import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AllowedFor, ANY_ROLE, CurrentPrincipal } from '../platform/access/access.decorators.js';
import type { Principal } from '../platform/access/principal.js';
import { ApiErrors } from '../platform/errors/api-errors.decorator.js';
import { ListRequestLogsDto, RequestLogPageDto } from './dto/request-log.dto.js';
import { RequestLogsService } from './request-logs.service.js';

@ApiTags('Request logs')
@Controller('request-logs')
export class RequestLogsController {
  constructor(private readonly logs: RequestLogsService) {}

  @Get()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({
    summary: 'List your requests',
    description: 'Of the last 7 days, newest first. A request appears within a second of its answer.',
  })
  @ApiOkResponse({ type: RequestLogPageDto, description: 'A page of requests.' })
  @ApiErrors('validation_failed')
  async listRequestLogs(
    @CurrentPrincipal() { accountId }: Principal,
    @Query() query: ListRequestLogsDto,
  ): Promise<RequestLogPageDto> {
    return RequestLogPageDto.from(await this.logs.list(accountId, query.toFilter(), query.toPage()));
  }
}
