import { describe, expect, it } from 'vitest';
import { functionTable, headerApiVersion } from './function-table.ts';
import { parseFunctions, parseHeaderVersion } from './parse-header.ts';

const header = (functions: string) => `#define ORT_API_VERSION 29
/* struct OrtApi { */
struct OrtApi {
  ${functions}
};`;

describe('reading the header', () => {
  it('takes each form of declaration, in order, and nothing out of comments', () => {
    const functions = parseFunctions(
      header(`
  /** \\brief Makes a status; ORT_CLASS_RELEASE(Nothing); */
  OrtStatus*(ORT_API_CALL* CreateStatus)(OrtErrorCode code, _In_ const char* msg)NO_EXCEPTION ORT_ALL_ARGS_NONNULL;
  // ORT_API2_STATUS(Commented, int x);
#ifdef __cplusplus
  ORT_API2_STATUS(CreateSession, _In_ const OrtEnv* env, _In_ const ORTCHAR_T* model_path,
                  _In_ const OrtSessionOptions* options, _Outptr_ OrtSession** out);
#endif
  ORT_CLASS_RELEASE(Session);
  ORT_API2_STATUS(FillStringTensor, _Inout_ OrtValue* value, _In_ const char* const* s, size_t s_len);
  ORT_API_T(OrtDeviceMemoryType, MemoryType, _In_ const OrtMemoryInfo* ptr);
  ORT_API2_STATUS(WithCallback, void (*release)(void* at, size_t bytes), bool is_last);
`),
    );
    expect(functions).toEqual([
      { name: 'CreateStatus', result: 'pointer', parameters: ['int', 'string'] },
      { name: 'CreateSession', result: 'pointer', parameters: ['pointer', 'path', 'pointer', 'pointer'] },
      { name: 'ReleaseSession', result: 'void', parameters: ['pointer'] },
      { name: 'FillStringTensor', result: 'pointer', parameters: ['pointer', 'pointer', 'size'] },
      { name: 'MemoryType', result: 'int', parameters: ['pointer'] },
      { name: 'WithCallback', result: 'pointer', parameters: ['pointer', 'bool'] },
    ]);
  });

  it.each(['struct OrtThing thing', 'OrtStatus* Function(int x)', 'ORT_API2_STATUS(Odd, mystery x)'])(
    'refuses what it does not understand rather than move the slots behind it: %s',
    (declaration) => {
      expect(() => parseFunctions(header(`${declaration};`))).toThrow('not understood');
    },
  );

  it('refuses a header without version or table', () => {
    expect(() => parseHeaderVersion('struct OrtApi {')).toThrow('ORT_API_VERSION');
    expect(() => parseFunctions('struct Other {\n};')).toThrow('struct OrtApi');
  });
});

describe('the table', () => {
  it('has each name once, of the version that it says', () => {
    const names = functionTable.map(([name]) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(headerApiVersion).toBe(29);
  });
});
