import { Injectable } from '@nestjs/common';
import { PaymentListsService } from '../payments/payment-lists.service.js';
import { UsersService } from '../accounts/users.service.js';
import { DeliveriesService } from '../webhooks/deliveries.service.js';
import type { DashboardMetricsDto } from './dto/dashboard.dto.js';

@Injectable()
export class DashboardService {
  constructor(
    private readonly users: UsersService,
    private readonly payments: PaymentListsService,
    private readonly deliveries: DeliveriesService,
  ) {}

  async metrics(): Promise<DashboardMetricsDto> {
    const [usersByRole, paymentsByStatus, volumeByCurrency, deliveriesByStatus] = await Promise.all([
      this.users.countByRole(),
      this.payments.countByStatus(),
      this.payments.volumeByCurrency(),
      this.deliveries.countByStatus(),
    ]);
    return { usersByRole, paymentsByStatus, volumeByCurrency, deliveriesByStatus };
  }
}
