import { Body, Controller, Ip, Patch } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AccountDto } from '../accounts/dto/account.dto.js';
import { AllowedFor, ANY_ROLE, CurrentPrincipal } from '../platform/access/access.decorators.js';
import type { Principal } from '../platform/access/principal.js';
import { ApiErrors } from '../platform/errors/api-errors.decorator.js';
import { RateClass } from '../rate-limit/rate-class.decorator.js';
import { ChangeAccountDto } from './dto/change-account.dto.js';
import { OwnAccountService } from './own-account.service.js';

@ApiTags('Accounts')
@Controller('users')
export class OwnAccountController {
  constructor(private readonly account: OwnAccountService) {}

  @Patch('me')
  @AllowedFor(ANY_ROLE, 'bearer')
  @RateClass('credentials')
  @ApiOperation({
    summary: 'Change your account',
    description:
      'Its name, e-mail or password. A new password ends all other tokens, console sessions and links to the console; API keys stay. An account without a password, such as the demo merchant, gets its first one without `currentPassword`.',
  })
  @ApiOkResponse({ type: AccountDto, description: 'The account as it is now.' })
  @ApiErrors('email_taken', 'current_password_wrong', 'admin_email_fixed', 'account_not_found', 'validation_failed')
  async changeAccount(
    @CurrentPrincipal() caller: Principal,
    @Body() body: ChangeAccountDto,
    @Ip() address: string,
  ): Promise<AccountDto> {
    return AccountDto.from(await this.account.change(caller, body.toChange(), address));
  }
}
