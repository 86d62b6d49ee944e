import { Controller, Delete, Param } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOkResponse, ApiOperation, ApiParam, ApiProperty, ApiTags } from '@nestjs/swagger';
import { AllowedFor, ANY_ROLE, CurrentPrincipal } from '../platform/access/access.decorators.js';
import type { Principal } from '../platform/access/principal.js';
import { ApiErrors } from '../platform/errors/api-errors.decorator.js';
import { RequestId } from '../platform/http/request-id.js';
import { DeletionService } from './deletion.service.js';

export class DeletedDto {
  @ApiProperty({ example: "Transaction 'txn_0193a5e2c7f11b2c3d4e5f60' deleted successfully." })
  readonly message!: string;
}

@ApiTags('Administration')
@Controller()
export class DeletionController {
  constructor(private readonly deletion: DeletionService) {}

  // For other methods only these two resources are known paths, not every path of two segments.
  @RouteConfig({ knownAs: '/:resource(^transactions$|^users$)/:resource_id' })
  @Delete(':resource/:resource_id')
  @AllowedFor(ANY_ROLE, 'bearer')
  @ApiOperation({
    summary: 'Delete a payment or a user',
    description:
      'A payment by its owner or an administrator, a user by an administrator. Of a payment that was captured an anonymous record of its sums remains.',
  })
  @ApiParam({
    name: 'resource',
    enum: ['transactions', 'users'],
    enumName: 'DeletableResource',
    description: 'In upper or lower case.',
  })
  @ApiParam({ name: 'resource_id', example: 'txn_0193a5e2c7f11b2c3d4e5f60' })
  @ApiOkResponse({ type: DeletedDto, description: 'It is gone.' })
  @ApiErrors(
    'invalid_resource_type',
    'own_account',
    'role_not_allowed',
    'not_owner',
    'payment_not_found',
    'account_not_found',
  )
  async deleteResource(
    @CurrentPrincipal() caller: Principal,
    @Param('resource') resource: string,
    @Param('resource_id') id: string,
    @RequestId() requestId: string,
  ): Promise<DeletedDto> {
    return { message: await this.deletion.delete(caller, resource, id, requestId) };
  }
}
