import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { UsersService } from '../accounts/users.service.js';
import { AllowedFor } from '../platform/access/access.decorators.js';
import { ADMINISTRATORS } from '../platform/access/role.js';
import { ApiErrors } from '../platform/errors/api-errors.decorator.js';
import { ListUsersDto, UserPageDto } from './dto/user.dto.js';

@ApiTags('Administration')
@Controller('admin/users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Get()
  @AllowedFor(ADMINISTRATORS, 'bearer')
  @ApiOperation({
    summary: 'List all users',
    description: 'Newest first. Sandboxes have their own list, `GET /admin/sandboxes`.',
  })
  @ApiOkResponse({ type: UserPageDto, description: 'A page of users.' })
  @ApiErrors('validation_failed')
  async listUsers(@Query() query: ListUsersDto): Promise<UserPageDto> {
    return UserPageDto.from(await this.users.list(query.toFilter(), query.toPage()));
  }
}
