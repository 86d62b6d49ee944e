import { Controller, Get, Header, UseInterceptors } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import { Unlimited } from '../rate-limit/unlimited.decorator.js';
import { Public } from '../platform/access/access.decorators.js';
import { LivenessDto, ReadinessDto } from './dto/status.dto.js';
import { MetricsService } from './metrics.service.js';
import { StatusService } from './status.service.js';
import { UnavailableInterceptor } from './unavailable.interceptor.js';

/** Routes for operators, outside the API's base path. */
@ApiTags('Operation')
@Unlimited()
@Controller()
export class HealthController {
  constructor(
    private readonly status: StatusService,
    private readonly metrics: MetricsService,
  ) {}

  @Get('health/live')
  @Public()
  @ApiOperation({ summary: 'Show that the process answers' })
  @ApiOkResponse({ type: LivenessDto, description: 'It does.' })
  getLiveness(): LivenessDto {
    return { status: 'ok' };
  }

  @Get('health/ready')
  @Public()
  @UseInterceptors(UnavailableInterceptor)
  @ApiOperation({ summary: 'Show whether requests can be served' })
  @ApiOkResponse({ type: ReadinessDto, description: 'The database answers and the workers run.' })
  @ApiServiceUnavailableResponse({ type: ReadinessDto, description: 'Something is missing; the body says what.' })
  async getReadiness(): Promise<ReadinessDto> {
    return ReadinessDto.from(await this.status.readiness());
  }

  @Get('metrics')
  @Public()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @ApiOperation({ summary: 'Show metrics in the text format of Prometheus' })
  @ApiProduces('text/plain')
  @ApiOkResponse({
    description: 'The metrics.',
    schema: { type: 'string', example: 'http_requests_total{method="GET",route="/api/v1/status",status="200"} 3' },
  })
  async getMetrics(): Promise<string> {
    return this.metrics.text();
  }
}
