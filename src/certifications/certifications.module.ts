import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AccountsModule } from '../accounts/accounts.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { Certification, CertificationSchema } from './certification.schema.js';
import { CertificationRunner } from './certification-runner.service.js';
import { CertificationRuns } from './certification-runs.worker.js';
import { CertificationStore } from './certification-store.service.js';
import { CertificationsController } from './certifications.controller.js';
import { CertificationsService } from './certifications.service.js';

@Module({
  imports: [
    AccountsModule,
    WebhooksModule,
    MongooseModule.forFeature([{ name: Certification.name, schema: CertificationSchema }]),
  ],
  controllers: [CertificationsController],
  providers: [CertificationRunner, CertificationRuns, CertificationStore, CertificationsService],
  exports: [CertificationsService],
})
export class CertificationsModule {}
