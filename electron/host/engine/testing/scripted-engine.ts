import { spawn } from 'node:child_process';
import { EngineError } from '../../../../native-models/protocol/errors.ts';
import type { Handlers } from '../../../../native-models/protocol/server.ts';
import { methods } from '../../../../native-models/protocol/methods.ts';
import { serve } from '../../../../native-models/protocol/server.ts';
import type { Transport } from '../../../../native-models/protocol/transport.ts';

/**
 * An engine that does as the question says, for tests of what supervises it: `wait` until cancelled, `crash`, `exit`,
 * `block` its thread for ever, `break` the protocol, `ignore` cancelling, start a `child` process.
 */
const transport: Transport = {
  send: (message) => process.send?.(message),
  onMessage: (receive) => process.on('message', (message) => receive(message as string)),
  onClose: () => undefined,
  close: () => process.disconnect(),
};

const unused = () => Promise.reject(new EngineError('INTERNAL', 'Not part of this test.'));

function ask(...[params, { signal, report }]: Parameters<Handlers['ask']>): ReturnType<Handlers['ask']> {
  const never = new Promise<never>((_resolve, reject) => {
    if (params.question === 'ignore') return;
    signal.addEventListener('abort', () => reject(new EngineError('CANCELLED', 'Cancelled.')));
  });
  switch (params.question) {
    case 'exit':
      process.stderr.write('no such adapter\n', () => process.exit(3));
      break;
    case 'break':
      process.send?.('{"type":"surprise"}');
      break;
    case 'child': {
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
      report({ type: 'grounding', query: String(child.pid) });
      return never;
    }
    case 'block':
      report({ type: 'planning' });
      setImmediate(() => {
        for (;;);
      });
      return never;
    default:
      break;
  }
  report({ type: 'planning' });
  return never;
}

process.on('disconnect', () => process.exit());
serve(methods, transport, {
  ask,
  settle: unused,
  estimate: unused,
  prepare: unused,
  import: unused,
  inspect: unused,
  doctor: unused,
  keptFeatures: unused,
  keptFeaturesChange: unused,
  load: unused,
  evalInspect: unused,
  evalSamples: unused,
  evalAsk: unused,
  evalFailure: unused,
  evalScore: unused,
  evalReport: unused,
  evalVerdicts: unused,
  evalCompare: unused,
  evalTable: unused,
  evalPrompt: unused,
  evalReply: unused,
  evalConvert: unused,
  evalExport: unused,
  evalJudgeItems: unused,
  evalMetricItems: unused,
  evalExportRuns: unused,
  memory: unused,
  ping: () => Promise.resolve({ processId: process.pid }),
});
