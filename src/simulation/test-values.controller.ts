import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '../platform/access/access.decorators.js';
import { ApiErrors } from '../platform/errors/api-errors.decorator.js';
import { BANK_ACCOUNTS } from './bank-accounts.js';
import { ListTestValuesDto, TestBankAccountDto, TestValueDto, TestValueListDto } from './dto/test-value.dto.js';
import { TEST_VALUES } from './test-values.js';

@ApiTags('Test values')
@Controller('test-values')
export class TestValuesController {
  @Get()
  @Public()
  @ApiOperation({
    summary: 'List test values',
    description:
      'Every input that names its own outcome. The first of header, payment method, amount and customer name that is one decides; without any a payment is approved.',
  })
  @ApiOkResponse({ type: TestValueListDto, description: 'The catalogue.' })
  @ApiErrors('validation_failed')
  listTestValues(@Query() query: ListTestValuesDto): TestValueListDto {
    return {
      data: TEST_VALUES.filter((value) => query.matches(value)).map((value) => TestValueDto.from(value)),
      bankAccounts: BANK_ACCOUNTS.map((account) => TestBankAccountDto.from(account)),
    };
  }
}
