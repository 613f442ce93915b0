import type { DatabaseSync, StatementSync, SQLInputValue } from 'node:sqlite';

/** Values of a statement's named parameters; what is undefined is stored as NULL. */
export type Parameters = Readonly<Record<string, string | number | null | undefined>>;

/**
 * A connection with its prepared statements. Everything that a person, a file or a model wrote reaches SQL as a bound
 * parameter, never as part of the statement's text.
 */
export class Database {
  readonly #connection: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(connection: DatabaseSync) {
    this.#connection = connection;
  }

  /** All rows. The caller says what the columns of its own statement are. */
  all(sql: string, parameters: Parameters = {}): Row[] {
    return this.#prepared(sql).all(bound(parameters)) as unknown as Row[];
  }

  get(sql: string, parameters: Parameters = {}): Row | undefined {
    return this.#prepared(sql).get(bound(parameters)) as unknown as Row | undefined;
  }

  /** @returns how many rows were changed. */
  run(sql: string, parameters: Parameters = {}): number {
    return Number(this.#prepared(sql).run(bound(parameters)).changes);
  }

  /** All of the work is stored, flushed to the disk, when this returns; or nothing of it when it throws. */
  transaction<T>(work: () => T): T {
    this.#connection.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#connection.exec('COMMIT');
      return result;
    } catch (error) {
      // SQLite itself rolls back after some failures, a full disk among them.
      if (this.#connection.isTransaction) this.#connection.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    this.#connection.close();
  }

  #prepared(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#connection.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

/** A row as SQLite gives it. */
export type Row = Readonly<Record<string, string | number | null>>;

/** A column that holds text. */
export function textOf(row: Row, column: string): string {
  return String(row[column] ?? '');
}

/** A column that holds a number. */
export function numberOf(row: Row, column: string): number {
  return Number(row[column] ?? 0);
}

/** `{ [field]: text }`, or nothing where the column is NULL: for optional fields of an entity. */
export function optionalText<Field extends string>(
  row: Row,
  column: string,
  field: Field,
): Partial<Record<Field, string>> {
  const value = row[column];
  return typeof value === 'string' ? ({ [field]: value } as Partial<Record<Field, string>>) : {};
}

/** `{ [field]: number }`, or nothing where the column is NULL. */
export function optionalNumber<Field extends string>(
  row: Row,
  column: string,
  field: Field,
): Partial<Record<Field, number>> {
  const value = row[column];
  return typeof value === 'number' ? ({ [field]: value } as Partial<Record<Field, number>>) : {};
}

/** `{ [field]: value }` of a column that holds JSON of our own, or nothing where it is NULL. */
export function optionalJson<Value, Field extends string>(
  row: Row,
  column: string,
  field: Field,
): Partial<Record<Field, Value>> {
  const value = row[column];
  return typeof value === 'string'
    ? ({ [field]: JSON.parse(value) as Value } as Partial<Record<Field, Value>>)
    : {};
}

/** A value as JSON for a column; NULL where there is none. */
export function jsonOf(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

function bound(parameters: Parameters): Record<string, SQLInputValue> {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, value ?? null]));
}
