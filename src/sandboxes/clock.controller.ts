import { Body, Controller, Get, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AllowedFor, ANY_ROLE, CurrentPrincipal } from '../platform/access/access.decorators.js';
import type { Principal } from '../platform/access/principal.js';
import { ApiErrors } from '../platform/errors/api-errors.decorator.js';
import { Gone } from '../platform/http/gone.decorator.js';
import { ClockService } from './clock.service.js';
import { AdvanceClockDto, AdvancedClockDto, ClockDto } from './dto/clock.dto.js';

@ApiTags('Sandboxes')
@Controller('clock')
export class ClockController {
  constructor(private readonly clocks: ClockService) {}

  @Get()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({ summary: 'Show the clock of your account' })
  @ApiOkResponse({ type: ClockDto, description: 'The clock.' })
  async getClock(@CurrentPrincipal() caller: Principal): Promise<ClockDto> {
    return ClockDto.from(await this.clocks.show(caller));
  }

  @Post('advance')
  @HttpCode(HttpStatus.OK)
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({
    summary: 'Advance a virtual clock',
    description:
      'Answers when all that was due in between has happened, in order of time, webhooks to your server included.',
  })
  @ApiOkResponse({ type: AdvancedClockDto, description: 'What was done.' })
  @ApiErrors('clock_is_real', 'clock_busy', 'validation_failed')
  async advanceClock(
    @CurrentPrincipal() caller: Principal,
    @Body() body: AdvanceClockDto,
    @Gone() gone: AbortSignal,
  ): Promise<AdvancedClockDto> {
    return AdvancedClockDto.from(await this.clocks.advance(caller, body.toAdvance(), gone));
  }
}
