/** CRC-32C, which LevelDB uses and Node does not provide. Processes eight bytes at a time. */
const POLYNOMIAL = 0x82f63b78;
const TABLES = makeTables();

function makeTables(): Uint32Array[] {
  const tables = Array.from({ length: 8 }, () => new Uint32Array(256));
  const [first = new Uint32Array(256)] = tables;
  for (let i = 0; i < 256; i++) {
    let crc = i;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    first[i] = crc;
  }
  for (let i = 0; i < 256; i++) {
    let crc = first[i] ?? 0;
    for (const table of tables.slice(1)) table[i] = crc = (first[crc & 0xff] ?? 0) ^ (crc >>> 8);
  }
  return tables;
}

export function crc32c(bytes: Uint8Array): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = TABLES as EightTables;
  let crc = 0xffffffff;
  let at = 0;
  for (const end = bytes.length - 7; at < end; at += 8) {
    const low = crc ^ word(bytes, at);
    const high = word(bytes, at + 4);
    crc =
      pick(t7, low) ^
      pick(t6, low >>> 8) ^
      pick(t5, low >>> 16) ^
      pick(t4, low >>> 24) ^
      pick(t3, high) ^
      pick(t2, high >>> 8) ^
      pick(t1, high >>> 16) ^
      pick(t0, high >>> 24);
  }
  for (; at < bytes.length; at++) crc = pick(t0, crc ^ (bytes[at] ?? 0)) ^ (crc >>> 8);
  return ~crc >>> 0;
}

type Table = Uint32Array;
type EightTables = [Table, Table, Table, Table, Table, Table, Table, Table];
const pick = (table: Table, index: number): number => table[index & 0xff] ?? 0;
const word = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
