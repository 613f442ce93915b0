import { Environment, Interpreter, type RuntimeValue, type Statement, Template } from '@huggingface/jinja';
import type { ChatMessage, ChatTemplate } from '../../architectures/vision-language-model.ts';
import { EngineError } from '../../protocol/errors.ts';
import { maxTemplateBytes } from '../checkpoint-files.ts';
import { StandIns } from './stand-ins.ts';

/** A template comes with a download: these bound what it may cost. Real ones take a few hundred steps a message. */
const maxSteps = 200_000;
const maxTextLength = 16 * 1024 * 1024;
const maxListLength = 100_000;

function invalid(problem: string, cause?: unknown): EngineError {
  return new EngineError('CONFIG_INVALID', `The chat template ${problem}.`, { cause });
}

/** Stops a template that runs on and on or builds up huge values. */
class BoundedInterpreter extends Interpreter {
  #steps = 0;

  override evaluate(statement: Statement | undefined, environment: Environment): RuntimeValue {
    this.#steps++;
    if (this.#steps > maxSteps) throw invalid(`takes more than ${maxSteps} steps`);
    const result = super.evaluate(statement, environment);
    const { value } = result;
    if (typeof value === 'string' && value.length > maxTextLength) throw invalid('makes a text without end');
    if (Array.isArray(value) && value.length > maxListLength) throw invalid('makes a list without end');
    return result;
  }
}

/** Jinja's `range`, refusing lengths that no template needs. */
function boundedRange(...bounds: unknown[]): number[] {
  const numbers = bounds.filter((bound) => typeof bound === 'number');
  const [start = 0, stop = 0, step = 1] = numbers.length === 1 ? [0, ...numbers] : numbers;
  const length = step === 0 ? Number.NaN : Math.max(0, Math.ceil((stop - start) / step));
  if (!(length <= maxListLength)) throw invalid(`counts from ${start} to ${stop} in steps of ${step}`);
  return Array.from({ length }, (_, index) => start + index * step);
}

function raiseException(message: unknown): never {
  throw invalid(`refuses the messages: ${String(message).slice(0, 500)}`);
}

const globals: Readonly<Record<string, unknown>> = {
  true: true,
  false: false,
  none: null,
  True: true,
  False: false,
  None: null,
  range: boundedRange,
  raise_exception: raiseException,
};

function parseTemplate(text: string): Statement {
  if (text.length > maxTemplateBytes) throw invalid(`has ${text.length} characters, too many`);
  try {
    return new Template(text).parsed;
  } catch (error) {
    throw invalid(`is not Jinja: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

/** A message as templates expect it, calls in OpenAI's form. */
function templateMessage({ role, content, toolCalls }: ChatMessage, stand: StandIns): unknown {
  if (toolCalls === undefined || toolCalls.length === 0) return { role, content };
  const calls = toolCalls.map((call) => ({
    type: 'function',
    function: { name: call.name, arguments: stand.value(call.arguments) },
  }));
  return { role, content, tool_calls: calls };
}

/**
 * Compiles a checkpoint's chat template (Jinja). The text is untrusted: its size, its steps and what it makes are bounded.
 * Throws CONFIG_INVALID, here when it does not parse, and from the result when it fails on the messages.
 */
export function compileChatTemplate(text: string): ChatTemplate {
  const program = parseTemplate(text);
  return (messages, options) => {
    const environment = new Environment();
    for (const [name, value] of Object.entries(globals)) environment.set(name, value);
    const stand = new StandIns();
    environment.set(
      'messages',
      messages.map((message) => templateMessage(message, stand)),
    );
    environment.set(
      'tools',
      options.tools === undefined ? null : options.tools.map((tool) => stand.value(tool)),
    );
    environment.set('add_generation_prompt', options.addGenerationPrompt);
    environment.set('add_vision_id', options.addVisionId === true);
    let result: unknown;
    try {
      result = new BoundedInterpreter(environment).run(program).value;
    } catch (error) {
      if (error instanceof EngineError) throw error;
      throw invalid(`fails: ${error instanceof Error ? error.message : String(error)}`, error);
    }
    if (typeof result !== 'string') throw invalid('gives no text');
    return stand.putBack(result);
  };
}
