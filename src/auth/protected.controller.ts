import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AllowedFor, ANY_ROLE, CurrentPrincipal } from '../platform/access/access.decorators.js';
import { ProtectedDto } from './dto/protected.dto.js';
import type { Principal } from '../platform/access/principal.js';

@ApiTags('Accounts')
@Controller('protected')
export class ProtectedController {
  @Get()
  @AllowedFor(ANY_ROLE, 'bearer')
  @ApiOperation({ summary: 'Check a bearer token' })
  @ApiOkResponse({ type: ProtectedDto, description: 'The token is valid.' })
  checkToken(@CurrentPrincipal() principal: Principal): ProtectedDto {
    return ProtectedDto.from(principal);
  }
}
