import { Controller, Get, UseInterceptors } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import { Public } from '../platform/access/access.decorators.js';
import { StatusDto } from './dto/status.dto.js';
import { StatusService } from './status.service.js';
import { UnavailableInterceptor } from './unavailable.interceptor.js';

@ApiTags('Status')
@Controller('status')
export class StatusController {
  constructor(private readonly status: StatusService) {}

  @Get()
  @Public()
  @UseInterceptors(UnavailableInterceptor)
  @ApiOperation({ summary: 'Show whether the gateway works' })
  @ApiOkResponse({ type: StatusDto, description: 'It works.' })
  @ApiServiceUnavailableResponse({
    type: StatusDto,
    description: 'The database cannot be reached: `status` is `degraded`.',
  })
  async getStatus(): Promise<StatusDto> {
    return StatusDto.of(await this.status.totalTransactions(), this.status.lastRestart);
  }
}
