import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ADMINISTRATORS } from '../platform/access/role.js';
import { AllowedFor, CurrentPrincipal } from '../platform/access/access.decorators.js';
import type { Principal } from '../platform/access/principal.js';
import { DashboardService } from './dashboard.service.js';
import { DashboardDto } from './dto/dashboard.dto.js';

@ApiTags('Administration')
@Controller('admin/dashboard')
export class DashboardController {
  constructor(private readonly dashboard: DashboardService) {}

  @Get()
  @AllowedFor(ADMINISTRATORS, 'bearer')
  @ApiOperation({ summary: 'Show figures over all users' })
  @ApiOkResponse({ type: DashboardDto, description: 'The figures.' })
  async getAdminDashboard(@CurrentPrincipal() principal: Principal): Promise<DashboardDto> {
    return DashboardDto.of(principal, await this.dashboard.metrics());
  }
}
