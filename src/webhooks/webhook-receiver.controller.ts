import { Controller, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOkResponse, ApiOperation, ApiProperty, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { API_KEY, Public } from '../platform/access/access.decorators.js';
import { ApiErrors } from '../platform/errors/api-errors.decorator.js';
import { Received } from './received.decorator.js';
import { type ReceivedMessage, WebhookReceiverService } from './webhook-receiver.service.js';

export class VerifiedDto {
  @ApiProperty({ example: 'verified' })
  readonly status!: string;
}

@ApiTags('Webhooks')
@Controller('webhook-receive')
export class WebhookReceiverController {
  constructor(private readonly receiver: WebhookReceiverService) {}

  // Public, because the service checks the key itself: the contract has its own message for a wrong key here.
  @Post()
  @HttpCode(HttpStatus.OK)
  @Public()
  @ApiSecurity(API_KEY)
  @ApiOperation({
    summary: 'Verify a webhook',
    description:
      'A receiver to try signatures out on: they are checked against the raw bytes. Send `X-Signature`, the three headers of Standard Webhooks, or both.',
  })
  @ApiHeader({ name: 'X-Signature', description: 'Lower-case hex HMAC-SHA256 of the body with your webhook secret.' })
  @ApiHeader({ name: 'webhook-id', description: 'Accepted once.' })
  @ApiHeader({ name: 'webhook-timestamp', description: 'Unix seconds, at most 5 minutes off.' })
  @ApiHeader({ name: 'webhook-signature', description: 'Space-separated `v1,<base64>` signatures.' })
  @ApiBody({ schema: { type: 'object', additionalProperties: true }, description: 'What was signed.' })
  @ApiOkResponse({ type: VerifiedDto, description: 'The signature is right.' })
  @ApiErrors('api_key_invalid', 'signature_invalid', 'webhook_replayed', 'validation_failed')
  async receiveWebhook(@Received() message: ReceivedMessage): Promise<VerifiedDto> {
    await this.receiver.verify(message);
    return { status: 'verified' };
  }
}
