import { Controller, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ConsoleLinks } from '../auth/console-links.service.js';
import { AllowedFor, ANY_ROLE, CurrentPrincipal } from '../platform/access/access.decorators.js';
import type { Principal } from '../platform/access/principal.js';
import { ApiErrors } from '../platform/errors/api-errors.decorator.js';
import { BaseUrl } from '../platform/http/base-url.decorator.js';
import { NoStore } from '../platform/http/no-store.decorator.js';
import { ConsoleLinkDto } from './dto/console-link.dto.js';

@ApiTags('Console')
@Controller('console/links')
export class ConsoleLinksController {
  constructor(private readonly links: ConsoleLinks) {}

  @Post()
  @NoStore()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({
    summary: 'Make a one-time link to the console',
    description:
      'It signs a browser in to your account, once, within 24 hours, unless the password is changed before. Not in production.',
  })
  @ApiCreatedResponse({ type: ConsoleLinkDto, description: 'The link.' })
  @ApiErrors('console_links_off', 'account_not_found')
  async createConsoleLink(
    @CurrentPrincipal() { accountId }: Principal,
    @BaseUrl() base: string,
  ): Promise<ConsoleLinkDto> {
    return ConsoleLinkDto.from(await this.links.create(accountId, base));
  }
}
