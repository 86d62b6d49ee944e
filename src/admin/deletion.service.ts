import { Injectable } from '@nestjs/common';
import type { Principal } from '../platform/access/principal.js';
import { DomainError } from '../platform/errors/domain-error.js';
import { CertificationsService } from '../certifications/certifications.service.js';
import { PaymentMethodsService } from '../payment-methods/payment-methods.service.js';
import { PaymentDeletionService } from '../payments/payment-deletion.service.js';
import { ADMINISTRATORS } from '../platform/access/role.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { WebhookEndpointsService } from '../webhooks/webhook-endpoints.service.js';

class InvalidResourceTypeError extends DomainError {
  readonly code = 'invalid_resource_type';
  constructor() {
    super("Invalid resource type. Must be 'transactions' or 'users'.");
  }
}

class MayNotDeleteUsersError extends DomainError {
  readonly code = 'role_not_allowed';
  constructor() {
    super('Access denied. Only system_admin/admin can delete users.');
  }
}

/** Serves the v1 route `DELETE /{resource}/{resource_id}`, which deletes payments and users. */
@Injectable()
export class DeletionService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly payments: PaymentDeletionService,
    private readonly paymentMethods: PaymentMethodsService,
    private readonly endpoints: WebhookEndpointsService,
    private readonly certifications: CertificationsService,
  ) {}

  /**
   * Returns the message for the caller. Throws InvalidResourceTypeError if the resource is neither payments nor users,
   * MayNotDeleteUsersError if the caller is no administrator, and the errors of deleting a payment or an account.
   */
  async delete(caller: Principal, resource: string, id: string, requestId: string): Promise<string> {
    switch (resource.toLowerCase()) {
      case 'transactions':
        await this.payments.delete(caller, id, requestId);
        return `Transaction '${id}' deleted successfully.`;
      case 'users':
        if (!ADMINISTRATORS.includes(caller.role)) throw new MayNotDeleteUsersError();
        await this.accounts.delete(caller.accountId, id);
        // What a crash leaves behind has no effect: the account's keys are gone, and webhooks check that it exists.
        await Promise.all([
          this.endpoints.deleteAll(id),
          this.paymentMethods.deleteAll(id),
          this.certifications.deleteAll(id),
        ]);
        return `User '${id}' deleted successfully.`;
      default:
        throw new InvalidResourceTypeError();
    }
  }
}
