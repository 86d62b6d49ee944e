import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AllowedFor, ANY_ROLE, CurrentPrincipal } from '../platform/access/access.decorators.js';
import type { Principal } from '../platform/access/principal.js';
import { DoubleChargesService } from './double-charges.service.js';
import { DoubleChargeListDto } from './dto/double-charge.dto.js';

@ApiTags('Faults')
@Controller('double-charges')
export class DoubleChargesController {
  constructor(private readonly doubleCharges: DoubleChargesService) {}

  @Get()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({
    summary: 'List double charges',
    description: 'What took, or may take, the money of a customer twice, with the payments and requests.',
  })
  @ApiOkResponse({ type: DoubleChargeListDto, description: 'The double charges; empty if there are none.' })
  async listDoubleCharges(@CurrentPrincipal() { accountId }: Principal): Promise<DoubleChargeListDto> {
    return DoubleChargeListDto.of(await this.doubleCharges.list(accountId));
  }
}
