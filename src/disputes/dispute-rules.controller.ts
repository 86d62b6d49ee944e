import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AllowedFor, ANY_ROLE } from '../platform/access/access.decorators.js';
import { DisputeRulesDto } from './dto/dispute-rules.dto.js';

@ApiTags('Disputes')
@Controller('dispute-rules')
export class DisputeRulesController {
  @Get()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({ summary: 'Get what decides disputes', description: 'Which evidence wins for each reason.' })
  @ApiOkResponse({ type: DisputeRulesDto, description: 'The rules.' })
  getDisputeRules(): DisputeRulesDto {
    return DisputeRulesDto.all;
  }
}
