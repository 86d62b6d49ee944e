import { Injectable } from '@nestjs/common';
import { PaymentListsService } from '../payments/payment-lists.service.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { DeliveriesService } from '../webhooks/deliveries.service.js';
import type { DashboardMetricsDto } from './dto/dashboard.dto.js';

@Injectable()
export class DashboardService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly payments: PaymentListsService,
    private readonly deliveries: DeliveriesService,
  ) {}

  async metrics(): Promise<DashboardMetricsDto> {
    const [usersByRole, paymentsByStatus, volumeByCurrency, deliveriesByStatus] = await Promise.all([
      this.accounts.countByRole(),
      this.payments.countByStatus(),
      this.payments.volumeByCurrency(),
      this.deliveries.countByStatus(),
    ]);
    return { usersByRole, paymentsByStatus, volumeByCurrency, deliveriesByStatus };
  }
}
