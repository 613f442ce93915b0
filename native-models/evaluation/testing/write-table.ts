import { parquetWriteBuffer, type SchemaElement } from 'hyparquet-writer';

/** A row of texts and lists of texts. */
export type TextRow = Readonly<Record<string, string | readonly string[]>>;

/** Writes rows of the same columns as parquet. */
export function writeTable(rows: readonly TextRow[]): Uint8Array {
  const names = Object.keys(rows[0] ?? {});
  const text = (name: string): SchemaElement => ({
    name,
    type: 'BYTE_ARRAY',
    converted_type: 'UTF8',
    repetition_type: 'OPTIONAL',
  });
  const schema = names.flatMap((name): SchemaElement[] =>
    typeof rows[0]?.[name] === 'string'
      ? [text(name)]
      : [
          { name, num_children: 1, converted_type: 'LIST', repetition_type: 'OPTIONAL' },
          { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
          text('element'),
        ],
  );
  const columnData = names.map((name) => ({ name, data: rows.map((row) => row[name]) }));
  return new Uint8Array(
    parquetWriteBuffer({ columnData, schema: [{ name: 'root', num_children: names.length }, ...schema] }),
  );
}
