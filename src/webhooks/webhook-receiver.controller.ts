import { Controller, HttpCode, HttpStatus, Post, RawBody } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOkResponse, ApiOperation, ApiProperty, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { API_KEY, Public } from '../auth/access.decorators.js';
import { ApiErrors } from '../common/api-errors.decorator.js';
import { RequiredHeaders } from '../common/validation/headers.decorator.js';
import { WebhookReceiverService } from './webhook-receiver.service.js';

export class VerifiedDto {
  @ApiProperty({ example: 'verified' })
  readonly status!: string;
}

@ApiTags('Webhooks')
@Controller('webhook-receive')
export class WebhookReceiverController {
  constructor(private readonly receiver: WebhookReceiverService) {}

  // Public to the guards: the service checks the key, whose refusal has words of its own here.
  @Post()
  @HttpCode(HttpStatus.OK)
  @Public()
  @ApiSecurity(API_KEY)
  @ApiOperation({ summary: 'Verify a webhook', description: 'A receiver to try signatures out on: the signature is checked against the raw bytes.' })
  @ApiHeader({ name: 'X-Signature', required: true, description: 'Lower-case hex HMAC-SHA256 of the body with your webhook secret.' })
  @ApiBody({ schema: { type: 'object', additionalProperties: true }, description: 'What was signed.' })
  @ApiOkResponse({ type: VerifiedDto, description: 'The signature is right.' })
  @ApiErrors({ 401: 'The API key is unknown, or the signature is wrong.', 422: 'A header is missing.' })
  async receiveWebhook(@RequiredHeaders(['X-API-Key', 'X-Signature']) [apiKey = '', signature = '']: string[], @RawBody() body: Buffer | undefined): Promise<VerifiedDto> {
    await this.receiver.verify(apiKey, signature, body ?? Buffer.alloc(0));
    return { status: 'verified' };
  }
}
