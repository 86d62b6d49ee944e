import { Controller, Get, Param, Query, type StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiProduces, ApiTags } from '@nestjs/swagger';
import { AllowedFor, ANY_ROLE, CurrentPrincipal } from '../platform/access/access.decorators.js';
import type { Principal } from '../platform/access/principal.js';
import { ApiErrors } from '../platform/errors/api-errors.decorator.js';
import { CsvFiles } from './csv-files.service.js';
import { CSV_EXAMPLE, ListSettlementsDto, SettlementDto, SettlementPageDto } from './dto/settlement.dto.js';
import { settlementView } from './settlement-view.js';
import { SettlementsService } from './settlements.service.js';

const ApiSettlementId = () => ApiParam({ name: 'settlement_id', example: 'set_0193a5e2c7f11b2c3d4e5f60' });

@ApiTags('Settlements')
@Controller('settlements')
export class SettlementsController {
  constructor(
    private readonly settlements: SettlementsService,
    private readonly csvFiles: CsvFiles,
  ) {}

  @Get()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiOperation({
    summary: 'List settlement reports',
    description: 'Those of payouts, newest first, or those of a day, one for each currency.',
  })
  @ApiOkResponse({ type: SettlementPageDto, description: 'A page of reports, without their rows.' })
  @ApiErrors('validation_failed')
  async listSettlements(
    @CurrentPrincipal() reader: Principal,
    @Query() query: ListSettlementsDto,
  ): Promise<SettlementPageDto> {
    return SettlementPageDto.from(await this.settlements.list(reader, query.toFilter(), query.toPage()));
  }

  @Get(':settlement_id')
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiSettlementId()
  @ApiOperation({
    summary: 'Get a settlement report',
    description: 'One row for each balance transaction; the totals are the sums of the rows.',
  })
  @ApiOkResponse({ type: SettlementDto, description: 'The report.' })
  @ApiErrors('settlement_not_found')
  async getSettlement(
    @CurrentPrincipal() reader: Principal,
    @Param('settlement_id') id: string,
  ): Promise<SettlementDto> {
    return settlementView(await this.settlements.report(reader, id));
  }

  @Get(':settlement_id.csv')
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiSettlementId()
  @ApiOperation({
    summary: 'Get a settlement report as CSV',
    description:
      'The rows as in JSON, with a line of column names, by RFC 4180. A text that a spreadsheet would take for a formula begins with an apostrophe.',
  })
  @ApiProduces('text/csv')
  @ApiOkResponse({ description: 'The report.', schema: { type: 'string', example: CSV_EXAMPLE } })
  @ApiErrors('settlement_not_found')
  async getSettlementFile(
    @CurrentPrincipal() reader: Principal,
    @Param('settlement_id') id: string,
  ): Promise<StreamableFile> {
    return this.csvFiles.of(await this.settlements.report(reader, id));
  }
}
