/** How a parameter or result is passed. `pointer` is the address of anything, also of a place to write to. */
export type PassedAs =
  'void' | 'pointer' | 'string' | 'path' | 'int' | 'uint32' | 'int64' | 'uint64' | 'size' | 'float' | 'bool';

/** One function of `struct OrtApi`, as its declaration says. */
export interface DeclaredFunction {
  readonly name: string;
  readonly result: PassedAs;
  readonly parameters: readonly PassedAs[];
}

/** The API version that the header is of. @throws Error when it names none. */
export function parseHeaderVersion(header: string): number {
  const version = /^#define ORT_API_VERSION (\d+)/m.exec(header)?.[1];
  if (version === undefined) throw new Error('The header names no ORT_API_VERSION.');
  return Number(version);
}

/**
 * The functions of `struct OrtApi`, in the order of their slots. It is read strictly: a declaration in a form that is not known
 * would otherwise move all slots behind it.
 * @throws Error naming the declaration that was not understood.
 */
export function parseFunctions(header: string): DeclaredFunction[] {
  const start = header.search(/^struct OrtApi \{/m);
  const end = header.indexOf('\n};', start);
  if (start < 0 || end < 0) throw new Error('The header has no struct OrtApi.');
  const body = header
    .slice(header.indexOf('{', start) + 1, end)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\/\/.*$/gm, '')
    .replace(/^\s*#.*$/gm, '');
  return body
    .split(';')
    .map((declaration) => declaration.replace(/\s+/g, ' ').trim())
    .filter((declaration) => declaration !== '')
    .map(parseDeclaration);
}

const attributes =
  /\b(NO_EXCEPTION|ORT_ALL_ARGS_NONNULL|ORT_MUST_USE_RESULT)\b|(_Frees_ptr_opt_|_[A-Z][a-z]+_[A-Za-z_]*)(\([^()]*(\([^()]*\))?[^()]*\))?/g;

function parseDeclaration(declaration: string): DeclaredFunction {
  const text = declaration
    .replace(/\bORT_CLASS_RELEASE\((\w+)\)/, 'void(ORT_API_CALL* Release$1)(Ort$1* input)')
    .replace(/^ORT_API_T\(([^,]+), ?(\w+), ?(.*)\)$/, '$1(ORT_API_CALL* $2)($3)');
  const status = /^ORT_API2_STATUS\((\w+), ?(.*)\)$/.exec(text.replace(attributes, '').trim());
  if (status !== null) {
    return { name: status[1] ?? '', result: 'pointer', parameters: parseParameters(status[2] ?? '') };
  }
  const plain = /^(.+?) ?\( ?ORT_API_CALL ?\* ?(\w+)\) ?\((.*)\)$/.exec(text.replace(attributes, '').trim());
  if (plain === null) throw new Error(`This declaration was not understood: ${declaration}`);
  return {
    name: plain[2] ?? '',
    result: passedAs(plain[1] ?? ''),
    parameters: parseParameters(plain[3] ?? ''),
  };
}

function parseParameters(list: string): PassedAs[] {
  // A function as parameter has commas of its own.
  const parameters = list.replace(/\w+ ?\( ?(ORT_API_CALL ?)?\* ?(\w+)\) ?\([^()]*\)/g, 'void* $2').trim();
  if (parameters === '' || parameters === 'void') return [];
  return parameters.split(',').map((parameter) => passedAs(parameter));
}

const plainTypes: Readonly<Record<string, PassedAs>> = {
  void: 'void',
  int: 'int',
  int32_t: 'int',
  unsigned: 'uint32',
  'unsigned int': 'uint32',
  uint32_t: 'uint32',
  int64_t: 'int64',
  uint64_t: 'uint64',
  size_t: 'size',
  float: 'float',
  bool: 'bool',
};

function passedAs(declaration: string): PassedAs {
  const text = declaration.replace(/ +/g, ' ').trim();
  if (/^const char ?\*(?! ?(const ?)?\*)[^[]*$/.test(text)) return 'string';
  if (/^const ORTCHAR_T ?\*(?! ?(const ?)?\*)[^[]*$/.test(text)) return 'path';
  if (/[*[]/.test(text)) return 'pointer';
  const words = text.replace(/^(const|enum|struct) /, '');
  const known = plainTypes[words] ?? plainTypes[words.replace(/ \w+$/, '')];
  if (known !== undefined) return known;
  if (
    /^(RunAsyncCallbackFn|OrtLoggingFunction|OrtThreadPool\w*|OrtCustom\w*Fn|\w+(Fn|Func|Function|Callback|Handle|Delegate)) ?\w*$/.test(
      words,
    )
  )
    return 'pointer';
  // Enumerations are ints in C.
  if (/^(Ort|ONNX|Graph|Execution)\w+( \w+)?$/.test(words)) return 'int';
  throw new Error(`This type was not understood: ${declaration}`);
}
