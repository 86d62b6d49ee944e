import { Controller, Get, Query, type StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AllowedFor, ANY_ROLE, CurrentPrincipal } from '../platform/access/access.decorators.js';
import type { Principal } from '../platform/access/principal.js';
import { ApiErrors } from '../platform/errors/api-errors.decorator.js';
import { LastEventId, SendsEvents } from '../platform/streams/event-stream.decorator.js';
import { CurrentConnection, type StreamConnection } from '../platform/streams/stream-connection.decorator.js';
import { ListRequestLogsDto, RequestLogPageDto } from './dto/request-log.dto.js';
import { StreamRequestLogsDto } from './dto/stream-request-logs.dto.js';
import { RequestLogTail } from './request-log-tail.service.js';
import { RequestLogsService } from './request-logs.service.js';

@ApiTags('Request logs')
@Controller('request-logs')
export class RequestLogsController {
  constructor(
    private readonly logs: RequestLogsService,
    private readonly tail: RequestLogTail,
  ) {}

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

  @Get('stream')
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({
    summary: 'Stream your requests',
    description:
      'Server-sent events, for `EventSource` or `curl -N`: each request within a second of its answer. With `Last-Event-ID` or `after`, first those since a few seconds before that one. The stream ends when its credentials become invalid, and when a sandbox is reset or restored; its own request appears then.',
  })
  @SendsEvents({
    prefix: 'log',
    description: 'Of each request its `id`, `request` as `event`, and as `data` what the list shows of it.',
    example:
      'retry: 1000\n\nid: log_0193a5e2c7f11b2c3d4e5f60\nevent: request\ndata: {"id":"log_0193a5e2c7f11b2c3d4e5f60","requestId":"req_0193a5e2c7f11b2c3d4e5f60","method":"GET","path":"/api/v1/status","status":200,"ms":3.2,"idempotencyKey":null,"errorCode":null,"requestBody":null,"responseBody":null,"createdAt":"2025-11-06T11:13:58.910Z"}\n\n',
  })
  async streamRequestLogs(
    @CurrentPrincipal() caller: Principal,
    @Query() query: StreamRequestLogsDto,
    @LastEventId('log') lastId: string | null,
    @CurrentConnection() connection: StreamConnection,
  ): Promise<StreamableFile> {
    return this.tail.stream(caller, query.toFilter(), lastId ?? query.after ?? null, connection);
  }
}
