import { Body, Controller, HttpCode, HttpStatus, Ip, Post } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors } from '../platform/errors/api-errors.decorator.js';
import { NoStore } from '../platform/http/no-store.decorator.js';
import { RateClass } from '../rate-limit/rate-class.decorator.js';
import { AllowedFor, ANY_ROLE, CurrentPrincipal, Public } from '../platform/access/access.decorators.js';
import { LoginDto, SessionDto } from './dto/login.dto.js';
import type { Principal } from '../platform/access/principal.js';
import { SessionsService } from './sessions.service.js';

@ApiTags('Accounts')
@Controller('users')
export class SessionsController {
  constructor(private readonly sessions: SessionsService) {}

  @Post('login')
  @HttpCode(HttpStatus.OK)
  @Public()
  @RateClass('credentials')
  @NoStore()
  @ApiOperation({
    summary: 'Log in',
    description: 'Answers a bearer token. Repeated failures are slowed down, then refused for a while.',
  })
  @ApiOkResponse({ type: SessionDto, description: 'The token.' })
  @ApiErrors('credentials_invalid', 'validation_failed')
  async login(@Body() { email, password }: LoginDto, @Ip() address: string): Promise<SessionDto> {
    return SessionDto.from(await this.sessions.login(email, password, address));
  }

  @Post('logout')
  @HttpCode(HttpStatus.NO_CONTENT)
  @AllowedFor(ANY_ROLE, 'bearer')
  @ApiOperation({ summary: 'Log out', description: 'Revokes the token that the request came with.' })
  @ApiNoContentResponse({ description: 'The token is worth nothing from now on.' })
  async logout(@CurrentPrincipal() { tokenId }: Principal): Promise<void> {
    await this.sessions.logout(tokenId);
  }
}
