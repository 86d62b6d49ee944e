import { ApiProperty } from '@nestjs/swagger';
import { TextField } from '../../platform/validation/fields.js';
import { publicId } from '../../platform/worlds/world-ids.js';
import type { Snapshot } from '../snapshot.schema.js';

export class CreateSnapshotDto {
  @TextField({ description: 'What it is.', example: 'Three paid orders', maxLength: 100, optional: true })
  readonly name?: string | null;
}

export class RestoreDto {
  @TextField({
    description: 'The id of a snapshot of this sandbox.',
    example: 'snap_0193a5e2c7f11b2c3d4e5f60',
    pattern: /^snap_[0-9a-f]{24}$/,
  })
  readonly snapshot!: string;
}

export class SnapshotDto {
  @ApiProperty({ example: 'snap_0193a5e2c7f11b2c3d4e5f60' })
  readonly id!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Three paid orders' })
  readonly name!: string | null;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-01-31T09:00:00.000Z' })
  readonly createdAt!: Date;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    example: { payments: 3, events: 6 },
    description: 'How many documents of each collection; 0 is left out.',
  })
  readonly counts!: Readonly<Record<string, number>>;

  static from({ _id, name, createdAt, counts }: Snapshot): SnapshotDto {
    return { id: publicId(_id), name, createdAt, counts };
  }
}

export class SnapshotListDto {
  @ApiProperty({ type: [SnapshotDto] })
  readonly data!: SnapshotDto[];

  static from(snapshots: readonly Snapshot[]): SnapshotListDto {
    return { data: snapshots.map((snapshot) => SnapshotDto.from(snapshot)) };
  }
}

/** An export, which `POST /sandboxes` takes as `snapshot`. */
export class SnapshotExportDto {
  @ApiProperty({ example: 'mock-payment-gateway/snapshot@1' })
  readonly format!: string;

  @ApiProperty({ example: '9f86d081…', description: 'SHA-256 over everything else, with sorted keys.' })
  readonly checksum!: string;

  @ApiProperty({ example: '4h2k…', description: 'Names the key that secrets are encrypted with.' })
  readonly encryption!: string;

  @ApiProperty({ type: 'object', additionalProperties: true, example: { name: null, writes: 3 } })
  readonly snapshot!: object;

  @ApiProperty({ type: 'object', additionalProperties: true, example: { payments: [] } })
  readonly collections!: object;
}
