import type { z } from 'zod';

/** What one method takes, gives back, and reports on the way. */
export interface MethodSchemas {
  readonly params: z.ZodType;
  readonly result: z.ZodType;
  readonly progress: z.ZodType;
}

/** Everything that one end of a transport can be asked; client, handlers and types are derived from it. */
export type MethodTable = Readonly<Record<string, MethodSchemas>>;

/** The name of a method of a table. */
export type MethodNameOf<T extends MethodTable> = keyof T & string;
/** Params as a caller gives them, defaults left out. */
export type ParamsInputOf<T extends MethodTable, M extends MethodNameOf<T>> = z.input<T[M]['params']>;
/** Params as a handler gets them, defaults filled in. */
export type ParamsOf<T extends MethodTable, M extends MethodNameOf<T>> = z.output<T[M]['params']>;
export type ResultOf<T extends MethodTable, M extends MethodNameOf<T>> = z.output<T[M]['result']>;
export type ProgressOf<T extends MethodTable, M extends MethodNameOf<T>> = z.output<T[M]['progress']>;
