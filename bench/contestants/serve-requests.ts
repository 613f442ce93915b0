import { createInterface } from 'node:readline';
import { peakResidentBytes, resetPeakResidentBytes } from '../machine/process-memory.ts';

/** A request as it came; handlers read the fields that they need. */
export type RequestFields = Readonly<Record<string, unknown>>;
/** Does the work once and returns at least `sec`. */
export type RequestHandler = (request: RequestFields) => Promise<Record<string, unknown>>;

/** The child's side of contestant.ts: answers requests until stdin closes. */
export async function serveRequests(handlers: Readonly<Record<string, RequestHandler>>): Promise<void> {
  process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line) as RequestFields;
    resetPeakResidentBytes();
    let reply: Record<string, unknown>;
    try {
      const handler = handlers[String(request['measure'])];
      if (handler === undefined) throw new Error(`no measure ${String(request['measure'])}`);
      reply = { ...(await handler(request)), peakBytes: peakResidentBytes() };
    } catch (error) {
      reply = { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  }
}

/** A field that has to be a number. */
export function numberField(request: RequestFields, name: string): number {
  const value = request[name];
  if (typeof value !== 'number') throw new Error(`the request has no number ${name}`);
  return value;
}
